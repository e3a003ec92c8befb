// The board table of a small plan: what needs attention, in which order, and in which words.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/status/testing/matchers.h"
#include "services/reporting/board/testing/board_fixture.h"

namespace athena::reporting {
namespace {

using status::testing::Refuses;
using testing::BoardTest;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::kPlan;
using testing::kVisits;
using ::testing::SizeIs;
using ::testing::StartsWith;

TEST_F(BoardTest, TheVerdictAgreesWithTheScorecard) {
  Measured("a", "1.1", "a", "e1");
  ATHENA_ASSERT_OK_AND_ASSIGN(const v1::Scorecard card, Get(Asking("2022-Q1")));
  const v1::BoardTable table = Board();
  const v1::ScorecardNode& root = card.result().root();
  EXPECT_EQ(table.verdict().score().decimal(), root.score().decimal());
  EXPECT_EQ(table.verdict().status(), root.status());
  EXPECT_EQ(table.verdict().status_text(), "Amber: not quite on course");
  EXPECT_EQ(table.verdict().score_text(), "50.0");
  EXPECT_EQ(table.verdict().scale_text(), "of 100; green starts at 66.7");
  EXPECT_EQ(table.verdict().element_counts().amber(), 2);
  EXPECT_EQ(table.verdict().summary(), "1 axis: 1 amber. 1 Doel costs the plan most points: 50.0.");
  ASSERT_THAT(table.axes(), SizeIs(1));
  EXPECT_EQ(table.axes(0).score().decimal(), root.children(0).score().decimal());
  EXPECT_EQ(table.axes(0).status_text(), "Amber");
  EXPECT_EQ(table.period_text(), "first quarter of 2022");
  EXPECT_EQ(table.coverage().text(),
            "100.0\u00a0% of the weight has a score. 6 of 6 figures received; 0 are missing.");
  EXPECT_EQ(table.basis().plan_revision(), 7);
  // The plan began in 2021-Q1: five quarters.
  ASSERT_THAT(table.verdict().history(), SizeIs(5));
  EXPECT_EQ(table.verdict().history(0).period(), "2021-Q1");
  EXPECT_EQ(table.verdict().on_quarter_before().text(), "0.0, stable (50.0)");
}

TEST_F(BoardTest, RedIsToldNewFirstThenCriticalThenByPointsLost) {
  Measured("a", "2", "a");
  Measured("b", "3", "b").set_critical(true);
  Measured("c", "4", "c");
  Measured("d", "5", "d");
  indicator_.values = {{1, "190"}, {2, "190"}, {3, "150"}, {4, "100"}};
  // 5 was RED in the quarter before, and in the one before that.
  for (const char* quarter : {"2021-Q1", "2021-Q2", "2021-Q3", "2021-Q4"}) {
    for (int i = 1; i <= 3; ++i) indicator_.values_at[{quarter, i}] = "250";
  }
  indicator_.values_at[{"2021-Q2", 4}] = "250";
  const v1::BoardTable table = Board();
  EXPECT_EQ(table.red().heading(), "What is red, and why: 4 of 5");
  EXPECT_EQ(table.red().text(), "New this quarter: 3. Red for longer: 1.");
  EXPECT_THAT(CodesOf(table.red().lines()), ElementsAre("3", "4", "2", "5"));
  const v1::BoardAttentionLine& first = table.red().lines(0);
  EXPECT_EQ(first.since(), "2022-Q1");
  EXPECT_EQ(first.since_text(), "this quarter");
  EXPECT_EQ(first.points_lost().decimal(), "14");  // 70 / 5
  EXPECT_EQ(first.status_text(), "Red");
  EXPECT_EQ(first.on_quarter_before().text(), "−20.0, declining (50.0)");
  EXPECT_EQ(first.why(), "Bezoeken – b: 190 against at least 300; red below 200.");
  ASSERT_THAT(first.reasons(), SizeIs(1));
  EXPECT_EQ(first.reasons(0).kind(), v1::BoardReason::KIND_INDICATOR_RED);
  EXPECT_EQ(first.reasons(0).value().decimal(), "190");
  EXPECT_EQ(first.reasons(0).assessment().red_flag().decimal(), "200");
  const v1::BoardAttentionLine& last = table.red().lines(3);
  EXPECT_EQ(last.since(), "2021-Q3");
  EXPECT_EQ(last.since_text(), "3 quarters");
  EXPECT_FALSE(last.or_longer());
  EXPECT_THAT(table.verdict().summary(), HasSubstr("3 elements turned red this quarter."));
}

TEST_F(BoardTest, ASectionHasTenLinesAndCountsTheRest) {
  for (int i = 0; i < 13; ++i) {
    Measured(absl::StrCat("a", i), absl::StrCat("2.", i), absl::StrCat("s", 10 + i));
    indicator_.values[i + 1] = "150";
  }
  const v1::BoardTable table = Board();
  EXPECT_EQ(table.red().total(), 13);
  EXPECT_THAT(table.red().lines(), SizeIs(10));
  EXPECT_EQ(table.red().left_out(), 3);
  EXPECT_EQ(table.red().lines(9).element().code(), "2.9");  // ties by code
}

TEST_F(BoardTest, WhatOneElementMakesRedIsToldWithIt) {
  Add("top", "2");
  Measured("a", "2.1", "a", "top");
  indicator_.values[1] = "100";
  const v1::BoardTable table = Board();
  EXPECT_EQ(table.red().total(), 2);
  EXPECT_EQ(table.red().left_out(), 0);
  ASSERT_THAT(table.red().lines(), SizeIs(1));
  EXPECT_EQ(table.red().lines(0).element().code(), "2.1");
  ASSERT_THAT(table.red().lines(0).makes_red(), SizeIs(1));
  EXPECT_EQ(table.red().lines(0).makes_red(0).code(), "2");
}

TEST_F(BoardTest, ReasonsAreProgressMilestonesAndElementsBelow) {
  plan_.more_header.mutable_plan()->set_progress_expected_from("2021-Q1");
  plan::v1::Element& action = Add("a", "2");
  Parse("start_date { year: 2021 month: 1 day: 1 } end_date { year: 2022 month: 12 day: 31 }",
        &action);
  Milestone("m", 3, 1, true, &action);
  plan::v1::ProgressReport report;
  report.set_name(Named("a") + "/progressReports/2022-Q1");
  report.set_quarter("2022-Q1");
  report.set_state(plan::v1::ProgressReport::STATE_VALIDATED);
  report.set_percent_complete(30);
  (*report.mutable_blockers()->mutable_text())["fr"] = "Marché retardé";
  plan_.reports = {report};
  const v1::BoardTable table = Board();
  ASSERT_THAT(table.red().lines(), SizeIs(1));
  const v1::BoardAttentionLine& line = table.red().lines(0);
  // 30 % after 455 of 730 days: 0.4813.
  EXPECT_EQ(
      line.why(),
      "Progress: 30\u00a0% done, which is 48\u00a0% of what the elapsed time asks; green from "
      "90\u00a0%, red below 70\u00a0%. Critical milestone missed: Go-live m "
      "(1\u00a0Mar\u00a02022).");
  EXPECT_EQ(line.note(), "Marché retardé");
  EXPECT_EQ(line.note_language(), "fr");
  EXPECT_EQ(table.milestones().lines(0).due_text(), "1\u00a0Mar\u00a02022, 30 days late");
  EXPECT_EQ(table.milestones().heading(), "Missed milestones: 1, of which 1 critical");
}

TEST_F(BoardTest, HeldAtAmberAndARedIndicatorInsideComeNext) {
  plan::v1::Element& held = Measured("a", "2", "a");
  held.set_delivery_weight(0);
  Milestone("m", 3, 31, true, &held);
  plan::v1::Element& hiding = Measured("b", "3", "b");
  *hiding.add_indicators() = hiding.indicators(0);
  (*hiding.mutable_indicators(1)->mutable_slice())["site"] = "c";
  indicator_.values = {{1, "400"}, {2, "150"}, {3, "300"}};
  const v1::BoardTable table = Board();
  EXPECT_EQ(table.held().heading(),
            "Not red, but look: 1 held at amber, 1 with a red indicator inside");
  EXPECT_THAT(CodesOf(table.held().lines()), ElementsAre("2", "3"));
  EXPECT_EQ(table.held().lines(0).why(),
            "Would be green, but is held at amber. Critical milestone missed: Go-live m "
            "(31\u00a0Mar\u00a02022).");
  EXPECT_EQ(table.held().lines(1).why(), "Bezoeken – b: 150 against at least 300; red below 200.");
  EXPECT_EQ(table.milestones().lines(0).due_text(), "31\u00a0Mar\u00a02022, just due");
}

TEST_F(BoardTest, MovesAreTheLargestChangesOfStatus) {
  Measured("a", "2", "a");
  Measured("b", "3", "b");
  indicator_.values = {{1, "330"}, {2, "190"}};
  indicator_.values_at[{"2021-Q4", 1}] = "190";
  indicator_.values_at[{"2021-Q4", 2}] = "400";
  const v1::BoardTable table = Board();
  EXPECT_EQ(table.moves().heading(), "What moved since 2021-Q4");
  EXPECT_EQ(table.moves().text(),
            "2 elements changed status: 1 worse, 1 better, 0 lost their score, 0 gained one.");
  ASSERT_THAT(table.moves().down(), SizeIs(1));
  EXPECT_EQ(table.moves().down(0).status_text(), "Green → Red");
  EXPECT_EQ(table.moves().down(0).score_text(), "100.0 → 30.0");
  EXPECT_EQ(table.moves().up(0).element().code(), "2");
  const v1::BoardTable first = Board(Of("2021-Q1"));
  EXPECT_EQ(first.moves().text(), "The plan has no earlier quarter.");
  EXPECT_EQ(first.verdict().on_quarter_before().text(), "no earlier score");
}

constexpr char kRegisters[] = R"(
  units { name: 'institutions/gob/units/it' display_name { text { key: 'en' value: 'IT' } } }
  units { name: 'institutions/gob/units/net' parent_unit: 'institutions/gob/units/it'
          display_name { text { key: 'en' value: 'Networks' } } }
  decisions {
    name: 'institutions/gob/decisions/late' title { text { key: 'en' value: 'Report' } }
    element: 'institutions/gob/plans/p/elements/e1' responsible_unit: 'institutions/gob/units/it'
    publication: 'institutions/gob/plans/p/scorecards/2021-Q4/publications/6'
    due_date { year: 2022 month: 3 day: 31 } state: STATE_OPEN
  }
  decisions {
    name: 'institutions/gob/decisions/whole' title { text { key: 'en' value: 'Publish it' } }
    publication: 'institutions/gob/plans/p/scorecards/2021-Q4/publications/6'
    due_date { year: 2022 month: 4 day: 1 } responsible: 'director'
  }
  decisions {
    name: 'institutions/gob/decisions/later' title { text { key: 'en' value: 'Name owners' } }
    element: 'institutions/gob/plans/p/elements/e1' responsible: 'secretary'
    due_date { year: 2022 month: 4 day: 1 } state: STATE_IN_PROGRESS
  }
  risks {
    name: 'institutions/gob/risks/crm' code: 'R-1' title { text { key: 'en' value: 'CRM late' } }
    inherent_likelihood: 4 inherent_impact: 5 residual_likelihood: 4 residual_impact: 4
    treatment: TREATMENT_REDUCE owner_unit: 'institutions/gob/units/it'
    elements: 'institutions/gob/plans/p/elements/e1'
    next_review_on { year: 2022 month: 1 day: 1 }
  }
  risks {
    name: 'institutions/gob/risks/leak' code: 'R-2' title { text { key: 'en' value: 'Leak' } }
    inherent_likelihood: 2 inherent_impact: 5 elements: 'institutions/gob/plans/p/elements/e1'
  }
  processes {
    name: 'institutions/gob/processes/desk' code: 'P-1' title { text { key: 'en' value: 'Desk' } }
    indicators: 'institutions/gob/indicators/visits' risks: 'institutions/gob/risks/crm'
    elements: 'institutions/gob/plans/p/elements/e1' owner_unit: 'institutions/gob/units/net'
  }
  budget_lines {
    name: 'institutions/gob/budgetLines/l' code: '1' year: 2022
    shares { element: 'institutions/gob/plans/p/elements/e1' share: 1 }
  }
  budget_amounts {
    budget_line: 'l' quarter: '2022-Q1'
    commitment_initial { units: 42000000 } commitment_adjusted { units: 42000000 }
    payment_initial { units: 40300000 } payment_adjusted { units: 40300000 }
    committed { units: 38400000 } paid { units: 5200000 }
  }
)";

TEST_F(BoardTest, RisksBudgetProcessesAndDecisions) {
  Parse(kRegisters, &plan_.more);
  indicator_.values = {{0, "150"}};
  const v1::BoardTable table = Board();

  EXPECT_EQ(table.risks().heading(), "Top residual risks: 2 of 2");
  EXPECT_EQ(table.risks().text(), "Without treatment: 1. Reviews overdue: 1.");
  EXPECT_EQ(table.risks().lines(0).score_text(), "4 × 4 = 16; before controls 20");
  EXPECT_EQ(table.risks().lines(0).treatment_text(), "treatment: reduce");
  EXPECT_EQ(table.risks().lines(0).owner().title(), "IT");
  EXPECT_TRUE(table.risks().lines(0).has_review_overdue_since());
  EXPECT_THAT(table.risks().lines(0).elements(), SizeIs(1));
  EXPECT_EQ(table.risks().lines(1).treatment_text(), "treatment: none yet");

  EXPECT_EQ(table.budget().text(),
            "25\u00a0% of 2022 has elapsed. Paid more than 10 points below that is behind. "
            "€\u00a038.4\u00a0m committed of €\u00a042.0\u00a0m; €\u00a05.2\u00a0m paid of "
            "€\u00a040.3\u00a0m.");
  EXPECT_EQ(table.budget().timing_text(), "behind");  // 0.129 against 0.247
  ASSERT_THAT(table.budget().lines(), SizeIs(1));
  EXPECT_EQ(table.budget().lines(0).text(), "committed 91.4\u00a0%, paid 12.9\u00a0%");

  EXPECT_EQ(table.processes().heading(), "Processes: 1, of which 1 red");
  EXPECT_EQ(table.processes().lines(0).text(),
            "1 of 1 indicator red, 0 without score. 1 risk, of 16.");
  EXPECT_EQ(table.processes().lines(0).owner().title(), "Networks");
  EXPECT_EQ(table.processes().lines(0).status(), v1::SCORECARD_STATUS_RED);

  EXPECT_EQ(table.decisions().heading(), "Open decisions: 3, of which 1 overdue");
  EXPECT_EQ(table.decisions().lines(0).due_text(), "31\u00a0Mar\u00a02022, overdue");
  EXPECT_EQ(table.decisions().lines(0).responsible_unit().title(), "IT");
  EXPECT_THAT(table.decisions().lines(0).publication(), HasSubstr("publications/6"));
  EXPECT_EQ(table.decisions().lines(1).title(), "Publish it");
  EXPECT_FALSE(table.decisions().lines(1).has_element());
  EXPECT_EQ(table.decisions().lines(2).due_text(), "1\u00a0Apr\u00a02022");
  EXPECT_TRUE(table.decisions().lines(2).in_progress());
}

TEST_F(BoardTest, OtherInstitutionsSeeNoneOfThese) {
  Parse(kRegisters, &plan_.more);
  v1::GetBoardTableRequest request = Of("2022-Q1");
  request.set_name("institutions/tal/plans/p/scorecards/2022-Q1/boardTable");
  const v1::BoardTable table = Board(request);
  EXPECT_TRUE(table.has_verdict());
  EXPECT_FALSE(table.has_risks() || table.has_budget() || table.has_processes() ||
               table.has_decisions());
}

TEST_F(BoardTest, WhatIsMissingSaysWhoOwesItAndSinceWhen) {
  plan_.more_header.mutable_plan()->set_progress_expected_from("2021-Q1");
  plan::v1::Element& action = Add("a", "2");
  Parse("start_date { year: 2021 month: 1 day: 1 } end_date { year: 2022 month: 12 day: 31 }",
        &action);
  action.set_lead("project leader");
  Parse(R"(budget_lines {
             name: 'institutions/gob/budgetLines/l' code: '1' year: 2022
             shares { element: 'institutions/gob/plans/p/elements/a' share: 1 } })",
        &plan_.more);
  indicator_.has_value = false;
  Parse("own { reason: NO_VALUE_REASON_INCOMPLETE present: 2 }", &indicator_.more_value);
  indicator_.more_definition.mutable_indicator()->set_owner("Mobility");
  indicator_.more_definition.mutable_indicator()->set_steward("statistician");
  indicator_.more_definition.mutable_indicator()->set_kind(indicator::v1::Indicator::KIND_BASE);
  const v1::BoardMissingSection missing = Board().missing();
  EXPECT_EQ(missing.heading(), "Data missing: 3, and who owes them");
  EXPECT_EQ(missing.without_score(), 2);
  ASSERT_THAT(missing.lines(), SizeIs(3));
  EXPECT_EQ(missing.lines(0).kind(), v1::BoardMissing::KIND_VALUES);
  EXPECT_EQ(missing.lines(0).text(),
            "2 of 3 figures for 2022-Q1: too many figures are missing; due "
            "14\u00a0Apr\u00a02022.");
  EXPECT_EQ(missing.lines(0).owed_by(), "Mobility");
  EXPECT_EQ(missing.lines(0).steward(), "statistician");
  EXPECT_EQ(missing.lines(1).kind(), v1::BoardMissing::KIND_REPORT);
  EXPECT_EQ(missing.lines(1).owed_by(), "project leader");
  EXPECT_EQ(missing.lines(1).text(), "No progress report for 2022-Q1; due 14\u00a0Apr\u00a02022.");
  EXPECT_EQ(missing.lines(2).kind(), v1::BoardMissing::KIND_AMOUNTS);
  EXPECT_EQ(missing.lines(2).text(), "Amounts of 2022-Q1 are missing.");
}

