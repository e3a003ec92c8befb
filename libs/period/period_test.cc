#include "libs/period/period.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "libs/status/testing/matchers.h"

namespace athena {
namespace {

Period P(const std::string& text) {
  const auto period = Period::Parse(text);
  ATHENA_EXPECT_OK(period) << text;
  return period.value_or(Period());
}

TEST(PeriodTest, EveryFormatReadsBack) {
  for (const std::string text :
       {"1900", "2021", "2199", "2021-S1", "2021-S2", "2021-Q1", "2021-Q4", "2021-01", "2021-12",
        "1969-12", "2021-W01", "2020-W53", "2021-W52", "2021-07-15", "2020-02-29", "1900-01-01"}) {
    EXPECT_EQ(P(text).ToString(), text);
  }
}

TEST(PeriodTest, WhatIsNoPeriodIsRefused) {
  for (const std::string text :
       {"",         "2",          "20211",   "1899",       "2200",        "2021-",
        "2021-Q0",  "2021-Q5",    "2021-S3", "2021-00",    "2021-13",     "2021-W00",
        "2021-W53", "2021-w01",   "2021-q1", "2021-02-29", "2021-04-31",  "2021-1-01",
        "2021/07",  "2021-07-1x", " 2021",   "2021 ",      "2021-07-155", "+021"}) {
    EXPECT_EQ(Period::Parse(text).status().code(), absl::StatusCode::kInvalidArgument) << text;
  }
}

TEST(PeriodTest, FirstAndLastDays) {
  EXPECT_EQ(P("2021-Q1").LastDay(), absl::CivilDay(2021, 3, 31));
  EXPECT_EQ(P("2020-02").LastDay(), absl::CivilDay(2020, 2, 29));
  EXPECT_EQ(P("2021-S2").FirstDay(), absl::CivilDay(2021, 7, 1));
  // ISO 8601: 2021-W01 begins on Monday 4 January; 2020-W53 on 28 December 2020.
  EXPECT_EQ(P("2021-W01").FirstDay(), absl::CivilDay(2021, 1, 4));
  EXPECT_EQ(P("2020-W53").FirstDay(), absl::CivilDay(2020, 12, 28));
  EXPECT_EQ(P("2020-W53").LastDay(), absl::CivilDay(2021, 1, 3));
}

TEST(PeriodTest, AWeekBelongsToTheQuarterOfItsThursday) {
  // Thursday of 2020-W53 is 31 December 2020; of 2026-W14 (30 March to 5 April), 2 April 2026.
  EXPECT_EQ(P("2020-W53").QuarterOf(), P("2020-Q4"));
  EXPECT_EQ(P("2026-W14").QuarterOf(), P("2026-Q2"));
  EXPECT_EQ(P("2020-W53").ParentIn(Frequency::kYear), P("2020"));
}

TEST(PeriodTest, ASemesterAndAYearBelongToTheQuarterTheyEndIn) {
  EXPECT_EQ(P("2021-S1").QuarterOf(), P("2021-Q2"));
  EXPECT_EQ(P("2021-S2").QuarterOf(), P("2021-Q4"));
  EXPECT_EQ(P("2021").QuarterOf(), P("2021-Q4"));
  EXPECT_EQ(P("2021-03-31").QuarterOf(), P("2021-Q1"));
  EXPECT_EQ(P("2021-04").QuarterOf(), P("2021-Q2"));
}

TEST(PeriodTest, IsoYearsHave52Or53Weeks) {
  EXPECT_EQ(P("2020").SubPeriodCount(Frequency::kWeek), 53);
  EXPECT_EQ(P("2021").SubPeriodCount(Frequency::kWeek), 52);
  EXPECT_EQ(P("2026").SubPeriodCount(Frequency::kWeek), 53);
  EXPECT_EQ(P("2021").SubPeriods(Frequency::kWeek).front(), P("2021-W01"));
  EXPECT_EQ(P("2021").SubPeriods(Frequency::kWeek).back(), P("2021-W52"));
  EXPECT_EQ(P("2021-Q1").SubPeriods(Frequency::kMonth).back(), P("2021-03"));
}

TEST(PeriodTest, EveryDayLiesInThePeriodsTheCalendarSays) {
  const absl::CivilDay end(Period::kLastYear, 12, 31);
  for (absl::CivilDay day(Period::kFirstYear, 1, 1); day <= end; ++day) {
    for (const Frequency frequency :
         {Frequency::kDay, Frequency::kWeek, Frequency::kMonth, Frequency::kQuarter,
          Frequency::kSemester, Frequency::kYear}) {
      const Period period = Period::Containing(frequency, day);
      ASSERT_LE(period.FirstDay(), day);
      ASSERT_GE(period.LastDay(), day);
    }
    ASSERT_EQ(absl::GetWeekday(Period::Containing(Frequency::kWeek, day).FirstDay()),
              absl::Weekday::monday);
    const Period quarter = Period::Containing(Frequency::kQuarter, day);
    ASSERT_EQ(quarter, Period::Quarter(static_cast<int>(day.year()), (day.month() + 2) / 3));
  }
}

TEST(PeriodTest, PartsOfAYearLieInLongerOnesAsTheCalendarSays) {
  constexpr std::array<Frequency, 4> kFrequencies = {Frequency::kMonth, Frequency::kQuarter,
                                                     Frequency::kSemester, Frequency::kYear};
  for (size_t fine = 0; fine < kFrequencies.size(); ++fine) {
    Period period =
        Period::Containing(kFrequencies[fine], absl::CivilDay(Period::kFirstYear, 1, 1));
    for (; period.FirstDay().year() <= Period::kLastYear; period = period.Plus(1)) {
      for (size_t coarse = fine; coarse < kFrequencies.size(); ++coarse) {
        const Period parent = period.ParentIn(kFrequencies[coarse]);
        ASSERT_LE(parent.FirstDay(), period.FirstDay());
        ASSERT_GE(parent.LastDay(), period.LastDay());
      }
      for (size_t finer = 0; finer <= fine; ++finer) {
        ASSERT_EQ(period.FirstSubPeriod(kFrequencies[finer]).FirstDay(), period.FirstDay());
      }
      const Period quarter = period.QuarterOf();
      ASSERT_LE(quarter.FirstDay(), period.LastDay());
      ASSERT_GE(quarter.LastDay(), period.LastDay());
    }
  }
}

TEST(PeriodTest, SubPeriodsAreThosePeriodsWhoseParentIsThis) {
  for (int year = 1901; year < Period::kLastYear; ++year) {
    for (const Frequency coarse :
         {Frequency::kMonth, Frequency::kQuarter, Frequency::kSemester, Frequency::kYear}) {
      for (const Frequency fine : {Frequency::kDay, Frequency::kWeek, Frequency::kMonth}) {
        if (fine > coarse) continue;
        const Period period = Period::Containing(coarse, absl::CivilDay(year, 5, 1));
        const std::vector<Period> parts = period.SubPeriods(fine);
        ASSERT_EQ(static_cast<int>(parts.size()), period.SubPeriodCount(fine));
        for (const Period& part : parts) ASSERT_EQ(part.ParentIn(coarse), period);
        ASSERT_NE(parts.front().Minus(1).ParentIn(coarse), period);
        ASSERT_NE(parts.back().Plus(1).ParentIn(coarse), period);
      }
    }
  }
}

TEST(PeriodTest, TextAndIndexRoundTripWhereverThePeriodIs) {
  for (const Frequency frequency : {Frequency::kWeek, Frequency::kMonth, Frequency::kQuarter,
                                    Frequency::kSemester, Frequency::kYear}) {
    const Period last = Period::Containing(frequency, absl::CivilDay(2199, 12, 20));
    Period period = Period::Containing(frequency, absl::CivilDay(1900, 1, 10));
    for (; period <= last; period = period.Plus(1)) {
      ASSERT_EQ(P(period.ToString()), period) << period.ToString();
      ASSERT_EQ(Period::OfIndex(frequency, period.index()), period);
    }
  }
}

}  // namespace
}  // namespace athena
