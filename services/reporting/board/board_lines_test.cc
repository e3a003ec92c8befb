// The lines of the board table's sections: which are shown, in which order, and for which reasons.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/reporting/board/testing/board_fixture.h"

namespace athena::reporting {
namespace {

using testing::BoardTest;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::kVisits;
using ::testing::SizeIs;
using v1::BoardReason;

class BoardLinesTest : public BoardTest {
 protected:
  // Adds a link to another slice.
  static plan::v1::IndicatorLink& AddLink(const std::string& slice, plan::v1::Element* element) {
    plan::v1::IndicatorLink& link = *element->add_indicators();
    link.set_indicator(kVisits);
    (*link.mutable_slice())["site"] = slice;
    return link;
  }
  // No selection has a value, though data are expected, but those of `values` in 2022-Q1.
  void OnlyThese(const std::map<int, std::string>& values) {
    indicator_.has_value = false;
    Parse("own { reason: NO_VALUE_REASON_INCOMPLETE present: 2 }", &indicator_.more_value);
    for (const auto& [selection, value] : values) {
      indicator_.values_at[{"2022-Q1", selection}] = value;
    }
  }
  static void Set(int year, int month, int day, common::v1::Date* date) {
    date->set_year(year);
    date->set_month(month);
    date->set_day(day);
  }
};

// --- Reasons

TEST_F(BoardLinesTest, ThreeReasonsAreGivenThoseOfCriticalIndicatorsFirst) {
  plan::v1::Element& red = Measured("a", "2", "a");
  AddLink("b", &red);
  AddLink("c", &red).set_critical(true);
  AddLink("d", &red);
  indicator_.values = {{1, "150"}, {2, "160"}, {3, "170"}, {4, "180"}};
  const v1::BoardTable table = Board();
  ASSERT_THAT(table.red().lines(), SizeIs(1));
  EXPECT_EQ(table.red().lines(0).why(),
            "Bezoeken – c: 170 against at least 300; red below 200. "
            "Bezoeken – a: 150 against at least 300; red below 200. "
            "Bezoeken – b: 160 against at least 300; red below 200.");
  ASSERT_THAT(table.red().lines(0).reasons(), SizeIs(3));
  EXPECT_TRUE(table.red().lines(0).reasons(0).critical());
  EXPECT_FALSE(table.red().lines(0).reasons(1).critical());
}

// Indicator a scores 50, and b counts as 0: 25.
TEST_F(BoardLinesTest, WhereNoPartIsRedTheirMeanIsTheReason) {
  plan_.more_header.mutable_plan()->set_missing_policy(plan::v1::Plan::MISSING_POLICY_ZERO);
  plan_.more_header.mutable_plan()->set_min_coverage(0.3);  // two of three figures of one of two
  AddLink("b", &Measured("a", "2", "a"));
  OnlyThese({{0, "250"}, {1, "250"}});
  const v1::BoardTable table = Board();
  ASSERT_THAT(table.red().lines(), SizeIs(1));
  EXPECT_EQ(table.red().lines(0).why(), "None of its parts is red, but their mean is below 33.3.");
  EXPECT_EQ(table.red().lines(0).reasons(0).kind(), BoardReason::KIND_LOW_SCORE);
}

TEST_F(BoardLinesTest, CriticalMilestonesComeFirst) {
  plan::v1::Element& action = Add("a", "2");
  Milestone("m", 2, 1, false, &action);
  Milestone("n", 3, 1, true, &action);
  const v1::BoardTable table = Board();
  ASSERT_THAT(table.red().lines(), SizeIs(1));
  EXPECT_EQ(table.red().lines(0).why(),
            "Milestones: 0 of 2 reached; green from 90\u00a0%, red below 70\u00a0%. "
            "Critical milestone missed: Go-live n (1\u00a0Mar\u00a02022). "
            "Milestone missed: Go-live m (1\u00a0Feb\u00a02022).");
}

// From the second quarter after that of their last day on, both are RED.
TEST_F(BoardLinesTest, BeingLongPastItsLastDayIsAReason) {
  plan_.more_header.mutable_plan()->set_progress_expected_from("2021-Q1");
  plan::v1::Element& objective = Add("a", "2");
  objective.set_kind(plan::v1::Element::KIND_OBJECTIVE);
  Milestone("m", 1, 1, false, &objective);
  *objective.mutable_milestones(0)->mutable_done_date() = objective.milestones(0).due_date();
  plan::v1::Element& action = Add("b", "3");
  for (plan::v1::Element* element : {&objective, &action}) {
    Set(2021, 1, 1, element->mutable_start_date());
    Set(2021, 6, 30, element->mutable_end_date());
  }
  const v1::BoardTable table = Board();
  // In the quarter before, the milestone was not judged, and the report was missing already.
  ASSERT_THAT(CodesOf(table.red().lines()), ElementsAre("2", "3"));
  EXPECT_EQ(table.red().lines(0).why(), "Not completed on its last day, 30\u00a0Jun\u00a02021.");
  EXPECT_EQ(table.red().lines(0).reasons(0).kind(), BoardReason::KIND_PAST_END);
  EXPECT_EQ(table.red().lines(0).reasons(0).date().month(), 6);
  EXPECT_EQ(table.red().lines(1).why(), "No progress report, and its last day is long past.");
}

TEST_F(BoardLinesTest, RedElementsBelowAreReasons) {
  Add("top", "2");
  Measured("a", "2.1", "a", "top");
  Measured("b", "2.2", "b", "top");
  indicator_.values = {{1, "150"}, {2, "150"}};
  const v1::BoardTable table = Board();
  // The one above has two causes, so that none of them is told in its place.
  ASSERT_THAT(CodesOf(table.red().lines()), ElementsAre("2", "2.1", "2.2"));
  EXPECT_EQ(table.red().lines(0).why(), "2.1 Action 2.1 is red. 2.2 Action 2.2 is red.");
  EXPECT_EQ(table.red().lines(0).reasons(1).element(), Named("b"));
}

TEST_F(BoardLinesTest, WhatTurnedRedWithItsCauseIsNewToo) {
  Add("top", "2");
  Measured("a", "2.1", "a", "top");
  indicator_.values = {{1, "100"}};
  indicator_.values_at[{"2021-Q4", 1}] = "400";
  const v1::BoardTable table = Board();
  EXPECT_THAT(table.red().lines(), SizeIs(1));
  EXPECT_EQ(table.red().text(), "New this quarter: 2. Red for longer: 0.");
}

TEST_F(BoardLinesTest, WhereAFilterHidesTheCauseTheElementAboveIsShown) {
  Add("top", "2").set_scope(plan::v1::Element::SCOPE_OVERARCHING);
  Measured("a", "2.1", "a", "top");
  indicator_.values = {{1, "100"}};
  v1::GetBoardTableRequest request = Of("2022-Q1");
  request.set_scope(plan::v1::Element::SCOPE_OVERARCHING);
  const v1::BoardTable table = Board(request);
  ASSERT_THAT(CodesOf(table.red().lines()), ElementsAre("2"));
  EXPECT_THAT(table.red().lines(0).makes_red(), IsEmpty());
  EXPECT_EQ(table.red().total(), 1);
}

// 2: (16.7 + 66.7) / 2 = 41.7. 3: (16.7 + 5 x 100) / 6 = 86.1, which a critical RED indicator
// holds; it costs the plan less.
TEST_F(BoardLinesTest, WhatIsHeldAtAmberComesFirstAndNamesEachReasonOnce) {
  AddLink("b", &Measured("a", "2", "a"));
  plan::v1::Element& held = Measured("b", "3", "c");
  held.mutable_indicators(0)->set_critical(true);
  AddLink("d", &held).set_weight(5);
  indicator_.values = {{1, "150"}, {2, "300"}, {3, "150"}, {4, "400"}};
  const v1::BoardTable table = Board();
  ASSERT_THAT(CodesOf(table.held().lines()), ElementsAre("3", "2"));
  EXPECT_EQ(table.held().lines(0).why(),
            "Would be green, but is held at amber. "
            "Bezoeken – c: 150 against at least 300; red below 200.");
  EXPECT_THAT(table.held().lines(0).reasons(), SizeIs(1));
}

TEST_F(BoardLinesTest, ACriticalPartWithoutScoreIsAReason) {
  plan::v1::Element& indicator = Measured("a", "2", "a");
  indicator.mutable_indicators(0)->set_weight(5);
  AddLink("b", &indicator).set_critical(true);
  Add("top", "3");
  Measured("c", "3.1", "c", "top").set_critical(true);
  Measured("d", "3.2", "d", "top").set_weight(5);
  OnlyThese({{1, "400"}, {4, "400"}});
  const v1::BoardTable table = Board();
  ASSERT_THAT(CodesOf(table.held().lines()), ElementsAre("2", "3"));
  for (const v1::BoardAttentionLine& line : table.held().lines()) {
    ASSERT_THAT(line.reasons(), SizeIs(1));
    EXPECT_EQ(line.reasons(0).kind(), BoardReason::KIND_PART_WITHOUT_SCORE);
    EXPECT_TRUE(line.reasons(0).critical());
  }
  EXPECT_EQ(table.held().lines(0).reasons(0).text(), "Bezoeken – b is critical and has no score.");
  EXPECT_EQ(table.held().lines(0).reasons(0).slice().at("site"), "b");
  EXPECT_EQ(table.held().lines(1).reasons(0).text(),
            "3.1 Action 3.1 is critical and has no score.");
}

TEST_F(BoardLinesTest, WhatAReportSaysOfTheRedIndicatorIsTheNote) {
  plan::v1::ProgressReport report;
  Parse(R"(quarter: '2022-Q1' state: STATE_VALIDATED
           blockers { text { key: 'en' value: 'No staff' } }
           indicator_notes { indicator: 'institutions/gob/indicators/visits'
                             cause { text { key: 'nl' value: 'Storing' } } })",
        &report);
  report.set_name(Named("e1") + "/progressReports/2022-Q1");
  plan_.reports = {report};
  indicator_.value = "150";
  EXPECT_EQ(Board().red().lines(0).note(), "Storing");
  EXPECT_EQ(Board().red().lines(0).note_language(), "nl");
  plan_.reports[0].clear_indicator_notes();
  plan_.changes = 2;
  EXPECT_EQ(Board().red().lines(0).note(), "No staff");
}

// The table shows eight quarters: those from 2020-Q2 on.
TEST_F(BoardLinesTest, WhatWasRedInAllQuartersMayHaveBeenSoForLonger) {
  plan_.more_header.mutable_plan()->set_first_quarter("2020-Q1");
  indicator_.value = "150";
  v1::BoardAttentionLine line = Board().red().lines(0);
  EXPECT_TRUE(line.or_longer());
  EXPECT_EQ(line.quarters(), 8);
  EXPECT_EQ(line.since(), "2020-Q2");
  EXPECT_EQ(line.since_text(), "8 quarters or longer");
  plan_.more_header.mutable_plan()->set_first_quarter("2020-Q2");
  plan_.changes = 2;
  line = Board().red().lines(0);
  EXPECT_FALSE(line.or_longer());
  EXPECT_EQ(line.since_text(), "8 quarters");
}

// --- What is counted and left out

TEST_F(BoardLinesTest, OfTheElementsThatFellFiveAreShown) {
  for (int i = 1; i <= 6; ++i) {
    Measured(absl::StrCat("a", i), absl::StrCat("2.", i), absl::StrCat("s", i));
    indicator_.values[i] = "150";
    indicator_.values_at[{"2021-Q4", i}] = "400";
  }
  const v1::BoardTable table = Board();
  EXPECT_EQ(table.moves().worse(), 6);
  EXPECT_THAT(CodesOf(table.moves().down()), ElementsAre("2.1", "2.2", "2.3", "2.4", "2.5"));
}

TEST_F(BoardLinesTest, EachSectionHasTenLines) {
  for (int i = 0; i < 11; ++i) {
    Measured(absl::StrCat("a", i), absl::StrCat("2.", i), absl::StrCat("s", 10 + i));
    Milestone(absl::StrCat("m", i), 2, 1, false, &plan_.more_element);
    plan::v1::Decision& decision = *plan_.more.add_decisions();
    decision.set_name(absl::StrCat("institutions/gob/decisions/d", i));
    decision.set_element(Named("e1"));
  }
  OnlyThese({});
  const v1::BoardTable table = Board();
  EXPECT_EQ(table.milestones().total(), 11);
  EXPECT_THAT(table.milestones().lines(), SizeIs(10));
  EXPECT_EQ(table.missing().total(), 12);  // of e1, too
  EXPECT_THAT(table.missing().lines(), SizeIs(10));
  EXPECT_EQ(table.decisions().total(), 11);
  EXPECT_THAT(table.decisions().lines(), SizeIs(10));
}

TEST_F(BoardLinesTest, MilestonesOfACancelledElementAreCountedApart) {
  plan::v1::Element& cancelled = Add("a", "2");
  Set(2022, 2, 1, cancelled.mutable_cancelled_on());
  Milestone("m", 1, 15, true, &cancelled);
  const v1::BoardTable table = Board();
  EXPECT_EQ(table.milestones().total(), 0);
  EXPECT_THAT(table.milestones().lines(), IsEmpty());
  EXPECT_EQ(table.milestones().of_inactive(), 1);
  EXPECT_THAT(table.milestones().text(), HasSubstr("1 more "));
}

// --- What is missing

// 14, 30 and 31 days after 31 March: the last day is that of the table, and not over.
TEST_F(BoardLinesTest, WhatIsMissingComesByItsDueDay) {
  plan::v1::Element& action = Add("a", "2");
  action.add_indicators()->set_indicator("institutions/gob/indicators/aaa");
  action.add_indicators()->set_indicator("institutions/gob/indicators/bbb");
  Parse("indicator { kind: KIND_BASE reporting_delay_days: 31 }",
        &indicator_.definitions["institutions/gob/indicators/aaa"]);
  Parse("indicator { kind: KIND_BASE reporting_delay_days: 30 }",
        &indicator_.definitions["institutions/gob/indicators/bbb"]);
  OnlyThese({});
  const v1::BoardMissingSection missing = Board().missing();
  ASSERT_THAT(missing.lines(), SizeIs(3));
  EXPECT_EQ(missing.lines(0).subject(), kVisits);
  EXPECT_EQ(missing.lines(0).due_date().day(), 14);
  EXPECT_EQ(missing.lines(1).subject(), "institutions/gob/indicators/bbb");
  EXPECT_EQ(missing.lines(1).due_date().day(), 30);
  EXPECT_EQ(missing.lines(2).subject(), "institutions/gob/indicators/aaa");
  EXPECT_FALSE(missing.lines(2).has_due_date());
}

TEST_F(BoardLinesTest, WhatIsMissingThoughThereIsAScoreComesLast) {
  Measured("a", "2", "a");
  OnlyThese({{0, "250"}});
  const v1::BoardMissingSection missing = Board().missing();
  EXPECT_EQ(missing.without_score(), 1);
  ASSERT_THAT(missing.lines(), SizeIs(2));
  EXPECT_EQ(missing.lines(0).slice().at("site"), "a");
  EXPECT_THAT(missing.lines(1).slice(), IsEmpty());
  EXPECT_EQ(missing.lines(1).text(), "2 of 3 figures for 2022-Q1; due 14\u00a0Apr\u00a02022.");
}

// Long past its last day, the action is RED without a report, before and after that is due.
TEST_F(BoardLinesTest, AReportIsMissingWhenItsDueDayIsOver) {
  plan_.more_header.mutable_plan()->set_progress_expected_from("2021-Q1");
  plan::v1::Element& action = Add("a", "2");
  Set(2021, 1, 1, action.mutable_start_date());
  Set(2021, 6, 30, action.mutable_end_date());
  now_ = absl::FromCivil(absl::CivilSecond(2022, 4, 14, 12, 0, 0), absl::UTCTimeZone());
  EXPECT_THAT(Board().missing().lines(), IsEmpty());
  EXPECT_THAT(Board().red().lines(), SizeIs(1));
  now_ += absl::Hours(24);
  const v1::BoardMissingSection missing = Board().missing();
  ASSERT_THAT(missing.lines(), SizeIs(1));
  EXPECT_EQ(missing.lines(0).kind(), v1::BoardMissing::KIND_REPORT);
  EXPECT_EQ(missing.lines(0).subject(), Named("a"));
}

TEST_F(BoardLinesTest, AmountsOfAQuarterAreMissingWhenItIsOver) {
  Parse(R"(
    budget_lines {
      name: 'institutions/gob/budgetLines/l' code: '1' year: 2022
      shares { element: 'institutions/gob/plans/p/elements/e1' share: 1 }
    }
    budget_lines {
      name: 'institutions/gob/budgetLines/before' code: '2' year: 2021
      shares { element: 'institutions/gob/plans/p/elements/e1' share: 1 }
    }
    budget_amounts {
      budget_line: 'l' quarter: '2022-Q1'
      commitment_initial { units: 4 } commitment_adjusted { units: 4 }
      payment_initial { units: 4 } payment_adjusted { units: 4 } committed { units: 3 }
    })",
        &plan_.more);
  now_ = absl::FromCivil(absl::CivilSecond(2022, 3, 31, 12, 0, 0), absl::UTCTimeZone());
  EXPECT_THAT(Board().missing().lines(), IsEmpty());
  now_ += absl::Hours(24);
  const v1::BoardMissingSection missing = Board().missing();
  ASSERT_THAT(missing.lines(), SizeIs(1));
  EXPECT_EQ(missing.lines(0).subject(), "institutions/gob/budgetLines/l");
  plan_.more.mutable_budget_amounts(0)->mutable_paid()->set_units(1);
  plan_.changes = 2;
  EXPECT_THAT(Board().missing().lines(), IsEmpty());
}

