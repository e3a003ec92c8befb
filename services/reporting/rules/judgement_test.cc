#include "services/reporting/rules/judgement.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <random>

#include "services/reporting/rules/testing/values.h"

namespace athena::reporting {
namespace {

TEST(Judge, ScoresTheFourCornersOfTheScale) {
  // G = 90, R = 80, d = 10.
  const Thresholds t = Target("90", "80");
  EXPECT_EQ(Text(Judge(t, D("70")).score), "0");
  EXPECT_EQ(Text(Judge(t, D("80")).score), "33.333333333333");
  EXPECT_EQ(Text(Judge(t, D("90")).score), "66.666666666667");
  EXPECT_EQ(Text(Judge(t, D("100")).score), "100");
  EXPECT_EQ(Text(Judge(t, D("-5")).score), "0");
  EXPECT_EQ(Text(Judge(t, D("250")).score), "100");
}

TEST(Judge, ScoresTheFourCornersWhereLowerIsBetter) {
  // G = 12, R = 15, d = -3: 18 scores 0, 9 scores 100.
  const Thresholds t = Target("12", "15", Direction::kLower);
  EXPECT_EQ(Text(Judge(t, D("18")).score), "0");
  EXPECT_EQ(Text(Judge(t, D("15")).score), "33.333333333333");
  EXPECT_EQ(Text(Judge(t, D("12")).score), "66.666666666667");
  EXPECT_EQ(Text(Judge(t, D("9")).score), "100");
  // raw = 100 (13 - 15 - 3) / -9 = 500/9.
  EXPECT_EQ(Text(Judge(t, D("13")).score), "55.555555555556");
}

TEST(Judge, StatusComparesTheValueNotTheRoundedScore) {
  const Thresholds t = Target("90", "80");
  EXPECT_EQ(Judge(t, D("90")).status, Status::kGreen);
  EXPECT_EQ(Judge(t, D("89.999999999999")).status, Status::kAmber);
  EXPECT_EQ(Judge(t, D("80")).status, Status::kAmber);
  EXPECT_EQ(Judge(t, D("79.999999999999")).status, Status::kRed);
  const Thresholds low = Target("12", "15", Direction::kLower);
  EXPECT_EQ(Judge(low, D("12")).status, Status::kGreen);
  EXPECT_EQ(Judge(low, D("15")).status, Status::kAmber);
  EXPECT_EQ(Judge(low, D("15.000000000001")).status, Status::kRed);
}

TEST(Judge, GapIsValueMinusTarget) {
  EXPECT_EQ(Text(Judge(Target("90", "80"), D("84.5")).gap), "-5.5");
  EXPECT_EQ(Text(Judge(Target("12", "15", Direction::kLower), D("13")).gap), "1");
}

TEST(Judge, NeverDividesActualByTarget) {
  // A target of 0 and a negative one are ordinary: d = 5.
  EXPECT_EQ(Text(Judge(Target("0", "-5"), D("0")).score), "66.666666666667");
  EXPECT_EQ(Text(Judge(Target("-10", "-15"), D("-12.5")).score), "50");
}

TEST(Judge, RangeTakesTheLowerOfItsTwoSides) {
  const Thresholds t = Range("90", "95", "105", "110");
  // Inside, 2 above low: 100 (97 - 90 + 5) / 15 = 80; below high by 8: capped at 100.
  EXPECT_EQ(Text(Judge(t, D("97")).score), "80");
  EXPECT_EQ(Text(Judge(t, D("100")).score), "100");
  EXPECT_EQ(Text(Judge(t, D("95")).score), "66.666666666667");
  EXPECT_EQ(Text(Judge(t, D("110")).score), "33.333333333333");
  EXPECT_EQ(Text(Judge(t, D("115")).score), "0");
  EXPECT_EQ(Judge(t, D("95")).status, Status::kGreen);
  EXPECT_EQ(Judge(t, D("105")).status, Status::kGreen);
  EXPECT_EQ(Judge(t, D("105.1")).status, Status::kAmber);
  EXPECT_EQ(Judge(t, D("90")).status, Status::kAmber);
  EXPECT_EQ(Judge(t, D("89.9")).status, Status::kRed);
  EXPECT_EQ(Judge(t, D("110.1")).status, Status::kRed);
}

TEST(Judge, RangeGapIsTheSignedDistanceToTheNearerBound) {
  const Thresholds t = Range("90", "95", "105", "110");
  EXPECT_EQ(Text(Judge(t, D("92")).gap), "-3");
  EXPECT_EQ(Text(Judge(t, D("100")).gap), "0");
  EXPECT_EQ(Text(Judge(t, D("107.5")).gap), "2.5");
}

TEST(Judge, RangeOfOnePointHasTwoSides) {
  const Thresholds t = Range("0", "10", "10", "20");
  EXPECT_EQ(Text(Judge(t, D("10")).score), "66.666666666667");
  EXPECT_EQ(Judge(t, D("10")).status, Status::kGreen);
}

TEST(Judge, ATargetThatEqualsItsRedFlagScoresAllOrNothing) {
  const Thresholds higher = Target("0", "0");
  EXPECT_EQ(Text(Judge(higher, D("0")).score), "100");
  EXPECT_EQ(Judge(higher, D("0")).status, Status::kGreen);
  EXPECT_EQ(Text(Judge(higher, D("1")).score), "100");
  EXPECT_EQ(Text(Judge(higher, D("-0.000000000001")).score), "0");
  const Thresholds lower = Target("0", "0", Direction::kLower);
  EXPECT_EQ(Text(Judge(lower, D("0")).score), "100");
  EXPECT_EQ(Text(Judge(lower, D("1")).score), "0");
  EXPECT_EQ(Judge(lower, D("1")).status, Status::kRed);
}

TEST(Judge, RangeWithABoundThatEqualsItsRedFlagTakesTheLowerSide) {
  // Below: 100 from 95 up, else 0. Above: 100 (103 - 110 - 5) / -15 = 80.
  const Thresholds t = Range("95", "95", "105", "110");
  EXPECT_EQ(Text(Judge(t, D("103")).score), "80");
  EXPECT_EQ(Text(Judge(t, D("95")).score), "100");
  EXPECT_EQ(Text(Judge(t, D("94.999999999999")).score), "0");
  EXPECT_EQ(Judge(t, D("94.999999999999")).status, Status::kRed);
}

TEST(Judge, BeyondOneE24IsOverflow) {
  const Judgement j = Judge(Target("1e24", "-1e24"), D("0"));
  EXPECT_EQ(j.status, Status::kNoScore);
  EXPECT_EQ(j.reason, Reason::kOverflow);
  EXPECT_FALSE(j.score.has_value());
}

TEST(Judge, ScoreIsMonotoneInTheValueAndAgreesWithTheStatus) {
  std::mt19937 random(20210701);
  std::uniform_int_distribution<int> number(-100'000, 100'000);
  for (int round = 0; round < 500; ++round) {
    const Decimal target = Decimal::FromUnits(Decimal::FromInt(number(random)).units() / 1000);
    const Decimal margin =
        Decimal::FromUnits(Decimal::FromInt(std::abs(number(random)) + 1).units() / 1000);
    for (const Direction direction : {Direction::kHigher, Direction::kLower}) {
      const bool higher = direction == Direction::kHigher;
      Thresholds t;
      t.direction = direction;
      t.target = target;
      t.red = higher ? *Decimal::Subtract(target, margin) : *Decimal::Add(target, margin);
      Decimal a = Decimal::FromUnits(Decimal::FromInt(number(random)).units() / 1000);
      Decimal b = Decimal::FromUnits(Decimal::FromInt(number(random)).units() / 1000);
      if (higher ? b < a : a < b) std::swap(a, b);  // b is at least as good
      const Judgement worse = Judge(t, a);
      const Judgement better = Judge(t, b);
      EXPECT_LE(*worse.score, *better.score);
      EXPECT_GE(worse.status, better.status);
      if (*worse.score > D("66.666666666667")) {
        EXPECT_EQ(worse.status, Status::kGreen);
      }
      if (*worse.score < D("33.333333333333")) {
        EXPECT_EQ(worse.status, Status::kRed);
      }
    }
  }
}

}  // namespace
}  // namespace athena::reporting
