// Budget, risks, milestones and narratives beside the scores.

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <string>

#include "libs/status/testing/matchers.h"
#include "services/reporting/scorecards/testing/scorecards_fixture.h"

namespace athena::reporting {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// Element e1 is that of the fake; e2 lies below it.
constexpr char kMore[] = R"(
  elements {
    name: 'institutions/gob/plans/p/elements/e2' code: '1.1' kind: KIND_ACTION
    parent_element: 'institutions/gob/plans/p/elements/e1'
    title { text { key: 'nl' value: 'Actie' } }
    milestones { id: 'm' title { text { key: 'nl' value: 'Proef' } } critical: true
                 due_date { year: 2022 month: 3 day: 1 } }
  }
  budget_lines {
    name: 'institutions/gob/budgetLines/l22' code: '1' year: 2022
    shares { element: 'institutions/gob/plans/p/elements/e2' share: 0.5 }
    shares { element: 'institutions/gob/plans/other/elements/x' share: 0.5 }
  }
  budget_lines {
    name: 'institutions/gob/budgetLines/l21' code: '1' year: 2021
    shares { element: 'institutions/gob/plans/p/elements/e1' share: 1 }
  }
  budget_amounts {
    budget_line: 'l22' quarter: '2022-Q1'
    commitment_initial { units: 800 } commitment_adjusted { units: 1000 }
    payment_initial { units: 800 } payment_adjusted { units: 1000 }
    committed { units: 500 } paid { units: 100 nanos: 500000000 }
  }
  budget_amounts { budget_line: 'l22' quarter: '2021-Q4' paid { units: 7 } }
  budget_amounts { budget_line: 'l21' quarter: '2021-Q1' paid { units: 50 } }
  risks {
    name: 'institutions/gob/risks/a' code: 'R-1' inherent_likelihood: 4 inherent_impact: 5
    residual_likelihood: 2 residual_impact: 3 treatment: TREATMENT_REDUCE
    elements: 'institutions/gob/plans/p/elements/e1'
    next_review_on { year: 2022 month: 3 day: 31 }
  }
  risks {
    name: 'institutions/gob/risks/b' code: 'R-2' inherent_likelihood: 4 inherent_impact: 4
    elements: 'institutions/gob/plans/p/elements/e2'
  }
  risks {
    name: 'institutions/gob/risks/closed' code: 'R-3' inherent_likelihood: 5 inherent_impact: 5
    elements: 'institutions/gob/plans/p/elements/e2' state: STATE_CLOSED
    closed_on { year: 2022 month: 2 day: 1 }
  }
)";

class FiguresTest : public testing::ScorecardsTest {
 protected:
  FiguresTest() {
    now_ = absl::FromCivil(absl::CivilSecond(2022, 5, 1), absl::UTCTimeZone());
    Parse(kMore, &plan_.more);
  }
  template <typename Message>
  static void Parse(const std::string& text, Message* message) {
    ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(text, message)) << text;
  }
  v1::Scorecard Card(v1::ScorecardView view = v1::SCORECARD_VIEW_FULL) {
    v1::GetScorecardRequest request = Asking("2022-Q1");
    request.set_view(view);
    absl::StatusOr<v1::Scorecard> card = Get(request);
    ATHENA_EXPECT_OK(card);
    return card.value_or(v1::Scorecard());
  }
  static const v1::ScorecardNode& Objective(const v1::Scorecard& card) {
    return card.result().root().children(0);
  }
};

TEST_F(FiguresTest, OnlyViewFullReadsAllPartsOfThePlan) {
  using Request = plan::v1::GetPlanTreeRequest;
  Card(v1::SCORECARD_VIEW_BASIC);
  EXPECT_THAT(plan_.Requests().back().parts(), ElementsAre(Request::PART_PROGRESS_REPORTS));
  Card();
  EXPECT_THAT(plan_.Requests().back().parts(), SizeIs(5));
}

