#include "services/reporting/rules/growth.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string_view>

#include "services/reporting/rules/testing/values.h"

namespace athena::reporting {
namespace {

TEST(CompoundGrowth, ComparesAnnualRates) {
  // 100 to 121 in two years: 10 % a year. 100 to 146.41 in four: 10 % a year. Ratio 1.
  const Growth g = CompoundGrowth(Direction::kHigher, D("121"), Period::Year(2022), D("100"),
                                  Period::Year(2020), D("146.41"), Period::Quarter(2024, 4));
  EXPECT_EQ(g.growth_class, GrowthClass::kOnTrack);
  EXPECT_EQ(Text(g.ratio), "1");
  EXPECT_EQ(Text(g.score), "2.8572");  // 7.1429 - 4.2857
}

TEST(CompoundGrowth, FallsInBands) {
  // One year from 100, end after two years at 144: 20 % a year required.
  const auto after_a_year = [](std::string_view value) {
    return CompoundGrowth(Direction::kHigher, D(value), Period::Year(2021), D("100"),
                          Period::Year(2020), D("144"), Period::Quarter(2022, 4));
  };
  EXPECT_EQ(after_a_year("119").growth_class, GrowthClass::kOnTrack);      // 0.95
  EXPECT_EQ(after_a_year("118.99").growth_class, GrowthClass::kModerate);  // 0.9495
  EXPECT_EQ(after_a_year("112").growth_class, GrowthClass::kModerate);     // 0.6
  EXPECT_EQ(Text(after_a_year("112").score), "0.00004");                   // 4.28574 - 4.2857
  EXPECT_EQ(after_a_year("111.9").growth_class, GrowthClass::kInsufficient);
  EXPECT_EQ(after_a_year("100").growth_class, GrowthClass::kInsufficient);  // 0
  EXPECT_EQ(Text(after_a_year("100").score), "-2.5");
  EXPECT_EQ(after_a_year("99").growth_class, GrowthClass::kMovingAway);
  EXPECT_EQ(Text(after_a_year("99").score), "-2.708335");  // 4.1667 * -0.05 - 2.5
  EXPECT_EQ(Text(after_a_year("50").score), "-5");
  EXPECT_EQ(after_a_year("144").growth_class, GrowthClass::kReached);
  EXPECT_EQ(Text(after_a_year("144").score), "5");
}

TEST(CompoundGrowth, MeasuresInTheDirectionOfImprovement) {
  // From 100 down to 81 in two years: -10 % a year; 90 after one year is exactly that.
  const Growth g = CompoundGrowth(Direction::kLower, D("90"), Period::Year(2021), D("100"),
                                  Period::Year(2020), D("81"), Period::Quarter(2022, 4));
  EXPECT_EQ(Text(g.ratio), "1");
  // From -100 up to -81 (higher is better): the quotient falls while the value rises.
  const Growth negative =
      CompoundGrowth(Direction::kHigher, D("-90"), Period::Year(2021), D("-100"),
                     Period::Year(2020), D("-81"), Period::Quarter(2022, 4));
  EXPECT_EQ(Text(negative.ratio), "1");
  // A target behind the baseline: falling further from 100 is not improvement, whatever 90 asks.
  const Growth away = CompoundGrowth(Direction::kHigher, D("80"), Period::Year(2021), D("100"),
                                     Period::Year(2020), D("90"), Period::Quarter(2022, 4));
  EXPECT_EQ(away.growth_class, GrowthClass::kMovingAway);
}

TEST(CompoundGrowth, InventsNoNumberWhereThereIsNoRate) {
  const auto reason = [](std::string_view value, std::string_view baseline, std::string_view end) {
    return CompoundGrowth(Direction::kHigher, D(value), Period::Year(2021), D(baseline),
                          Period::Year(2020), D(end), Period::Quarter(2022, 4))
        .reason;
  };
  EXPECT_EQ(reason("5", "0", "10"), GrowthReason::kZero);
  EXPECT_EQ(reason("-5", "-10", "0"), GrowthReason::kZero);
  EXPECT_EQ(reason("-5", "5", "10"), GrowthReason::kZero);
  EXPECT_EQ(reason("9", "10", "10"), GrowthReason::kNoGrowth);
}

TEST(CompoundGrowth, NeedsWholeYears) {
  const auto at = [](Period period) {
    return CompoundGrowth(Direction::kHigher, D("105"), period, D("100"), Period::Quarter(2020, 4),
                          D("144"), Period::Quarter(2022, 4))
        .reason;
  };
  EXPECT_EQ(at(Period::Quarter(2021, 3)), GrowthReason::kNotWholeYears);
  EXPECT_EQ(at(Period::Quarter(2021, 4)), GrowthReason::kNone);
  EXPECT_EQ(at(Period::Quarter(2022, 1)), GrowthReason::kNotWholeYears);
  EXPECT_EQ(at(Period::Quarter(2020, 4)), GrowthReason::kNotWholeYears);
}

}  // namespace
}  // namespace athena::reporting
