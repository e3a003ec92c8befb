// Links of elements to indicators: checked when they are made, kept afterwards.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "libs/status/status.h"
#include "libs/status/testing/matchers.h"
#include "services/plan/testing/service.h"

namespace athena::plan {
namespace {

using status::testing::IsOk;
using status::testing::Refuses;
using status::testing::StatusIs;
using ::testing::AllOf;
using ::testing::ElementsAre;
using testing::FaultyFields;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::Rpc;

constexpr char kIndicators[] = "institutions/gob/indicators/";

// Fields of an element that link to these indicators of gob.
std::string LinksTo(const std::vector<std::string>& ids) {
  std::string links;
  for (const std::string& id : ids) {
    absl::StrAppend(&links, R"(indicators { indicator: ")", kIndicators, id, R"(" } )");
  }
  return links;
}

class ElementLinksTest : public testing::PlanTest {
 protected:
  absl::StatusOr<v1::Element> Create(const std::string& id, const std::string& fields,
                                     const std::string& rest = "") {
    return Call(&Rpc::CreateElement,
                absl::StrCat(R"(parent: "institutions/gob/plans/p1" element_id: ")", id,
                             R"(" element { kind: KIND_ACTION code: ")", id,
                             R"(" title { text { key: "nl" value: "e" } } )", fields, "} ", rest));
  }
  absl::StatusOr<v1::Element> Update(const std::string& id, const std::string& fields,
                                     const std::string& rest = "") {
    return Call(&Rpc::UpdateElement,
                absl::StrCat(R"(element { name: "institutions/gob/plans/p1/elements/)", id, R"(" )",
                             fields, "} ", rest));
  }
  // The last question, as one text.
  std::string LastQuestion() const {
    const auto questions = indicators_.questions();
    return questions.empty() ? "" : absl::StrJoin(questions.back(), " ");
  }
};

TEST_F(ElementLinksTest, AnUnknownIndicatorIsRefusedByFieldAndValue) {
  indicators_.Forget(absl::StrCat(kIndicators, "none"));
  const auto refused = Create("a", LinksTo({"k", "none"}));
  EXPECT_THAT(FaultyFields(refused.status()), ElementsAre("element.indicators[1].indicator"));
  EXPECT_THAT(
      refused,
      StatusIs(absl::StatusCode::kInvalidArgument,
               AllOf(HasSubstr("institutions/gob/indicators/none"),
                     HasSubstr("an indicator of institutions/gob, or one that is shared"))));
  EXPECT_THAT(Create("a", LinksTo({"k"})), IsOk());
}

TEST_F(ElementLinksTest, ASliceThatTheIndicatorDoesNotHaveIsRefused) {
  indicators_.ForgetCode("B9");
  const auto refused = Create("a", R"(indicators { indicator: "institutions/gob/indicators/k"
                                  slice { key: "unit" value: "B9" } })");
  EXPECT_THAT(FaultyFields(refused.status()), ElementsAre("element.indicators[0].slice"));
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("unit=B9")));
}

TEST_F(ElementLinksTest, ABatchIsOneQuestionAndNamesEachFault) {
  indicators_.Forget(absl::StrCat(kIndicators, "none"));
  v1::BatchCreateElementsRequest batch;
  batch.set_parent("institutions/gob/plans/p1");
  for (int i = 0; i < 3; ++i) {
    auto* one = batch.add_requests();
    one->set_element_id(absl::StrCat("e", i));
    *one->mutable_element() = testing::Parsed<v1::Element>(
        R"(kind: KIND_ACTION title { text { key: "nl" value: "e" } })" +
        LinksTo({"k", i == 1 ? "none" : "l"}));
    one->mutable_element()->set_code(absl::StrCat(i));
  }
  EXPECT_THAT(FaultyFields(Call(&Rpc::BatchCreateElements, batch).status()),
              ElementsAre("requests[1].element.indicators[1].indicator"));
  EXPECT_EQ(indicators_.questions().size(), 1);
}

TEST_F(ElementLinksTest, OnlyNewLinksOfAnUpdateAreAskedAbout) {
  ASSERT_THAT(Create("a", LinksTo({"k", "l"})), IsOk());
  indicators_.Forget(absl::StrCat(kIndicators, "k"));  // no longer shared
  ASSERT_THAT(Update("a", LinksTo({"l", "m", "k"})), IsOk());
  EXPECT_EQ(LastQuestion(), absl::StrCat(kIndicators, "m"));
  const size_t asked = indicators_.questions().size();
  ASSERT_THAT(Update("a", R"(lead: "Ann")"), IsOk());
  EXPECT_EQ(indicators_.questions().size(), asked);
  // Another slice is another link.
  EXPECT_THAT(FaultyFields(Update("a", R"(indicators { indicator: "institutions/gob/indicators/k"
                                                       slice { key: "unit" value: "B1" } })")
                               .status()),
              ElementsAre("element.indicators[0].indicator"));
}

TEST_F(ElementLinksTest, WithoutTheIndicatorServiceOnlyNewLinksAreRefused) {
  ASSERT_THAT(Create("a", LinksTo({"k"})), IsOk());
  indicators_.SetDown(true);
  for (const absl::Status& refused :
       {Create("b", LinksTo({"k"})).status(), Update("a", LinksTo({"k", "l"})).status()}) {
    EXPECT_THAT(refused, Refuses("DEPENDENCY_UNAVAILABLE"));
    EXPECT_EQ(status::MetadataValue(refused, "service"), "indicator");
    EXPECT_GT(status::RetryAfter(refused), absl::ZeroDuration());
  }
  EXPECT_THAT(Create("b", ""), IsOk());
  EXPECT_THAT(Update("a", LinksTo({"k"}) + R"(lead: "Ann")"), IsOk());
  EXPECT_THAT(Call(&Rpc::MoveElement, R"(name: "institutions/gob/plans/p1/elements/a" code: "9")"),
              IsOk());
  EXPECT_THAT(Call(&Rpc::DeleteElement, R"(name: "institutions/gob/plans/p1/elements/a")"), IsOk());
}

// The first answer may have been lost, and the indicator is no longer shared.
TEST_F(ElementLinksTest, ARetryGetsTheFirstAnswerWhateverBecameOfTheIndicator) {
  const auto made = Create("a", LinksTo({"k"}), R"(request_id: "once")");
  ASSERT_THAT(made, IsOk());
  indicators_.Forget(absl::StrCat(kIndicators, "k"));
  const auto again = Create("a", LinksTo({"k"}), R"(request_id: "once")");
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->DebugString(), made->DebugString());
}

TEST_F(ElementLinksTest, ACallerWithoutPermissionAndAFaultyRequestAskNothing) {
  EXPECT_THAT(Call(&Rpc::CreateElement,
                   absl::StrCat(R"(parent: "institutions/gob/plans/p1" element_id: "a"
                                   element { kind: KIND_ACTION code: "1"
                                             title { text { key: "nl" value: "e" } } )",
                                LinksTo({"k"}), "}"),
                   "tal-planner"),
              Refuses("PERMISSION_DENIED"));
  EXPECT_THAT(Create("a", LinksTo({"k"}) + "priority: 9"), Refuses("INVALID_FIELDS"));
  EXPECT_THAT(indicators_.questions(), IsEmpty());
}

}  // namespace
}  // namespace athena::plan
