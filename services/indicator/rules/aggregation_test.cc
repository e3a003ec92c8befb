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
  return {LongDecimal(), series, P(period).index(), kind};
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

// The value on a date. An indicator that nothing says otherwise of is expected from its first
// observation on.
Reading Read(AggregationRule rule, const PeriodRange& range, absl::CivilDay date,
             absl::Span<const Cell> cells) {
  for (const Cell& cell : cells) {
    if (rule.expected_from.has_value()) break;
    if (!IsObservation(cell.kind)) continue;
    int32_t first = cell.period;
    for (const Cell& other : cells) {
      if (IsObservation(other.kind)) first = std::min(first, other.period);
    }
    rule.expected_from = first;
  }
  return Aggregate(rule, range, date, cells);
}

// "1453 8/8", or "INCOMPLETE 7/8"; "~" before what is provisional.
std::string Text(const Reading& value) {
  const Coverage coverage = value.LeastCoverage();
  return absl::StrCat(
      value.provisional ? "~" : "",
      value.value.has_value() ? value.value->ToString() : std::string(ReasonCode(value.reason)),
      " ", coverage.present, "/", coverage.expected);
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
  EXPECT_EQ(Text(Read(HeadcountRule(), year, kLater, Headcount(true))), "1453 8/8");
}

TEST(HeadcountTest, WithoutOneUnitItIsIncompleteAndNeverASmallerSum) {
  const PeriodRange year = SubPeriodRange(P("2020"), Frequency::kYear);
  EXPECT_EQ(Text(Read(HeadcountRule(), year, kLater, Headcount(false))), "INCOMPLETE 7/8");
  // While the year is not yet due (due: after 14 January), it is not read before all have answered.
  EXPECT_EQ(Text(Read(HeadcountRule(), year, Day(2020, 12, 31), Headcount(false))), "~NOT_DUE 0/0");
  // Nor when BM had reported the year before and no code list says so.
  AggregationRule rule = HeadcountRule();
  rule.expected_combinations = 0;
  std::vector<Cell> cells = Headcount(false);
  cells.push_back(Present(6, "2019", "415"));
  EXPECT_EQ(Text(Read(rule, year, kLater, cells)), "INCOMPLETE 7/8");
}

TEST(HeadcountTest, PartialShowsWhatIsThereWithItsCoverage) {
  AggregationRule rule = HeadcountRule();
  rule.missing = MissingPolicy::kPartial;
  const PeriodRange year = SubPeriodRange(P("2020"), Frequency::kYear);
  EXPECT_EQ(Text(Read(rule, year, kLater, Headcount(false))), "1033 7/8");
  rule.min_coverage = D("0.875");  // 7/8
  EXPECT_EQ(Text(Read(rule, year, kLater, Headcount(false))), "1033 7/8");
  rule.min_coverage = D("0.875000000001");
  EXPECT_EQ(Text(Read(rule, year, kLater, Headcount(false))), "INCOMPLETE 7/8");
}

