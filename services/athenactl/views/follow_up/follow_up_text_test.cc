#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "services/athenactl/terminal/text.h"
#include "services/athenactl/views/follow_up/decision_list.h"
#include "services/athenactl/views/follow_up/due_list.h"

namespace athena::athenactl {
namespace {

namespace plan = athena::plan::v1;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

template <typename Message>
void ParseDue(const std::string& text, Message* message) {
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, message)) << text;
}

std::string In2026(int month, int day) {
  return absl::StrCat("{ year: 2026 month: ", month, " day: ", day, " }");
}

const absl::CivilDay kDueToday(2026, 11, 30);

class DueTest : public ::testing::Test {
 protected:
  DueTest() {
    ParseDue(absl::StrCat(R"(
      header { plan { name: "institutions/a/plans/p" } }
      units { name: "institutions/a/units/top" }
      units { name: "institutions/a/units/hr" parent_unit: "institutions/a/units/top" }
      elements { name: "institutions/a/plans/p/elements/e1" code: "1" state: STATE_IN_PROGRESS
                 owner_unit: "institutions/a/units/top" lead: "director"
                 milestones { id: "late" title { text { key: "en" value: "Contract signed" } }
                              due_date )",
                          In2026(9, 30), R"(}
                 milestones { id: "done" due_date )",
                          In2026(9, 1), " done_date ", In2026(9, 2), R"(}
                 milestones { id: "gone" due_date )",
                          In2026(9, 1), " withdrawn_on ", In2026(9, 2), R"(}
                 milestones { id: "far" due_date )",
                          In2026(12, 31), R"(}
                 milestones { id: "today" title { text { key: "en" value: "Go live" } }
                              due_date )",
                          In2026(11, 30), R"(} }
      elements { name: "institutions/a/plans/p/elements/e11" code: "1.1" kind: KIND_ACTION
                 parent_element: "institutions/a/plans/p/elements/e1" state: STATE_PLANNED
                 title { text { key: "en" value: "New archive" } } end_date )",
                          In2026(10, 1), R"(}
      elements { name: "institutions/a/plans/p/elements/e12" code: "1.2" kind: KIND_ACTION
                 state: STATE_COMPLETED end_date )",
                          In2026(10, 1), R"(}
      elements { name: "institutions/a/plans/p/elements/e13" code: "1.3" kind: KIND_OBJECTIVE
                 state: STATE_IN_PROGRESS end_date )",
                          In2026(10, 1), R"(}
      elements { name: "institutions/a/plans/p/elements/e2" code: "2" state: STATE_CANCELLED }
      elements { name: "institutions/a/plans/p/elements/e21" code: "2.1"
                 kind: KIND_ACTION end_date )",
                          In2026(10, 1), R"(
                 parent_element: "institutions/a/plans/p/elements/e2" state: STATE_PLANNED
                 milestones { id: "m" due_date )",
                          In2026(1, 1), R"(} }
      progress_reports { name: "institutions/a/plans/p/elements/e1/progressReports/2026-Q2"
                         quarter: "2026-Q2" state: STATE_VALIDATED
                         indicator_notes { indicator: "institutions/a/indicators/k"
                                           measure { text { key: "en" value: "An old measure" } }
                                           due_date )",
                          In2026(10, 1), R"(} }
      progress_reports { name: "institutions/a/plans/p/elements/e1/progressReports/2026-Q3"
                         quarter: "2026-Q3" state: STATE_SUBMITTED
                         indicator_notes { indicator: "institutions/a/indicators/k" owner: "recruiter"
                                           measure { text { key: "en" value: "Hire two" } }
                                           due_date )",
                          In2026(12, 5), R"(} }
      progress_reports { name: "institutions/a/plans/p/elements/e1/progressReports/2026-Q4"
                         quarter: "2026-Q4" state: STATE_DRAFT
                         indicator_notes { indicator: "institutions/a/indicators/k"
                                           measure { text { key: "en" value: "A draft measure" } }
                                           due_date )",
                          In2026(12, 6), "} }"),
             &sources_.tree);
    ParseDue(absl::StrCat(R"(
      due_progress_reports { progress_report: "institutions/a/plans/p/elements/e1/progressReports/2026-Q3"
                             element: "institutions/a/plans/p/elements/e1" code: "1"
                             title { text { key: "en" value: "Telework" } }
                             owner_unit: "institutions/a/units/hr" reporters: "ann" reporters: "bob"
                             state: STATE_RETURNED due_date )",
                          In2026(10, 14), R"(}
      due_progress_reports { code: "9" state: STATE_SUBMITTED due_date )",
                          In2026(10, 14), "}"),
             &sources_.reports);
    ParseDue(absl::StrCat(R"(
      risks { name: "institutions/a/risks/r1" code: "R-1" owner: "head of ICT"
              elements: "institutions/a/plans/p/elements/e1"
              title { text { key: "en" value: "Fire" } } next_review_on )",
                          In2026(11, 29), R"(}
      risks { name: "institutions/a/risks/r2" code: "R-2"
              elements: "institutions/a/plans/other/elements/e1" next_review_on )",
                          In2026(11, 29), R"(}
      risks { name: "institutions/a/risks/r3" code: "R-3" owner_unit: "institutions/a/units/hr"
              title { text { key: "en" value: "Flood" } } next_review_on )",
                          In2026(12, 30), "}"),
             &sources_.risks);
    ParseDue(absl::StrCat(R"(
      decisions { name: "institutions/a/decisions/d1" element: "institutions/a/plans/p/elements/e1"
                  responsible_unit: "institutions/a/units/hr" state: STATE_IN_PROGRESS
                  title { text { key: "en" value: "Extend telework" } } due_date )",
                          In2026(12, 1), R"(}
      decisions { name: "institutions/a/decisions/d2" element: "institutions/a/plans/p2/elements/e1"
                  due_date )",
                          In2026(1, 1), "}"),
             &sources_.decisions);
  }

  std::vector<std::string> Titles(const std::string& unit = "") const {
    std::vector<std::string> titles;
    for (const DueItem& item :
         DueItems(sources_, {.last = kDueToday + 30, .unit = unit, .language = "en"})) {
      titles.push_back(item.title);
    }
    return titles;
  }

  DueSources sources_;
};

TEST_F(DueTest, ListsWhatIsNotDoneByDay) {
  EXPECT_THAT(Titles(), ElementsAre("Contract signed", "New archive", "2026-Q3: Telework", "Fire",
                                    "Go live", "Extend telework", "Hire two (k)", "Flood"));
}

TEST_F(DueTest, AnOwnerAnswersForTheUnitsBelow) {
  EXPECT_THAT(Titles("institutions/a/units/hr"),
              ElementsAre("2026-Q3: Telework", "Extend telework", "Flood"));
  EXPECT_THAT(Titles("institutions/a/units/top"),
              ElementsAre("Contract signed", "2026-Q3: Telework", "Go live", "Extend telework",
                          "Hire two (k)", "Flood"));
}

TEST_F(DueTest, SaysWhatIsLateAndWhose) {
  const std::vector<DueItem> items = DueItems(sources_, {.last = kDueToday + 30, .language = "en"});
  DueListOptions options;
  options.today = kDueToday;
  options.last = kDueToday + 30;
  for (const int width : {0, 80, 120}) {
    options.width = width;
    const std::string text = DueList(items, options);
    for (const std::string& line : std::vector<std::string>(absl::StrSplit(text, '\n'))) {
      if (width > 0) {
        EXPECT_LE(Width(line), width) << text;
      }
    }
    EXPECT_THAT(text, HasSubstr("2026-09-30  61 days late  milestone"));
    EXPECT_THAT(text, HasSubstr("2026-10-01  60 days late  action"));
    EXPECT_THAT(text, HasSubstr("2026-11-29  1 day late    risk review"));
    EXPECT_THAT(text, HasSubstr("2026-11-30  today         milestone"));
    EXPECT_THAT(text, HasSubstr("2026-12-01  in 1 day      decision"));
    EXPECT_THAT(text, HasSubstr("4 late, 4 due from today up to 2026-12-30.\n"));
  }
  options.unit = "institutions/a/units/hr";
  EXPECT_EQ(DueList({}, options), "Nothing of hr is late, or due up to 2026-12-30.\n");
}

TEST_F(DueTest, JsonHasNamesForMailers) {
  DueListOptions options;
  options.plan = "institutions/a/plans/p";
  options.today = kDueToday;
  options.last = kDueToday + 30;
  const auto json = nlohmann::json::parse(
      DueListJson(DueItems(sources_, {.last = kDueToday + 30, .language = "en"}), options));
  EXPECT_EQ(json["today"], "2026-11-30");
  EXPECT_EQ(json["late"], 4);
  const auto& report = json["items"][2];
  EXPECT_EQ(report["kind"], "progressReport");
  EXPECT_EQ(report["resource"], "institutions/a/plans/p/elements/e1/progressReports/2026-Q3");
  EXPECT_EQ(report["days"], -47);
  EXPECT_EQ(report["late"], true);
  EXPECT_EQ(report["state"], "returned");
  EXPECT_EQ(report["responsible"], "ann, bob");
  EXPECT_EQ(report["unit"], "institutions/a/units/hr");
}

TEST(DecisionListTest, SaysWhatIsLateAndWhatBecameOfTheOthers) {
  plan::ListDecisionsResponse decisions;
  ParseDue(absl::StrCat(R"(
    decisions { element: "institutions/a/plans/p/elements/e1" responsible: "head of HR"
                title { text { key: "en" value: "Hire two" } } state: STATE_OPEN due_date )",
                        In2026(11, 1), R"(}
    decisions { publication: "institutions/a/plans/p/scorecards/2026-Q2/publications/1"
                responsible_unit: "institutions/a/units/it" state: STATE_IN_PROGRESS due_date )",
                        In2026(11, 30), R"(}
    decisions { element: "institutions/a/plans/p/elements/e9" state: STATE_DONE due_date )",
                        In2026(10, 1), " done_on ", In2026(10, 20), "}"),
           &decisions);
  const DecisionListOptions options = {.codes = {{"institutions/a/plans/p/elements/e1", "1.1"}},
                                       .language = "en",
                                       .today = kDueToday,
                                       .width = 80};
  const std::string text = DecisionList(decisions, options);
  EXPECT_THAT(text, HasSubstr("2026-11-01  29 days late     1.1      Hire two  open"));
  EXPECT_THAT(text, HasSubstr("2026-11-30  today            2026-Q2            in progress  it"));
  EXPECT_THAT(text, HasSubstr("2026-10-01  done 2026-10-20  e9                 done"));
  EXPECT_THAT(text, HasSubstr("2 open decisions, 1 of them late.\n"));
  for (const std::string& line : std::vector<std::string>(absl::StrSplit(text, '\n')))
    EXPECT_LE(Width(line), 80) << text;
}

}  // namespace
}  // namespace athena::athenactl
