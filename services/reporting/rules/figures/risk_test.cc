#include "services/reporting/rules/figures/risk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

namespace athena::reporting {
namespace {

using Day = absl::CivilDay;
using ::testing::ElementsAre;

const Period kFourthQuarter = Period::Quarter(2022, 4);
const Day kNextFebruary(2023, 2, 1);

Risk Residual(const std::string& code, int likelihood, int impact, int inherent = 5) {
  return {code, inherent, inherent, likelihood, impact, true, {}, {}};
}

RiskFigures All(const std::vector<Risk>& risks, Day date = kNextFebruary) {
  std::vector<int> chosen(risks.size());
  std::iota(chosen.begin(), chosen.end(), 0);
  return SummariseRisks(risks, chosen, kFourthQuarter, date);
}

TEST(SummariseRisks, HighestScoreThenImpactThenInherentThenCode) {
  // 16; 10 = 2 x 5 before 10 = 5 x 2; of the 9s the one with more before controls; R-9 before R-10.
  const RiskFigures figures =
      All({Residual("R-10", 3, 3, 4), Residual("R-9", 3, 3, 4), Residual("R-1", 3, 3, 5),
           Residual("R-2", 5, 2), Residual("R-3", 2, 5), Residual("R-4", 4, 4)});
  EXPECT_THAT(figures.open, ElementsAre(5, 4, 3, 2, 1, 0));
  EXPECT_THAT(figures.by_level, ElementsAre(0, 3, 2, 1));
}

TEST(SummariseRisks, WithoutJudgementOfItsControlsARiskCountsAsWithout) {
  Risk risk = Residual("R-1", 0, 0, 4);
  EXPECT_EQ(risk.Score(), 16);
  EXPECT_EQ(risk.Likelihood(), 4);
  EXPECT_EQ(risk.Impact(), 4);
}

TEST(LevelOf, ChangesAtFiveTenAndFifteen) {
  EXPECT_EQ(LevelOf(1), RiskLevel::kLow);
  EXPECT_EQ(LevelOf(4), RiskLevel::kLow);
  EXPECT_EQ(LevelOf(5), RiskLevel::kModerate);
  EXPECT_EQ(LevelOf(9), RiskLevel::kModerate);
  EXPECT_EQ(LevelOf(10), RiskLevel::kHigh);
  EXPECT_EQ(LevelOf(12), RiskLevel::kHigh);
  EXPECT_EQ(LevelOf(15), RiskLevel::kVeryHigh);
  EXPECT_EQ(LevelOf(25), RiskLevel::kVeryHigh);
}

TEST(SummariseRisks, ARiskIsOpenUntilTheDayItIsClosed) {
  std::vector<Risk> risks = {Residual("R-1", 3, 3)};
  risks[0].closed_on = Day(2022, 12, 31);
  EXPECT_THAT(All(risks).open, ElementsAre());
  risks[0].closed_on = Day(2023, 1, 1);  // after the quarter
  EXPECT_THAT(All(risks).open, ElementsAre(0));
  risks[0].closed_on = Day(2022, 11, 15);
  EXPECT_THAT(All(risks, Day(2022, 11, 14)).open, ElementsAre(0));
  EXPECT_THAT(All(risks, Day(2022, 11, 15)).open, ElementsAre());
}

TEST(SummariseRisks, CountsOverdueReviewsAndWhatIsNotTreated) {
  std::vector<Risk> risks(4, Residual("R-1", 3, 3));
  risks[0].next_review = Day(2022, 12, 31);
  risks[1].next_review = Day(2023, 1, 1);
  risks[2].treated = false;
  EXPECT_EQ(All(risks).reviews_overdue, 1);
  EXPECT_EQ(All(risks).untreated, 1);
  EXPECT_EQ(All(risks, Day(2022, 12, 31)).reviews_overdue, 0);  // its day is not over
}

TEST(SummariseRisks, OfTheChosenOnesOnly) {
  const std::vector<Risk> risks = {Residual("R-1", 3, 3), Residual("R-2", 4, 4)};
  EXPECT_THAT(SummariseRisks(risks, {1}, kFourthQuarter, kNextFebruary).open, ElementsAre(1));
  EXPECT_THAT(SummariseRisks(risks, {}, kFourthQuarter, kNextFebruary).open, ElementsAre());
}

}  // namespace
}  // namespace athena::reporting