TEST(AggregateTest, TimeComesFirstThenTheGroup) {
  // Series 0: 1, 2, 6; series 1: 10, 40, 10.
  const std::vector<Cell> cells = {Present(0, "2021-01", "1"),  Present(0, "2021-02", "2"),
                                   Present(0, "2021-03", "6"),  Present(1, "2021-01", "10"),
                                   Present(1, "2021-02", "40"), Present(1, "2021-03", "10")};
  const auto value = [&cells](TimeAggregation time, GroupAggregation group) {
    return Text(Read(Rule(time, group), Months("2021-Q1"), kLater, cells));
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
  const AggregationRule rule = Rule(TimeAggregation::kMean, GroupAggregation::kNone);
  std::vector<Cell> cells = {Present(3, "2021-01", "1"), Present(3, "2021-02", "2"),
                             Present(3, "2021-03", "3")};
  EXPECT_EQ(Text(Read(rule, Months("2021-Q1"), kLater, cells)), "2 3/3");
  // Another one that owes a month, and one that was not expected.
  cells.push_back(Present(4, "2020-12", "1"));
  EXPECT_EQ(Text(Read(rule, Months("2021-Q1"), kLater, cells)), "NOT_ADDITIVE 3/6");
  cells.back() = Status(4, "2021-03", CellKind::kNotExpected);
  EXPECT_EQ(Text(Read(rule, Months("2021-Q1"), kLater, cells)), "2 3/3");
}

TEST(AggregateTest, LastTakesTheLastPresentCellAndAHoleLowersCoverage) {
  const std::vector<Cell> cells = {Present(0, "2021-01", "5"), Present(0, "2021-02", "7")};
  EXPECT_EQ(Text(Read(Rule(TimeAggregation::kLast, GroupAggregation::kMean), Months("2021-Q1"),
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
    return Text(Read(Rule(TimeAggregation::kMean, GroupAggregation::kSum, MissingPolicy::kPartial),
                     Months("2021-Q1"), kLater, cells));
  };
  EXPECT_EQ(value(CellKind::kDeclaredMissing), "1.5 2/3");
  EXPECT_EQ(value(CellKind::kForecast), "1.5 2/3");
  EXPECT_EQ(value(CellKind::kNotExpected), "1.5 2/2");
}

TEST(AggregateTest, StatusCodesHaveTheirKinds) {
  for (const Frequency frequency : {Frequency::kDay, Frequency::kMonth}) {
    for (const char code : {'A', 'E', 'P'}) {
      EXPECT_EQ(KindOfStatus(code, frequency), CellKind::kPresent);
    }
    for (const char code : {'O', 'L', 'Q'}) {
      EXPECT_EQ(KindOfStatus(code, frequency), CellKind::kDeclaredMissing);
    }
    EXPECT_EQ(KindOfStatus('M', frequency), CellKind::kNotExpected);
    EXPECT_EQ(KindOfStatus('F', frequency), CellKind::kForecast);
    EXPECT_EQ(KindOfStatus('x', frequency), std::nullopt);
  }
  EXPECT_EQ(KindOfStatus('H', Frequency::kDay), CellKind::kNotExpected);
  EXPECT_EQ(KindOfStatus('H', Frequency::kWeek), CellKind::kNotExpected);
  EXPECT_EQ(KindOfStatus('H', Frequency::kMonth), CellKind::kDeclaredMissing);
}

TEST(AggregateTest, OnlyNotApplicableIsNoData) {
  AggregationRule rule = Rule(TimeAggregation::kSum, GroupAggregation::kSum);
  rule.expected_from = P("2021-01").index();
  const std::vector<Cell> cells = {Status(0, "2021-01", CellKind::kNotExpected),
                                   Status(0, "2021-02", CellKind::kNotExpected),
                                   Status(0, "2021-03", CellKind::kNotExpected)};
  EXPECT_EQ(Text(Read(rule, Months("2021-Q1"), kLater, cells)), "NO_DATA 0/0");
}

TEST(ExpectationTest, ASeriesIsExpectedFromItsFirstObservation) {
  const AggregationRule rule =
      Rule(TimeAggregation::kSum, GroupAggregation::kSum, MissingPolicy::kPartial);
  const std::vector<Cell> cells = {Present(0, "2021-02", "1"), Present(1, "2021-03", "1")};
  // Series 0 in February and March, series 1 in March.
  EXPECT_EQ(Text(Read(rule, Months("2021-Q1"), kLater, cells)), "2 2/3");
}

TEST(ExpectationTest, AForecastIsNoFirstObservation) {
  const AggregationRule rule =
      Rule(TimeAggregation::kSum, GroupAggregation::kSum, MissingPolicy::kPartial);
  const std::vector<Cell> cells = {Status(0, "2021-01", CellKind::kForecast),
                                   Present(0, "2021-03", "1")};
  EXPECT_EQ(Text(Read(rule, Months("2021-Q1"), kLater, cells)), "1 1/1");
}

// Beside series 1, which reports every period, series 0 is expected while it lives.
TEST(ExpectationTest, ASilentSeriesIsExpectedForTwoQuarters) {
  const AggregationRule rule =
      Rule(TimeAggregation::kSum, GroupAggregation::kSum, MissingPolicy::kPartial);
  const auto months = [&rule](std::string_view last, std::string_view quarter) {
    std::vector<Cell> cells = {Present(0, last, "7")};
    for (Period month = P("2020-10"); month <= P("2021-12"); month = month.Plus(1)) {
      cells.push_back(Present(1, month.ToString(), "1"));
    }
    return Text(Read(rule, Months(quarter), kLater, cells));
  };
  // Last heard of in December 2020: expected to June 2021, and not in July.
  EXPECT_EQ(months("2020-12", "2021-Q2"), "3 3/6");
  EXPECT_EQ(months("2020-12", "2021-Q3"), "3 3/3");
  // November: expected to May.
  EXPECT_EQ(months("2020-11", "2021-Q2"), "3 3/5");
  // Semesters and years: two of their own.
  const auto year = [&rule](std::string_view period) {
    const std::vector<Cell> yearly = {Present(0, "2019", "7"), Present(1, "2021", "1"),
                                      Present(1, "2022", "1")};
    return Text(Read(rule, SubPeriodRange(P(period), Frequency::kYear), kLater, yearly));
  };
  EXPECT_EQ(year("2021"), "1 1/2");
  EXPECT_EQ(year("2022"), "1 1/1");
}

// Six calendar months, first day to first day: from 31 August to 28 February, from 1 March to
// 1 September. A week counts by its Monday: 2 March 2020 to 2 September, in the week of 31 August.
TEST(ExpectationTest, SilenceIsCountedByTheCalendar) {
  const auto until = [](std::string_view observed) {
    const Period period = P(observed);
    return Period::OfIndex(period.frequency(), LivesUntil(period.index(), period.frequency()))
        .ToString();
  };
  EXPECT_EQ(until("2020-08-31"), "2021-02-28");
  EXPECT_EQ(until("2019-08-31"), "2020-02-29");
  EXPECT_EQ(until("2021-03-01"), "2021-09-01");
  EXPECT_EQ(until("2021-12-31"), "2022-06-30");
  EXPECT_EQ(until("2020-W10"), "2020-W36");
  EXPECT_EQ(until("2021-07"), "2022-01");
  EXPECT_EQ(until("2021-Q3"), "2022-Q1");
  EXPECT_EQ(until("2021-S2"), "2022-S2");
  EXPECT_EQ(until("2021"), "2023");
  // The windows that reading relies on hold every day of some years.
  for (absl::CivilDay day(2019, 1, 1); day < absl::CivilDay(2025, 1, 1); ++day) {
    for (const Frequency frequency : {Frequency::kDay, Frequency::kWeek}) {
      const int32_t index = Period::Containing(frequency, day).index();
      EXPECT_LE(LivesUntil(index, frequency) - index, SilenceWindow(frequency));
      EXPECT_GE(LivesUntil(index, frequency) - index, frequency == Frequency::kDay ? 181 : 25);
    }
  }
}

// Whoever has gone silent without being declared ended leaves one cell expected; all declared
// ended, none.
TEST(ExpectationTest, AllSilentSeriesLeaveOneCellExpected) {
  const AggregationRule rule = Rule(TimeAggregation::kSum, GroupAggregation::kSum);
  std::vector<Cell> cells = {Present(0, "2020-01", "1"), Present(1, "2020-01", "1")};
  EXPECT_EQ(Text(Read(rule, Months("2021-Q1"), kLater, cells)), "OVERDUE 0/3");
  cells.push_back(Status(0, "2020-03", CellKind::kEnded));
  EXPECT_EQ(Text(Read(rule, Months("2021-Q1"), kLater, cells)), "OVERDUE 0/3");
  cells.push_back(Status(1, "2020-03", CellKind::kEnded));
  EXPECT_EQ(Text(Read(rule, Months("2021-Q1"), kLater, cells)), "NO_DATA 0/0");
}

TEST(ExpectationTest, AValueBeforeItIsExpectedCountsAndAStatusDoesNot) {
  AggregationRule rule = Rule(TimeAggregation::kSum, GroupAggregation::kSum);
  rule.expected_from = P("2021-03").index();
  const std::vector<Cell> cells = {Present(0, "2021-01", "5"),
                                   Status(0, "2021-02", CellKind::kDeclaredMissing),
                                   Present(0, "2021-03", "6")};
  EXPECT_EQ(Text(Aggregate(rule, Months("2021-Q1"), kLater, cells)), "11 2/2");
}

TEST(ExpectationTest, NotApplicableKeepsASeriesAlive) {
  const AggregationRule rule =
      Rule(TimeAggregation::kSum, GroupAggregation::kSum, MissingPolicy::kPartial);
  const std::vector<Cell> cells = {Present(0, "2020-06", "1"),
                                   Status(0, "2020-12", CellKind::kNotExpected)};
  const Reading value = Read(rule, Months("2021-Q1"), kLater, cells);
  EXPECT_EQ(Text(value), "OVERDUE 0/3");
  EXPECT_TRUE(value.reported);
}

TEST(ExpectationTest, OnlyTheLatestCellBeforeTheRangeMatters) {
  const AggregationRule rule =
      Rule(TimeAggregation::kSum, GroupAggregation::kSum, MissingPolicy::kPartial);
  const PeriodRange range = Months("2021-Q2");
  EXPECT_EQ(FirstPeriodRead(range), P("2020-10").index());
  const std::vector<Cell> all = {Present(0, "2020-03", "1"), Present(0, "2020-10", "1"),
                                 Present(0, "2020-11", "1"), Present(0, "2021-05", "1")};
  const std::vector<Cell> few = {Present(0, "2020-11", "1"), Present(0, "2021-05", "1")};
  EXPECT_EQ(Text(Read(rule, range, kLater, all)), "INCOMPLETE 1/3");
  EXPECT_EQ(Text(Read(rule, range, kLater, few)), "INCOMPLETE 1/3");
}

TEST(ExpectationTest, AnExpectedIndicatorWithoutSeriesExpectsOneCellPerSubPeriod) {
  AggregationRule rule = Rule(TimeAggregation::kSum, GroupAggregation::kSum);
  EXPECT_EQ(Text(Read(rule, Months("2021-Q1"), kLater, {})), "NO_DATA 0/0");
  rule.expected_from = P("2021-02").index();
  EXPECT_EQ(Text(Read(rule, Months("2021-Q1"), kLater, {})), "OVERDUE 0/2");
  // From March on a series answers for it.
  EXPECT_EQ(Text(Read(rule, Months("2021-Q1"), kLater, {Present(4, "2021-03", "8")})),
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
                                   Status(1, "2021-02", CellKind::kNotExpected)};
  EXPECT_EQ(Text(Read(rule, Months("2021-Q1"), kLater, cells)), "1 1/6");
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
  EXPECT_EQ(Text(Read(rule, Months("2021-Q1"), Day(2021, 4, 14), cells)), "~2 2/2");
  EXPECT_EQ(Text(Read(rule, Months("2021-Q1"), Day(2021, 4, 15), cells)), "2 2/3");
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
      const Reading value = Aggregate(rule, range, date, {});
      EXPECT_EQ(value.LeastCoverage().expected, due) << date;
      EXPECT_EQ(value.provisional, due < range.size()) << date;
    }
  }
}

// Case V10: overdue at every frequency when nothing at all came.
TEST(DueTest, V10_NothingThatAnsweredIsNotDueThenOverdue) {
  AggregationRule rule = Rule(TimeAggregation::kSum, GroupAggregation::kSum);
  rule.expected_from = P("2021-01").index();
  const auto on = [&rule](absl::CivilDay date) {
    return Text(Aggregate(rule, Months("2021-Q1"), date, {}));
  };
  EXPECT_EQ(on(Day(2021, 1, 1)), "~NOT_DUE 0/0");
  EXPECT_EQ(on(Day(2021, 2, 14)), "~NOT_DUE 0/0");
  EXPECT_EQ(on(Day(2021, 2, 15)), "~OVERDUE 0/1");
  EXPECT_EQ(on(Day(2021, 4, 14)), "~OVERDUE 0/2");
  EXPECT_EQ(on(Day(2021, 4, 15)), "OVERDUE 0/3");
  for (const Frequency frequency : {Frequency::kDay, Frequency::kWeek, Frequency::kMonth,
                                    Frequency::kQuarter, Frequency::kSemester, Frequency::kYear}) {
    const PeriodRange range = SubPeriodRange(P("2021"), frequency);
    rule.expected_from = range.first;
    EXPECT_EQ(Aggregate(rule, range, kLater, {}).reason, NoValueReason::kOverdue);
    // Where somebody answered, even that there is no value, it is incomplete.
    const std::vector<Cell> answered = {
        {LongDecimal(), 0, range.first, CellKind::kDeclaredMissing}};
    EXPECT_EQ(Aggregate(rule, range, kLater, answered).reason, NoValueReason::kIncomplete);
  }
}

// Case V9: nothing is expected before the first target.
TEST(DueTest, V9_WhatIsNotExpectedIsNoDataDueOrNot) {
  AggregationRule rule = Rule(TimeAggregation::kSum, GroupAggregation::kSum);
  rule.expected_from = P("2022-01").index();
  EXPECT_EQ(Text(Aggregate(rule, Months("2021-Q1"), Day(2021, 2, 1), {})), "~NO_DATA 0/0");
  EXPECT_EQ(Text(Aggregate(rule, Months("2021-Q1"), kLater, {})), "NO_DATA 0/0");
}

// Case V6: 100 a month; November so far 40, read on 29 November. October is over and has answered:
// it alone is judged, one of three months.
TEST(DueTest, V6_AFlowIsJudgedOnWhatIsOver) {
  const AggregationRule rule = Rule(TimeAggregation::kSum, GroupAggregation::kSum);
  const std::vector<Cell> cells = {Present(0, "2026-10", "100"), Present(0, "2026-11", "40")};
  const Reading value = Read(rule, Months("2026-Q4"), Day(2026, 11, 29), cells);
  EXPECT_EQ(Text(value), "~100 1/1");
  EXPECT_EQ(value.used(), 1);
  EXPECT_EQ(value.all(), 3);
  EXPECT_EQ(Answered(value, Scaling::kWhole).shares[0], (Share{1, 3}));
  EXPECT_EQ(ValueSoFar(rule, Months("2026-Q4"), value.uses, cells), D("140"));
  // A level is read from the running month, too: it has answered.
  AggregationRule level = Rule(TimeAggregation::kLast, GroupAggregation::kSum);
  level.expected_from = P("2026-10").index();
  const Reading read = Aggregate(level, Months("2026-Q4"), Day(2026, 11, 29), cells);
  EXPECT_EQ(Text(read), "~40 2/2");
  EXPECT_EQ(ValueSoFar(level, Months("2026-Q4"), read.uses, cells), std::nullopt);
}

// The same with 20 units, of which one sends October on 2 November: on 3 November October is over,
// but not due, and 19 have not answered.
TEST(DueTest, OneOfTwentyUnitsIsNotJudgedBeforeTheOthersAreDue) {
  AggregationRule rule = Rule(TimeAggregation::kSum, GroupAggregation::kSum);
  rule.expected_from = P("2026-01").index();
  std::vector<Cell> cells = {Present(0, "2026-10", "5")};
  for (int32_t unit = 0; unit < 20; ++unit) cells.push_back(Present(unit, "2026-09", "5"));
  EXPECT_EQ(Text(Aggregate(rule, Months("2026-Q4"), Day(2026, 11, 3), cells)), "~NOT_DUE 0/0");
  EXPECT_EQ(ValueSoFar(rule, Months("2026-Q4"), {}, cells), D("5"));
  // Due on 15 November: 19 of 20 are missing.
  EXPECT_EQ(Text(Aggregate(rule, Months("2026-Q4"), Day(2026, 11, 15), cells)), "~INCOMPLETE 1/20");
  for (int32_t unit = 1; unit < 20; ++unit) cells.push_back(Present(unit, "2026-10", "5"));
  EXPECT_EQ(Text(Aggregate(rule, Months("2026-Q4"), Day(2026, 11, 3), cells)), "~100 20/20");
}

// 660 in the 66 weekdays of 2026-Q4, exactly on plan, weekends H, read on 1 November: the 31 days
// of October are over. Its weekdays are 22 (1 October is a Thursday), so V = 220; G = 660 * 31/92.
TEST(DueTest, AWeekdayFlowIsComparedWithItsShareOfTheDays) {
  const AggregationRule rule = Rule(TimeAggregation::kSum, GroupAggregation::kSum);
  std::vector<Cell> cells;
  int weekdays = 0;
  for (Period day = P("2026-10-01"); day <= P("2026-12-31"); day = day.Plus(1)) {
    const absl::Weekday weekday = absl::GetWeekday(day.FirstDay());
    const bool weekend = weekday == absl::Weekday::saturday || weekday == absl::Weekday::sunday;
    if (!weekend) ++weekdays;
    if (day > P("2026-10-31")) continue;
    cells.push_back(weekend ? Status(0, day.ToString(), CellKind::kNotExpected)
                            : Present(0, day.ToString(), "10"));
  }
  EXPECT_EQ(weekdays, 66);
  const PeriodRange days = SubPeriodRange(P("2026-Q4"), Frequency::kDay);
  const Reading value = Read(rule, days, Day(2026, 11, 1), cells);
  EXPECT_EQ(Text(value), "~220 22/22");
  EXPECT_EQ(value.not_expected, 9);
  const Share share = Answered(value, Scaling::kWhole).shares[0];
  EXPECT_EQ(share, (Share{31, 92}));
  EXPECT_EQ(Decimal::MultiplyDivide(D("660"), Decimal::FromInt(share.numerator),
                                    Decimal::FromInt(share.denominator)),
            D("222.391304347826"));
}

// Case V5: weekends that are sent with H owe nothing; 65 weekdays of the 91 days of 2026-Q2.
TEST(DueTest, V5_WeekendsDeclaredAsHolidaysAreNotExpected) {
  const AggregationRule rule = Rule(TimeAggregation::kSum, GroupAggregation::kSum);
  std::vector<Cell> cells;
  for (Period day = P("2026-04-01"); day <= P("2026-06-30"); day = day.Plus(1)) {
    const absl::Weekday weekday = absl::GetWeekday(day.FirstDay());
    const bool weekend = weekday == absl::Weekday::saturday || weekday == absl::Weekday::sunday;
    cells.push_back(weekend ? Status(0, day.ToString(), *KindOfStatus('H', Frequency::kDay))
                            : Present(0, day.ToString(), "1"));
  }
  const PeriodRange days = SubPeriodRange(P("2026-Q2"), Frequency::kDay);
  const Reading value = Read(rule, days, kLater, cells);
  EXPECT_EQ(Text(value), "65 65/65");
  EXPECT_EQ(value.not_expected, 26);
  // O, L and Q: missing, but answered: judged at once when it is over, with a hole.
  for (Cell& cell : cells) {
    if (cell.kind == CellKind::kNotExpected) cell.kind = CellKind::kDeclaredMissing;
  }
  EXPECT_EQ(Text(Read(rule, days, Day(2026, 7, 1), cells)), "INCOMPLETE 65/91");
}

// Under PARTIAL a flow's thresholds are scaled by judged x present / (all x expected): January and
// February are judged, with 3 of 4 cells.
TEST(DueTest, AFlowUnderPartialIsScaledByItsCoverage) {
  const AggregationRule rule =
      Rule(TimeAggregation::kSum, GroupAggregation::kSum, MissingPolicy::kPartial);
  const std::vector<Cell> cells = {Present(0, "2021-01", "4"), Present(1, "2021-01", "5"),
                                   Present(0, "2021-02", "6")};
  const Reading value = Read(rule, Months("2021-Q1"), Day(2021, 3, 20), cells);
  EXPECT_EQ(Text(value), "~15 3/4");
  EXPECT_EQ(Answered(value, Scaling::kWhole).shares[0], (Share{2 * 3, 3 * 4}));
  // To date, each quarter has its own: 3 of 6 cells in the first; of the second, which has April
  // over and due, one of two.
  std::vector<Cell> more = cells;
  more.push_back(Present(0, "2021-04", "1"));
  const Reading to_date = Read(rule, SubPeriodRange(P("2021-Q1"), P("2021-Q2"), Frequency::kMonth),
                               Day(2021, 5, 20), more);
  EXPECT_EQ(Text(to_date), "~16 4/8");
  EXPECT_EQ(Answered(to_date, Scaling::kQuarters).shares[0], (Share{3 * 3, 3 * 6}));
  EXPECT_EQ(Answered(to_date, Scaling::kQuarters).shares[1], (Share{1 * 1, 3 * 2}));
}

// Only the sub-periods that a formula asks for count.
TEST(DueTest, SubPeriodsThatAreNotAllowedAreLeftOut) {
  const AggregationRule rule = Rule(TimeAggregation::kSum, GroupAggregation::kSum);
  const std::vector<Cell> cells = {Present(0, "2021-01", "4"), Present(0, "2021-02", "5")};
  AggregationRule from = rule;
  from.expected_from = P("2021-01").index();
  const SubPeriodSet february = {Frequency::kMonth, {P("2021-02").index()}};
  const Reading value = Aggregate(from, Months("2021-Q1"), kLater, cells, &february);
  EXPECT_EQ(Text(value), "5 1/1");
  EXPECT_EQ(value.all(), 1);
}

TEST(AggregateTest, SumsAreExactAndOverflowIsNoValue) {
  const AggregationRule rule = Rule(TimeAggregation::kSum, GroupAggregation::kSum);
  EXPECT_EQ(Text(Read(rule, SubPeriodRange(P("2021-01"), Frequency::kMonth), kLater,
                      {Present(0, "2021-01", "0.1"), Present(1, "2021-01", "0.2")})),
            "0.3 2/2");
  EXPECT_EQ(Text(Read(rule, SubPeriodRange(P("2021-01"), Frequency::kMonth), kLater,
                      {Present(0, "2021-01", "1e15"), Present(1, "2021-01", "-1e15"),
                       Present(2, "2021-01", "0.000000000001")})),
            "0.000000000001 3/3");
  EXPECT_EQ(Text(Read(rule, SubPeriodRange(P("2021-01"), Frequency::kMonth), kLater,
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
          cells.push_back({*LongDecimal::FromDouble(static_cast<double>(random()) * 1e-14), series,
                           period, static_cast<CellKind>(random() % 4)});
        }
      }
      AggregationRule rule = Rule(time, group, MissingPolicy::kPartial);
      rule.min_coverage = Decimal();
      const std::string sorted = Text(Read(rule, Months("2021-Q1"), Day(2021, 4, 1), cells));
      for (int i = 0; i < 20; ++i) {
        std::shuffle(cells.begin(), cells.end(), random);
        EXPECT_EQ(Text(Read(rule, Months("2021-Q1"), Day(2021, 4, 1), cells)), sorted);
      }
    }
  }
}