TEST_F(BoardTest, IndicatorsWithoutTargetAreListed) {
  indicator_.has_target = false;
  indicator_.value = "1240";
  indicator_.more_definition.mutable_indicator()->set_unit("persons");
  const v1::BoardTable table = Board();
  EXPECT_EQ(table.untargeted().heading(), "Indicators without target: 1");
  EXPECT_EQ(table.untargeted().lines(0).value_text(), "1,240\u00a0persons");
  EXPECT_THAT(table.missing().lines(), IsEmpty());
  EXPECT_THAT(table.red().lines(), IsEmpty());
}

TEST_F(BoardTest, FiltersHideLinesAndChangeNoScore) {
  Parse(kRegisters, &plan_.more);
  plan::v1::Element& over = Measured("a", "2", "a");
  over.set_scope(plan::v1::Element::SCOPE_OVERARCHING);
  over.set_priority(2);
  plan::v1::Element& net = Measured("b", "3", "b");
  net.set_owner_unit("institutions/gob/units/net");
  net.set_priority(3);
  indicator_.value = "150";
  const v1::BoardTable all = Board();
  EXPECT_EQ(all.red().total(), 3);
  const auto codes = [&](const v1::GetBoardTableRequest& request) {
    const v1::BoardTable table = Board(request);
    EXPECT_EQ(table.verdict().SerializeAsString(), all.verdict().SerializeAsString());
    EXPECT_THAT(table.decisions().lines(), IsEmpty());
    EXPECT_THAT(table.risks().lines(), IsEmpty());
    return CodesOf(table.red().lines());
  };
  v1::GetBoardTableRequest request = Of("2022-Q1");
  request.set_scope(plan::v1::Element::SCOPE_OVERARCHING);
  EXPECT_THAT(codes(request), ElementsAre("2"));
  request = Of("2022-Q1");
  request.set_max_priority(2);
  EXPECT_THAT(codes(request), ElementsAre("2"));
  request.set_max_priority(3);
  EXPECT_THAT(codes(request), ElementsAre("2", "3"));
  request = Of("2022-Q1");
  request.set_unit("institutions/gob/units/it");  // above net
  EXPECT_THAT(codes(request), ElementsAre("3"));
}

