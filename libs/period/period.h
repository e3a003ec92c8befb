#ifndef ATHENA_LIBS_PERIOD_PERIOD_H_
#define ATHENA_LIBS_PERIOD_PERIOD_H_

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"

namespace athena {

// The length of a period, ascending. FrequencyCode gives its code in SDMX's code list CL_FREQ.
enum class Frequency : int8_t { kDay, kWeek, kMonth, kQuarter, kSemester, kYear };

std::string_view FrequencyCode(Frequency frequency);  // "D", "W", "M", "Q", "S", "A"

// One calendar period: a year "2021", a semester "2021-S1", a quarter "2021-Q3", a month "2021-07",
// an ISO week "2021-W30" (Monday to Sunday) or a day "2021-07-15". Years 1900 to 2199.
//
// Periods of one frequency have consecutive indexes. Comparison orders by frequency, then by index.
// A value type; all functions are pure and thread-safe.
class Period {
 public:
  static constexpr int kFirstYear = 1900;
  static constexpr int kLastYear = 2199;

  Period() = default;  // the year 1900
  // INVALID_ARGUMENT with the formats that are allowed.
  static absl::StatusOr<Period> Parse(std::string_view text);
  // The period of `frequency` that contains `day`. The day must lie in the supported years.
  static Period Containing(Frequency frequency, absl::CivilDay day);
  static Period OfIndex(Frequency frequency, int32_t index);
  static Period Year(int year);
  static Period Quarter(int year, int quarter);  // quarter 1..4

  Frequency frequency() const { return frequency_; }
  // Days since 1970-01-01, weeks since that of 1969-12-29, months, quarters, semesters since
  // 1970-01, years since 1970; negative before.
  int32_t index() const { return index_; }

  std::string ToString() const;
  absl::CivilDay FirstDay() const;
  absl::CivilDay LastDay() const;  // inclusive

  Period Plus(int32_t steps) const { return OfIndex(frequency_, index_ + steps); }
  Period Minus(int32_t steps) const { return OfIndex(frequency_, index_ - steps); }

  // The quarter that this period belongs to: a week to that of its Thursday (as ISO 8601 assigns
  // weeks to years), a semester or a year to that in which it ends.
  Period QuarterOf() const;
  // The period of the frequency `coarser` that contains the last day of this one (of a week: its
  // Thursday). `coarser` must not be finer than frequency().
  Period ParentIn(Frequency coarser) const;
  // All periods of the finer (or equal) frequency whose ParentIn(frequency()) is this one, in
  // order. 2020 has 53 weeks, 2021 has 52; a quarter has 12 to 14 weeks.
  std::vector<Period> SubPeriods(Frequency finer) const;
  // The first of SubPeriods(finer), and how many there are, without building them.
  Period FirstSubPeriod(Frequency finer) const;
  int SubPeriodCount(Frequency finer) const;

  friend auto operator<=>(const Period& a, const Period& b) = default;
  friend bool operator==(const Period& a, const Period& b) = default;

  template <typename H>
  friend H AbslHashValue(H h, const Period& p) {
    return H::combine(std::move(h), static_cast<int>(p.frequency_), p.index_);
  }

 private:
  Period(Frequency frequency, int32_t index) : frequency_(frequency), index_(index) {}

  Frequency frequency_ = Frequency::kYear;
  int32_t index_ = kFirstYear - 1970;
};

}  // namespace athena

#endif  // ATHENA_LIBS_PERIOD_PERIOD_H_
