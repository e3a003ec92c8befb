#include "services/indicator/rules/timeliness.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/indicator/rules/testing/shorthand.h"

namespace athena::indicator {
namespace {

using ::athena::indicator::testing::kLater;
using ::athena::indicator::testing::P;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// What was committed by the end of the days on which the months of 2021-Q3 fall due: 14 August,
// 14 September and 14 October.
const std::vector<int64_t> kUntil = {10, 20, 30};

ReportedCell Value(int32_t series, std::string_view period, int64_t since = 1) {
  return {series, P(period).index(), CellKind::kPresent, since};
}
ReportedCell CellWith(int32_t series, std::string_view period, CellKind kind) {
  return {series, P(period).index(), kind, 0};
}

AggregationRule ExpectedFrom(std::string_view period, int32_t combinations = 0) {
  AggregationRule rule;
  rule.expected_from = P(period).index();
  rule.expected_combinations = combinations;
  return rule;
}

// An indicator that nothing says otherwise of is expected from its first observation on.
AggregationRule FromFirst(const std::vector<ReportedCell>& cells, AggregationRule rule = {}) {
  for (const ReportedCell& cell : cells) {
    if (!IsObservation(cell.kind)) continue;
    if (!rule.expected_from.has_value()) rule.expected_from = cell.period;
  }
  for (const ReportedCell& cell : cells) {
    if (IsObservation(cell.kind)) rule.expected_from = std::min(*rule.expected_from, cell.period);
  }
  return rule;
}

RangeCompleteness ThirdQuarter(const std::vector<ReportedCell>& cells, absl::CivilDay date = kLater,
                               AggregationRule rule = {}) {
  if (!rule.expected_from.has_value()) rule = FromFirst(cells, rule);
  return MeasureCompleteness(rule, *PeriodsOfQuarter(P("2021-Q3"), Frequency::kMonth), date, cells,
                             kUntil);
}

// "1 on time of 2 of 3, 1 overdue"
std::string Text(const RangeCompleteness& completeness) {
  const Timeliness& measured = completeness.timeliness;
  return absl::StrCat(
      measured.on_time, " on time of ", measured.actual, " of ", measured.expected, ", ",
      measured.overdue, " overdue",
      measured.declared > 0 ? absl::StrCat(", ", measured.declared, " declared") : "");
}

// "series 1: 2 from 2021-08"
std::vector<std::string> Overdue(const RangeCompleteness& completeness, Frequency frequency) {
  std::vector<std::string> lines;
  for (const OverdueSeries& series : completeness.overdue) {
    lines.push_back(absl::StrCat("series ", series.series, ": ", series.cells, " from ",
                                 Period::OfIndex(frequency, series.first_period).ToString()));
  }
  return lines;
}

TEST(Timeliness, AValueIsOnTimeWhenItCameByTheEndOfItsDueDay) {
  const RangeCompleteness completeness =
      ThirdQuarter({Value(1, "2021-07", 10), Value(1, "2021-08", 21)});
  EXPECT_EQ(Text(completeness), "1 on time of 2 of 3, 1 overdue");
  EXPECT_EQ(completeness.timeliness.Rate()->ToString(), "0.666666666667");
  EXPECT_EQ(completeness.timeliness.OnTimeRate()->ToString(), "0.333333333333");
  EXPECT_THAT(Overdue(completeness, Frequency::kMonth), ElementsAre("series 1: 1 from 2021-09"));
}

// Due on 14 October, hence overdue from the 15th.
TEST(Timeliness, WhatIsNotDueIsNotExpected) {
  const std::vector<ReportedCell> cells = {Value(1, "2021-07"), Value(1, "2021-08")};
  EXPECT_EQ(Text(ThirdQuarter(cells, absl::CivilDay(2021, 10, 14))),
            "2 on time of 2 of 2, 0 overdue");
  EXPECT_EQ(Text(ThirdQuarter(cells, absl::CivilDay(2021, 10, 15))),
            "2 on time of 2 of 3, 1 overdue");
}

TEST(Timeliness, BeforeItIsDueAPeriodIsAwaitedOfAllOnceOneHasReported) {
  const std::vector<ReportedCell> cells = {Value(1, "2021-07"), Value(1, "2021-08"),
                                           Value(1, "2021-09"), Value(2, "2021-07"),
                                           Value(2, "2021-08")};
  const RangeCompleteness early = ThirdQuarter(cells, absl::CivilDay(2021, 10, 3));
  EXPECT_EQ(Text(early), "5 on time of 5 of 6, 0 overdue");
  EXPECT_THAT(early.overdue, IsEmpty());
  const RangeCompleteness late = ThirdQuarter(cells, absl::CivilDay(2021, 10, 15));
  EXPECT_EQ(Text(late), "5 on time of 5 of 6, 1 overdue");
  EXPECT_THAT(Overdue(late, Frequency::kMonth), ElementsAre("series 2: 1 from 2021-09"));
}

TEST(Timeliness, ASeriesIsExpectedFromItsFirstValue) {
  EXPECT_EQ(Text(ThirdQuarter({Value(1, "2021-07"), Value(1, "2021-08"), Value(1, "2021-09"),
                               Value(2, "2021-08")})),
            "4 on time of 4 of 5, 1 overdue");
}

// Case V5: nothing is owed for M and H; O, L and Q are declared missing, and owed by nobody.
TEST(Timeliness, V5_WhatHasAnsweredIsNotOverdue) {
  const RangeCompleteness completeness =
      ThirdQuarter({Value(1, "2021-07"), CellWith(1, "2021-08", CellKind::kNotExpected),
                    CellWith(1, "2021-09", CellKind::kDeclaredMissing)});
  EXPECT_EQ(Text(completeness), "1 on time of 1 of 2, 0 overdue, 1 declared");
  EXPECT_THAT(completeness.overdue, IsEmpty());
  EXPECT_EQ(completeness.state, ReportingState::kOnTime);
}

TEST(Timeliness, AForecastIsNoValueAndNoLife) {
  const RangeCompleteness completeness =
      ThirdQuarter({CellWith(1, "2021-07", CellKind::kForecast)});
  EXPECT_EQ(Text(completeness), "0 on time of 0 of 0, 0 overdue");
  EXPECT_EQ(completeness.timeliness.Rate(), std::nullopt);
  EXPECT_EQ(completeness.timeliness.OnTimeRate(), std::nullopt);
}

// Six months after January comes July.
TEST(Timeliness, ASeriesThatHasLongBeenSilentIsNotExpected) {
  // Beside another one, which reports: only July is expected of it.
  const RangeCompleteness completeness = ThirdQuarter(
      {Value(1, "2021-01"), Value(2, "2021-07"), Value(2, "2021-08"), Value(2, "2021-09")});
  EXPECT_EQ(Text(completeness), "3 on time of 3 of 4, 1 overdue");
  EXPECT_THAT(Overdue(completeness, Frequency::kMonth), ElementsAre("series 1: 1 from 2021-07"));
  EXPECT_EQ(completeness.unattributed, 0);
}

TEST(Timeliness, WithoutALivingSeriesAnExpectedIndicatorExpectsOneCell) {
  const RangeCompleteness completeness =
      ThirdQuarter({Value(1, "2021-01")}, kLater, ExpectedFrom("2021-01"));
  EXPECT_EQ(Text(completeness), "0 on time of 0 of 3, 3 overdue");
  EXPECT_THAT(Overdue(completeness, Frequency::kMonth), ElementsAre("series 1: 1 from 2021-07"));
  EXPECT_EQ(completeness.unattributed, 2);
  EXPECT_EQ(completeness.unattributed_from, P("2021-08").index());
}

// Eight administrations are expected from August on; two of them report July, three August and
// September.
TEST(Timeliness, EveryCombinationOfCodesIsExpectedWhetherOrNotItEverReported) {
  std::vector<ReportedCell> cells;
  for (int32_t series = 1; series <= 3; ++series) {
    if (series < 3) cells.push_back(Value(series, "2021-07"));
    cells.push_back(Value(series, "2021-08"));
    cells.push_back(Value(series, "2021-09"));
  }
  const RangeCompleteness completeness = ThirdQuarter(cells, kLater, ExpectedFrom("2021-08", 8));
  EXPECT_EQ(Text(completeness), "8 on time of 8 of 18, 10 overdue");
  EXPECT_THAT(completeness.overdue, IsEmpty());
  EXPECT_EQ(completeness.unattributed, 10);
  EXPECT_EQ(completeness.unattributed_from, P("2021-08").index());
}

// Its Thursdays are those of 1 October to 31 December: weeks 40 to 53, and the last one ends on
// 3 January.
TEST(Timeliness, AWeekCountsInTheQuarterOfItsThursday) {
  const PeriodRange weeks = *PeriodsOfQuarter(P("2020-Q4"), Frequency::kWeek);
  EXPECT_EQ(weeks.first, P("2020-W40").index());
  EXPECT_EQ(weeks.last, P("2020-W53").index());
  std::vector<ReportedCell> cells;
  for (int32_t week = weeks.first; week < weeks.last; ++week) {
    cells.push_back({1, week, CellKind::kPresent, week == weeks.first ? 9 : 5});
  }
  const std::vector<int64_t> until(14, 7);
  const AggregationRule rule = FromFirst(cells);
  EXPECT_EQ(Text(MeasureCompleteness(rule, weeks, absl::CivilDay(2021, 1, 17), cells, until)),
            "12 on time of 13 of 13, 0 overdue");
  const RangeCompleteness due =
      MeasureCompleteness(rule, weeks, absl::CivilDay(2021, 1, 18), cells, until);
  EXPECT_EQ(Text(due), "12 on time of 13 of 14, 1 overdue");
  EXPECT_THAT(Overdue(due, Frequency::kWeek), ElementsAre("series 1: 1 from 2020-W53"));
}

TEST(Timeliness, SemestersAndYearsCountInTheQuarterInWhichTheyEnd) {
  EXPECT_FALSE(PeriodsOfQuarter(P("2021-Q1"), Frequency::kSemester).has_value());
  EXPECT_FALSE(PeriodsOfQuarter(P("2021-Q3"), Frequency::kSemester).has_value());
  EXPECT_FALSE(PeriodsOfQuarter(P("2021-Q2"), Frequency::kYear).has_value());
  EXPECT_EQ(PeriodsOfQuarter(P("2021-Q2"), Frequency::kSemester)->first, P("2021-S1").index());
  const PeriodRange year = *PeriodsOfQuarter(P("2021-Q4"), Frequency::kYear);
  EXPECT_EQ(year.first, P("2021").index());
  EXPECT_EQ(year.size(), 1);
  EXPECT_EQ(year.begins, absl::CivilDay(2021, 1, 1));
  EXPECT_EQ(PeriodsOfQuarter(P("2021-Q3"), Frequency::kDay)->size(), 92);
  // After two years of silence no sender is known for the one cell that is still expected.
  const std::vector<int64_t> until = {1};
  const AggregationRule rule = ExpectedFrom("2015");
  EXPECT_EQ(MeasureCompleteness(rule, year, kLater, {Value(1, "2019")}, until).unattributed, 0);
  EXPECT_EQ(MeasureCompleteness(rule, year, kLater, {Value(1, "2018")}, until).unattributed, 1);
}

TEST(Timeliness, TheStateSaysTheWorst) {
  const auto state = [](const std::vector<ReportedCell>& cells, absl::CivilDay date) {
    return ThirdQuarter(cells, date).state;
  };
  const std::vector<ReportedCell> two = {Value(1, "2021-07"), Value(1, "2021-08")};
  const std::vector<ReportedCell> all = {two[0], two[1], Value(1, "2021-09", 30)};
  const std::vector<ReportedCell> late = {two[0], two[1], Value(1, "2021-09", 31)};
  const absl::CivilDay early(2021, 10, 1);
  EXPECT_EQ(state(two, early), ReportingState::kNotDue);
  EXPECT_EQ(state(all, early), ReportingState::kOnTime);
  EXPECT_EQ(state(all, kLater), ReportingState::kOnTime);
  EXPECT_EQ(state(late, kLater), ReportingState::kLate);
  EXPECT_EQ(state(two, kLater), ReportingState::kOverdue);
  EXPECT_EQ(state({}, kLater), ReportingState::kNotExpected);
  EXPECT_EQ(state({}, early), ReportingState::kNotExpected);
  EXPECT_EQ(ThirdQuarter({}, absl::CivilDay(2021, 7, 1), ExpectedFrom("2021-01")).state,
            ReportingState::kNotDue);
  // One of two has reported September: the other is awaited.
  EXPECT_EQ(state({all[0], all[1], all[2], Value(2, "2021-07"), Value(2, "2021-08")}, early),
            ReportingState::kNotDue);
}

// Once everything is due, completeness is the coverage that stands beside a score, and what is not
// there is overdue or declared missing.
TEST(Timeliness, CompletenessIsCoverage) {
  std::mt19937 random(20211);
  const auto pick = [&random](int below) {
    return static_cast<int>(random() % static_cast<unsigned>(below));
  };
  for (int round = 0; round < 2000; ++round) {
    const Frequency frequency = static_cast<Frequency>(pick(4));
    const PeriodRange range = *PeriodsOfQuarter(P("2021-Q3"), frequency);
    AggregationRule rule;
    rule.time = TimeAggregation::kCount;
    rule.reporting_delay_days = pick(40);
    if (pick(2) == 0) rule.expected_from = range.first - 5 + pick(10);
    if (pick(2) == 0) rule.expected_combinations = pick(8);
    const absl::CivilDay date = absl::CivilDay(2021, 6, 25) + pick(300);
    std::vector<ReportedCell> reported;
    std::vector<Cell> cells;
    for (int32_t series = 0; series < 5; ++series) {
      const int often = 1 + pick(12);
      for (int32_t period = FirstPeriodRead(range) - 2; period <= range.last + 2; ++period) {
        if (pick(12) >= often) continue;
        const CellKind kind = static_cast<CellKind>(pick(4));
        reported.push_back({series, period, kind, 1 + pick(9)});
        cells.push_back({LongDecimal(), series, period, kind});
      }
    }
    const std::vector<int64_t> until(static_cast<size_t>(range.size()), 5);
    const RangeCompleteness completeness = MeasureCompleteness(rule, range, date, reported, until);
    const Timeliness& measured = completeness.timeliness;
    if (FirstNotDue(frequency, rule.reporting_delay_days, date) > range.last) {
      const Coverage coverage = Aggregate(rule, range, date, cells).LeastCoverage();
      ASSERT_EQ(measured.expected, coverage.expected);
      ASSERT_EQ(measured.actual, coverage.present);
      ASSERT_EQ(measured.overdue + measured.declared, measured.expected - measured.actual);
    }
    ASSERT_LE(measured.on_time, measured.actual);
    ASSERT_LE(measured.overdue + measured.declared, measured.expected - measured.actual);
    int64_t overdue = completeness.unattributed;
    for (const OverdueSeries& series : completeness.overdue) overdue += series.cells;
    ASSERT_EQ(measured.overdue, overdue);
  }
}

TEST(Timeliness, AnEndedSeriesOwesNothingFromThereOn) {
  const RangeCompleteness completeness =
      ThirdQuarter({Value(1, "2021-07"), CellWith(1, "2021-08", CellKind::kEnded)});
  EXPECT_EQ(Text(completeness), "1 on time of 1 of 1, 0 overdue");
  EXPECT_EQ(Text(ThirdQuarter({Value(1, "2021-07"), CellWith(1, "2021-08", CellKind::kEnded)},
                              kLater, ExpectedFrom("2021-01", 2))),
            "1 on time of 1 of 4, 3 overdue");
}

}  // namespace
}  // namespace athena::indicator
