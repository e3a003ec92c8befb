// ListScorecards.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/fields/fields.h"
#include "libs/status/testing/faulty_fields.h"
#include "libs/status/testing/matchers.h"
#include "services/reporting/scorecards/testing/scorecards_fixture.h"

namespace athena::reporting {
namespace {

using status::testing::FaultyFields;
using status::testing::Refuses;
using status::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::kPlan;
using ::testing::SizeIs;

// The fake's target is 300, its red flag 200: a value V scores 100 (V - 100) / 300.
class ListsTest : public testing::ScorecardsTest {
 protected:
  static v1::ListScorecardsRequest Quarters(const std::string& first, const std::string& last) {
    v1::ListScorecardsRequest request;
    request.set_parent(kPlan);
    request.set_first_quarter(first);
    request.set_last_quarter(last);
    return request;
  }
  void Value(const std::string& quarter, const std::string& value) {
    indicator_.more_by_period[quarter].mutable_own()->mutable_value()->set_decimal(value);
  }
  // "2021-Q1 40": the score of the first node in each line.
  static std::vector<std::string> Scores(const v1::ListScorecardsResponse& response) {
    std::vector<std::string> scores;
    for (const v1::ScorecardLine& line : response.scorecards()) {
      scores.push_back(absl::StrCat(line.period(), " ", line.scores(0).score().decimal()));
    }
    return scores;
  }