TEST_F(BoardTest, SentencesAreInTheLanguageAskedForAndTitlesAsTheyAre) {
  Measured("a", "2", "a");
  indicator_.values[1] = "150";
  v1::BoardTable table = Board(Of("2022-Q1", "nl-BE"));
  EXPECT_EQ(table.language(), "nl");
  EXPECT_EQ(table.verdict().status_text(), "Oranje: niet helemaal op koers");
  EXPECT_EQ(table.red().lines(0).why(),
            "Bezoeken – a: 150 tegenover minstens 300; rood onder 200.");
  EXPECT_EQ(table.red().lines(0).element().title_language(), "nl");  // "nl-BE" was asked for
  table = Board(Of("2022-Q1", "fr"));
  EXPECT_EQ(table.language(), "fr");
  EXPECT_THAT(table.red().heading(), StartsWith("Ce qui est rouge, et pourquoi\u00a0: 1 sur 2"));
  // The plan's own language, where the one asked for has no sentences.
  table = Board(Of("2022-Q1", "de"));
  EXPECT_EQ(table.language(), "nl");
  EXPECT_EQ(table.red().lines(0).element().title(), "Actie 2");
  EXPECT_EQ(table.red().lines(0).element().title_language(), "nl");
}

TEST_F(BoardTest, ReadsTwoYearsAndAllPartsOnce) {
  Board();
  ASSERT_THAT(plan_.Requests(), SizeIs(1));
  EXPECT_THAT(plan_.Requests().back().parts(), SizeIs(5));
  const auto periods = indicator_.Requests().back().periods();
  EXPECT_EQ(std::set<std::string>(periods.begin(), periods.end()).size(),
            static_cast<size_t>(periods.size()));
  EXPECT_LE(periods.size(), 9);
  const v1::BoardTable again = Board();
  EXPECT_EQ(plan_.Requests().back().if_newer_than(), "plan-1");
  EXPECT_EQ(again.SerializeAsString(), Board().SerializeAsString());
}

