#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "services/athenactl/terminal/text.h"
#include "services/athenactl/views/plans/operational_plan_text.h"
#include "services/athenactl/views/plans/plan_tree.h"

namespace athena::athenactl {
namespace {

namespace plan = athena::plan::v1;
using ::testing::HasSubstr;
using ::testing::Not;

template <typename Message>
Message ParsePlanText(const std::string& text) {
  Message message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message)) << text;
  return message;
}

void ExpectColumns(const std::string& text, int columns) {
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    EXPECT_LE(Width(View(line)), columns) << line;
  }
}

// An objective with two actions; the second one comes first, as its code orders.
plan::GetPlanTreeResponse Tree() {
  return ParsePlanText<plan::GetPlanTreeResponse>(R"(
    header { plan { name: "institutions/a/plans/p" first_quarter: "2021-Q1"
                    last_quarter: "2026-Q4" state: STATE_ACTIVE languages: "nl"
                    title { text { key: "nl" value: "Strategie" }
                            text { key: "en" value: "Strategy" } } } }
    elements { name: "institutions/a/plans/p/elements/e11" code: "1.1"
               parent_element: "institutions/a/plans/p/elements/e1" state: STATE_IN_PROGRESS
               title { text { key: "nl" value: "Telewerk" } text { key: "en" value: "Telework" } }
               lead: "head of HR" owner_unit: "institutions/a/units/hr"
               end_date { year: 2026 month: 12 day: 31 } }
    elements { name: "institutions/a/plans/p/elements/e1" code: "1" state: STATE_PLANNED
               title { text { key: "nl" value: "Werk" } } owner_unit: "institutions/a/units/hr" }
    elements { name: "institutions/a/plans/p/elements/e12" code: "1.2"
               parent_element: "institutions/a/plans/p/elements/e1" state: STATE_CANCELLED
               title { text { key: "nl" value: "Gebouw" } }
               end_date { year: 2026 month: 6 day: 30 }
               cancelled_on { year: 2025 month: 3 day: 1 } }
    elements { name: "institutions/a/plans/p/elements/e2" code: "2" state: STATE_COMPLETED
               parent_element: "institutions/a/plans/p/elements/unknown"
               title { text { key: "nl" value: "Archief" } }
               end_date { year: 2026 month: 6 day: 30 }
               completed_on { year: 2024 month: 5 day: 2 } }
    progress_reports { name: "institutions/a/plans/p/elements/e11/progressReports/2026-Q1"
                       quarter: "2026-Q1" state: STATE_VALIDATED percent_complete: 40 }
    progress_reports { name: "institutions/a/plans/p/elements/e11/progressReports/2026-Q2"
                       quarter: "2026-Q2" state: STATE_SUBMITTED percent_complete: 1052.5 }
    progress_reports { name: "institutions/a/plans/p/elements/e11/progressReports/2026-Q3"
                       quarter: "2026-Q3" state: STATE_RETURNED percent_complete: 99 }
    progress_reports { name: "institutions/a/plans/p/elements/e12/progressReports/2025-Q1"
                       quarter: "2025-Q1" state: STATE_VALIDATED percent_complete: 10 })");
}

TEST(PlanTreeTest, ElementsStandBelowTheirParentsWithTheNewestReportThatCounts) {
  EXPECT_EQ(PlanTreeText(Tree(), {.language = "en"}),
            "Strategy\n"
            "2021-Q1 to 2026-Q4, active\n"
            "\n"
            "CODE  ELEMENT     STATE             DONE  REPORT    END         LEAD        UNIT\n"
            "1     Werk        planned                                       hr          hr\n"
            "1.1     Telework  in progress  1,052.5 %  2026-Q2*  2026-12-31  head of HR  hr\n"
            "1.2     Gebouw    cancelled         10 %  2025-Q1   2025-03-01\n"
            "2     Archief     completed                         2024-05-02\n"
            "* not validated yet\n"
            "\n"
            "4 elements: 1 planned, 1 in progress, 1 completed, 1 cancelled\n");
}

