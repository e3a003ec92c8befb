#include "services/reporting/rules/figures/progress.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string_view>

#include "services/reporting/rules/testing/values.h"

namespace athena::reporting {
namespace {

Course Years(std::string_view baseline, int from, std::string_view end, int to) {
  return {D(baseline), Period::Year(from), D(end), Period::Year(to)};
}

Measured Whole(std::string_view value) {
  Measured measured;
  measured.value = D(value);
  measured.present = measured.expected = 4;
  measured.judged = measured.all = 4;
  return measured;
}

// --- What can be compared

TEST(IsOnCourse, ALevelIsInAnyPeriod) {
  Measured measured = Whole("5");
  measured.judged = 1;
  measured.present = 3;
  const Course years = Years("0", 2020, "10", 2026);
  EXPECT_TRUE(IsOnCourse(Direction::kHigher, false, measured, Period::Quarter(2021, 2), years));
  EXPECT_FALSE(IsOnCourse(Direction::kRange, false, measured, Period::Quarter(2021, 2), years));
  measured.value.reset();
  EXPECT_FALSE(IsOnCourse(Direction::kHigher, false, measured, Period::Quarter(2021, 2), years));
}

TEST(IsOnCourse, AFlowIsInAWholePeriodOfItsAnchorsKind) {
  const Course years = Years("0", 2020, "10", 2026);
  const auto is = [&years](const Measured& measured, Period period) {
    return IsOnCourse(Direction::kHigher, true, measured, period, years);
  };
  EXPECT_TRUE(is(Whole("5"), Period::Year(2021)));
  EXPECT_FALSE(is(Whole("5"), Period::Quarter(2021, 4)));  // a quarter says nothing of a year
  Measured part = Whole("5");
  part.judged = 3;
  EXPECT_FALSE(is(part, Period::Year(2021)));
  Measured hole = Whole("5");
  hole.present = 3;
  EXPECT_FALSE(is(hole, Period::Year(2021)));
}

// --- Progress

TEST(MeasureProgress, ProgressPaceAndRateByHand) {
  // From 60 to 100, now 75; 365 of 2191 days; 5 years, 20 quarters, left.
  const Progress progress =
      MeasureProgress(D("75"), Period::Year(2021), Years("60", 2020, "100", 2026),
                      ElapsedShare(absl::CivilDay(2021, 1, 1), absl::CivilDay(2026, 12, 31),
                                   absl::CivilDay(2021, 12, 31)));
  EXPECT_EQ(Text(progress.share), "0.375");
  // The share is rounded first: 365 / 2191 = 0.166590597901; 0.375 / 0.166590597901.
  EXPECT_EQ(Text(progress.pace), "2.251027397254");
  EXPECT_EQ(Text(progress.required_rate), "1.25");
}

TEST(MeasureProgress, V11_AtTheBaselineItIsZeroAndGrowthHasNoYears) {
  // Baseline 10 in 2024, target 20 in 2026, value 10 in 2024: no target there, but a baseline.
  const Course course = Years("10", 2024, "20", 2026);
  ASSERT_TRUE(IsOnCourse(Direction::kHigher, false, Whole("10"), Period::Year(2024), course));
  const Progress progress = MeasureProgress(D("10"), Period::Year(2024), course, D("0.5"));
  EXPECT_EQ(Text(progress.share), "0");
  EXPECT_EQ(Text(progress.pace), "0");
  EXPECT_EQ(Text(progress.required_rate), "1.25");  // 10 in 8 quarters
  EXPECT_EQ(CompoundGrowth(Direction::kHigher, D("10"), Period::Year(2024), course).reason,
            GrowthReason::kNotWholeYears);
}

TEST(MeasureProgress, MovingAwayIsNegative) {
  const Progress progress =
      MeasureProgress(D("13"), Period::Year(2021), Years("12", 2020, "8", 2022), D("0.5"));
  EXPECT_EQ(Text(progress.share), "-0.25");
  EXPECT_EQ(Text(progress.pace), "-0.5");
  EXPECT_EQ(Text(progress.required_rate), "-1.25");
}

TEST(MeasureProgress, IsAbsentWhenTheEndIsTheBaseline) {
  const Progress progress =
      MeasureProgress(D("13"), Period::Year(2021), Years("8", 2020, "8", 2022), D("0.5"));
  EXPECT_FALSE(progress.share.has_value());
  EXPECT_FALSE(progress.pace.has_value());
  EXPECT_FALSE(progress.required_rate.has_value());
}

TEST(MeasureProgress, HasNoPaceBeforeTheBeginningAndNoRateAtTheEnd) {
  const Progress progress =
      MeasureProgress(D("9"), Period::Year(2022), Years("8", 2020, "10", 2022), std::nullopt);
  EXPECT_EQ(Text(progress.share), "0.5");
  EXPECT_FALSE(progress.pace.has_value());
  EXPECT_FALSE(progress.required_rate.has_value());
}

TEST(ElapsedShare, CountsDaysInclusively) {
  const absl::CivilDay first(2021, 1, 1);
  const absl::CivilDay last(2021, 1, 4);
  EXPECT_EQ(Text(ElapsedShare(first, last, first - 1)), "none");
  EXPECT_EQ(Text(ElapsedShare(first, last, first)), "0.25");
  EXPECT_EQ(Text(ElapsedShare(first, last, last)), "1");
  EXPECT_EQ(Text(ElapsedShare(first, last, last + 100)), "1");
}

// --- Growth

TEST(CompoundGrowth, ComparesAnnualRates) {
  // 100 to 121 in two years: 10 % a year. 100 to 146.41 in four: 10 % a year. Ratio 1.
  const Growth g = CompoundGrowth(Direction::kHigher, D("121"), Period::Year(2022),
                                  Years("100", 2020, "146.41", 2024));
  EXPECT_EQ(g.growth_class, GrowthClass::kOnTrack);
  EXPECT_EQ(Text(g.ratio), "1");
  EXPECT_EQ(Text(g.score), "2.8572");  // 7.1429 - 4.2857
}

TEST(CompoundGrowth, FallsInBands) {
  // One year from 100, end after two years at 144: 20 % a year required.
  const auto after_a_year = [](std::string_view value) {
    return CompoundGrowth(Direction::kHigher, D(value), Period::Year(2021),
                          Years("100", 2020, "144", 2022));
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
  const Growth g = CompoundGrowth(Direction::kLower, D("90"), Period::Year(2021),
                                  Years("100", 2020, "81", 2022));
  EXPECT_EQ(Text(g.ratio), "1");
  // From -100 up to -81 (higher is better): the quotient falls while the value rises.
  const Growth negative = CompoundGrowth(Direction::kHigher, D("-90"), Period::Year(2021),
                                         Years("-100", 2020, "-81", 2022));
  EXPECT_EQ(Text(negative.ratio), "1");
  // A target behind the baseline: falling further from 100 is not improvement, whatever 90 asks.
  const Growth away = CompoundGrowth(Direction::kHigher, D("80"), Period::Year(2021),
                                     Years("100", 2020, "90", 2022));
  EXPECT_EQ(away.growth_class, GrowthClass::kMovingAway);
}

TEST(CompoundGrowth, InventsNoNumberWhereThereIsNoRate) {
  const auto growth = [](std::string_view value, std::string_view baseline, std::string_view end) {
    return CompoundGrowth(Direction::kHigher, D(value), Period::Year(2021),
                          Years(baseline, 2020, end, 2022));
  };
  EXPECT_EQ(growth("5", "0", "10").reason, GrowthReason::kZero);
  EXPECT_EQ(growth("-5", "-10", "0").reason, GrowthReason::kZero);
  EXPECT_EQ(growth("12", "0", "10").reason, GrowthReason::kZero);  // though reached
  EXPECT_EQ(growth("-5", "5", "10").reason, GrowthReason::kNegative);
  EXPECT_EQ(growth("-5", "-10", "10").reason, GrowthReason::kNegative);
  EXPECT_EQ(growth("11", "-10", "10").growth_class, GrowthClass::kReached);
  EXPECT_EQ(growth("9", "10", "10").reason, GrowthReason::kNoGrowth);
  // 0 is a fall of 100 % a year, where 10 to 14.4 asks for 20 %: the ratio is -5.
  EXPECT_EQ(Text(growth("0", "10", "14.4").ratio), "-5");
}

TEST(CompoundGrowth, NeedsWholeYears) {
  const auto at = [](Period period, Period end) {
    return CompoundGrowth(Direction::kHigher, D("105"), period,
                          {D("100"), Period::Quarter(2020, 4), D("144"), end})
        .reason;
  };
  const Period end = Period::Quarter(2022, 4);
  EXPECT_EQ(at(Period::Quarter(2021, 3), end), GrowthReason::kNotWholeYears);
  EXPECT_EQ(at(Period::Quarter(2021, 4), end), GrowthReason::kNone);
  EXPECT_EQ(at(Period::Quarter(2022, 1), end), GrowthReason::kNotWholeYears);
  EXPECT_EQ(at(Period::Quarter(2020, 4), end), GrowthReason::kNotWholeYears);
  EXPECT_EQ(at(Period::Quarter(2021, 4), Period::Quarter(2022, 3)), GrowthReason::kNotWholeYears);
}

}  // namespace
}  // namespace athena::reporting