// Case V1: two months, 0.12345678901234 and 0.00000000000049.
TEST(AggregateTest, V1_SumsAreExactOverWhatWasPushed) {
  const auto of = [](int32_t series, std::string_view period, double value) {
    return Cell{*LongDecimal::FromDouble(value), series, P(period).index(), CellKind::kPresent};
  };
  const auto value = [](TimeAggregation time, GroupAggregation group,
                        const std::vector<Cell>& cells) {
    return Text(Read(Rule(time, group), Months("2021-Q1"), kLater, cells));
  };
  using T = TimeAggregation;
  using G = GroupAggregation;
  const std::vector<Cell> two = {of(0, "2021-02", 0.12345678901234),
                                 of(0, "2021-03", 0.00000000000049)};
  EXPECT_EQ(value(T::kSum, G::kSum, two), "0.123456789013 2/2");
  // Across series, too: the sums over time are not rounded before.
  const std::vector<Cell> across = {of(0, "2021-03", 0.12345678901234),
                                    of(1, "2021-03", 0.00000000000049)};
  EXPECT_EQ(value(T::kSum, G::kSum, across), "0.123456789013 2/2");
  EXPECT_EQ(value(T::kLast, G::kSum, across), "0.123456789013 2/2");
  // Half of 0.12345678901283 is 0.061728394506415; of means over time, rounded before, half of
  // 0.123456789012 + 0 is 0.061728394506.
  EXPECT_EQ(value(T::kSum, G::kMean, across), "0.061728394506 2/2");
  EXPECT_EQ(value(T::kMean, G::kSum, across), "0.123456789012 2/2");
  // 3 x 0.3333333333333333 = 0.9999999999999999, as 0.6666666666666666 + 0.3333333333333333.
  const double third = 0.3333333333333333;
  EXPECT_EQ(value(T::kSum, G::kSum,
                  {of(0, "2021-01", third), of(0, "2021-02", third), of(0, "2021-03", third)}),
            "1 3/3");
  EXPECT_EQ(
      value(T::kSum, G::kSum, {of(0, "2021-02", 0.6666666666666666), of(0, "2021-03", third)}),
      "1 2/2");
}