TEST(PlanTreeTest, TextsAndNumbersAreInThePlansFirstLanguage) {
  const std::string text = PlanTreeText(Tree(), {});
  EXPECT_THAT(text, HasSubstr("Strategie\n"));
  EXPECT_THAT(text, HasSubstr("Telewerk"));
  EXPECT_THAT(text, HasSubstr("1.052,5 %"));
}

TEST(PlanTreeTest, DepthLeavesOutWhatIsDeeperAndStillCountsIt) {
  const std::string text = PlanTreeText(Tree(), {.depth = 1});
  EXPECT_THAT(text, Not(HasSubstr("Telewerk")));
  EXPECT_THAT(text, HasSubstr("Archief"));
  EXPECT_THAT(text, HasSubstr("4 elements: "));
  EXPECT_THAT(text, Not(HasSubstr("not validated")));
  EXPECT_THAT(PlanTreeText(Tree(), {.depth = 2}), HasSubstr("Telewerk"));
}

TEST(PlanTreeTest, FitsEightyColumnsWithoutCuttingDatesAndStates) {
  plan::GetPlanTreeResponse tree = Tree();
  auto& element = *tree.mutable_elements(0);
  (*element.mutable_title()->mutable_text())["nl"] = std::string(300, 't');
  element.set_lead(std::string(200, 'l'));
  (*tree.mutable_header()->mutable_plan()->mutable_title()->mutable_text())["nl"] =
      std::string(300, 'p');
  const std::string text = PlanTreeText(tree, {.width = 80});
  ExpectColumns(text, 80);
  EXPECT_THAT(text, HasSubstr("in progress"));
  EXPECT_THAT(text, HasSubstr("2026-12-31"));
  EXPECT_THAT(text, HasSubstr("2026-Q2*"));
}

TEST(PlanTreeTest, APlanWithoutElementsSaysSo) {
  plan::GetPlanTreeResponse tree = Tree();
  tree.clear_elements();
  EXPECT_THAT(PlanTreeText(tree, {}), HasSubstr("It has no elements yet.\n"));
}

plan::OperationalPlan UnitPlan() {
  return ParsePlanText<plan::OperationalPlan>(R"(
    name: "institutions/a/plans/p/operationalPlans/hr-2026-1" unit: "institutions/a/units/hr"
    year: 2026 version: 1 state: STATE_APPROVED approved_by: "vera"
    approve_time { seconds: 1770000000 }
    notes { text { key: "nl" value: "Onder voorbehoud" } }
    items { element: "institutions/a/plans/p/elements/e11" code: "1.1" role: ROLE_OWNER
            title { text { key: "nl" value: "Telewerk" } }
            start_date { year: 2024 month: 1 day: 1 } end_date { year: 2026 month: 12 day: 31 }
            staff: 1.5 money { units: 12000 nanos: 500000000 }
            milestones { id: "late" title { text { key: "nl" value: "In gebruik" } } critical: true
                         due_date { year: 2026 month: 11 day: 30 } } }
    items { element: "institutions/a/plans/p/elements/e12" code: "1.2" role: ROLE_CONTRIBUTOR
            title { text { key: "nl" value: "Gebouw" } } end_date { year: 2026 month: 12 day: 31 }
            completed_on { year: 2026 month: 2 day: 3 }
            milestones { id: "early" title { text { key: "nl" value: "Getekend" } }
                         due_date { year: 2026 month: 2 day: 28 }
                         done_date { year: 2026 month: 2 day: 3 } } }
    items { element: "institutions/a/plans/p/elements/e13" code: "1.3" role: ROLE_OWNER gone: true
            title { text { key: "nl" value: "Weg" } } staff: 4
            milestones { id: "never" title { text { key: "nl" value: "Nooit" } }
                         due_date { year: 2026 month: 1 day: 1 } } }
    total_staff { value: 1.5 decimal: "1.5" } total_money { units: 12000 nanos: 500000000 })");
}

