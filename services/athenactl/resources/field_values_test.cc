#include "services/athenactl/resources/field_values.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include <string>

#include "athena/indicator/v1/indicator.pb.h"
#include "athena/plan/v1/plan.pb.h"
#include "libs/status/testing/matchers.h"
#include "services/athenactl/terminal/arguments.h"

namespace athena::athenactl {
namespace {

using athena::indicator::v1::Indicator;
using athena::plan::v1::Element;
using ::testing::HasSubstr;

// `before` with the assignment applied equals `after`; both are text formats.
template <typename Message>
void ExpectAssigned(const std::string& before, const std::string& typed, const std::string& field,
                    const std::string& after) {
  Message message;
  Message wanted;
  ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(before, &message)) << before;
  ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(after, &wanted)) << after;
  EXPECT_THAT(Assign(typed, &message), status::testing::IsOkAndHolds(field)) << typed;
  EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(message, wanted))
      << typed << ": " << message.DebugString();
}

template <typename Message>
std::string AssignFault(const std::string& typed) {
  Message message;
  const absl::Status status = Assign(typed, &message).status();
  EXPECT_TRUE(IsMisuse(status)) << typed << ": " << status;
  return std::string(status.message());
}

TEST(AssignTest, SetsWordsNumbersAndDates) {
  ExpectAssigned<Element>("", "lead=An = Bo", "lead", R"(lead: "An = Bo")");
  ExpectAssigned<Element>("", "priority=3", "priority", "priority: 3");
  ExpectAssigned<Element>("weight: 2", "weight=0.5", "weight", "weight: 0.5");
  ExpectAssigned<Element>("", "critical=yes", "critical", "critical: true");
  ExpectAssigned<Element>("critical: true", "critical=false", "critical", "");
  ExpectAssigned<Element>("", "end_date=2024-02-29", "end_date",
                          "end_date { year: 2024 month: 2 day: 29 }");
  ExpectAssigned<Element>("", "endDate=2024-02-29", "end_date",
                          "end_date { year: 2024 month: 2 day: 29 }");
  ExpectAssigned<Indicator>("", "min_value=-1.5", "min_value", "min_value: -1.5");
}

TEST(AssignTest, SetsEnumsByTheirWordsOrNames) {
  for (const char* const typed :
       {"state=in progress", "state=IN_PROGRESS", "state=in-progress", "state=STATE_IN_PROGRESS"}) {
    ExpectAssigned<Element>("", typed, "state", "state: STATE_IN_PROGRESS");
  }
}

TEST(AssignTest, SetsEntriesOfMapsAndPartsOfMessages) {
  ExpectAssigned<Element>(
      R"(title { text { key: "en" value: "A" } })", "title.nl=B.c", "title",
      R"(title { text { key: "en" value: "A" } text { key: "nl" value: "B.c" } })");
  ExpectAssigned<Element>(R"(title { text { key: "en" value: "A" } })", "title.text.en=B", "title",
                          R"(title { text { key: "en" value: "B" } })");
  ExpectAssigned<Element>(
      R"(title { text { key: "en" value: "A" } text { key: "nl" value: "B" } })",
      "title.en=", "title", R"(title { text { key: "nl" value: "B" } })");
  ExpectAssigned<Element>("end_date { year: 2024 month: 2 day: 3 }", "end_date.day=4", "end_date",
                          "end_date { year: 2024 month: 2 day: 4 }");
}

TEST(AssignTest, SetsAddsToAndRemovesFromLists) {
  ExpectAssigned<Element>(R"(tags: "a")", "tags=b,c", "tags", R"(tags: "b" tags: "c")");
  ExpectAssigned<Element>(R"(tags: "a")", "tags+=b", "tags", R"(tags: "a" tags: "b")");
  ExpectAssigned<Element>(R"(tags: "a" tags: "b" tags: "c")", "tags-=b", "tags",
                          R"(tags: "a" tags: "c")");
  ExpectAssigned<Element>(R"(tags: "a")", R"(tags=["x,y"])", "tags", R"(tags: "x,y")");
  ExpectAssigned<Element>("", R"(milestones=[{"id": "m", "dueDate": {"year": 2024}}])",
                          "milestones", R"(milestones { id: "m" due_date { year: 2024 } })");
}

TEST(AssignTest, NothingAfterTheEqualsSignClearsTheField) {
  ExpectAssigned<Element>(R"(tags: "a" lead: "x")", "tags=", "tags", R"(lead: "x")");
  ExpectAssigned<Element>("weight: 2", "weight=", "weight", "");
  ExpectAssigned<Element>("end_date { year: 2024 }", "end_date=", "end_date", "");
}

TEST(AssignTest, NamesTheFieldWhatItGotAndWhatItWants) {
  EXPECT_EQ(AssignFault<Element>("lead"), "got lead, want FIELD=VALUE, like unit=persons");
  EXPECT_THAT(AssignFault<Element>("leed=x"),
              HasSubstr("there is no field leed; want one of kind, code"));
  EXPECT_EQ(AssignFault<Element>("priority=high"), "priority got high, want a whole number");
  EXPECT_EQ(AssignFault<Element>("weight=1,5"), "weight got 1,5, want a number like 12.5");
  EXPECT_EQ(AssignFault<Element>("critical=maybe"), "critical got maybe, want yes or no");
  EXPECT_EQ(AssignFault<Element>("end_date=2024-02-30"),
            "end_date got 2024-02-30, want a date like 2024-12-31");
  EXPECT_EQ(AssignFault<Element>("scope=wide"),
            "scope got wide, want one of overarching, specific");
  EXPECT_EQ(AssignFault<Element>("title=A"), "title got A, want a language: title.en=...");
  EXPECT_EQ(AssignFault<Element>("lead.first=A"), "lead has no parts: want lead=VALUE");
  EXPECT_EQ(AssignFault<Element>("lead+=A"), "lead has one value: want lead=VALUE");
  EXPECT_EQ(AssignFault<Element>("milestones=m"), "milestones got m, want a list in JSON: [{...}]");
  EXPECT_EQ(AssignFault<Element>("revision=3"), "revision is set by the service alone");
}

}  // namespace
}  // namespace athena::athenactl
