#include "services/indicator/rules/aggregation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/indicator/rules/testing/shorthand.h"

namespace athena::indicator {
namespace {

using ::athena::indicator::testing::D;
using ::athena::indicator::testing::kLater;
using ::athena::indicator::testing::P;
using ::testing::ElementsAre;

absl::CivilDay Day(int year, int month, int day) { return absl::CivilDay(year, month, day); }

Cell Present(int32_t series, std::string_view period, std::string_view value) {
  return {D(value), series, P(period).index(), CellKind::kPresent};
}
Cell Status(int32_t series, std::string_view period, CellKind kind) {
  return {Decimal(), series, P(period).index(), kind};
}

AggregationRule Rule(TimeAggregation time, GroupAggregation group) {
  AggregationRule rule;
  rule.time = time;
  rule.group = group;
  rule.missing = DefaultMissingPolicy(time, group);
  return rule;
}
AggregationRule Rule(TimeAggregation time, GroupAggregation group, MissingPolicy missing) {
  AggregationRule rule = Rule(time, group);
  rule.missing = missing;
  return rule;
}

PeriodRange Months(std::string_view period) { return SubPeriodRange(P(period), Frequency::kMonth); }

// "1453 8/8", or "INCOMPLETE 7/8"; "~" before what is provisional.
std::string Text(const PeriodValue& value) {
  return absl::StrCat(
      value.provisional ? "~" : "",
      value.value.has_value() ? value.value->ToString() : std::string(ReasonCode(value.reason)),
      " ", value.coverage.present, "/", value.coverage.expected);
}

// The people on the payroll of the eight administrations at the end of 2020.
constexpr std::array<std::pair<const char*, const char*>, 8> kHeadcount = {{{"SYN-RFA", "341"},
                                                                            {"BCIT", "33"},
                                                                            {"BIT", "60"},
                                                                            {"BEE", "237"},
                                                                            {"BFB", "135"},
                                                                            {"BL", "123"},
                                                                            {"BM", "420"},
                                                                            {"BPL", "104"}}};

std::vector<Cell> Headcount(bool with_bm) {
  std::vector<Cell> cells;
  for (size_t i = 0; i < kHeadcount.size(); ++i) {
    if (!with_bm && std::string_view(kHeadcount[i].first) == "BM") continue;
    cells.push_back(Present(static_cast<int32_t>(i), "2020", kHeadcount[i].second));
  }
  return cells;
}

AggregationRule HeadcountRule() {
  AggregationRule rule = Rule(TimeAggregation::kLast, GroupAggregation::kSum);
  rule.expected_from = P("2020").index();
  rule.expected_combinations = 8;
  return rule;
}

// 341 + 33 + 60 + 237 + 135 + 123 + 420 + 104 = 1,453, as published for the whole.
TEST(HeadcountTest, TheSumOverUnitsIsThePublishedTotal) {
  const PeriodRange year = SubPeriodRange(P("2020"), Frequency::kYear);
  EXPECT_EQ(Text(Aggregate(HeadcountRule(), year, kLater, Headcount(true))), "1453 8/8");
}

TEST(HeadcountTest, WithoutOneUnitItIsIncompleteAndNeverASmallerSum) {
  const PeriodRange year = SubPeriodRange(P("2020"), Frequency::kYear);
  EXPECT_EQ(Text(Aggregate(HeadcountRule(), year, kLater, Headcount(false))), "INCOMPLETE 7/8");
  // Nor while the year is not yet due (due: after 14 January), on its very last day.
  EXPECT_EQ(Text(Aggregate(HeadcountRule(), year, Day(2020, 12, 31), Headcount(false))),
            "~INCOMPLETE 7/8");
  // Nor when BM had reported the year before and no code list says so.
  AggregationRule rule = HeadcountRule();
  rule.expected_combinations = 0;
  std::vector<Cell> cells = Headcount(false);
  cells.push_back(Present(6, "2019", "415"));
  EXPECT_EQ(Text(Aggregate(rule, year, kLater, cells)), "INCOMPLETE 7/8");
}

TEST(HeadcountTest, PartialShowsWhatIsThereWithItsCoverage) {
  AggregationRule rule = HeadcountRule();
  rule.missing = MissingPolicy::kPartial;
  const PeriodRange year = SubPeriodRange(P("2020"), Frequency::kYear);
  EXPECT_EQ(Text(Aggregate(rule, year, kLater, Headcount(false))), "1033 7/8");
  rule.min_coverage = D("0.875");  // 7/8
  EXPECT_EQ(Text(Aggregate(rule, year, kLater, Headcount(false))), "1033 7/8");
  rule.min_coverage = D("0.875000000001");
  EXPECT_EQ(Text(Aggregate(rule, year, kLater, Headcount(false))), "INCOMPLETE 7/8");
}

TEST(AggregateTest, TimeComesFirstThenTheGroup) {
  // Series 0: 1, 2, 6; series 1: 10, 40, 10.
  const std::vector<Cell> cells = {Present(0, "2021-01", "1"),  Present(0, "2021-02", "2"),
                                   Present(0, "2021-03", "6"),  Present(1, "2021-01", "10"),
                                   Present(1, "2021-02", "40"), Present(1, "2021-03", "10")};
  const auto value = [&cells](TimeAggregation time, GroupAggregation group) {
    return Text(Aggregate(Rule(time, group), Months("2021-Q1"), kLater, cells));
  };
  using T = TimeAggregation;
  using G = GroupAggregation;
  EXPECT_EQ(value(T::kSum, G::kSum), "69 6/6");    // 9 + 60
  EXPECT_EQ(value(T::kMean, G::kSum), "23 6/6");   // 3 + 20
  EXPECT_EQ(value(T::kMin, G::kSum), "11 6/6");    // 1 + 10
  EXPECT_EQ(value(T::kMax, G::kSum), "46 6/6");    // 6 + 40
  EXPECT_EQ(value(T::kFirst, G::kSum), "11 6/6");  // 1 + 10
  EXPECT_EQ(value(T::kLast, G::kSum), "16 6/6");   // 6 + 10
  EXPECT_EQ(value(T::kCount, G::kSum), "6 6/6");   // 3 + 3
  EXPECT_EQ(value(T::kSum, G::kMean), "34.5 6/6");
  EXPECT_EQ(value(T::kMax, G::kMin), "6 6/6");
  EXPECT_EQ(value(T::kMin, G::kMax), "10 6/6");
  EXPECT_EQ(value(T::kSum, G::kNone), "NOT_ADDITIVE 6/6");
}

TEST(AggregateTest, WhatIsNotAdditiveAnswersForOneSeries) {
  AggregationRule rule = Rule(TimeAggregation::kMean, GroupAggregation::kNone);
  const std::vector<Cell> cells = {Present(3, "2021-01", "1"), Present(3, "2021-02", "2"),
                                   Present(3, "2021-03", "3")};
  // That only one series has reported so far is no answer to a question across series.
  EXPECT_EQ(Text(Aggregate(rule, Months("2021-Q1"), kLater, cells)), "NOT_ADDITIVE 3/3");
  rule.single_series = true;
  EXPECT_EQ(Text(Aggregate(rule, Months("2021-Q1"), kLater, cells)), "2 3/3");
}

TEST(AggregateTest, LastTakesTheLastPresentCellAndAHoleLowersCoverage) {
  const std::vector<Cell> cells = {Present(0, "2021-01", "5"), Present(0, "2021-02", "7")};
  EXPECT_EQ(Text(Aggregate(Rule(TimeAggregation::kLast, GroupAggregation::kMean), Months("2021-Q1"),
                           kLater, cells)),
            "7 2/3");
}

TEST(AggregateTest, StrictIsTheDefaultWhereAnAxisAddsUp) {
  using T = TimeAggregation;
  using G = GroupAggregation;
  EXPECT_EQ(DefaultMissingPolicy(T::kSum, G::kMean), MissingPolicy::kStrict);
  EXPECT_EQ(DefaultMissingPolicy(T::kCount, G::kNone), MissingPolicy::kStrict);
  EXPECT_EQ(DefaultMissingPolicy(T::kLast, G::kSum), MissingPolicy::kStrict);
  EXPECT_EQ(DefaultMissingPolicy(T::kLast, G::kMean), MissingPolicy::kPartial);
  EXPECT_EQ(DefaultMissingPolicy(T::kMean, G::kNone), MissingPolicy::kPartial);
}

TEST(AggregateTest, StatusesCountAsTheyShould) {
  const auto value = [](CellKind march) {
    const std::vector<Cell> cells = {Present(0, "2021-01", "1"), Present(0, "2021-02", "2"),
                                     Status(0, "2021-03", march)};
    return Text(
        Aggregate(Rule(TimeAggregation::kMean, GroupAggregation::kSum, MissingPolicy::kPartial),
                  Months("2021-Q1"), kLater, cells));
  };
  EXPECT_EQ(value(CellKind::kMissing), "1.5 2/3");
  EXPECT_EQ(value(CellKind::kForecast), "1.5 2/3");
  EXPECT_EQ(value(CellKind::kNotApplicable), "1.5 2/2");
}

TEST(AggregateTest, StatusCodesHaveTheirKinds) {
  for (const char code : {'A', 'E', 'P'}) EXPECT_EQ(KindOfStatus(code), CellKind::kPresent);
  for (const char code : {'O', 'L', 'H', 'Q'}) EXPECT_EQ(KindOfStatus(code), CellKind::kMissing);
  EXPECT_EQ(KindOfStatus('M'), CellKind::kNotApplicable);
  EXPECT_EQ(KindOfStatus('F'), CellKind::kForecast);
  EXPECT_EQ(KindOfStatus('x'), std::nullopt);
}

TEST(AggregateTest, OnlyNotApplicableIsNoData) {
  AggregationRule rule = Rule(TimeAggregation::kSum, GroupAggregation::kSum);
  rule.expected_from = P("2021-01").index();
  const std::vector<Cell> cells = {Status(0, "2021-01", CellKind::kNotApplicable),
                                   Status(0, "2021-02", CellKind::kNotApplicable),
                                   Status(0, "2021-03", CellKind::kNotApplicable)};
  EXPECT_EQ(Text(Aggregate(rule, Months("2021-Q1"), kLater, cells)), "NO_DATA 0/0");
}

TEST(ExpectationTest, ASeriesIsExpectedFromItsFirstObservation) {
  const AggregationRule rule =
      Rule(TimeAggregation::kSum, GroupAggregation::kSum, MissingPolicy::kPartial);
  const std::vector<Cell> cells = {Present(0, "2021-02", "1"), Present(1, "2021-03", "1")};
  // Series 0 in February and March, series 1 in March.
  EXPECT_EQ(Text(Aggregate(rule, Months("2021-Q1"), kLater, cells)), "2 2/3");
}

TEST(ExpectationTest, AForecastIsNoFirstObservation) {
  const AggregationRule rule =
      Rule(TimeAggregation::kSum, GroupAggregation::kSum, MissingPolicy::kPartial);
  const std::vector<Cell> cells = {Status(0, "2021-01", CellKind::kForecast),
                                   Present(0, "2021-03", "1")};
  EXPECT_EQ(Text(Aggregate(rule, Months("2021-Q1"), kLater, cells)), "1 1/1");
}

TEST(ExpectationTest, ASilentSeriesIsExpectedForTwoQuarters) {
  const AggregationRule rule =
      Rule(TimeAggregation::kSum, GroupAggregation::kSum, MissingPolicy::kPartial);
  // Last heard of in December 2020: expected to June 2021, and not in July.
  const std::vector<Cell> cells = {Present(0, "2020-12", "1")};
  EXPECT_EQ(Text(Aggregate(rule, Months("2021-Q2"), kLater, cells)), "INCOMPLETE 0/3");
  EXPECT_EQ(Text(Aggregate(rule, Months("2021-Q3"), kLater, cells)), "NO_DATA 0/0");
  // November: expected to May.
  EXPECT_EQ(Text(Aggregate(rule, Months("2021-Q2"), kLater, {Present(0, "2020-11", "1")})),
            "INCOMPLETE 0/2");
  // Semesters and years: two of their own.
  const std::vector<Cell> yearly = {Present(0, "2019", "1")};
  const auto year = [&](std::string_view period) {
    return Text(Aggregate(rule, SubPeriodRange(P(period), Frequency::kYear), kLater, yearly));
  };
  EXPECT_EQ(year("2021"), "OVERDUE 0/1");
  EXPECT_EQ(year("2022"), "NO_DATA 0/0");
}

TEST(ExpectationTest, NotApplicableKeepsASeriesAlive) {
  const AggregationRule rule =
      Rule(TimeAggregation::kSum, GroupAggregation::kSum, MissingPolicy::kPartial);
  const std::vector<Cell> cells = {Present(0, "2020-06", "1"),
                                   Status(0, "2020-12", CellKind::kNotApplicable)};
  EXPECT_EQ(Text(Aggregate(rule, Months("2021-Q1"), kLater, cells)), "INCOMPLETE 0/3");
}

TEST(ExpectationTest, OnlyTheLatestCellBeforeTheRangeMatters) {
  const AggregationRule rule =
      Rule(TimeAggregation::kSum, GroupAggregation::kSum, MissingPolicy::kPartial);
  const PeriodRange range = Months("2021-Q2");
  EXPECT_EQ(FirstPeriodRead(range), P("2020-10").index());
  const std::vector<Cell> all = {Present(0, "2020-03", "1"), Present(0, "2020-10", "1"),
                                 Present(0, "2020-11", "1"), Present(0, "2021-05", "1")};
  const std::vector<Cell> few = {Present(0, "2020-11", "1"), Present(0, "2021-05", "1")};
  EXPECT_EQ(Text(Aggregate(rule, range, kLater, all)), "INCOMPLETE 1/3");
  EXPECT_EQ(Text(Aggregate(rule, range, kLater, few)), "INCOMPLETE 1/3");
}

TEST(ExpectationTest, AnExpectedIndicatorWithoutSeriesExpectsOneCellPerSubPeriod) {
  AggregationRule rule = Rule(TimeAggregation::kSum, GroupAggregation::kSum);
  EXPECT_EQ(Text(Aggregate(rule, Months("2021-Q1"), kLater, {})), "NO_DATA 0/0");
  rule.expected_from = P("2021-02").index();
  EXPECT_EQ(Text(Aggregate(rule, Months("2021-Q1"), kLater, {})), "INCOMPLETE 0/2");
  // From March on a series answers for it.
  EXPECT_EQ(Text(Aggregate(rule, Months("2021-Q1"), kLater, {Present(4, "2021-03", "8")})),
            "INCOMPLETE 1/2");
}

TEST(ExpectationTest, EveryCombinationIsExpectedWhetherOrNotItReported) {
  AggregationRule rule =
      Rule(TimeAggregation::kSum, GroupAggregation::kSum, MissingPolicy::kPartial);
  rule.min_coverage = Decimal();
  rule.expected_from = P("2021-02").index();
  rule.expected_combinations = 3;
  // January: series 0. February, March: three, of which series 1 says once that it has none.
  const std::vector<Cell> cells = {Present(0, "2021-01", "1"),
                                   Status(1, "2021-02", CellKind::kNotApplicable)};
  EXPECT_EQ(Text(Aggregate(rule, Months("2021-Q1"), kLater, cells)), "1 1/6");
}

TEST(DueTest, ASubPeriodIsDueWhenItsEndAndTheDelayLieBeforeTheDate) {
  // March + 14 days is 14 April: due on the 15th.
  EXPECT_FALSE(IsDue(P("2021-03"), 14, Day(2021, 4, 14)));
  EXPECT_TRUE(IsDue(P("2021-03"), 14, Day(2021, 4, 15)));
  EXPECT_FALSE(IsDue(P("2021-Q1"), 0, Day(2021, 3, 31)));
  EXPECT_TRUE(IsDue(P("2021-Q1"), 0, Day(2021, 4, 1)));
  EXPECT_TRUE(IsDue(P("2020-02-29"), 0, Day(2020, 3, 1)));

  AggregationRule rule =
      Rule(TimeAggregation::kSum, GroupAggregation::kSum, MissingPolicy::kPartial);
  const std::vector<Cell> cells = {Present(0, "2021-01", "1"), Present(0, "2021-02", "1")};
  EXPECT_EQ(Text(Aggregate(rule, Months("2021-Q1"), Day(2021, 4, 14), cells)), "~2 2/2");
  EXPECT_EQ(Text(Aggregate(rule, Months("2021-Q1"), Day(2021, 4, 15), cells)), "2 2/3");
}

TEST(DueTest, AggregationAndIsDueAgreeOnEveryDay) {
  AggregationRule rule = Rule(TimeAggregation::kSum, GroupAggregation::kSum);
  for (const Frequency frequency : {Frequency::kDay, Frequency::kWeek, Frequency::kMonth}) {
    const PeriodRange range = SubPeriodRange(P("2020-Q1"), frequency);
    rule.expected_from = range.first;
    for (absl::CivilDay date(2020, 1, 1); date < Day(2020, 6, 1); ++date) {
      int64_t due = 0;
      for (int32_t i = range.first; i <= range.last; ++i) {
        if (IsDue(Period::OfIndex(frequency, i), rule.reporting_delay_days, date)) ++due;
      }
      const PeriodValue value = Aggregate(rule, range, date, {});
      EXPECT_EQ(value.coverage.expected, due) << date;
      EXPECT_EQ(value.provisional, due < range.size()) << date;
    }
  }
}

TEST(DueTest, NothingPresentOrDueIsNotDueAndBeforeThatNotBegun) {
  AggregationRule rule = Rule(TimeAggregation::kSum, GroupAggregation::kSum);
  rule.expected_from = P("2021-01").index();
  const auto on = [&rule](absl::CivilDay date) {
    return Text(Aggregate(rule, Months("2021-Q1"), date, {}));
  };
  EXPECT_EQ(on(Day(2020, 12, 31)), "~NOT_BEGUN 0/0");
  EXPECT_EQ(on(Day(2021, 1, 1)), "~NOT_DUE 0/0");
  EXPECT_EQ(on(Day(2021, 2, 14)), "~NOT_DUE 0/0");
  EXPECT_EQ(on(Day(2021, 2, 15)), "~INCOMPLETE 0/1");
  EXPECT_EQ(on(Day(2021, 4, 14)), "~INCOMPLETE 0/2");
  EXPECT_EQ(on(Day(2021, 4, 15)), "INCOMPLETE 0/3");
}

TEST(DueTest, AQuarterOfWeeksBeginsWithTheQuarterNotWithItsFirstWeek) {
  // 2020-W01, its first week, began on 30 December 2019.
  AggregationRule rule = Rule(TimeAggregation::kSum, GroupAggregation::kSum);
  const PeriodRange range = SubPeriodRange(P("2020-Q1"), Frequency::kWeek);
  EXPECT_EQ(Aggregate(rule, range, Day(2019, 12, 31), {}).reason, NoValueReason::kNotBegun);
  EXPECT_EQ(Aggregate(rule, range, Day(2020, 1, 1), {}).reason, NoValueReason::kNotDue);
}

TEST(DueTest, AProvisionalFlowSaysHowManySubPeriodsCount) {
  AggregationRule rule = Rule(TimeAggregation::kSum, GroupAggregation::kSum);
  // On 20 February January is due, and present; February, not due, came early; March is to come.
  const std::vector<Cell> cells = {Present(0, "2021-01", "4"), Present(0, "2021-02", "5")};
  const PeriodValue value = Aggregate(rule, Months("2021-Q1"), Day(2021, 2, 20), cells);
  EXPECT_EQ(Text(value), "~9 2/2");
  EXPECT_EQ(value.counted, 2);
  EXPECT_EQ(value.all, 3);
}

TEST(DueTest, ASubPeriodWithAValueIsExpectedWhole) {
  const AggregationRule rule = Rule(TimeAggregation::kSum, GroupAggregation::kSum);
  const std::vector<Cell> cells = {Present(0, "2021-01", "4"), Present(1, "2021-01", "5"),
                                   Present(0, "2021-02", "6")};
  // February is not due; yet half of its sum is no sum.
  EXPECT_EQ(Text(Aggregate(rule, Months("2021-Q1"), Day(2021, 2, 20), cells)), "~INCOMPLETE 3/4");
}

TEST(AggregateTest, SumsAreExactAndOverflowIsNoValue) {
  const AggregationRule rule = Rule(TimeAggregation::kSum, GroupAggregation::kSum);
  EXPECT_EQ(Text(Aggregate(rule, SubPeriodRange(P("2021-01"), Frequency::kMonth), kLater,
                           {Present(0, "2021-01", "0.1"), Present(1, "2021-01", "0.2")})),
            "0.3 2/2");
  EXPECT_EQ(Text(Aggregate(rule, SubPeriodRange(P("2021-01"), Frequency::kMonth), kLater,
                           {Present(0, "2021-01", "1e15"), Present(1, "2021-01", "-1e15"),
                            Present(2, "2021-01", "0.000000000001")})),
            "0.000000000001 3/3");
  EXPECT_EQ(Text(Aggregate(rule, SubPeriodRange(P("2021-01"), Frequency::kMonth), kLater,
                           {Present(0, "2021-01", "1e24"), Present(1, "2021-01", "1e24")})),
            "OVERFLOW 2/2");
}

TEST(AggregateTest, TheOrderOfCellsNeverMatters) {
  std::mt19937 random(3);
  for (const auto time : {TimeAggregation::kSum, TimeAggregation::kMean, TimeAggregation::kFirst,
                          TimeAggregation::kLast, TimeAggregation::kMax}) {
    for (const auto group : {GroupAggregation::kSum, GroupAggregation::kMean}) {
      std::vector<Cell> cells;
      for (int32_t series = 0; series < 12; ++series) {
        for (int32_t period = P("2020-07").index(); period <= P("2021-03").index(); ++period) {
          if (random() % 4 == 0) continue;
          cells.push_back({Decimal::FromUnits(Int128{random()} * 1'000'003), series, period,
                           static_cast<CellKind>(random() % 4)});
        }
      }
      AggregationRule rule = Rule(time, group, MissingPolicy::kPartial);
      rule.min_coverage = Decimal();
      const std::string sorted = Text(Aggregate(rule, Months("2021-Q1"), Day(2021, 4, 1), cells));
      for (int i = 0; i < 20; ++i) {
        std::shuffle(cells.begin(), cells.end(), random);
        EXPECT_EQ(Text(Aggregate(rule, Months("2021-Q1"), Day(2021, 4, 1), cells)), sorted);
      }
    }
  }
}

TEST(AggregateTest, APresentCellMoreNeverLowersTheNumberPresent) {
  const AggregationRule rule = Rule(TimeAggregation::kSum, GroupAggregation::kSum);
  std::vector<Cell> cells;
  int64_t before = 0;
  for (int32_t series = 0; series < 5; ++series) {
    for (const char* month : {"2021-01", "2021-02", "2021-03"}) {
      cells.push_back(Present(series, month, "1"));
      const PeriodValue value = Aggregate(rule, Months("2021-Q1"), kLater, cells);
      EXPECT_EQ(value.coverage.present, before + 1);
      EXPECT_LE(value.coverage.present, value.coverage.expected);
      before = value.coverage.present;
    }
  }
}

TEST(RangeTest, WeeksBelongToTheQuarterOfTheirThursday) {
  const auto weeks = [](std::string_view period) {
    const PeriodRange range = SubPeriodRange(P(period), Frequency::kWeek);
    return std::vector<std::string>{Period::OfIndex(Frequency::kWeek, range.first).ToString(),
                                    Period::OfIndex(Frequency::kWeek, range.last).ToString(),
                                    absl::StrCat(range.size())};
  };
  EXPECT_THAT(weeks("2020"), ElementsAre("2020-W01", "2020-W53", "53"));
  EXPECT_THAT(weeks("2021"), ElementsAre("2021-W01", "2021-W52", "52"));
  EXPECT_THAT(weeks("2020-Q4"), ElementsAre("2020-W40", "2020-W53", "14"));
  // W13 is 29 March to 4 April: its Thursday is 1 April.
  EXPECT_THAT(weeks("2021-Q1"), ElementsAre("2021-W01", "2021-W12", "12"));
}

TEST(RangeTest, SubPeriodRangesAreTheSubPeriods) {
  for (const char* text : {"2019", "2020", "2020-S1", "2020-Q1", "2021-Q1", "2024-Q4", "2026-S2"}) {
    for (const Frequency frequency :
         {Frequency::kDay, Frequency::kWeek, Frequency::kMonth, Frequency::kQuarter}) {
      const std::vector<Period> periods = P(text).SubPeriods(frequency);
      const PeriodRange range = SubPeriodRange(P(text), frequency);
      EXPECT_EQ(range.first, periods.front().index()) << text;
      EXPECT_EQ(range.last, periods.back().index()) << text;
    }
  }
  EXPECT_EQ(SubPeriodRange(P("2020-Q1"), Frequency::kDay).size(), 91);  // 31 + 29 + 31
  EXPECT_EQ(SubPeriodRange(P("2021-Q1"), Frequency::kDay).size(), 90);
}

TEST(RangeTest, YearToDateBeginsWithTheYear) {
  const PeriodRange months = YearToDateRange(P("2021-Q3"), Frequency::kMonth);
  EXPECT_EQ(months.first, P("2021-01").index());
  EXPECT_EQ(months.last, P("2021-09").index());
  EXPECT_EQ(months.begins, Day(2021, 1, 1));
  const PeriodRange weeks = YearToDateRange(P("2021-Q1"), Frequency::kWeek);
  EXPECT_EQ(weeks.first, P("2021-W01").index());
  EXPECT_EQ(YearToDateRange(P("2020"), Frequency::kDay).size(), 366);
}

TEST(RangeTest, ExpectedFromIsTheFirstSubPeriodOrThePeriodItLiesIn) {
  EXPECT_EQ(IndexFrom(P("2021-Q2"), Frequency::kMonth), P("2021-04").index());
  EXPECT_EQ(IndexFrom(P("2021"), Frequency::kWeek), P("2021-W01").index());
  EXPECT_EQ(IndexFrom(P("2021-Q2"), Frequency::kQuarter), P("2021-Q2").index());
  EXPECT_EQ(IndexFrom(P("2021-Q2"), Frequency::kYear), P("2021").index());
}

TEST(RangeTest, TheSilenceWindowIsAsLongAsTheLongestTwoQuarters) {
  for (const Frequency frequency : {Frequency::kDay, Frequency::kWeek, Frequency::kMonth}) {
    int32_t longest = 0;
    for (Period quarter = P("2000-Q1"); quarter < P("2040-Q1"); quarter = quarter.Plus(1)) {
      longest = std::max(longest, SubPeriodRange(quarter, frequency).size() +
                                      SubPeriodRange(quarter.Plus(1), frequency).size());
    }
    EXPECT_EQ(SilenceWindow(frequency), longest);
  }
}

// SCORING 0: frequencies up to the quarter refer to it.
TEST(EvaluationPeriodTest, FineFrequenciesReferToTheQuarter) {
  const auto never = [](Period) { return false; };
  EXPECT_EQ(EvaluationPeriod(Frequency::kMonth, P("2021-Q2"), 14, kLater, never), P("2021-Q2"));
  EXPECT_EQ(EvaluationPeriod(Frequency::kQuarter, P("2021-Q2"), 14, kLater, never), P("2021-Q2"));
}

TEST(EvaluationPeriodTest, CoarseOnesReferToTheLatestThatHasAValueOrIsOverdue) {
  const auto has = [](std::vector<Period> periods) {
    return [periods = std::move(periods)](Period period) {
      return std::count(periods.begin(), periods.end(), period) > 0;
    };
  };
  const auto yearly = [](std::string_view quarter, absl::CivilDay date, const auto& has_value) {
    return EvaluationPeriod(Frequency::kYear, P(quarter), 30, date, has_value).ToString();
  };
  // 2021 has not ended by the end of its third quarter.
  EXPECT_EQ(yearly("2021-Q3", Day(2021, 9, 1), has({P("2020")})), "2020");
  // On 10 January 2022, 2021 is not due (that is on 31 January): 2020, until 2021 has a value.
  EXPECT_EQ(yearly("2021-Q4", Day(2022, 1, 10), has({P("2020")})), "2020");
  EXPECT_EQ(yearly("2021-Q4", Day(2022, 1, 10), has({P("2020"), P("2021")})), "2021");
  EXPECT_EQ(yearly("2021-Q4", Day(2022, 1, 30), has({P("2020")})), "2020");
  EXPECT_EQ(yearly("2021-Q4", Day(2022, 1, 31), has({P("2020")})), "2021");  // overdue
  EXPECT_EQ(EvaluationPeriod(Frequency::kSemester, P("2021-Q2"), 14, kLater, has({})),
            P("2021-S1"));
  EXPECT_EQ(EvaluationPeriod(Frequency::kSemester, P("2021-Q3"), 14, kLater, has({})),
            P("2021-S1"));
  EXPECT_EQ(EvaluationPeriod(Frequency::kSemester, P("2021-Q1"), 14, kLater, has({})),
            P("2020-S2"));
}

TEST(EvaluationPeriodTest, OfAQuarterNotBegunItIsThePeriodThatWillHaveEnded) {
  const auto never = [](Period) { return false; };
  EXPECT_EQ(EvaluationPeriod(Frequency::kYear, P("2026-Q4"), 14, Day(2022, 5, 1), never),
            P("2026"));
}

TEST(CommonCellsTest, OnlyCellsThatAllOperandsHaveAreKept) {
  std::vector<Cell> a = {Present(0, "2021-01", "1"), Present(0, "2021-02", "2"),
                         Present(1, "2021-01", "3"), Present(1, "2021-02", "4")};
  std::vector<Cell> b = {Present(1, "2021-02", "40"), Present(0, "2021-01", "10"),
                         Status(0, "2021-02", CellKind::kMissing), Present(2, "2021-01", "50")};
  std::vector<Cell> c = {Present(0, "2021-01", "100"), Present(0, "2021-02", "100"),
                         Present(1, "2021-02", "100")};
  const std::vector<absl::Span<Cell>> operands = {absl::MakeSpan(a), absl::MakeSpan(b),
                                                  absl::MakeSpan(c)};
  RestrictToCommonCells(operands);
  const auto kept = [](const std::vector<Cell>& cells) {
    std::vector<std::string> names;
    for (const Cell& cell : cells) {
      if (cell.kind == CellKind::kPresent) {
        names.push_back(absl::StrCat(cell.series, " ",
                                     Period::OfIndex(Frequency::kMonth, cell.period).ToString()));
      }
    }
    return names;
  };
  EXPECT_THAT(kept(a), ElementsAre("0 2021-01", "1 2021-02"));
  EXPECT_THAT(kept(b), ElementsAre("0 2021-01", "1 2021-02"));
  EXPECT_THAT(kept(c), ElementsAre("0 2021-01", "1 2021-02"));
}

// Two organisations: 90 of 100 and 1 of 10. The ratio of sums is 91/110; the mean of the ratios,
// 0.5, is what it must not be.
TEST(FormulaValueTest, ARatioOfSumsIsNotTheMeanOfRatios) {
  const std::vector<Cell> on_time = {Present(0, "2021-Q1", "90"), Present(1, "2021-Q1", "1")};
  const std::vector<Cell> all = {Present(0, "2021-Q1", "100"), Present(1, "2021-Q1", "10")};
  const AggregationRule rule = Rule(TimeAggregation::kSum, GroupAggregation::kSum);
  const PeriodRange quarter = SubPeriodRange(P("2021-Q1"), Frequency::kQuarter);
  const Formula formula = Formula::Parse("on-time / all").value();
  const PeriodValue value = EvaluateFormula(
      formula, {Aggregate(rule, quarter, kLater, on_time), Aggregate(rule, quarter, kLater, all)});
  EXPECT_EQ(Text(value), "0.827272727273 2/2");  // 91/110 = 0.82727272727272...
}

TEST(FormulaValueTest, UnalignedCellsLeaveTheRatioAndLowerItsCoverage) {
  // Organisation 1 sent its total, not its part: 90/100 from organisation 0 alone, half of the
  // cells.
  std::vector<Cell> on_time = {Present(0, "2021-Q1", "90")};
  std::vector<Cell> all = {Present(0, "2021-Q1", "100"), Present(1, "2021-Q1", "10")};
  const std::vector<absl::Span<Cell>> operands = {absl::MakeSpan(on_time), absl::MakeSpan(all)};
  RestrictToCommonCells(operands);
  const AggregationRule rule =
      Rule(TimeAggregation::kSum, GroupAggregation::kSum, MissingPolicy::kPartial);
  const PeriodRange quarter = SubPeriodRange(P("2021-Q1"), Frequency::kQuarter);
  const PeriodValue value = EvaluateFormula(
      Formula::Parse("on-time / all").value(),
      {Aggregate(rule, quarter, kLater, on_time), Aggregate(rule, quarter, kLater, all)});
  EXPECT_EQ(Text(value), "0.9 1/2");
}

TEST(FormulaValueTest, TheOperandWithoutValueIsNamedWithItsReason) {
  const auto lacking = [](NoValueReason reason) {
    PeriodValue value;
    value.reason = reason;
    return value;
  };
  PeriodValue one;
  one.value = D("1");
  one.coverage = {3, 4};
  const Formula formula = Formula::Parse("a / b").value();
  const auto reason = [&](NoValueReason why) {
    const PeriodValue value = EvaluateFormula(formula, {one, lacking(why)});
    EXPECT_EQ(value.operand, 1);
    EXPECT_EQ(value.coverage, (Coverage{3, 4}));
    return value.reason;
  };
  EXPECT_EQ(reason(NoValueReason::kIncomplete), NoValueReason::kOperand);
  EXPECT_EQ(reason(NoValueReason::kNotReadable), NoValueReason::kOperand);
  EXPECT_EQ(reason(NoValueReason::kNotDue), NoValueReason::kNotDue);
  EXPECT_EQ(reason(NoValueReason::kOverdue), NoValueReason::kOverdue);
}

TEST(FormulaValueTest, CoverageIsTheLeastOfTheOperands) {
  const auto covered = [](int64_t present, int64_t expected) {
    PeriodValue value;
    value.value = D("1");
    value.coverage = {present, expected};
    return value;
  };
  const Formula formula = Formula::Parse("a + b + c").value();
  EXPECT_EQ(EvaluateFormula(formula, {covered(3, 4), covered(2, 3), covered(0, 0)}).coverage,
            (Coverage{2, 3}));
  EXPECT_EQ(EvaluateFormula(formula, {covered(2, 2), covered(4, 4), covered(1, 1)}).coverage,
            (Coverage{4, 4}));
  EXPECT_EQ(EvaluateFormula(formula, {covered(0, 0), covered(0, 2), covered(1, 2)}).coverage,
            (Coverage{0, 2}));
}

// Two series report January and February; the second is declared to have ended in March.
TEST(EndedSeriesTest, AnEndedSeriesIsNotExpectedFromThereOn) {
  const AggregationRule rule = Rule(TimeAggregation::kSum, GroupAggregation::kSum);
  std::vector<Cell> cells = {Present(1, "2021-01", "10"), Present(1, "2021-02", "10"),
                             Present(1, "2021-03", "10"), Present(2, "2021-01", "1"),
                             Present(2, "2021-02", "1")};
  EXPECT_EQ(Text(Aggregate(rule, Months("2021-Q1"), kLater, cells)), "INCOMPLETE 5/6");
  cells.push_back(Status(2, "2021-03", CellKind::kEnded));
  EXPECT_EQ(Text(Aggregate(rule, Months("2021-Q1"), kLater, cells)), "32 5/5");
}

// In the next quarter the first series owes three months, the ended one nothing.
TEST(EndedSeriesTest, AnEndHoldsInLaterQuarters) {
  const AggregationRule rule = Rule(TimeAggregation::kSum, GroupAggregation::kSum);
  const std::vector<Cell> cells = {Present(1, "2021-03", "10"), Present(2, "2021-02", "1"),
                                   Status(2, "2021-03", CellKind::kEnded)};
  EXPECT_EQ(Text(Aggregate(rule, Months("2021-Q2"), kLater, cells)), "INCOMPLETE 0/3");
}

TEST(EndedSeriesTest, AnObservationAfterTheEndMakesItExpectedAgain) {
  const AggregationRule rule = Rule(TimeAggregation::kSum, GroupAggregation::kSum);
  const std::vector<Cell> cells = {Present(1, "2021-01", "10"),
                                   Status(1, "2021-02", CellKind::kEnded),
                                   Present(1, "2021-03", "7")};
  EXPECT_EQ(Text(Aggregate(rule, Months("2021-Q1"), kLater, cells)), "17 2/2");
  // In the very period of the end, too, whichever comes first.
  const std::vector<Cell> same = {Present(1, "2021-01", "10"), Present(1, "2021-02", "7"),
                                  Status(1, "2021-02", CellKind::kEnded)};
  EXPECT_EQ(Text(Aggregate(rule, Months("2021-Q1"), kLater, same)), "INCOMPLETE 2/3");
}

TEST(EndedSeriesTest, AnEndedCombinationIsNoLongerOneOfAll) {
  AggregationRule rule = HeadcountRule();
  const PeriodRange year = SubPeriodRange(P("2020"), Frequency::kYear);
  std::vector<Cell> cells = Headcount(false);
  cells.push_back(Present(6, "2018", "400"));
  cells.push_back(Status(6, "2019", CellKind::kEnded));
  EXPECT_EQ(Text(Aggregate(rule, year, kLater, cells)), "1033 7/7");
}

// An indicator that is expected owes one cell where no series lives, but not when they have ended.
TEST(EndedSeriesTest, AnIndicatorWhoseSeriesHaveEndedOwesNothing) {
  AggregationRule rule = Rule(TimeAggregation::kLast, GroupAggregation::kSum);
  rule.expected_from = P("2020-01").index();
  const std::vector<Cell> silent = {Present(1, "2020-01", "5")};
  EXPECT_EQ(Text(Aggregate(rule, Months("2021-Q1"), kLater, silent)), "INCOMPLETE 0/3");
  const std::vector<Cell> ended = {Present(1, "2020-01", "5"),
                                   Status(1, "2020-02", CellKind::kEnded)};
  EXPECT_EQ(Text(Aggregate(rule, Months("2021-Q1"), kLater, ended)), "NO_DATA 0/0");
}

// Two series, of which one reported in February; retired in February, which is still expected.
TEST(RetiredTest, NothingIsExpectedAfterThePeriodOfTheRetirement) {
  AggregationRule rule = Rule(TimeAggregation::kSum, GroupAggregation::kSum);
  rule.expected_from = P("2020-01").index();
  const std::vector<Cell> cells = {Present(1, "2021-01", "10"), Present(1, "2021-02", "10"),
                                   Present(2, "2021-01", "1")};
  EXPECT_EQ(Text(Aggregate(rule, Months("2021-Q1"), kLater, cells)), "INCOMPLETE 3/6");
  rule.expected_until = P("2021-02").index();
  EXPECT_EQ(Text(Aggregate(rule, Months("2021-Q1"), kLater, cells)), "INCOMPLETE 3/4");
  const PeriodValue after = Aggregate(rule, Months("2021-Q2"), kLater, cells);
  EXPECT_EQ(Text(after), "NO_DATA 0/0");
  EXPECT_FALSE(after.reported);
  // Nor is every combination, nor one cell of an indicator that never had any.
  rule.expected_combinations = 4;
  EXPECT_EQ(Text(Aggregate(rule, Months("2021-Q2"), kLater, cells)), "NO_DATA 0/0");
  EXPECT_EQ(Text(Aggregate(rule, Months("2021-Q2"), kLater, {})), "NO_DATA 0/0");
}

}  // namespace
}  // namespace athena::indicator