  ListsTest() {
    now_ = absl::FromCivil(absl::CivilSecond(2023, 2, 1), absl::UTCTimeZone());
    Value("2021-Q3", "220");
    Value("2021-Q4", "250");
    Value("2022-Q1", "280");
  }
};

TEST_F(ListsTest, TheScoresOfTheQuartersComeInOrder) {
  ATHENA_ASSERT_OK_AND_ASSIGN(const v1::ListScorecardsResponse response,
                              reporting_->List(Quarters("2021-Q3", "2022-Q1")));
  EXPECT_THAT(Scores(response), ElementsAre("2021-Q3 40", "2021-Q4 50", "2022-Q1 60"));
  EXPECT_EQ(response.scorecards(0).name(), absl::StrCat(kPlan, "/scorecards/2021-Q3"));
  EXPECT_EQ(response.scorecards(0).scores(0).status(), v1::SCORECARD_STATUS_AMBER);
  EXPECT_EQ(response.basis().plan_revision(), 7);
  // One read of each service has them all, and the reports that are carried into the first.
  EXPECT_THAT(indicator_.Requests(), SizeIs(1));
  EXPECT_THAT(plan_.Requests().back().quarters(),
              ElementsAre("2021-Q2", "2021-Q3", "2021-Q4", "2022-Q1"));
}

TEST_F(ListsTest, AgreesWithTheScorecardOfEachQuarter) {
  ATHENA_ASSERT_OK_AND_ASSIGN(const v1::ListScorecardsResponse response,
                              reporting_->List(Quarters("2021-Q2", "2022-Q2")));
  ASSERT_THAT(response.scorecards(), SizeIs(5));
  for (const v1::ScorecardLine& line : response.scorecards()) {
    ATHENA_ASSERT_OK_AND_ASSIGN(const v1::Scorecard card, Get(Asking(line.period())));
    EXPECT_EQ(line.scores(0).score().decimal(), card.result().root().score().decimal());
    EXPECT_EQ(line.scores(0).status(), card.result().root().status());
    EXPECT_EQ(line.scores(0).coverage().share().decimal(),
              card.result().root().coverage().share().decimal());
  }
}

TEST_F(ListsTest, ElementsBelowAreListedDownToTheDepth) {
  v1::ListScorecardsRequest request = Quarters("2021-Q3", "2021-Q3");
  ATHENA_ASSERT_OK_AND_ASSIGN(v1::ListScorecardsResponse response, reporting_->List(request));
  ASSERT_THAT(response.nodes(), SizeIs(1));
  request.set_depth(1);
  ATHENA_ASSERT_OK_AND_ASSIGN(response, reporting_->List(request));
  ASSERT_THAT(response.nodes(), SizeIs(2));
  EXPECT_EQ(response.nodes(0).name(), kPlan);
  EXPECT_EQ(response.nodes(1).code(), "1");
  EXPECT_EQ(response.nodes(1).title(), "Doel");
  EXPECT_EQ(response.nodes(1).level(), 1);
  EXPECT_THAT(response.scorecards(0).scores(), SizeIs(2));
  request.set_element(std::string(kPlan) + "/elements/e1");
  ATHENA_ASSERT_OK_AND_ASSIGN(response, reporting_->List(request));
  ASSERT_THAT(response.nodes(), SizeIs(1));
  EXPECT_EQ(response.nodes(0).name(), request.element());
  EXPECT_EQ(response.nodes(0).level(), 1);
  request.set_language_code("fr");
  ATHENA_ASSERT_OK_AND_ASSIGN(response, reporting_->List(request));
  EXPECT_EQ(response.nodes(0).title(), "But");
  request.set_element(std::string(kPlan) + "/elements/other");
  EXPECT_THAT(reporting_->List(request), StatusIs(absl::StatusCode::kNotFound));
}

// The plan runs from 2021-Q1 to 2022-Q4.
TEST_F(ListsTest, QuartersOutsideThePlanAreLeftOut) {
  ATHENA_ASSERT_OK_AND_ASSIGN(v1::ListScorecardsResponse response,
                              reporting_->List(Quarters("2020-Q1", "2021-Q2")));
  EXPECT_THAT(response.scorecards(), SizeIs(2));
  ATHENA_ASSERT_OK_AND_ASSIGN(response, reporting_->List(Quarters("2022-Q4", "2030-Q4")));
  ASSERT_THAT(response.scorecards(), SizeIs(1));
  EXPECT_EQ(response.scorecards(0).period(), "2022-Q4");
  EXPECT_THAT(reporting_->List(Quarters("2019-Q1", "2020-Q4")), Refuses("PERIOD_OUTSIDE_PLAN"));
}

TEST_F(ListsTest, ACorrectionChangesItsQuarterAlone) {
  const v1::ListScorecardsRequest request = Quarters("2021-Q3", "2022-Q1");
  ATHENA_ASSERT_OK(reporting_->List(request));
  Value("2021-Q4", "190");
  indicator_.token = "corrected";
  ATHENA_ASSERT_OK_AND_ASSIGN(const v1::ListScorecardsResponse response, reporting_->List(request));
  EXPECT_THAT(Scores(response), ElementsAre("2021-Q3 40", "2021-Q4 30", "2022-Q1 60"));
}

// Until the report of 2021-Q1 is due, on 14 April, that of the quarter before is carried. The plan
// has no indicators, whose values would be read anew.
TEST_F(ListsTest, AnotherDayScoresEarlierQuartersAnew) {
  plan_.slices = 0;
  plan_.more_header.mutable_plan()->set_progress_expected_from("2021-Q1");
  plan_.more_element.set_kind(plan::v1::Element::KIND_ACTION);
  *plan_.more_element.mutable_start_date() = fields::DateOf(absl::CivilDay(2020, 12, 31));
  *plan_.more_element.mutable_end_date() = fields::DateOf(absl::CivilDay(2021, 6, 30));
  plan::v1::ProgressReport report;
  report.set_name(absl::StrCat(kPlan, "/elements/e1/progressReports/2020-Q4"));
  report.set_quarter("2020-Q4");
  report.set_state(plan::v1::ProgressReport::STATE_VALIDATED);
  report.set_percent_complete(100);
  plan_.reports = {report};
  now_ = absl::FromCivil(absl::CivilSecond(2021, 4, 14, 12, 0, 0), absl::UTCTimeZone());
  const v1::ListScorecardsRequest request = Quarters("2021-Q1", "2021-Q2");
  ATHENA_ASSERT_OK_AND_ASSIGN(v1::ListScorecardsResponse response, reporting_->List(request));
  EXPECT_EQ(response.scorecards(0).scores(0).status(), v1::SCORECARD_STATUS_GREEN);
  now_ += absl::Hours(24);
  ATHENA_ASSERT_OK_AND_ASSIGN(response, reporting_->List(request));
  EXPECT_EQ(response.scorecards(0).scores(0).status(), v1::SCORECARD_STATUS_NO_SCORE);
}

TEST_F(ListsTest, TheBasisGivesTheSameAgain) {
  v1::ListScorecardsRequest request = Quarters("2021-Q3", "2022-Q1");
  ATHENA_ASSERT_OK_AND_ASSIGN(const v1::ListScorecardsResponse now, reporting_->List(request));
  *request.mutable_as_of()->mutable_basis() = now.basis();
  ATHENA_ASSERT_OK_AND_ASSIGN(const v1::ListScorecardsResponse then, reporting_->List(request));
  EXPECT_EQ(then.SerializeAsString(), now.SerializeAsString());
  EXPECT_EQ(plan_.Requests().back().as_of().revision(), 7);
}

TEST_F(ListsTest, AllFaultsAreNamedAtOnce) {
  v1::ListScorecardsRequest request = Quarters("2021", "2021-Q5");
  request.set_parent("institutions/gob");
  request.set_depth(101);
  EXPECT_THAT(FaultyFields(reporting_->List(request)),
              ElementsAre("parent", "first_quarter", "last_quarter", "depth"));
  EXPECT_THAT(plan_.Requests(), SizeIs(0));
}

TEST_F(ListsTest, FortyQuartersAreTaken) {
  ATHENA_EXPECT_OK(reporting_->List(Quarters("2015-Q1", "2024-Q4")));
  EXPECT_THAT(reporting_->List(Quarters("2015-Q1", "2025-Q1")),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("2024-Q4")));
  EXPECT_THAT(reporting_->List(Quarters("2021-Q2", "2021-Q1")),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("last_quarter")));
}

// 8 quarters of the plan times 15,001 slices.
TEST_F(ListsTest, MoreThan120000ValuesAreTooMany) {
  plan_.slices = 15'001;
  EXPECT_THAT(reporting_->List(Quarters("2021-Q1", "2022-Q4")), Refuses("PLAN_TOO_LARGE"));
  ATHENA_EXPECT_OK(reporting_->List(Quarters("2022-Q4", "2022-Q4")));
}

}  // namespace
}  // namespace athena::reporting
