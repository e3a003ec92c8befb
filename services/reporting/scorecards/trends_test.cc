// Trends: what is read for them, and what they say.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "libs/status/testing/matchers.h"
#include "services/reporting/scorecards/testing/scorecards_fixture.h"

namespace athena::reporting {
namespace {

using status::testing::Refuses;
using status::testing::StatusIs;
using ::testing::ElementsAre;
using testing::kPlan;
using ::testing::UnorderedElementsAre;

// The fake's target is 300, its red flag 200: a change of at most 2 is stable, and a value V scores
// 100 (V - 100) / 300.
class TrendsTest : public testing::ScorecardsTest {
 protected:
  static v1::GetScorecardRequest Full(const std::string& quarter) {
    v1::GetScorecardRequest request = Asking(quarter);
    request.set_view(v1::SCORECARD_VIEW_FULL);
    return request;
  }
  v1::Scorecard Card(const std::string& quarter) {
    absl::StatusOr<v1::Scorecard> card = Get(Full(quarter));
    ATHENA_EXPECT_OK(card);
    return card.value_or(v1::Scorecard());
  }
  // The value when that quarter is asked for, and the period that it is of.
  indicator::v1::PeriodValue& Value(const std::string& asked, const std::string& value) {
    indicator::v1::PeriodValue& more = indicator_.more_by_period[asked];
    more.mutable_own()->mutable_value()->set_decimal(value);
    return more;
  }
  static const v1::ScorecardNode& Objective(const v1::Scorecard& card) {
    return card.result().root().children(0);
  }

