#ifndef ATHENA_SERVICES_INDICATOR_RULES_AGGREGATION_H_
#define ATHENA_SERVICES_INDICATOR_RULES_AGGREGATION_H_

#include <algorithm>
#include <cstdint>
#include <optional>

#include "absl/functional/function_ref.h"
#include "absl/time/civil_time.h"
#include "absl/types/span.h"
#include "libs/decimal/decimal.h"
#include "libs/period/period.h"
#include "services/indicator/rules/formula.h"
#include "services/indicator/rules/reason.h"

// How the observations of an indicator become the value of a period. This header is the manual of
// these rules; `engine_version` rises when a result changes. The arithmetic is exact decimal
// (libs/decimal). All functions are pure.
//
//   cell        one series in one sub-period: "visits, desk MAIN, 2021-07"
//   sub-period  a period of the indicator's own frequency within the period that is asked for
//   flow        BASE with SUM or COUNT over time; everything else is a level
//   present     has a value (an OBS_STATUS of A, E or P)
//   due         the sub-period's last day plus the reporting delay lies before the basis date
namespace athena::indicator {

// How the cells of one series become one number. FIRST and LAST take the first and the last present
// cell, COUNT the number of present cells.
enum class TimeAggregation : int8_t { kSum, kMean, kMin, kMax, kFirst, kLast, kCount };
// How the numbers of several series become one; MEAN is unweighted. kNone: not additive, only
// single series have values.
enum class GroupAggregation : int8_t { kSum, kMean, kMin, kMax, kNone };
// What happens when expected cells are missing. STRICT: no value. PARTIAL: a value of those
// present, when their share of the expected ones is at least AggregationRule::min_coverage.
enum class MissingPolicy : int8_t { kStrict, kPartial };

// STRICT where time or group aggregation adds up (SUM, COUNT), else PARTIAL.
MissingPolicy DefaultMissingPolicy(TimeAggregation time, GroupAggregation group);

// What a cell means, by its OBS_STATUS in the SDMX code list CL_OBS_STATUS.
enum class CellKind : int8_t {
  kPresent,        // A normal, E estimated, P provisional: has a value
  kMissing,        // O missing, L not collected, H holiday, Q suppressed: expected, without value
  kNotApplicable,  // M cannot exist: not expected, but the series goes on living
  kForecast,       // F: never counts as an actual, nor as a sign that the series lives
  kEnded,          // no observation: declares that the series has ended, from this period on
};

// The kind of an OBS_STATUS code, 'A'; nullopt for codes that observations cannot have.
std::optional<CellKind> KindOfStatus(char code);

// A current observation. Retracted ones are not passed in: they count as never pushed.
struct Cell {
  Decimal value;   // kPresent only
  int32_t series;  // a number for each series; operands to align use the same numbers
  int32_t period;  // Period::index() in the indicator's frequency
  CellKind kind;
};

// Orders by series, then period; the end of a series comes before its observation of that period.
bool BySeriesAndPeriod(const Cell& a, const Cell& b);

inline constexpr Decimal kDefaultMinCoverage = Decimal::FromUnits(500'000'000'000);  // 0.5
inline constexpr int kDefaultReportingDelayDays = 14;

// An indicator's definition as far as aggregation needs it, for the slice that is asked for.
struct AggregationRule {
  TimeAggregation time = TimeAggregation::kSum;
  GroupAggregation group = GroupAggregation::kSum;
  MissingPolicy missing = MissingPolicy::kStrict;
  Decimal min_coverage = kDefaultMinCoverage;             // PARTIAL: 0 to 1
  int reporting_delay_days = kDefaultReportingDelayDays;  // 0 to 366
  // The first period in which the indicator is expected, as an index in its frequency (IndexFrom).
  // Unset: only its living series are expected.
  std::optional<int32_t> expected_from;
  // The last period in which anything is expected, as an index: that in which the indicator was
  // retired. Values of later periods count all the same. Unset: the indicator is in use.
  std::optional<int32_t> expected_until;
  // The number of combinations of codes in the slice, when every dimension has
  // every_code_expected: all of them are expected from expected_from on, even those that never
  // reported. Else 0.
  int32_t expected_combinations = 0;
  // Whether the slice has a code for every dimension; true without dimensions. With group
  // aggregation NONE only such slices have values.
  bool single_series = false;

  // Whether the period lies after expected_until.
  bool Over(int32_t period) const { return expected_until.has_value() && period > *expected_until; }
};

// Consecutive periods of one frequency, both ends included. `begins` is the first day of the period
// that they are the sub-periods of; the first week may begin before it.
struct PeriodRange {
  Frequency frequency;
  int32_t first;
  int32_t last;
  absl::CivilDay begins;

  int32_t size() const { return last - first + 1; }
};

// The sub-periods of `period`. `frequency` must not be coarser than the period's.
PeriodRange SubPeriodRange(Period period, Frequency frequency);
// The sub-periods from the beginning of the year in which `period` ends to the end of `period`.
PeriodRange YearToDateRange(Period period, Frequency frequency);

// The index in `frequency` of the first period that `from` allows: its first sub-period, or, when
// `from` is finer, the period it lies in. For AggregationRule::expected_from.
int32_t IndexFrom(Period from, Frequency frequency);

// A series lives until it has been silent for more than this many of its own periods: two quarters,
// and at least two periods.
int32_t SilenceWindow(Frequency frequency);
// The first period whose cells matter for the value of `range`: Aggregate needs the cells of
// [this, range.last], and the ends of series wherever they lie. Of the cells before range.first,
// only the latest of each series that is no forecast matters.
int32_t FirstPeriodRead(const PeriodRange& range);

// The index in `frequency` of the first period that is not due on `date` (IsDue). All before it
// are.
int32_t FirstNotDue(Frequency frequency, int reporting_delay_days, absl::CivilDay date);

// Finds the periods of a range in which one series lives: from its first cell that is no forecast
// until its declared end, or else until SilenceWindow periods after its latest cell. Cells and ends
// are added in the order of time.
class SeriesLife {
 public:
  // Periods, both ends included.
  struct Stretch {
    int32_t first;
    int32_t last;

    bool empty() const { return first > last; }
  };

  explicit SeriesLife(const PeriodRange& range)
      : silence_(SilenceWindow(range.frequency)),
        first_(range.first),
        last_(range.last),
        until_(range.first - 1) {}

  // Adds the period of a cell that is no forecast. Returns the periods of the range in which the
  // series lives because of it, without those returned before.
  Stretch Add(int32_t period) {
    const Stretch lives = {std::max(period, until_ + 1), std::min(period + silence_, last_)};
    if (!lives.empty()) until_ = lives.last;
    return lives;
  }

  // Adds the end of the series. Returns the periods of the range, returned before, in which it does
  // not live after all.
  Stretch End(int32_t period) {
    const Stretch over = {std::max(period, first_), until_};
    if (!over.empty()) until_ = over.first - 1;
    return over;
  }

 private:
  const int32_t silence_;
  const int32_t first_;
  const int32_t last_;
  int32_t until_;
};

// The number of expected cells in a sub-period that counts (see Aggregate) and is not over
// (AggregationRule::Over). `living` and `ended` are numbers of series; `not_applicable` is how many
// of the living ones have a cell that says so.
int64_t ExpectedCells(const AggregationRule& rule, int32_t period, int64_t living, int64_t ended,
                      int64_t not_applicable);

// Numbers of cells.
struct Coverage {
  int64_t present = 0;
  int64_t expected = 0;

  friend bool operator==(const Coverage& a, const Coverage& b) = default;
};

// The value of a period, or the reason why there is none.
struct PeriodValue {
  std::optional<Decimal> value;
  NoValueReason reason = NoValueReason::kNone;
  Coverage coverage;
  // Some sub-period is not due yet, so that the value may change without being corrected.
  bool provisional = false;
  // The number of sub-periods in which something was expected, and of all. A provisional flow is
  // compared with its target times counted / all (Scaled, trajectory.h).
  int32_t counted = 0;
  int32_t all = 0;
  // BASE: whether series live in the period, or every code is expected. Groups of which this is
  // false are not listed.
  bool reported = false;
  // FORMULA: the operand that `reason` is about, as an index in Formula::operands(); else -1.
  int operand = -1;
};

// The value of `range` on `date`. Time aggregation comes first, within each series; then group
// aggregation, over the series.
//
// A sub-period counts when it is due or a cell of it is present. In a sub-period that counts the
// expected cells are:
//  - the cells of all living series (SeriesLife), except cells that are not applicable;
//  - with expected_combinations: the cells of all combinations, except series that have ended;
//  - one, when the indicator is expected and no series lives or has ended;
//  - after expected_until: only those that are present.
// So a sub-period that counts is expected whole: under STRICT a sum over half of the units is
// INCOMPLETE, and not a smaller sum.
//
// `cells` are those that FirstPeriodRead names, each (series, period) once, and ends of series.
// They may come in any order; unless sorted by BySeriesAndPeriod they are copied. Cells after
// range.last are ignored. The range is at most a year. Allocates nothing per cell.
PeriodValue Aggregate(const AggregationRule& rule, const PeriodRange& range, absl::CivilDay date,
                      absl::Span<const Cell> cells);

// Operand alignment COMMON_CELLS: marks as missing every present cell that is not present in all
// `operands`. They are BASE indicators with the same frequency, dimensions and slice. Sorts the
// cells of each.
void RestrictToCommonCells(absl::Span<const absl::Span<Cell>> operands);

// The value of a formula over the values of formula.operands(), in their order. The coverage is the
// least of the operands', of those that expect something; it is provisional when an operand is.
// When an operand that has no value is to blame, the reason is OPERAND, or the operand's own if
// that is NOT_BEGUN, NOT_DUE or OVERDUE.
PeriodValue EvaluateFormula(const Formula& formula, absl::Span<const PeriodValue> operands);

// Whether the last day of `period` plus the delay lies before `date`.
bool IsDue(Period period, int reporting_delay_days, absl::CivilDay date);

// The period whose value, target and coverage answer for the period `asked`. It is `asked` itself,
// except for semestrial and annual indicators in a quarter: these answer with the latest of their
// own periods that ends by the end of the quarter and has a value or is due. `has_value` is called,
// newest first, for the few periods that are not due. For a quarter that begins after `date`, which
// is NOT_BEGUN anyway, it is the latest that ends by then, so that its target can be shown.
Period EvaluationPeriod(Frequency frequency, Period asked, int reporting_delay_days,
                        absl::CivilDay date, absl::FunctionRef<bool(Period)> has_value);

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_RULES_AGGREGATION_H_
