#include "services/reporting/publications/documents/withhold.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_join.h"

namespace athena::reporting {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

v1::ScorecardResult Result(const std::string& text) {
  v1::ScorecardResult result;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &result)) << text;
  return result;
}

// "field indicator elements", as they come.
std::vector<std::string> Apply(const std::set<std::string>& is_public,
                               v1::ScorecardResult* result) {
  std::vector<std::string> parts;
  for (const v1::WithheldPart& part :
       Withhold([&](const std::string& name) { return is_public.contains(name); }, result)) {
    parts.push_back(part.field() + " " + part.indicator() + " " +
                    absl::StrJoin(part.elements(), "+"));
  }
  return parts;
}

TEST(WithholdTest, RemovesIndicatorsThatAreNotPublic) {
  v1::ScorecardResult result = Result(R"(
      root { name: "p" children { name: "a" score { decimal: "40" }
                                  indicators { indicator: "i/secret" }
                                  indicators { indicator: "i/open" title: "Open" }
                                  children { name: "b" indicators { indicator: "i/secret" }
                                                       indicators { indicator: "i/more" } } } })");
  EXPECT_THAT(Apply({"i/open"}, &result),
              ElementsAre("indicators i/more b", "indicators i/secret a+b"));
  EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(result, Result(R"(
      root { name: "p" children { name: "a" score { decimal: "40" }
                                  indicators { indicator: "i/open" title: "Open" }
                                  children { name: "b" } } })")));
}

TEST(WithholdTest, CapsAndWarningsDoNotNameThem) {
  v1::ScorecardResult result = Result(R"(
      warnings { kind: KIND_INDICATOR_LINKED_TWICE indicator: "i/secret" }
      warnings { kind: KIND_INDICATOR_LINKED_TWICE indicator: "i/open" }
      warnings { kind: KIND_TIME_ZONES_DIFFER }
      root { name: "p" indicators { indicator: "i/secret" } indicators { indicator: "i/open" }
             caps { cause: CAUSE_PART_RED part: "i/secret" slice { key: "sex" value: "F" } }
             caps { cause: CAUSE_PART_RED part: "i/open" }
             caps { cause: CAUSE_PART_RED part: "element" } })");
  Apply({"i/open"}, &result);
  ASSERT_EQ(result.warnings_size(), 2);
  EXPECT_EQ(result.warnings(0).indicator(), "i/open");
  ASSERT_EQ(result.root().caps_size(), 3);
  EXPECT_EQ(result.root().caps(0).cause(), v1::StatusCap::CAUSE_PART_RED);
  EXPECT_THAT(result.root().caps(0).part(), IsEmpty());
  EXPECT_TRUE(result.root().caps(0).slice().empty());
  EXPECT_EQ(result.root().caps(1).part(), "i/open");
  EXPECT_EQ(result.root().caps(2).part(), "element");
}

TEST(WithholdTest, PersonsAndInternalReasonsAreWithheld) {
  v1::ScorecardResult result = Result(R"(
      root { name: "p" children { name: "a" lead: "Ann" owner_unit: "u"
                                  milestones { id: "m" title: "M" withdrawn_reason: "Ann is ill" }
                                  milestones { id: "n" withdrawn_reason: "no money" } }
                       children { name: "b" lead: "Bob" } })");
  EXPECT_THAT(Apply({}, &result), ElementsAre("lead  a+b", "withdrawn_reason  a"));
  EXPECT_THAT(result.root().children(0).lead(), IsEmpty());
  EXPECT_EQ(result.root().children(0).owner_unit(), "u");
  EXPECT_EQ(result.root().children(0).milestones(0).title(), "M");
  EXPECT_THAT(result.root().children(0).milestones(0).withdrawn_reason(), IsEmpty());
}

TEST(WithholdTest, OperandsOfFormulasAreWithheld) {
  v1::ScorecardResult result = Result(R"(
      root { name: "p" indicators { indicator: "i" reason: SCORECARD_REASON_OPERAND
                                    reason_detail: "secret" } })");
  EXPECT_THAT(Apply({"i"}, &result), ElementsAre("reason_detail  p"));
  EXPECT_THAT(result.root().indicators(0).reason_detail(), IsEmpty());
  EXPECT_EQ(result.root().indicators(0).reason(), v1::SCORECARD_REASON_OPERAND);
}

// What a later version of the contract adds is not public until it is listed.
TEST(WithholdTest, UnknownFieldsAreRemoved) {
  v1::ScorecardResult result = Result(R"(root { name: "p" })");
  v1::ScorecardNode* const root = result.mutable_root();
  root->GetReflection()->MutableUnknownFields(root)->AddLengthDelimited(900, "secret");
  Apply({}, &result);
  EXPECT_EQ(root->SerializeAsString(), Result(R"(root { name: "p" })").root().SerializeAsString());
}

}  // namespace
}  // namespace athena::reporting