TEST_F(BoardTest, TheBasisGivesTheSameAgain) {
  const v1::BoardTable now = Board();
  v1::GetBoardTableRequest request = Of("2022-Q1");
  *request.mutable_as_of()->mutable_basis() = now.basis();
  EXPECT_EQ(Board(request).SerializeAsString(), now.SerializeAsString());
}

TEST_F(BoardTest, AllFaultsAreNamedAtOnce) {
  v1::GetBoardTableRequest request = Of("2022");
  request.set_max_priority(6);
  request.set_scope(static_cast<plan::v1::Element::Scope>(9));
  request.set_language_code("e n");
  EXPECT_THAT(reporting_->GetBoard(request), Refuses("INVALID_FIELDS"));
  EXPECT_THAT(plan_.Requests(), IsEmpty());
  request = Of("2022-Q1");
  request.set_unit("institutions/tal/units/u");
  EXPECT_THAT(reporting_->GetBoard(request), Refuses("INVALID_FIELDS"));
  request = Of("2022-Q1");
  request.set_name(std::string(kPlan) + "/scorecards/2022-Q1");
  EXPECT_THAT(reporting_->GetBoard(request), Refuses("INVALID_FIELDS"));
}

TEST_F(BoardTest, QuartersOutsideThePlanAreRefused) {
  EXPECT_THAT(reporting_->GetBoard(Of("2020-Q4")), Refuses("PERIOD_OUTSIDE_PLAN"));
  // Though the table would read quarters within the plan.
  now_ = absl::FromCivil(absl::CivilSecond(2023, 5, 1), absl::UTCTimeZone());
  EXPECT_THAT(reporting_->GetBoard(Of("2023-Q1")), Refuses("PERIOD_OUTSIDE_PLAN"));
}

TEST_F(BoardTest, AQuarterThatHasNotBegunHasNoLines) {
  const v1::BoardTable table = Board(Of("2022-Q4"));
  EXPECT_EQ(table.verdict().reason(), v1::SCORECARD_REASON_NOT_BEGUN);
  EXPECT_THAT(table.red().lines(), IsEmpty());
  EXPECT_THAT(table.missing().lines(), IsEmpty());
}

}  // namespace
}  // namespace athena::reporting
