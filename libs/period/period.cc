#include "libs/period/period.h"

#include <array>
#include <cstdio>
#include <string>

#include "absl/status/status.h"

namespace athena {
namespace {

constexpr int kEpochYear = 1970;
constexpr absl::CivilDay kEpoch(kEpochYear, 1, 1);
// 1970-01-01 was a Thursday: three days after the Monday that week 0 begins with.
constexpr int kDaysFromFirstMonday = 3;
constexpr int kThursday = 3;  // days after Monday

constexpr int32_t FloorDivide(int32_t a, int32_t b) { return a >= 0 ? a / b : -((-a + b - 1) / b); }

// How many periods a year has, for the frequencies that divide it evenly; 0 for days and weeks.
constexpr int PerYear(Frequency frequency) {
  switch (frequency) {
    case Frequency::kDay:
    case Frequency::kWeek:
      return 0;
    case Frequency::kMonth:
      return 12;
    case Frequency::kQuarter:
      return 4;
    case Frequency::kSemester:
      return 2;
    case Frequency::kYear:
      return 1;
  }
  return 0;
}

int32_t DayIndex(absl::CivilDay day) { return static_cast<int32_t>(day - kEpoch); }
int32_t WeekIndex(absl::CivilDay day) {
  return FloorDivide(DayIndex(day) + kDaysFromFirstMonday, 7);
}
absl::CivilDay Monday(int32_t week) { return kEpoch + (int64_t{week} * 7 - kDaysFromFirstMonday); }

// The week that holds 4 January is week 1 of its year (ISO 8601).
int32_t FirstWeek(int year) { return WeekIndex(absl::CivilDay(year, 1, 4)); }

absl::Status Refused(std::string_view text) {
  constexpr size_t kShown = 40;
  return absl::InvalidArgumentError(
      "got \"" + std::string(text.substr(0, kShown)) +
      "\", want a period: 2021, 2021-S1, 2021-Q3, 2021-07, 2021-W30 or 2021-07-15, years 1900 to "
      "2199");
}

// The number that `digits` decimal digits at `at` make, or -1.
int Digits(std::string_view text, size_t at, size_t digits) {
  int number = 0;
  for (size_t i = at; i < at + digits; ++i) {
    if (text[i] < '0' || text[i] > '9') return -1;
    number = number * 10 + (text[i] - '0');
  }
  return number;
}

std::string Text(const char* format, int a, int b, int c = 0) {
  std::array<char, 32> text{};
  const int size = std::snprintf(text.data(), text.size(), format, a, b, c);
  return std::string(text.data(), static_cast<size_t>(size));
}

}  // namespace

std::string_view FrequencyCode(Frequency frequency) {
  constexpr std::array<std::string_view, 6> kCodes = {"D", "W", "M", "Q", "S", "A"};
  return kCodes[static_cast<size_t>(frequency)];
}

absl::StatusOr<Period> Period::Parse(std::string_view text) {
  if (text.size() < 4) return Refused(text);
  const int year = Digits(text, 0, 4);
  if (year < kFirstYear || year > kLastYear) return Refused(text);
  if (text.size() == 4) return Year(year);
  if (text[4] != '-') return Refused(text);
  const int32_t years = year - kEpochYear;
  switch (text.size()) {
    case 7: {
      if (text[5] == 'Q' || text[5] == 'S') {
        const Frequency frequency = text[5] == 'Q' ? Frequency::kQuarter : Frequency::kSemester;
        const int part = Digits(text, 6, 1);
        if (part < 1 || part > PerYear(frequency)) return Refused(text);
        return Period(frequency, years * PerYear(frequency) + part - 1);
      }
      const int month = Digits(text, 5, 2);
      if (month < 1 || month > 12) return Refused(text);
      return Period(Frequency::kMonth, years * 12 + month - 1);
    }
    case 8: {
      if (text[5] != 'W') return Refused(text);
      const int week = Digits(text, 6, 2);
      const int32_t first = FirstWeek(year);
      if (week < 1 || first + week > FirstWeek(year + 1)) return Refused(text);
      return Period(Frequency::kWeek, first + week - 1);
    }
    case 10: {
      const int month = Digits(text, 5, 2);
      const int day = Digits(text, 8, 2);
      if (text[7] != '-' || month < 1 || month > 12 || day < 1) return Refused(text);
      const absl::CivilDay date(year, month, day);
      // A day that the month does not have is carried into the next one.
      if (date.month() != month || date.day() != day) return Refused(text);
      return Period(Frequency::kDay, DayIndex(date));
    }
    default:
      return Refused(text);
  }
}

Period Period::Containing(Frequency frequency, absl::CivilDay day) {
  if (frequency == Frequency::kDay) return Period(frequency, DayIndex(day));
  if (frequency == Frequency::kWeek) return Period(frequency, WeekIndex(day));
  const int per_year = PerYear(frequency);
  return Period(frequency, static_cast<int32_t>(day.year() - kEpochYear) * per_year +
                               (day.month() - 1) * per_year / 12);
}

Period Period::OfIndex(Frequency frequency, int32_t index) { return Period(frequency, index); }

Period Period::Year(int year) { return Period(Frequency::kYear, year - kEpochYear); }

Period Period::Quarter(int year, int quarter) {
  return Period(Frequency::kQuarter, (year - kEpochYear) * 4 + quarter - 1);
}

absl::CivilDay Period::FirstDay() const {
  if (frequency_ == Frequency::kDay) return kEpoch + index_;
  if (frequency_ == Frequency::kWeek) return Monday(index_);
  const int per_year = PerYear(frequency_);
  const int32_t years = FloorDivide(index_, per_year);
  return absl::CivilDay(kEpochYear + years, 1 + (index_ - years * per_year) * (12 / per_year), 1);
}

absl::CivilDay Period::LastDay() const { return Plus(1).FirstDay() - 1; }

std::string Period::ToString() const {
  const absl::CivilDay first = FirstDay();
  const int year = static_cast<int>(first.year());
  switch (frequency_) {
    case Frequency::kDay:
      return Text("%04d-%02d-%02d", year, first.month(), first.day());
    case Frequency::kWeek: {
      const int of = static_cast<int>((first + kThursday).year());
      return Text("%04d-W%02d", of, index_ - FirstWeek(of) + 1);
    }
    case Frequency::kMonth:
      return Text("%04d-%02d", year, first.month());
    case Frequency::kQuarter:
      return Text("%04d-Q%d", year, (first.month() - 1) / 3 + 1);
    case Frequency::kSemester:
      return Text("%04d-S%d", year, (first.month() - 1) / 6 + 1);
    case Frequency::kYear:
      return Text("%04d", year, 0);
  }
  return {};
}

// Days and weeks follow the calendar; what divides a year evenly is found by counting, which is
// much quicker.

Period Period::ParentIn(Frequency coarser) const {
  if (coarser == frequency_) return *this;
  if (frequency_ == Frequency::kDay) return Containing(coarser, FirstDay());
  if (frequency_ == Frequency::kWeek) return Containing(coarser, FirstDay() + kThursday);
  return Period(coarser, FloorDivide(index_, PerYear(frequency_) / PerYear(coarser)));
}

Period Period::QuarterOf() const {
  if (frequency_ <= Frequency::kQuarter) return ParentIn(Frequency::kQuarter);
  return Plus(1).FirstSubPeriod(Frequency::kQuarter).Minus(1);
}

std::vector<Period> Period::SubPeriods(Frequency finer) const {
  const int count = SubPeriodCount(finer);
  std::vector<Period> periods;
  periods.reserve(static_cast<size_t>(count));
  const Period first = FirstSubPeriod(finer);
  for (int i = 0; i < count; ++i) periods.push_back(first.Plus(i));
  return periods;
}

Period Period::FirstSubPeriod(Frequency finer) const {
  if (finer == frequency_) return *this;
  if (PerYear(finer) > 0) return Period(finer, index_ * (PerYear(finer) / PerYear(frequency_)));
  const Period first = Containing(finer, FirstDay());
  // The week in which a period begins may belong to the one before it.
  return first.ParentIn(frequency_) == *this ? first : first.Plus(1);
}

int Period::SubPeriodCount(Frequency finer) const {
  return Plus(1).FirstSubPeriod(finer).index() - FirstSubPeriod(finer).index();
}

}  // namespace athena
