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

// Whether the values that were expected arrived, and arrived in time. The measures are those of
// DHIS2's reporting rates (actual, expected, on time), counted in cells instead of reports.
// Expected is what aggregation.h expects: once everything is due, completeness and the coverage
// beside a score are the same number. All functions are pure.
namespace athena::indicator {

// A current observation, as Cell of aggregation.h. Retracted ones are not passed in.
struct ReportedCell {
  int32_t series;
  int32_t period;  // Period::index() in the indicator's frequency
  CellKind kind;
  // kPresent only: the revision from which on the cell has had a value without interruption. A
  // value that was retracted and pushed again counts from when it was pushed again.
  int64_t since;
};

// Numbers of cells.
struct Timeliness {
  int64_t expected = 0;
  int64_t actual = 0;   // have a value
  int64_t on_time = 0;  // had it by the end of the day on which they were due
  int64_t overdue = 0;  // due, and have not answered
  // Declared missing: answered without value, owed by nobody. The remaining expected - actual -
  // overdue - declared are not due yet, but expected because other series have answered for the
  // same period.
  int64_t declared = 0;

  // actual / expected and on_time / expected; nullopt when nothing is expected.
  std::optional<Decimal> Rate() const;
  std::optional<Decimal> OnTimeRate() const;

  Timeliness& operator+=(const Timeliness& other);
  friend bool operator==(const Timeliness& a, const Timeliness& b) = default;
};

// A series with cells that are due and have not answered.
struct OverdueSeries {
  int32_t series;
  int32_t cells;
  int32_t first_period;  // of them

  friend bool operator==(const OverdueSeries& a, const OverdueSeries& b) = default;
};

// The state of an indicator's cells of some periods.
enum class ReportingState : int8_t {
  kNotExpected,  // nothing is expected
  kNotDue,       // nothing is overdue, and some values are missing that are not due yet
  kOnTime,       // nothing is owed; what has a value was in time
  kLate,         // nothing is owed; some values were late
  kOverdue,      // some values are overdue
};

// An indicator's cells of some periods.
struct RangeCompleteness {
  Timeliness timeliness;
  std::vector<OverdueSeries> overdue;  // by series
  // Overdue cells of no living series: of combinations of codes that never reported or have been
  // silent for long, so that no sender is known. `unattributed_from` is the first period of them.
  int64_t unattributed = 0;
  std::optional<int32_t> unattributed_from;
  ReportingState state = ReportingState::kNotExpected;
};

// The periods of `frequency` that belong to a quarter (Period::QuarterOf; semesters and years
// belong to the quarter in which they end); nullopt when there are none.
std::optional<PeriodRange> PeriodsOfQuarter(Period quarter, Frequency frequency);

// Measures `range` on `date`. `cells` are those that Aggregate needs, sorted as by
// BySeriesAndPeriod. `on_time_until` has for each sub-period of the range the last revision that
// was committed by the end of the day on which it was due.
RangeCompleteness MeasureCompleteness(const AggregationRule& rule, const PeriodRange& range,
                                      absl::CivilDay date, absl::Span<const ReportedCell> cells,
                                      absl::Span<const int64_t> on_time_until);

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_RULES_TIMELINESS_H_