// Case A20: five values of 1e-13 are a half unit, which rounds to even; six are more.
TEST(AggregateTest, A20_TinyValuesCount) {
  std::vector<Cell> cells;
  for (int32_t series = 0; series < 5; ++series) {
    cells.push_back(
        {*LongDecimal::FromDouble(1e-13), series, P("2021-03").index(), CellKind::kPresent});
  }
  const AggregationRule rule = Rule(TimeAggregation::kSum, GroupAggregation::kSum);
  EXPECT_EQ(Text(Read(rule, Months("2021-Q1"), kLater, cells)), "0 5/5");
  cells.push_back({*LongDecimal::FromDouble(1e-13), 5, P("2021-03").index(), CellKind::kPresent});
  EXPECT_EQ(Text(Read(rule, Months("2021-Q1"), kLater, cells)), "0.000000000001 6/6");
}

TEST(AggregateTest, APresentCellMoreNeverLowersTheNumberPresent) {
  const AggregationRule rule = Rule(TimeAggregation::kSum, GroupAggregation::kSum);
  std::vector<Cell> cells;
  int64_t before = 0;
  for (int32_t series = 0; series < 5; ++series) {
    for (const char* month : {"2021-01", "2021-02", "2021-03"}) {
      cells.push_back(Present(series, month, "1"));
      const Coverage coverage = Read(rule, Months("2021-Q1"), kLater, cells).LeastCoverage();
      EXPECT_EQ(coverage.present, before + 1);
      EXPECT_LE(coverage.present, coverage.expected);
      before = coverage.present;
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

TEST(RangeTest, ARangeOfSeveralPeriodsReachesFromTheFirstToTheLast) {
  const PeriodRange months = SubPeriodRange(P("2021-Q1"), P("2021-Q3"), Frequency::kMonth);
  EXPECT_EQ(months.first, P("2021-01").index());
  EXPECT_EQ(months.last, P("2021-09").index());
  const PeriodRange weeks = SubPeriodRange(P("2021-Q1"), P("2021-Q2"), Frequency::kWeek);
  EXPECT_EQ(weeks.first, P("2021-W01").index());
  EXPECT_EQ(weeks.last, P("2021-W25").index());  // its Thursday is 24 June
}

// From a day on: the period that contains it; of weeks the first whose Thursday is not earlier.
TEST(RangeTest, FirstReachedIsTheFirstPeriodThatIsExpected) {
  const auto reached = [](absl::CivilDay day, Frequency frequency) {
    return Period::OfIndex(frequency, FirstReached(day, frequency)).ToString();
  };
  EXPECT_EQ(reached(Day(2021, 4, 1), Frequency::kMonth), "2021-04");
  EXPECT_EQ(reached(Day(2021, 4, 1), Frequency::kYear), "2021");
  EXPECT_EQ(reached(Day(2021, 4, 1), Frequency::kDay), "2021-04-01");
  EXPECT_EQ(reached(Day(2021, 4, 1), Frequency::kWeek), "2021-W13");  // a Thursday
  EXPECT_EQ(reached(Day(2021, 4, 2), Frequency::kWeek), "2021-W14");
  EXPECT_EQ(reached(Day(2021, 1, 1), Frequency::kWeek), "2021-W01");  // a Friday
}

TEST(RangeTest, ExpectedFromIsTheFirstSubPeriodOrThePeriodItLiesIn) {
  EXPECT_EQ(IndexFrom(P("2021-Q2"), Frequency::kMonth), P("2021-04").index());
  EXPECT_EQ(IndexFrom(P("2021"), Frequency::kWeek), P("2021-W01").index());
  EXPECT_EQ(IndexFrom(P("2021-Q2"), Frequency::kQuarter), P("2021-Q2").index());
  EXPECT_EQ(IndexFrom(P("2021-Q2"), Frequency::kYear), P("2021").index());
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

// Also of a quarter that has not begun: the latest period that is over by now.
TEST(EvaluationPeriodTest, ARunningPeriodIsNeverEvaluated) {
  const auto always = [](Period) { return true; };
  EXPECT_EQ(EvaluationPeriod(Frequency::kYear, P("2026-Q4"), 14, Day(2022, 5, 1), always),
            P("2021"));
  // A value that came before the year is over does not make it E.
  EXPECT_EQ(EvaluationPeriod(Frequency::kYear, P("2021-Q4"), 14, Day(2021, 12, 31), always),
            P("2020"));
  EXPECT_EQ(EvaluationPeriod(Frequency::kYear, P("2021-Q4"), 14, Day(2022, 1, 1), always),
            P("2021"));
}

// Two series report January and February; the second is declared to have ended in March.
TEST(EndedSeriesTest, AnEndedSeriesIsNotExpectedFromThereOn) {
  const AggregationRule rule = Rule(TimeAggregation::kSum, GroupAggregation::kSum);
  std::vector<Cell> cells = {Present(1, "2021-01", "10"), Present(1, "2021-02", "10"),
                             Present(1, "2021-03", "10"), Present(2, "2021-01", "1"),
                             Present(2, "2021-02", "1")};
  EXPECT_EQ(Text(Read(rule, Months("2021-Q1"), kLater, cells)), "INCOMPLETE 5/6");
  cells.push_back(Status(2, "2021-03", CellKind::kEnded));
  EXPECT_EQ(Text(Read(rule, Months("2021-Q1"), kLater, cells)), "32 5/5");
}

// In the next quarter the first series owes three months, the ended one nothing.
TEST(EndedSeriesTest, AnEndHoldsInLaterQuarters) {
  const AggregationRule rule = Rule(TimeAggregation::kSum, GroupAggregation::kSum);
  const std::vector<Cell> cells = {Present(1, "2021-03", "10"), Present(2, "2021-02", "1"),
                                   Status(2, "2021-03", CellKind::kEnded)};
  EXPECT_EQ(Text(Read(rule, Months("2021-Q2"), kLater, cells)), "OVERDUE 0/3");
}

TEST(EndedSeriesTest, ObservationsAfterTheEndCountNoMore) {
  const AggregationRule rule = Rule(TimeAggregation::kSum, GroupAggregation::kSum);
  const std::vector<Cell> cells = {Present(1, "2021-01", "10"),
                                   Status(1, "2021-02", CellKind::kEnded),
                                   Present(1, "2021-03", "7")};
  EXPECT_EQ(Text(Read(rule, Months("2021-Q1"), kLater, cells)), "10 1/1");
  // In the very period of the end, too, whichever comes first.
  const std::vector<Cell> same = {Present(1, "2021-01", "10"), Present(1, "2021-02", "7"),
                                  Status(1, "2021-02", CellKind::kEnded)};
  EXPECT_EQ(Text(Read(rule, Months("2021-Q1"), kLater, same)), "10 1/1");
}

TEST(EndedSeriesTest, AnEndedCombinationIsNoLongerOneOfAll) {
  AggregationRule rule = HeadcountRule();
  const PeriodRange year = SubPeriodRange(P("2020"), Frequency::kYear);
  std::vector<Cell> cells = Headcount(false);
  cells.push_back(Present(6, "2018", "400"));
  cells.push_back(Status(6, "2019", CellKind::kEnded));
  EXPECT_EQ(Text(Read(rule, year, kLater, cells)), "1033 7/7");
}

// An indicator that is expected owes one cell where no series lives, but not when they have ended.
TEST(EndedSeriesTest, AnIndicatorWhoseSeriesHaveEndedOwesNothing) {
  AggregationRule rule = Rule(TimeAggregation::kLast, GroupAggregation::kSum);
  rule.expected_from = P("2020-01").index();
  const std::vector<Cell> silent = {Present(1, "2020-01", "5")};
  EXPECT_EQ(Text(Read(rule, Months("2021-Q1"), kLater, silent)), "OVERDUE 0/3");
  const std::vector<Cell> ended = {Present(1, "2020-01", "5"),
                                   Status(1, "2020-02", CellKind::kEnded)};
  EXPECT_EQ(Text(Read(rule, Months("2021-Q1"), kLater, ended)), "NO_DATA 0/0");
}

// Two series, of which one reported in February; retired in February, which is still expected.
TEST(RetiredTest, NothingIsExpectedAfterThePeriodOfTheRetirement) {
  AggregationRule rule = Rule(TimeAggregation::kSum, GroupAggregation::kSum);
  rule.expected_from = P("2020-01").index();
  const std::vector<Cell> cells = {Present(1, "2021-01", "10"), Present(1, "2021-02", "10"),
                                   Present(2, "2021-01", "1")};
  EXPECT_EQ(Text(Read(rule, Months("2021-Q1"), kLater, cells)), "INCOMPLETE 3/6");
  rule.expected_until = P("2021-02").index();
  EXPECT_EQ(Text(Read(rule, Months("2021-Q1"), kLater, cells)), "INCOMPLETE 3/4");
  const Reading after = Aggregate(rule, Months("2021-Q2"), kLater, cells);
  EXPECT_EQ(Text(after), "NO_DATA 0/0");
  EXPECT_FALSE(after.reported);
  // Nor is every combination, nor one cell of an indicator that never had any.
  rule.expected_combinations = 4;
  EXPECT_EQ(Text(Read(rule, Months("2021-Q2"), kLater, cells)), "NO_DATA 0/0");
  EXPECT_EQ(Text(Read(rule, Months("2021-Q2"), kLater, {})), "NO_DATA 0/0");
}

}  // namespace
}  // namespace athena::indicator
