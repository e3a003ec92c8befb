#include "services/indicator/rules/trajectory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/indicator/rules/testing/shorthand.h"

namespace athena::indicator {
namespace {

using ::athena::indicator::testing::D;
using ::athena::indicator::testing::P;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

Anchor At(std::string_view period, std::string_view value) {
  Anchor anchor;
  anchor.period = P(period);
  anchor.value = D(value);
  return anchor;
}
Anchor At(std::string_view period, std::string_view value, std::string_view red) {
  Anchor anchor = At(period, value);
  anchor.red = D(red);
  return anchor;
}
Anchor Between(std::string_view period, std::string_view low, std::string_view high) {
  Anchor anchor;
  anchor.period = P(period);
  anchor.low = D(low);
  anchor.high = D(high);
  return anchor;
}

Target Level(std::vector<Anchor> anchors) {
  Target target;
  target.measure = Measure::kLevel;
  target.anchors = std::move(anchors);
  target.margin = D("1");
  return target;
}
Target Flow(std::vector<Anchor> anchors) {
  Target target = Level(std::move(anchors));
  target.measure = Measure::kFlow;
  return target;
}
Target From(std::string_view period, std::string_view value, Target target) {
  target.baseline = Baseline{P(period), D(value), std::nullopt};
  return target;
}
Target Stepwise(Target target) {
  target.interpolation = Interpolation::kStep;
  return target;
}

// "G R", "red_low low high red_high", or "none".
std::string Text(const std::optional<Thresholds>& t) {
  if (!t.has_value()) return "none";
  if (!t->red_high.IsZero()) {
    return absl::StrCat(t->red_low.ToString(), " ", t->low.ToString(), " ", t->high.ToString(), " ",
                        t->red_high.ToString());
  }
  return absl::StrCat(t->target.ToString(), " ", t->red.ToString());
}
std::string Evaluated(const Target& target, std::string_view period) {
  EXPECT_THAT(Validate(target), IsEmpty());
  return Text(ThresholdsAt(target, P(period)));
}

std::vector<std::string> Fields(const Target& target) {
  std::vector<std::string> fields;
  for (const Fault& fault : Validate(target)) fields.push_back(fault.field);
  return fields;
}

TEST(LevelTest, LinearMovesByQuarterFromTheBaseline) {
  // From 10 (2020-Q4) to 20 (2022-Q4): 8 quarters, 1.25 each.
  const Target target = From("2020-Q4", "10", Level({At("2022-Q4", "20")}));
  EXPECT_EQ(Evaluated(target, "2020-Q3"), "none");
  EXPECT_EQ(Evaluated(target, "2020-Q4"), "none");  // the baseline is no target
  EXPECT_EQ(Evaluated(target, "2021-Q1"), "11.25 10.25");
  EXPECT_EQ(Evaluated(target, "2021-Q4"), "15 14");
  EXPECT_EQ(Evaluated(target, "2022-Q4"), "20 19");
  EXPECT_EQ(Evaluated(target, "2026-Q1"), "20 19");  // held
}

TEST(LevelTest, AYearsValueStandsAtItsFourthQuarter) {
  const Target yearly = From("2020", "10", Level({At("2021", "14"), At("2022", "12")}));
  const Target quarterly = From("2020-Q4", "10", Level({At("2021-Q4", "14"), At("2022-Q4", "12")}));
  for (Period quarter = P("2020-Q1"); quarter < P("2024-Q1"); quarter = quarter.Plus(1)) {
    EXPECT_EQ(Evaluated(yearly, quarter.ToString()), Evaluated(quarterly, quarter.ToString()));
  }
  EXPECT_EQ(Evaluated(yearly, "2021-Q3"), "13 12");
  EXPECT_EQ(Evaluated(yearly, "2021"), "14 13");     // its Q4
  EXPECT_EQ(Evaluated(yearly, "2021-S1"), "12 11");  // its Q2
  EXPECT_EQ(Evaluated(yearly, "2021-S2"), "14 13");
  EXPECT_EQ(Evaluated(yearly, "2020"), "none");
}

TEST(LevelTest, WithoutBaselineItBeginsAtTheFirstAnchor) {
  const Target target = Level({At("2021", "4"), At("2022", "8")});
  EXPECT_EQ(Evaluated(target, "2021-Q3"), "none");
  EXPECT_EQ(Evaluated(target, "2021-Q4"), "4 3");
  EXPECT_EQ(Evaluated(target, "2022-Q1"), "5 4");
}

TEST(LevelTest, StepHoldsFromTheFirstQuarterOfTheAnchorsPeriod) {
  const Target target = Stepwise(From("2020", "1", Level({At("2021", "4"), At("2023", "8")})));
  EXPECT_EQ(Evaluated(target, "2020-Q4"), "none");
  EXPECT_EQ(Evaluated(target, "2021-Q1"), "4 3");
  EXPECT_EQ(Evaluated(target, "2022-Q4"), "4 3");
  EXPECT_EQ(Evaluated(target, "2023-Q1"), "8 7");
  EXPECT_EQ(Evaluated(target, "2023"), "8 7");
}

TEST(LevelTest, FinerPeriodsHaveNoTarget) {
  const Target target = Level({At("2021-Q1", "4")});
  EXPECT_EQ(Evaluated(target, "2021-03"), "none");
}

TEST(LevelTest, InterpolationIsRoundedOnce) {
  // A third of the way from 0 to 1.
  const Target target = From("2020-Q4", "0", Level({At("2021-Q3", "1")}));
  EXPECT_EQ(Evaluated(target, "2021-Q1"), "0.333333333333 -0.666666666667");
  EXPECT_EQ(Evaluated(target, "2021-Q2"), "0.666666666667 -0.333333333333");
}

TEST(LevelTest, AValueEqualToTheTargetIsEqualExactly) {
  // 0.1 + 0.2 as doubles is above 0.3; as decimals it is 0.3.
  const Target target = Level({At("2021-Q1", "0.3")});
  const Decimal value = *Decimal::Add(*Decimal::FromDouble(0.1), *Decimal::FromDouble(0.2));
  EXPECT_EQ(ThresholdsAt(target, P("2021-Q1"))->target, value);
}

TEST(LevelTest, TheLargestMagnitudesAreInterpolated) {
  const Target target = From("2020-Q4", "-1e15", Level({At("2021-Q2", "1e15")}));
  EXPECT_EQ(Evaluated(target, "2021-Q1"), "0 -1");
  EXPECT_EQ(Evaluated(target, "2021-Q2"), "1000000000000000 999999999999999");
}

TEST(FlowTest, YearlyTotalsMoveByYearAndQuartersTakeTheirShare) {
  // 100 (2020), 140 (2022), hence 120 in 2021: 30 a quarter, margin 1/4.
  const Target target = From("2020", "100", Flow({At("2022", "140")}));
  EXPECT_EQ(Evaluated(target, "2020-Q4"), "none");
  for (const char* quarter : {"2021-Q1", "2021-Q2", "2021-Q3", "2021-Q4"}) {
    EXPECT_EQ(Evaluated(target, quarter), "30 29.75");
  }
  EXPECT_EQ(Evaluated(target, "2021-S1"), "60 59.5");
  EXPECT_EQ(Evaluated(target, "2021"), "120 119");
  EXPECT_EQ(Evaluated(target, "2022-Q1"), "35 34.75");
  EXPECT_EQ(Evaluated(target, "2030-Q1"), "35 34.75");
  EXPECT_EQ(ThresholdsAt(target, P("2021-Q1"))->baseline, D("25"));
  EXPECT_EQ(ThresholdsAt(target, P("2021"))->baseline, D("100"));
}

TEST(FlowTest, AProfileSharesOutYearAndMargin) {
  Target target = Flow({At("2021", "200")});
  target.margin = D("10");
  target.quarter_profile = {D("0.1"), D("0.2"), D("0.3"), D("0.4")};
  EXPECT_EQ(Evaluated(target, "2021-Q1"), "20 19");
  EXPECT_EQ(Evaluated(target, "2021-Q4"), "80 76");
  EXPECT_EQ(Evaluated(target, "2021-S1"), "60 57");
  EXPECT_EQ(Evaluated(target, "2021"), "200 190");
}

TEST(FlowTest, QuarterlyAnchorsAddUpToSemestersAndYears) {
  // 2021: 10, 12, 14, 16 (LINEAR); margin 1 each.
  const Target target = Flow({At("2021-Q1", "10"), At("2021-Q4", "16")});
  EXPECT_EQ(Evaluated(target, "2021-Q2"), "12 11");
  EXPECT_EQ(Evaluated(target, "2021-S1"), "22 20");
  EXPECT_EQ(Evaluated(target, "2021"), "52 48");
  // 2020-S2 and 2020 have no target; a year that has one in part has none.
  EXPECT_EQ(Evaluated(target, "2020-S2"), "none");
  EXPECT_EQ(Evaluated(Flow({At("2021-Q2", "10")}), "2021"), "none");
}

std::string ToDate(const Target& target, std::string_view first, std::string_view last,
                   const std::vector<Share>& shares = {}) {
  return Text(ThresholdsToDate(target, P(first), P(last), shares));
}

TEST(FlowTest, ThresholdsToDateAddUpTheQuarters) {
  Target target = Flow({At("2021", "200")});
  target.margin = D("10");
  target.quarter_profile = {D("0.1"), D("0.2"), D("0.3"), D("0.4")};
  EXPECT_EQ(ToDate(target, "2021-Q1", "2021-Q1"), "20 19");
  EXPECT_EQ(ToDate(target, "2021-Q1", "2021-Q3"), "120 114");
  EXPECT_EQ(ToDate(target, "2021-Q1", "2021-Q4"), "200 190");
  // Q3 with one month of three: 60 (Q1, Q2) + 60/3; margin 3 + 3/3.
  EXPECT_EQ(ToDate(target, "2021-Q1", "2021-Q3", {{3, 3}, {3, 3}, {1, 3}}), "80 76");
  // Q2 with half of its cells, Q3 with two months of three: 20 + 20 + 40; margin 1 + 1 + 2.
  EXPECT_EQ(ToDate(target, "2021-Q1", "2021-Q3", {{1, 1}, {1, 2}, {2, 3}}), "80 76");

  const Target quarterly = Flow({At("2021-Q1", "10"), At("2021-Q4", "16")});
  EXPECT_EQ(ToDate(quarterly, "2021-Q1", "2021-Q3"), "36 33");
  const Target later = Flow({At("2021-Q2", "10")});
  EXPECT_EQ(ToDate(later, "2021-Q1", "2021-Q3"), "none");
  EXPECT_EQ(ToDate(later, "2021-Q2", "2021-Q3"), "20 18");
}

// 33.333333333333 * 0.333333333333 = 11.111111111099888888888889, rounded in each of three
// quarters; the fourth has 33.333333333333 * 0.000000000001, which is 33.3 units: 33.
TEST(FlowTest, EachQuarterOfAYearIsRounded) {
  Target target = Flow({At("2021", "33.333333333333")});
  target.margin = D("3");
  target.quarter_profile = {D("0.333333333333"), D("0.333333333333"), D("0.333333333333"),
                            D("0.000000000001")};
  EXPECT_EQ(Text(ThresholdsAt(target, P("2021-Q1"))), "11.1111111111 10.111111111101");
  EXPECT_EQ(Text(ThresholdsAt(target, P("2021-S1"))), "22.2222222222 20.222222222202");
  EXPECT_EQ(ToDate(target, "2021-Q1", "2021-Q4"), "33.333333333333 30.333333333333");
  EXPECT_EQ(Evaluated(target, "2021"), "33.333333333333 30.333333333333");
}

TEST(FlowTest, AFlowIsComparedWithItsShare) {
  const Target target = From("2020", "80", Flow({At("2021", "120")}));
  const Thresholds quarter = *ThresholdsAt(target, P("2021-Q1"));  // 30, red flag 29.75
  // Two months of three: 20, 19.83333333333333...
  const Thresholds scaled = Scaled(quarter, {2, 3});
  EXPECT_EQ(Text(scaled), "20 19.833333333333");
  EXPECT_EQ(scaled.baseline, D("13.333333333333"));
  EXPECT_EQ(Text(Scaled(quarter, {3, 3})), Text(quarter));
  // Two months of three with 5 of 8 cells, in one quotient: 30 * 10/24 = 12.5.
  EXPECT_EQ(Text(Scaled(quarter, {10, 24})), "12.5 12.395833333333");
}

TEST(EndedTest, AnEndedTargetHasNoneFromAPeriodOn) {
  Target level = Level({At("2021", "4"), At("2022", "8")});
  level.ended_from = P("2022-Q3");
  EXPECT_EQ(Evaluated(level, "2022-Q2"), "6 5");
  EXPECT_EQ(Evaluated(level, "2022-Q3"), "none");
  EXPECT_EQ(Evaluated(level, "2022-S1"), "6 5");
  EXPECT_EQ(Evaluated(level, "2022-S2"), "none");
  // A year that it ends in has none: neither its fourth quarter nor, of a flow, the sum of four.
  EXPECT_EQ(Evaluated(level, "2022"), "none");
  Target flow = Flow({At("2021", "40")});
  flow.ended_from = P("2022");
  EXPECT_EQ(Evaluated(flow, "2021"), "40 39");
  EXPECT_EQ(Evaluated(flow, "2022-Q1"), "none");
  // Progress is still measured to the end of the trajectory.
  EXPECT_EQ(Text(ThresholdsAtEnd(level, P("2021-Q4"), P("2022-Q4"))), "8 7");
  level.ended_from = P("2022-07");
  EXPECT_THAT(Fields(level), ElementsAre("ended_from"));
}

TEST(RedFlagTest, AMarginLiesOnTheWorseSide) {
  Target target = Level({At("2021-Q1", "10")});
  target.margin = D("2");
  EXPECT_EQ(Evaluated(target, "2021-Q1"), "10 8");
  target.direction = Direction::kLower;
  EXPECT_EQ(Evaluated(target, "2021-Q1"), "10 12");
}

TEST(RedFlagTest, AToleranceIsAShareOfTheTargetsMagnitude) {
  Target target = Level({At("2021-Q1", "10")});
  target.red_flag = RedFlag::kTolerance;
  target.margin = Decimal();
  target.tolerance = D("0.05");
  EXPECT_EQ(Evaluated(target, "2021-Q1"), "10 9.5");
  target.direction = Direction::kLower;
  EXPECT_EQ(Evaluated(target, "2021-Q1"), "10 10.5");
  target.anchors = {At("2021-Q1", "-10")};
  EXPECT_EQ(Evaluated(target, "2021-Q1"), "-10 -9.5");
  target.direction = Direction::kHigher;
  EXPECT_EQ(Evaluated(target, "2021-Q1"), "-10 -10.5");
  target.measure = Measure::kFlow;
  target.anchors = {At("2021", "100")};
  EXPECT_EQ(Evaluated(target, "2021-Q1"), "25 23.75");
}

TEST(RedFlagTest, RedValuesAreInterpolatedLikeTheTarget) {
  Target target = From("2020-Q4", "10", Level({At("2021-Q4", "18", "14")}));
  target.red_flag = RedFlag::kValues;
  target.margin = Decimal();
  target.baseline->red = D("8");
  EXPECT_EQ(Evaluated(target, "2021-Q2"), "14 11");  // half way: (10+18)/2, (8+14)/2
  EXPECT_EQ(Evaluated(target, "2022-Q2"), "18 14");
  target.measure = Measure::kFlow;
  EXPECT_EQ(Evaluated(target, "2021-Q2"), "14 11");
  EXPECT_EQ(Evaluated(target, "2022"), "72 56");
}

TEST(RangeTargetTest, BothBoundsMoveAndTheRedFlagsLieOutside) {
  Target target = Level({Between("2021-Q1", "10", "20"), Between("2021-Q3", "12", "26")});
  target.direction = Direction::kRange;
  target.margin = D("2");
  EXPECT_EQ(Evaluated(target, "2020-Q4"), "none");
  EXPECT_EQ(Evaluated(target, "2021-Q2"), "9 11 23 25");
  target.margin = Decimal();
  target.red_flag = RedFlag::kTolerance;
  target.tolerance = D("0.1");
  EXPECT_EQ(Evaluated(target, "2021-Q1"), "9 10 20 22");
  target.tolerance = Decimal();
  target.red_flag = RedFlag::kValues;
  target.anchors[0].red_low = D("5");
  target.anchors[0].red_high = D("30");
  target.anchors[1].red_low = D("7");
  target.anchors[1].red_high = D("32");
  EXPECT_EQ(Evaluated(target, "2021-Q2"), "6 11 23 31");
}

TEST(RangeTargetTest, ItsBaselineIsShownButStartsNothing) {
  Target target = From("2020-Q1", "3", Level({Between("2021-Q1", "10", "10")}));
  target.direction = Direction::kRange;
  EXPECT_EQ(Evaluated(target, "2020-Q4"), "none");
  EXPECT_EQ(Evaluated(target, "2021-Q1"), "9 10 10 11");
  EXPECT_EQ(ThresholdsAt(target, P("2021-Q1"))->baseline, D("3"));
}

TEST(EndTest, ALevelEndsAtThePlansLastPeriod) {
  const Target target = From("2020", "0", Level({At("2026", "24")}));
  EXPECT_EQ(Text(ThresholdsAtEnd(target, P("2021-Q2"), P("2026-Q4"))), "24 23");
  EXPECT_EQ(Text(ThresholdsAtEnd(target, P("2021"), P("2026-Q3"))), "20 19");  // 2025
}

TEST(EndTest, AFlowEndsInTheSamePartOfAYear) {
  Target target = Flow({At("2025", "100"), At("2026", "200")});
  target.margin = D("10");
  target.quarter_profile = {D("0.1"), D("0.2"), D("0.3"), D("0.4")};
  EXPECT_EQ(Text(ThresholdsAtEnd(target, P("2025-Q2"), P("2026-Q4"))), "40 38");
  EXPECT_EQ(Text(ThresholdsAtEnd(target, P("2025-Q4"), P("2026-Q3"))), "40 36");  // 2025-Q4
  EXPECT_EQ(Text(ThresholdsAtEnd(target, P("2025"), P("2026-Q4"))), "200 190");
}

// Where the first target is said to be there is one, and there is none before.
TEST(FirstTargetTest, ItIsTheFirstPeriodWithThresholds) {
  std::vector<Target> targets;
  for (const auto measure : {Measure::kLevel, Measure::kFlow}) {
    for (const auto interpolation : {Interpolation::kLinear, Interpolation::kStep}) {
      for (const bool yearly : {false, true}) {
        Target target = Level({yearly ? At("2022", "10") : At("2022-Q3", "10"),
                               yearly ? At("2023", "12") : At("2023-Q1", "12")});
        target.measure = measure;
        target.interpolation = interpolation;
        targets.push_back(target);
        targets.push_back(From(yearly ? "2020" : "2020-Q4", "5", target));
      }
    }
  }
  for (const Target& target : targets) {
    for (const auto frequency : {Frequency::kQuarter, Frequency::kSemester, Frequency::kYear}) {
      Period period = Period::Containing(frequency, absl::CivilDay(2019, 1, 1));
      while (!ThresholdsAt(target, period).has_value()) period = period.Plus(1);
      EXPECT_EQ(FirstTargetPeriod(target, frequency), period);
    }
    EXPECT_EQ(FirstTargetPeriod(target, Frequency::kMonth), FirstTargetQuarter(target));
  }
  EXPECT_EQ(FirstTargetPeriod(Level({}), Frequency::kQuarter), std::nullopt);
  targets[0].ended_from = P("2022-Q3");
  EXPECT_EQ(FirstTargetPeriod(targets[0], Frequency::kQuarter), std::nullopt);
}

TEST(ValidateTest, AllFaultsAreFoundAtOnce) {
  Target target = From("2021-Q1", "1e16", Level({At("2021-Q1", "5"), At("2022", "6")}));
  target.anchors.push_back(At("2022-01", "7"));
  target.anchors[0].low = D("1");
  target.margin = D("0");
  target.tolerance = D("0.1");
  EXPECT_THAT(Fields(target),
              ElementsAre("baseline.period", "baseline.value", "anchors[0].low",
                          "anchors[1].period", "anchors[2].period", "margin", "tolerance"));
}

TEST(ValidateTest, AnchorsAreOneKindOfPeriodInOrder) {
  EXPECT_THAT(Fields(Level({})), ElementsAre("anchors"));
  EXPECT_THAT(Fields(Level({At("2021-S1", "5")})), ElementsAre("anchors[0].period"));
  EXPECT_THAT(Fields(Level({At("2021-Q2", "5"), At("2021-Q2", "6")})),
              ElementsAre("anchors[1].period"));
  EXPECT_THAT(Fields(From("2020", "5", Level({At("2021-Q2", "5")}))),
              ElementsAre("baseline.period"));

  std::vector<Anchor> anchors(kMaxAnchors);
  for (size_t i = 0; i < anchors.size(); ++i) {
    anchors[i].period = P("1950-Q1").Plus(static_cast<int32_t>(i));
    anchors[i].value = D("5");
  }
  EXPECT_THAT(Fields(Level(anchors)), IsEmpty());
  anchors.push_back(At("2150-Q1", "5"));
  EXPECT_THAT(Fields(Level(anchors)), ElementsAre("anchors"));
}

TEST(ValidateTest, MagnitudesHoldAtTheLimitAndNotOnePast) {
  EXPECT_THAT(Fields(Level({At("2021", "1e15")})), IsEmpty());
  EXPECT_THAT(Fields(Level({At("2021", "1000000000000000.000000000001")})),
              ElementsAre("anchors[0].value"));
}

TEST(ValidateTest, AMarginIsMoreThanNothing) {
  Target target = Level({At("2021", "5")});
  target.margin = D("-1");
  EXPECT_THAT(Fields(target), ElementsAre("margin"));
  target.margin = kMinRedDistance;
  EXPECT_THAT(Fields(target), IsEmpty());
}

TEST(ValidateTest, AToleranceNeedsATrajectoryAwayFromZero) {
  Target target = Level({At("2021", "5"), At("2022", "-5"), At("2023", "0")});
  target.red_flag = RedFlag::kTolerance;
  target.margin = Decimal();
  target.tolerance = D("0.1");
  EXPECT_THAT(Fields(target), ElementsAre("anchors[1].value", "anchors[2].value"));
  // The baseline is on the trajectory where LINEAR, beside it where STEP.
  target = From("2020", "0", target);
  target.anchors = {At("2021", "5")};
  EXPECT_THAT(Fields(target), ElementsAre("baseline.value"));
  EXPECT_THAT(Fields(Stepwise(target)), IsEmpty());
  target = Stepwise(target);
  for (const char* tolerance : {"0", "-0.1", "1000.1"}) {
    target.tolerance = D(tolerance);
    EXPECT_THAT(Fields(target), ElementsAre("tolerance"));
  }
  // A red flag that close to its target is none.
  target.tolerance = D("0.0000001");
  EXPECT_THAT(Fields(target), ElementsAre("tolerance"));
}

TEST(ValidateTest, RedValuesStandOnBaselineAndEveryAnchorOnTheWorseSide) {
  Target target =
      From("2020", "3", Level({At("2021", "5", "4"), At("2022", "6"), At("2023", "7", "7")}));
  target.red_flag = RedFlag::kValues;
  target.margin = Decimal();
  EXPECT_THAT(Fields(target), ElementsAre("baseline.red", "anchors[1].red", "anchors[2].red"));
  target.baseline->red = D("2");
  target.anchors[1].red = D("5");
  target.anchors[2].red = D("6.999999");
  EXPECT_THAT(Fields(target), IsEmpty());
  target.direction = Direction::kLower;
  EXPECT_THAT(Fields(target), UnorderedElementsAre("baseline.red", "anchors[0].red",
                                                   "anchors[1].red", "anchors[2].red"));
}

TEST(ValidateTest, ARangeIsInOrder) {
  Target target = Level({Between("2021", "5", "4")});
  target.direction = Direction::kRange;
  EXPECT_THAT(Fields(target), ElementsAre("anchors[0].low"));
  target.anchors = {Between("2021", "5", "5")};
  EXPECT_THAT(Fields(target), IsEmpty());
  target.red_flag = RedFlag::kValues;
  target.margin = Decimal();
  EXPECT_THAT(Fields(target), ElementsAre("anchors[0].red_low", "anchors[0].red_high"));
  target.anchors[0].red_low = D("5");
  target.anchors[0].red_high = D("6");
  EXPECT_THAT(Fields(target), ElementsAre("anchors[0].red_low"));
  target.anchors[0].value = D("5");
  EXPECT_THAT(Fields(target), ElementsAre("anchors[0].value", "anchors[0].red_low"));
}

TEST(ValidateTest, AProfileIsPositiveAndAddsUpToOne) {
  Target target = Flow({At("2021", "100")});
  target.quarter_profile = {D("0.25"), D("0.25"), D("0.25"), D("0.250000000001")};
  ASSERT_THAT(Fields(target), ElementsAre("quarter_profile"));
  EXPECT_THAT(Validate(target)[0].message, HasSubstr("1.000000000001"));
  target.quarter_profile = {D("0"), D("0.5"), D("0.25"), D("0.25")};
  EXPECT_THAT(Fields(target), ElementsAre("quarter_profile[0]"));
  target.quarter_profile = {D("0.25"), D("0.25"), D("0.25"), D("0.25")};
  EXPECT_THAT(Fields(target), IsEmpty());
  target.measure = Measure::kLevel;
  EXPECT_THAT(Fields(target), ElementsAre("quarter_profile"));
  target.measure = Measure::kFlow;
  target.anchors = {At("2021-Q1", "100")};
  EXPECT_THAT(Fields(target), ElementsAre("quarter_profile"));
}

}  // namespace
}  // namespace athena::indicator