  TrendsTest() { now_ = absl::FromCivil(absl::CivilSecond(2023, 2, 1), absl::UTCTimeZone()); }
};

TEST_F(TrendsTest, ViewBasicReadsOneQuarterAndHasNone) {
  ATHENA_ASSERT_OK_AND_ASSIGN(const v1::Scorecard card, Get(Asking("2022-Q2")));
  EXPECT_THAT(indicator_.Requests().back().periods(), ElementsAre("2022-Q2"));
  EXPECT_THAT(plan_.Requests().back().quarters(), ElementsAre("2022-Q1", "2022-Q2"));
  EXPECT_FALSE(Objective(card).has_on_quarter_before());
  EXPECT_FALSE(Visits(card).has_on_period_before());
}

TEST_F(TrendsTest, OneReadHasAllQuarters) {
  Card("2022-Q2");
  ASSERT_EQ(indicator_.Requests().size(), 1);
  EXPECT_THAT(
      indicator_.Requests().back().periods(),
      UnorderedElementsAre("2022-Q2", "2022-Q1", "2021-Q4", "2021-Q2", "2020-Q4", "2020-Q2"));
  ASSERT_EQ(plan_.Requests().size(), 1);
  // Those that are scored, and the ones before, whose reports are carried.
  EXPECT_THAT(plan_.Requests().back().quarters(),
              ElementsAre("2021-Q1", "2021-Q2", "2021-Q4", "2022-Q1", "2022-Q2"));
}

TEST_F(TrendsTest, TheLargestPlanHasThem) {
  plan_.slices = 20'000;
  // That it is asked shows that the plan is not too large; its answer would take seconds.
  indicator_.fault = grpc::Status(grpc::StatusCode::FAILED_PRECONDITION, "asked");
  EXPECT_THAT(Get(Full("2022-Q2")), StatusIs(absl::StatusCode::kFailedPrecondition, "asked"));
  plan_.slices = 20'001;
  EXPECT_THAT(Get(Full("2022-Q2")), Refuses("PLAN_TOO_LARGE"));
}

TEST_F(TrendsTest, ComparesWithTheQuarterBeforeAndWithTheYearBefore) {
  Value("2022-Q2", "253");
  Value("2022-Q1", "250");
  Value("2021-Q2", "256");
  const v1::Scorecard card = Card("2022-Q2");
  const v1::Trend& before = Visits(card).on_period_before();
  EXPECT_EQ(before.direction(), v1::Trend::DIRECTION_IMPROVING);
  EXPECT_EQ(before.change().decimal(), "3");
  EXPECT_EQ(before.earlier().decimal(), "250");
  EXPECT_EQ(before.period(), "2022-Q1");
  const v1::Trend& year = Visits(card).on_year_before();
  EXPECT_EQ(year.direction(), v1::Trend::DIRECTION_DECLINING);
  EXPECT_EQ(year.change().decimal(), "-3");
  EXPECT_EQ(year.period(), "2021-Q2");
  // 51 against 50 and against 52: within a point.
  EXPECT_EQ(Objective(card).on_quarter_before().direction(), v1::Trend::DIRECTION_STABLE);
  EXPECT_EQ(Objective(card).on_quarter_before().change().decimal(), "1");
  EXPECT_EQ(Objective(card).on_year_before().change().decimal(), "-1");
  EXPECT_EQ(card.result().root().on_year_before().period(), "2021-Q2");
  EXPECT_EQ(card.result().root().on_year_before().earlier().decimal(), "52");
}

TEST_F(TrendsTest, APlanHasNoScoreBeforeItsFirstQuarter) {
  const v1::Scorecard card = Card("2021-Q1");
  const v1::Trend& plan = card.result().root().on_quarter_before();
  EXPECT_EQ(plan.direction(), v1::Trend::DIRECTION_UNSPECIFIED);
  EXPECT_EQ(plan.reason(), v1::Trend::REASON_NO_EARLIER);
  EXPECT_FALSE(plan.has_earlier());
  EXPECT_EQ(plan.period(), "");
  // Indicators may have been measured before.
  EXPECT_EQ(Visits(card).on_period_before().direction(), v1::Trend::DIRECTION_STABLE);
}

// 2022-Q2 evaluates 2021, and so does 2021-Q4; 2021-Q2 and 2020-Q4 evaluate 2020.
TEST_F(TrendsTest, AnAnnualIndicatorIsComparedWithTheYearBefore) {
  for (const char* asked : {"2022-Q2", "2022-Q1", "2021-Q4"})
    Value(asked, "280").set_period("2021");
  for (const char* asked : {"2021-Q2", "2020-Q4"}) Value(asked, "270").set_period("2020");
  Value("2020-Q2", "260").set_period("2019");
  const v1::Scorecard card = Card("2022-Q2");
  for (const v1::Trend& trend : {Visits(card).on_period_before(), Visits(card).on_year_before()}) {
    EXPECT_EQ(trend.change().decimal(), "10");
    EXPECT_EQ(trend.period(), "2020");
  }
}

// The year 2021 is neither over nor known when 2022-Q1 is scored: 2020 is evaluated there too.
TEST_F(TrendsTest, AnAnnualIndicatorThatIsLateIsComparedAllTheSame) {
  for (const char* asked : {"2022-Q1", "2021-Q4", "2021-Q3", "2021-Q1"}) {
    Value(asked, "270").set_period("2020");
  }
  Value("2020-Q3", "260").set_period("2019");
  Value("2020-Q1", "260").set_period("2019");
  EXPECT_EQ(Visits(Card("2022-Q1")).on_year_before().period(), "2019");
  EXPECT_EQ(Visits(Card("2022-Q1")).on_year_before().change().decimal(), "10");
}

TEST_F(TrendsTest, ASemestrialIndicatorIsComparedWithTheSemesterBefore) {
  Value("2022-Q3", "280").set_period("2022-S1");
  Value("2022-Q2", "280").set_period("2022-S1");
  Value("2022-Q1", "270").set_period("2021-S2");
  Value("2021-Q3", "260").set_period("2021-S1");
  Value("2021-Q1", "250").set_period("2020-S2");
  Value("2020-Q3", "240").set_period("2020-S1");
  const v1::Scorecard card = Card("2022-Q3");
  EXPECT_EQ(Visits(card).on_period_before().period(), "2021-S2");
  EXPECT_EQ(Visits(card).on_period_before().change().decimal(), "10");
  EXPECT_EQ(Visits(card).on_year_before().period(), "2021-S1");
  EXPECT_EQ(Visits(card).on_year_before().change().decimal(), "20");
}

TEST_F(TrendsTest, AProvisionalValueHasNoTrend) {
  Value("2022-Q2", "253").mutable_own()->set_provisional(true);
  const v1::Trend trend = Visits(Card("2022-Q2")).on_period_before();
  EXPECT_EQ(trend.direction(), v1::Trend::DIRECTION_UNSPECIFIED);
  EXPECT_EQ(trend.reason(), v1::Trend::REASON_PROVISIONAL);
}

TEST_F(TrendsTest, YearsToDateAreComparedWithTheYearBeforeAlone) {
  plan_.more_header.mutable_plan()->set_score_basis(plan::v1::Plan::SCORE_BASIS_YEAR_TO_DATE);
  const auto to_date = [&](const std::string& asked, const std::string& value) {
    indicator::v1::Measured& own = *indicator_.more_by_period[asked].mutable_year_to_date();
    own.mutable_value()->set_decimal(value);
    own.set_present(6);
    own.set_expected(6);
    own.set_judged(6);
    own.set_all(6);
    own.mutable_current()->mutable_target()->set_decimal("600");
    own.mutable_current()->mutable_red()->set_decimal("400");
  };
  to_date("2022-Q2", "510");
  to_date("2022-Q1", "250");
  to_date("2021-Q2", "500");
  const v1::Scorecard card = Card("2022-Q2");
  EXPECT_TRUE(Visits(card).scored_year_to_date());
  EXPECT_FALSE(Visits(card).has_on_period_before());
  EXPECT_EQ(Visits(card).on_year_before().change().decimal(), "10");
  EXPECT_EQ(Visits(card).on_year_before().direction(), v1::Trend::DIRECTION_IMPROVING);
}

// An action that was scored by its milestones, and is completed now.
TEST_F(TrendsTest, ANodeHasNoTrendAgainstAQuarterInWhichItWasScoredOtherwise) {
  const auto set = [](common::v1::Date* date, int month, int day) {
    date->set_year(2022);
    date->set_month(month);
    date->set_day(day);
  };
  plan::v1::Milestone& milestone = *plan_.more_element.add_milestones();
  milestone.set_id("m");
  set(milestone.mutable_due_date(), 2, 1);
  set(milestone.mutable_done_date(), 2, 1);
  set(plan_.more_element.mutable_completed_on(), 5, 1);
  const v1::Scorecard card = Card("2022-Q2");
  EXPECT_EQ(Objective(card).delivery().scored_by(), v1::Delivery::SCORED_BY_COMPLETED);
  EXPECT_EQ(Objective(card).on_quarter_before().reason(), v1::Trend::REASON_SCORED_OTHERWISE);
  EXPECT_TRUE(Objective(card).on_quarter_before().has_earlier());
  // The plan itself has no delivery.
  EXPECT_EQ(card.result().root().on_quarter_before().reason(), v1::Trend::REASON_UNSPECIFIED);
}

// What is known of the quarters before follows a change like the scored quarter itself.
TEST_F(TrendsTest, ACorrectionOfTheQuarterBeforeChangesTheTrend) {
  Value("2022-Q1", "250");
  EXPECT_EQ(Visits(Card("2022-Q2")).on_period_before().direction(), v1::Trend::DIRECTION_STABLE);
  Value("2022-Q1", "240");
  indicator_.token = "corrected";
  const v1::Scorecard corrected = Card("2022-Q2");
  EXPECT_EQ(Visits(corrected).on_period_before().change().decimal(), "10");
  // 50 against 46.666666666667.
  EXPECT_EQ(Objective(corrected).on_quarter_before().change().decimal(), "3.333333333333");
}

}  // namespace
}  // namespace athena::reporting