TEST_F(FiguresTest, ANodeHasItsBudgetWithThatOfTheElementsBelow) {
  const v1::Scorecard card = Card();
  for (const v1::ScorecardNode& node :
       {card.result().root(), Objective(card), Objective(card).children(0)}) {
    const v1::NodeBudget& budget = node.budget();
    EXPECT_EQ(budget.year(), 2022);
    EXPECT_EQ(budget.lines(), 1);
    EXPECT_EQ(budget.incomplete_lines(), 0);
    EXPECT_EQ(budget.commitment_initial().decimal(), "400");
    EXPECT_EQ(budget.paid().decimal(), "50.25");  // half of 100.50
    EXPECT_EQ(budget.commitment_execution().decimal(), "0.5");
    EXPECT_EQ(budget.payment_execution().decimal(), "0.1005");
    // 90 of 365 days: 0.2466. 0.1005 is more than 0.10 below it.
    EXPECT_EQ(budget.elapsed().decimal(), "0.246575342466");
    EXPECT_EQ(budget.timing(), v1::NodeBudget::TIMING_BEHIND);
    EXPECT_FALSE(budget.has_cost_per_unit());
  }
}

TEST_F(FiguresTest, WithoutTheQuartersRowALineIsIncomplete) {
  plan_.more.mutable_budget_amounts()->DeleteSubrange(0, 1);
  const v1::Scorecard card = Card();
  EXPECT_EQ(card.result().root().budget().incomplete_lines(), 1);
  EXPECT_FALSE(card.result().root().budget().has_paid());
  plan_.more.clear_budget_lines();
  plan_.changes = 2;
  EXPECT_FALSE(Card().result().root().has_budget());
}

TEST_F(FiguresTest, AMarkedOutputHasACostPerUnitWithItsTrend) {
  plan_.more.mutable_elements(0)->add_indicators()->set_indicator(testing::kVisits);
  plan_.more.mutable_elements(0)->mutable_indicators(0)->set_output(true);
  const auto year_to_date = [&](const char* quarter, const char* value) {
    indicator_.more_by_period[quarter].mutable_year_to_date()->mutable_value()->set_decimal(value);
  };
  year_to_date("2022-Q1", "30");
  year_to_date("2021-Q1", "10");
  const v1::Scorecard card = Card();
  const v1::CostPerUnit& cost = Objective(card).children(0).budget().cost_per_unit();
  EXPECT_EQ(cost.indicator(), testing::kVisits);
  EXPECT_EQ(cost.cost().decimal(), "1.675");  // 50.25 / 30
  EXPECT_EQ(cost.output().decimal(), "30");
  // Nothing was paid for e2 in 2021.
  EXPECT_EQ(cost.on_year_before().reason(), v1::Trend::REASON_NO_EARLIER);
  plan_.more.mutable_budget_lines(1)->mutable_shares(0)->set_element(
      "institutions/gob/plans/p/elements/e2");
  plan_.changes = 2;
  const v1::Scorecard both = Card();
  const v1::Trend& trend = Objective(both).children(0).budget().cost_per_unit().on_year_before();
  EXPECT_EQ(trend.earlier().decimal(), "5");  // 50 / 10
  EXPECT_EQ(trend.direction(), v1::Trend::DIRECTION_IMPROVING);
  indicator_.more_by_period["2021-Q1"].mutable_year_to_date()->set_provisional(true);
  indicator_.token = "provisional";
  EXPECT_EQ(Objective(Card()).children(0).budget().cost_per_unit().on_year_before().reason(),
            v1::Trend::REASON_PROVISIONAL);
  year_to_date("2022-Q1", "0");
  indicator_.token = "corrected";
  EXPECT_EQ(Objective(Card()).children(0).budget().cost_per_unit().reason(),
            v1::CostPerUnit::REASON_ZERO_OUTPUT);
}

TEST_F(FiguresTest, ANodeHasItsRisksWithThoseOfTheElementsBelow) {
  const v1::Scorecard card = Card();
  const v1::NodeRisks& all = Objective(card).risks();
  EXPECT_EQ(all.open(), 2);
  EXPECT_THAT(all.top(), ElementsAre("institutions/gob/risks/b", "institutions/gob/risks/a"));
  EXPECT_EQ(all.highest_score(), 16);
  EXPECT_EQ(all.levels().very_high(), 1);
  EXPECT_EQ(all.levels().moderate(), 1);
  EXPECT_EQ(all.without_treatment(), 1);
  EXPECT_EQ(all.reviews_overdue(), 1);
  EXPECT_EQ(Objective(card).children(0).risks().open(), 1);
  EXPECT_EQ(card.result().root().risks().open(), 2);
}

