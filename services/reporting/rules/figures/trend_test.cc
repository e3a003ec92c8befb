#include "services/reporting/rules/figures/trend.h"

#include <gtest/gtest.h>

#include <optional>
#include <random>
#include <string_view>

#include "services/reporting/rules/testing/values.h"

namespace athena::reporting {
namespace {

TrendValue Value(std::string_view value, std::optional<Thresholds> thresholds = std::nullopt) {
  return {D(value), false, thresholds};
}

TrendDirection Of(Direction direction, const TrendValue& now, const TrendValue& then) {
  return CompareValues(direction, now, then).direction;
}

TEST(CompareValues, IsStableWithinAFiftiethOfTheWayFromTargetToRedFlag) {
  // |90 - 80| / 50 = 0.2.
  const Thresholds t = Target("90", "80");
  const auto from_85 = [&](std::string_view now) {
    return Of(Direction::kHigher, Value(now, t), Value("85", t));
  };
  EXPECT_EQ(from_85("85.2"), TrendDirection::kStable);
  EXPECT_EQ(from_85("85.200000000001"), TrendDirection::kImproving);
  EXPECT_EQ(from_85("84.8"), TrendDirection::kStable);
  EXPECT_EQ(from_85("84.799999999999"), TrendDirection::kDeclining);
}

TEST(CompareValues, LowerIsBetterWhereTheTargetSaysSo) {
  // |12 - 15| / 50 = 0.06.
  const Thresholds t = Target("12", "15", Direction::kLower);
  const auto from_13 = [&](std::string_view now) {
    return Of(Direction::kHigher, Value(now, t), Value("13", t));
  };
  EXPECT_EQ(from_13("12.94"), TrendDirection::kStable);
  EXPECT_EQ(from_13("12.939999999999"), TrendDirection::kImproving);
  EXPECT_EQ(from_13("13.060000000001"), TrendDirection::kDeclining);
}

TEST(CompareValues, TheTargetOfThePeriodNowDecides) {
  // |90 - 80| / 50 = 0.2 now; |90 - 40| / 50 = 1 then.
  EXPECT_EQ(
      Of(Direction::kHigher, Value("85.5", Target("90", "80")), Value("85", Target("90", "40"))),
      TrendDirection::kImproving);
}

TEST(CompareValues, WithoutTargetOnlyEqualValuesAreStable) {
  EXPECT_EQ(Of(Direction::kHigher, Value("5"), Value("5")), TrendDirection::kStable);
  EXPECT_EQ(Of(Direction::kHigher, Value("5.000000000001"), Value("5")),
            TrendDirection::kImproving);
  EXPECT_EQ(Of(Direction::kLower, Value("5.000000000001"), Value("5")), TrendDirection::kDeclining);
  EXPECT_EQ(CompareValues(Direction::kRange, Value("5"), Value("5")).reason,
            NoTrend::kNotComparable);
}

TEST(CompareValues, ARangeComparesDistancesToItsBounds) {
  // Stable within |95 - 90| / 50 = 0.1 at the lower bound, |110 - 105| / 50 = 0.1 at the upper one.
  const Thresholds t = Range("90", "95", "105", "110");
  const auto compare = [&](std::string_view then, std::string_view now) {
    return Of(Direction::kRange, Value(now, t), Value(then, t));
  };
  EXPECT_EQ(compare("96", "104"), TrendDirection::kStable);  // both inside
  EXPECT_EQ(compare("94", "96"), TrendDirection::kImproving);
  EXPECT_EQ(compare("100", "106"), TrendDirection::kDeclining);
  EXPECT_EQ(compare("94", "106"), TrendDirection::kStable);  // 1 outside on either side
  EXPECT_EQ(compare("93", "106"), TrendDirection::kImproving);
  EXPECT_EQ(compare("94", "93.9"), TrendDirection::kStable);
  EXPECT_EQ(compare("94", "93.899999999999"), TrendDirection::kDeclining);
}

TEST(CompareValues, ARangeUsesTheWayOfTheNearerBound) {
  // The lower bound is 10 from its red one (a fiftieth is 0.2), the upper one 100 (2).
  const Thresholds t = Range("80", "90", "100", "200");
  EXPECT_EQ(Of(Direction::kRange, Value("89.5", t), Value("90", t)), TrendDirection::kDeclining);
  EXPECT_EQ(Of(Direction::kRange, Value("101.5", t), Value("100", t)), TrendDirection::kStable);
  // 95 lies as near to the one as to the other: the lower one counts. Outside it was 0.5 before.
  EXPECT_EQ(Of(Direction::kRange, Value("95", t), Value("89.5", t)), TrendDirection::kImproving);
}

TEST(CompareValues, SaysWhyThereIsNoTrend) {
  const Thresholds t = Target("90", "80");
  const TrendValue none;
  TrendValue running = Value("85", t);
  running.provisional = true;
  const auto reason = [](const TrendValue& now, const TrendValue& then) {
    const Trend trend = CompareValues(Direction::kHigher, now, then);
    EXPECT_EQ(trend.direction, TrendDirection::kNone);
    EXPECT_FALSE(trend.change.has_value());
    return trend.reason;
  };
  EXPECT_EQ(reason(none, Value("85", t)), NoTrend::kNoValue);
  EXPECT_EQ(reason(Value("85", t), none), NoTrend::kNoEarlier);
  EXPECT_EQ(reason(none, none), NoTrend::kNoValue);
  EXPECT_EQ(reason(running, Value("85", t)), NoTrend::kProvisional);
  EXPECT_EQ(reason(Value("85", t), running), NoTrend::kProvisional);
  EXPECT_EQ(reason(Value("85", t), Value("85", Target("80", "90", Direction::kLower))),
            NoTrend::kNotComparable);
}

TEST(CompareValues, TellsTheChangeAndWhatItIsComparedWith) {
  const Trend trend = CompareValues(Direction::kLower, Value("7.25"), Value("10"));
  EXPECT_EQ(Text(trend.change), "-2.75");
  EXPECT_EQ(Text(trend.earlier), "10");
  EXPECT_EQ(trend.reason, NoTrend::kNone);
}

TEST(CompareValues, NumbersTooLargeToSubtractHaveNoTrend) {
  const TrendValue most = Value("1000000000000000000000000");  // 1e24
  const TrendValue least = Value("-1000000000000000000000000");
  EXPECT_EQ(CompareValues(Direction::kHigher, most, least).reason, NoTrend::kOverflow);
  // A fiftieth of a difference that is too large to be multiplied is compared all the same.
  EXPECT_EQ(Of(Direction::kHigher, most, Value("1")), TrendDirection::kImproving);
}

// Exchanging the two values exchanges improving and declining, whatever they are.
TEST(CompareValues, IsAntisymmetric) {
  std::mt19937_64 random(20261130);
  const Thresholds t = Target("90", "80");
  for (int i = 0; i < 2000; ++i) {
    const TrendValue a = {Decimal::FromUnits(random() % 100'000'000'000'000), false, t};
    const TrendValue b = {
        Decimal::FromUnits(a.value->units() + static_cast<int64_t>(random() % 800'000'000'000) -
                           400'000'000'000),
        false, t};
    const TrendDirection there = Of(Direction::kHigher, a, b);
    const TrendDirection back = Of(Direction::kHigher, b, a);
    if (there == TrendDirection::kStable) {
      EXPECT_EQ(back, TrendDirection::kStable);
    } else {
      EXPECT_NE(there, back);
    }
    EXPECT_EQ(there == TrendDirection::kStable,
              (*a.value > *b.value ? a.value->units() - b.value->units()
                                   : b.value->units() - a.value->units()) <= 200'000'000'000);
  }
}

TEST(CompareScores, IsStableWithinOnePoint) {
  EXPECT_EQ(CompareScores(D("61"), D("60")).direction, TrendDirection::kStable);
  EXPECT_EQ(CompareScores(D("61.000000000001"), D("60")).direction, TrendDirection::kImproving);
  EXPECT_EQ(CompareScores(D("59"), D("60")).direction, TrendDirection::kStable);
  EXPECT_EQ(CompareScores(D("58.999999999999"), D("60")).direction, TrendDirection::kDeclining);
  EXPECT_EQ(Text(CompareScores(D("62.4"), D("64.5")).change), "-2.1");
  EXPECT_EQ(CompareScores(std::nullopt, D("60")).reason, NoTrend::kNoValue);
  EXPECT_EQ(CompareScores(D("60"), std::nullopt).reason, NoTrend::kNoEarlier);
}

}  // namespace
}  // namespace athena::reporting