TEST_F(BoardLinesTest, AnEndedTargetIsListedAsEnded) {
  indicator_.has_target = false;
  v1::BoardUntargetedSection untargeted = Board().untargeted();
  ASSERT_THAT(untargeted.lines(), SizeIs(1));
  EXPECT_FALSE(untargeted.lines(0).ended());
  Parse("own { last_held { version: 1 target { decimal: '300' } red { decimal: '200' } } }",
        &indicator_.more_value);
  indicator_.token = "ended";
  untargeted = Board().untargeted();
  ASSERT_THAT(untargeted.lines(), SizeIs(1));
  EXPECT_TRUE(untargeted.lines(0).ended());
}

// --- Registers and summary

// P-1 scores 66.7, P-2 30, P-3 10, P-4 nothing, P-5 50.
TEST_F(BoardLinesTest, ProcessesComeByStatusAndTheRedOnesByScore) {
  for (int i = 1; i <= 5; ++i) {
    plan::v1::Process& process = *plan_.more.add_processes();
    process.set_name(absl::StrCat("institutions/gob/processes/p", i));
    process.set_code(absl::StrCat("P-", i));
    process.add_indicators(absl::StrCat("institutions/gob/indicators/p", i));
    process.add_elements(Named("e1"));
  }
  OnlyThese({{0, "300"}, {1, "190"}, {2, "130"}, {4, "250"}, {5, "250"}});
  const v1::BoardTable table = Board();
  std::vector<std::string> codes;
  for (const v1::BoardProcess& line : table.processes().lines()) codes.push_back(line.code());
  EXPECT_THAT(codes, ElementsAre("P-3", "P-2", "P-5", "P-4", "P-1"));
  // Of the plan's coverage, the indicators of processes are no part.
  EXPECT_EQ(table.coverage().expected(), 3);
  EXPECT_EQ(table.coverage().received(), 2);
}