TEST(OperationalPlanTextTest, ShowsItemsSumsNotesAndMilestonesByDay) {
  EXPECT_EQ(
      OperationalPlanText(UnitPlan(), {.language = "nl"}),
      "Operational plan of hr for 2026, version 1: approved by vera, 2026-02-02 02:40:00 UTC\n"
      "\n"
      "CODE  ACTION    ROLE         START       END         STAFF      EUROS\n"
      "1.1   Telewerk  owner        2024-01-01  2026-12-31    1,5  12.000,50\n"
      "1.2   Gebouw    contributor              2026-02-03\n"
      "1.3   Weg       gone                                     4\n"
      "      in all                                           1,5  12.000,50\n"
      "\n"
      "DUE         CODE  MILESTONE   REACHED     CRITICAL\n"
      "2026-02-28  1.2   Getekend    2026-02-03\n"
      "2026-11-30  1.1   In gebruik              critical\n"
      "\n"
      "Onder voorbehoud\n");
}

TEST(OperationalPlanTextTest, SaysWhereItStands) {
  plan::OperationalPlan unit_plan = UnitPlan();
  unit_plan.set_state(plan::OperationalPlan::STATE_DRAFT);
  EXPECT_THAT(OperationalPlanText(unit_plan, {}), HasSubstr("version 1: draft\n"));
  unit_plan.set_state(plan::OperationalPlan::STATE_SUBMITTED);
  unit_plan.set_submitted_by("ann");
  EXPECT_THAT(OperationalPlanText(unit_plan, {}), HasSubstr(": submitted by ann, "));
  unit_plan.set_state(plan::OperationalPlan::STATE_RETURNED);
  unit_plan.set_returned_by("vera");
  unit_plan.set_return_reason("too dear");
  EXPECT_THAT(OperationalPlanText(unit_plan, {}),
              AllOf(HasSubstr(": returned by vera, "), HasSubstr(" UTC: too dear\n")));
  unit_plan.clear_items();
  EXPECT_THAT(OperationalPlanText(unit_plan, {}), HasSubstr("It has no actions.\n"));
}

TEST(OperationalPlanTextTest, FitsEightyColumns) {
  plan::OperationalPlan unit_plan = UnitPlan();
  auto& item = *unit_plan.mutable_items(0);
  (*item.mutable_title()->mutable_text())["nl"] = std::string(300, 't');
  (*item.mutable_notes()->mutable_text())["nl"] = "een lange nota " + std::string(300, 'n');
  (*unit_plan.mutable_notes()->mutable_text())["nl"] = std::string(400, 'n');
  item.mutable_money()->set_units(1'000'000'000'000);
  const std::string text = OperationalPlanText(unit_plan, {.language = "nl", .width = 80});
  ExpectColumns(text, 80);
  EXPECT_THAT(text, HasSubstr("1.000.000.000.000,50"));
}

TEST(OperationalPlanTextTest, TheVersionInForceIsShownElseTheNewest) {
  const auto shown = [](const std::string& versions) {
    const auto listed = ParsePlanText<plan::ListOperationalPlansResponse>(versions);
    const plan::OperationalPlan* const one = VersionToShow(listed);
    return one == nullptr ? 0 : one->version();
  };
  EXPECT_EQ(shown(""), 0);
  EXPECT_EQ(shown("operational_plans { version: 1 state: STATE_RETURNED }"), 1);
  EXPECT_EQ(shown("operational_plans { version: 1 state: STATE_APPROVED }"
                  "operational_plans { version: 3 state: STATE_APPROVED }"
                  "operational_plans { version: 2 state: STATE_APPROVED }"
                  "operational_plans { version: 4 state: STATE_DRAFT }"),
            3);
}

}  // namespace
}  // namespace athena::athenactl
