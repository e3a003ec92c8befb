#include "libs/decimal/number_format.h"

#include <compare>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"

namespace athena {
namespace {

Decimal Number(std::string_view text) { return Decimal::Parse(text).value(); }

std::vector<Decimal> All(const std::vector<std::string_view>& texts) {
  std::vector<Decimal> numbers;
  for (const std::string_view text : texts) numbers.push_back(Number(text));
  return numbers;
}

TEST(NumberFormat, V3_AValueJustBelowItsTargetDoesNotLookLikeIt) {
  const int digits = DecimalsThatTellApart(0, All({"94.9996", "95", "90"}), All({"-0.0004"}));
  EXPECT_EQ(digits, 4);
  EXPECT_EQ(Number("94.9996").ToFixed(digits), "94.9996");
  EXPECT_EQ(Number("95").ToFixed(digits), "95.0000");
  EXPECT_EQ(Number("-0.0004").ToFixed(digits), "-0.0004");
}

TEST(NumberFormat, V3_ATargetIsNotPrintedAsZero) {
  EXPECT_EQ(DecimalsThatTellApart(0, All({"0.3"}), All({"0.3"})), 1);
}

TEST(NumberFormat, V3_ATargetThatRoundsToTheValueIsToldApart) {
  // 81.67 and 82 are both "82" without decimals, though the value is 0.33 above its target.
  EXPECT_EQ(DecimalsThatTellApart(0, All({"82", "81.67", "70"}), All({"0.33"})), 1);
  // 81.9 and 81.67 differ in the first decimal: 81.9 and 81.7.
  EXPECT_EQ(DecimalsThatTellApart(0, All({"81.9", "81.67", "70"}), All({"0.23"})), 1);
}

TEST(NumberFormat, V4_AChangedTargetDoesNotLookLikeTheOriginal) {
  EXPECT_EQ(DecimalsThatTellApart(0, All({"9", "5", "5.3"}), All({"4", "3.7"})), 1);
}

TEST(NumberFormat, WhatIsEqualOrFarApartKeepsTheUsualDecimals) {
  EXPECT_EQ(DecimalsThatTellApart(0, All({"95", "95", "90"}), All({"0"})), 0);
  EXPECT_EQ(DecimalsThatTellApart(2, All({"1", "2", "3"}), All({"-1"})), 2);
  EXPECT_EQ(DecimalsThatTellApart(1, {}), 1);
}

TEST(NumberFormat, AScoreBesideWhereItsColourChanges) {
  const auto beside = [](std::string_view score) {
    return All({score, "66.666666666667", "33.333333333333"});
  };
  EXPECT_EQ(DecimalsThatTellApart(1, beside("66.666666666667")), 1);  // GREEN: 66.7
  EXPECT_EQ(DecimalsThatTellApart(1, beside("66.66")), 2);            // AMBER: 66.66 beside 66.67
  EXPECT_EQ(DecimalsThatTellApart(1, beside("66.666666666666")), 12);
  EXPECT_EQ(DecimalsThatTellApart(1, beside("33.3")), 2);  // RED: 33.30 beside 33.33
  EXPECT_EQ(DecimalsThatTellApart(1, beside("50")), 1);
}

TEST(NumberFormat, ADifferenceIsZeroOnlyIfItIs) {
  // 0.06 and 0.04 are 0.1 and 0.0 with one decimal, but their difference would be 0.0.
  EXPECT_EQ(DecimalsThatTellApart(1, All({"0.06", "0.04"})), 1);
  EXPECT_EQ(DecimalsThatTellApart(1, All({"0.06", "0.04"}), All({"0.02"})), 2);
  EXPECT_EQ(DecimalsThatTellApart(0, {}, All({"0.000000000001"})), 12);
  EXPECT_EQ(DecimalsThatTellApart(0, {}, All({"-0.5"})), 1);  // half to even: -0
}

TEST(NumberFormat, UsualDecimalsAreTakenWithinTheirBounds) {
  EXPECT_EQ(DecimalsThatTellApart(-3, All({"1", "2"})), 0);
  EXPECT_EQ(DecimalsThatTellApart(40, All({"1", "2"})), 12);
}

// The number that a reader sees.
Decimal Seen(Decimal number, int digits) { return Number(number.ToFixed(digits)); }

TEST(NumberFormat, WhatIsPrintedOrdersAsTheNumbersBehindIt) {
  std::mt19937_64 random(20261129);
  for (int round = 0; round < 20'000; ++round) {
    // A target, and a value and red flags that are away from it by 10^-12 to 10^3, or not at all.
    const auto near = [&random](Decimal to) {
      Int128 away = static_cast<Int128>(random() % 2000) - 1000;
      for (uint64_t power = random() % 13; power > 0; --power) away *= 10;
      return random() % 8 == 0 ? to : Decimal::FromUnits(to.units() + away);
    };
    const Decimal target =
        near(Decimal::FromUnits(static_cast<Int128>(random() % 2'000'000) * 500'000'000));
    const std::vector<Decimal> beside = {target, near(target), near(target), near(target),
                                         near(target)};
    std::vector<Decimal> gaps;
    for (const Decimal other : beside) gaps.push_back(*Decimal::Subtract(other, target));
    const int usual = static_cast<int>(random() % 4);
    const int digits = DecimalsThatTellApart(usual, beside, gaps);
    ASSERT_GE(digits, usual);
    for (size_t i = 0; i < beside.size(); ++i) {
      for (const Decimal other : beside) {
        ASSERT_EQ(Seen(beside[i], digits) <=> Seen(other, digits), beside[i] <=> other)
            << beside[i] << " and " << other << " with " << digits << " decimals";
      }
      ASSERT_EQ(Seen(gaps[i], digits).Sign(), gaps[i].Sign());
      ASSERT_EQ(Seen(gaps[i], digits).Sign() < 0, Seen(beside[i], digits) < Seen(target, digits));
    }
    if (digits == usual) continue;
    // One decimal fewer hides something.
    std::vector<Decimal> fewer;
    for (const Decimal number : beside) fewer.push_back(Seen(number, digits - 1));
    bool hides = false;
    for (size_t i = 0; i < beside.size(); ++i) {
      hides = hides || (Seen(gaps[i], digits - 1).IsZero() && !gaps[i].IsZero());
      for (size_t k = 0; k < i; ++k) {
        hides = hides || (beside[i] != beside[k] && fewer[i] == fewer[k]);
      }
    }
    ASSERT_TRUE(hides) << target << " with " << digits << " decimals";
  }
}

}  // namespace
}  // namespace athena