TEST_F(BoardLinesTest, FromAMillionOnAmountsAreInMillions) {
  Parse(R"(
    budget_lines {
      name: 'institutions/gob/budgetLines/l' code: '1' year: 2022
      shares { element: 'institutions/gob/plans/p/elements/e1' share: 1 }
    }
    budget_amounts {
      budget_line: 'l' quarter: '2022-Q1' commitment_adjusted { units: 1000000 }
      committed { units: 500000 }
    })",
        &plan_.more);
  EXPECT_THAT(Board().budget().text(),
              HasSubstr("€\u00a00.5\u00a0m committed of €\u00a01.0\u00a0m;"));
  plan_.more.mutable_budget_amounts(0)->mutable_commitment_adjusted()->set_units(999'999);
  plan_.changes = 2;
  EXPECT_THAT(Board().budget().text(),
              HasSubstr("€\u00a0500,000.00 committed of €\u00a0999,999.00;"));
}

// Each scores 50, and has half of the plan's weight.
TEST_F(BoardLinesTest, OfAxesThatCostTheSameTheFirstIsNamed) {
  Measured("a", "2", "a");
  EXPECT_EQ(Board().verdict().summary(),
            "2 axes: 2 amber. 1 Doel costs the plan most points: 25.0.");
}

}  // namespace
}  // namespace athena::reporting