TEST_F(FiguresTest, TheActionsOfEachOwnerUnitAreScored) {
  EXPECT_THAT(Card().result().owner_units(), IsEmpty());
  plan_.more.mutable_elements(0)->set_owner_unit("institutions/gob/units/it");
  Parse("name: 'institutions/gob/units/it' display_name { text { key: 'nl' value: 'IT' } }",
        plan_.more.add_units());
  plan_.changes = 2;
  const v1::Scorecard card = Card();
  const v1::ScorecardNode& action = Objective(card).children(0);
  ASSERT_THAT(card.result().owner_units(), SizeIs(1));
  const v1::UnitScore& unit = card.result().owner_units(0);
  EXPECT_EQ(unit.unit(), "institutions/gob/units/it");
  EXPECT_EQ(unit.title(), "IT");
  EXPECT_THAT(unit.actions(), ElementsAre(action.name()));
  EXPECT_EQ(unit.score().status(), action.status());
  EXPECT_EQ(unit.score().score().decimal(), action.score().decimal());
  EXPECT_EQ(unit.action_counts().red() + unit.action_counts().amber(), 1);
  EXPECT_THAT(Card(v1::SCORECARD_VIEW_BASIC).result().owner_units(), IsEmpty());
}

TEST_F(FiguresTest, MilestonesAreCountedInEveryView) {
  for (const v1::ScorecardView view : {v1::SCORECARD_VIEW_BASIC, v1::SCORECARD_VIEW_FULL}) {
    const v1::Scorecard card = Card(view);
    for (const v1::ScorecardNode& node :
         {card.result().root(), Objective(card), Objective(card).children(0)}) {
      EXPECT_EQ(node.milestone_counts().due(), 1);
      EXPECT_EQ(node.milestone_counts().missed(), 1);
      EXPECT_EQ(node.milestone_counts().missed_critical(), 1);
    }
  }
}

TEST_F(FiguresTest, TheReportInForceIsCarriedAlong) {
  plan::v1::ProgressReport report;
  Parse(R"(name: 'institutions/gob/plans/p/elements/e1/progressReports/2021-Q4'
           quarter: '2021-Q4' state: STATE_VALIDATED
           narrative { text { key: 'fr' value: 'Fait' } }
           indicator_notes { indicator: 'institutions/gob/indicators/visits'
                             cause { text { key: 'nl' value: 'Storing' } } owner: 'ICT' })",
        &report);
  plan_.reports = {report};
  // Until 14 April the quarter's own report is not due, and the one before counts.
  now_ = absl::FromCivil(absl::CivilSecond(2022, 4, 14, 12, 0, 0), absl::UTCTimeZone());
  v1::Scorecard card = Card();
  EXPECT_EQ(Objective(card).narrative().text(), "Fait");
  EXPECT_EQ(Objective(card).narrative().text_language(), "fr");
  EXPECT_TRUE(Objective(card).narrative().carried());
  EXPECT_TRUE(Objective(card).narrative().validated());
  EXPECT_EQ(Visits(card).narrative().cause(), "Storing");
  EXPECT_EQ(Visits(card).narrative().owner(), "ICT");
  now_ += absl::Hours(24);
  EXPECT_FALSE(Objective(Card()).has_narrative());
  // A submitted one of the quarter counts, a draft does not.
  report.set_name("institutions/gob/plans/p/elements/e1/progressReports/2022-Q1");
  report.set_quarter("2022-Q1");
  report.set_state(plan::v1::ProgressReport::STATE_SUBMITTED);
  plan_.reports = {report};
  plan_.changes = 2;
  card = Card();
  EXPECT_FALSE(Objective(card).narrative().validated());
  EXPECT_FALSE(Objective(card).narrative().carried());
  plan_.reports[0].set_state(plan::v1::ProgressReport::STATE_DRAFT);
  plan_.changes = 3;
  EXPECT_FALSE(Objective(Card()).has_narrative());
}

}  // namespace
}  // namespace athena::reporting
