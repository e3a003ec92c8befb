#ifndef ATHENA_SERVICES_INDICATOR_RULES_TIMELINESS_H_
#define ATHENA_SERVICES_INDICATOR_RULES_TIMELINESS_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/types/span.h"
#include "libs/decimal/decimal.h"
#include "libs/period/period.h"
#include "services/indicator/rules/aggregation.h"

// Whether what was expected came, and came in time. What is expected is what coverage counts
// (aggregation.h): completeness and the coverage beside a score are one number.
namespace athena::indicator {

// One current observation, as aggregation.h's Cell. Retracted ones are not passed in.
struct ReportedCell {
  int32_t series;
  int32_t period;  // Period::index() in the indicator's frequency
  CellKind kind;
  // kPresent only: the first revision of the last unbroken stretch of revisions at which the cell
  // had a value. A value that was taken back and came again later is as late as its coming again.
  int64_t since;
};

// The five measures of DHIS2, of cells where it counts reports, and what is overdue.
struct Timeliness {
  int64_t expected = 0;
  int64_t actual = 0;   // of these, how many have a value
  int64_t on_time = 0;  // of these, how many had it by the end of the day they were due
  // Expected, due and without value. expected - actual - overdue are awaited: not due yet, but
  // expected because others have reported for the same period.
  int64_t overdue = 0;

  // actual / expected and on_time / expected; nullopt where nothing is expected.
  std::optional<Decimal> Rate() const;
  std::optional<Decimal> OnTimeRate() const;

  Timeliness& operator+=(const Timeliness& other);
  friend bool operator==(const Timeliness& a, const Timeliness& b) = default;
};

// A series without values that are due.
struct OverdueSeries {
  int32_t series;
  int32_t cells;
  int32_t first_period;  // of them

  friend bool operator==(const OverdueSeries& a, const OverdueSeries& b) = default;
};

// How an indicator's cells of some periods came in.
enum class ReportingState : int8_t {
  kNotExpected,  // nothing is expected
  kNotDue,       // nothing is overdue, and something is not due yet and not there
  kOnTime,       // all is there and was in time
  kLate,         // all is there, some of it later than it was due
  kOverdue,      // something is overdue
};

// An indicator's cells of some periods.
struct RangeCompleteness {
  Timeliness timeliness;
  std::vector<OverdueSeries> overdue;  // by series
  // Overdue cells of combinations of codes that never reported or have long been silent: nobody is
  // known to have sent them. The first period of them is set where there are any.
  int64_t unattributed = 0;
  std::optional<int32_t> unattributed_from;
  ReportingState state = ReportingState::kNotExpected;
};

// The periods of `frequency` whose quarter is `quarter` (Period::QuarterOf), in which a semester
// and a year have their end; nullopt when there is none.
std::optional<PeriodRange> PeriodsOfQuarter(Period quarter, Frequency frequency);

// Measures `range` as seen on `date`.
//
// `cells` as for Aggregate, sorted by (series, period), the end of a series before its observation
// of the same period. `on_time_until` has, for each sub-period of
// the range, the last revision that was committed by the end of the day on which the sub-period
// falls due. Pure.
RangeCompleteness MeasureCompleteness(const AggregationRule& rule, const PeriodRange& range,
                                      absl::CivilDay date, absl::Span<const ReportedCell> cells,
                                      absl::Span<const int64_t> on_time_until);

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_RULES_TIMELINESS_H_
