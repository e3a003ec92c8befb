#ifndef ATHENA_SERVICES_INDICATOR_RULES_AGGREGATION_H_
#define ATHENA_SERVICES_INDICATOR_RULES_AGGREGATION_H_

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/functional/function_ref.h"
#include "absl/time/civil_time.h"
#include "absl/types/span.h"
#include "libs/decimal/decimal.h"
#include "libs/period/period.h"
#include "services/indicator/rules/reason.h"

// How the observations of a BASE indicator become the value of a period. This header and
// formula_value.h are the manual of these rules; `engine_version` rises when a result changes. The
// arithmetic is exact decimal (libs/decimal). All functions are pure.
//
//   cell        one series in one sub-period: "visits, desk MAIN, 2021-07"
//   sub-period  a period of the indicator's own frequency within the period that is asked for
//   flow        BASE with SUM or COUNT over time, FORMULA declared to be one; else a level
//   present     has a value (an OBS_STATUS of A, E or P)
//   answered    present, or has a status that says why there is no value (M, H, O, L, Q)
//   over        the sub-period's last day lies before the basis date
//   due         the sub-period's last day plus the reporting delay lies before the basis date
//   used        judged (a flow) or read (a level): see Aggregate
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
  kPresent,          // A normal, E estimated, P provisional: has a value
  kDeclaredMissing,  // O missing, L not collected, Q suppressed: expected, without value, answered
  kNotExpected,      // M cannot exist; H holiday or weekend: not expected, the series goes on
  kForecast,         // F: never counts as an actual, and neither begins nor prolongs a series
  kEnded,            // no observation: the series has been declared ended, from this period on
};

// The kind of an OBS_STATUS code, 'A', at a frequency. H is kNotExpected of days and weeks only: a
// holiday excuses no whole month. nullopt for codes that observations cannot have.
std::optional<CellKind> KindOfStatus(char code, Frequency frequency);

// Whether a cell shows that its series lives.
constexpr bool IsObservation(CellKind kind) {
  return kind != CellKind::kForecast && kind != CellKind::kEnded;
}

// A current observation. Retracted ones are not passed in: they count as never pushed.
struct Cell {
  LongDecimal value;  // kPresent only
  int32_t series;     // a number for each series; operands to align use the same numbers
  int32_t period;     // Period::index() in the indicator's frequency
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
  // The first period in which the indicator is expected, as an index in its frequency (IndexFrom,
  // FirstReached). Unset: never; then only cells that are present are expected.
  std::optional<int32_t> expected_from;
  // The last period in which anything is expected, as an index: that in which the indicator was
  // retired. Values of later periods count all the same. Unset: the indicator is in use.
  std::optional<int32_t> expected_until;
  // The number of combinations of codes in the slice, when every dimension has
  // every_code_expected: all of them are expected from expected_from on, even those that never
  // reported. Else 0.
  int32_t expected_combinations = 0;

  bool flow() const { return time == TimeAggregation::kSum || time == TimeAggregation::kCount; }
  // Whether the indicator is expected in a period.
  bool Expects(int32_t period) const {
    return expected_from.has_value() && period >= *expected_from &&
           (!expected_until.has_value() || period <= *expected_until);
  }
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
// The sub-periods of the periods from `first` to `last`, which have one frequency.
PeriodRange SubPeriodRange(Period first, Period last, Frequency frequency);

// The index in `frequency` of the first period that `from` allows: its first sub-period, or, when
// `from` is finer, the period it lies in. For AggregationRule::expected_from.
int32_t IndexFrom(Period from, Frequency frequency);
// The index in `frequency` of the first period that is expected of an indicator that is expected
// from `day` on: the one that contains it; of weeks the first whose Thursday is not earlier.
int32_t FirstReached(absl::CivilDay day, Frequency frequency);

// The last period in which a series still lives that was last observed in `observed`. A series is
// silent in a period that begins more than two quarters (six calendar months), and more than two of
// its own periods, after the one in which it was last observed began.
int32_t LivesUntil(int32_t observed, Frequency frequency);
// A series lives for at most this many of its own periods after its last observation.
int32_t SilenceWindow(Frequency frequency);
// The first period whose cells matter for the value of `range`: Aggregate needs the cells of
// [this, range.last], and the ends of series wherever they lie. Of the cells before range.first,
// only the latest of each series that is no forecast matters. Of a series without a cell there that
// was observed earlier, Aggregate needs any such cell if other series have been declared ended.
int32_t FirstPeriodRead(const PeriodRange& range);

// The index in `frequency` of the first period that is not due on `date` (IsDue). All before it
// are.
int32_t FirstNotDue(Frequency frequency, int reporting_delay_days, absl::CivilDay date);
// The index of the first period that is not over on `date`.
int32_t FirstNotOver(Frequency frequency, absl::CivilDay date);

// Counts of the cells of one sub-period, over all series.
struct CellCounts {
  int32_t present = 0;
  int32_t declared = 0;      // declared missing
  int32_t not_expected = 0;  // declared not to be expected
  int32_t unanswered = 0;    // of living series
  int32_t silent = 0;        // series that began, went silent and were not declared ended
  int32_t ended = 0;         // series that began and were declared ended

  // What an expected indicator expects beside its living series: the combinations of codes that
  // none of them has; or one cell where no series has begun, or all have gone silent without all
  // being declared ended.
  int64_t Extra(const AggregationRule& rule) const;
  // The number of expected cells in `period`. Of an indicator that is expected: those of living
  // series, but for cells declared not to be expected, and Extra. Else those present.
  int64_t Expected(const AggregationRule& rule, int32_t period) const;
  // The number of expected cells that have not answered.
  int64_t Open(const AggregationRule& rule, int32_t period) const;
  bool answered() const { return present + declared + not_expected > 0; }
};

// The state of a series in a sub-period. kNone: it has not begun there.
enum class SeriesState : int8_t {
  kNone,
  kPresent,
  kDeclaredMissing,
  kNotExpected,
  kUnanswered,
  kSilent,
  kEnded,
};

// Visits what a series is in stretches of sub-periods of a range, in the order of time: an
// observation is a stretch of one. Sub-periods of kNone are left out.
//
// A series begins with its first observation that is no forecast. It lives while it is observed and
// not silent (LivesUntil). From its declared end on it has ended, and later observations count no
// more.
class SeriesWalk {
 public:
  // Periods, both ends included.
  using Visit = absl::FunctionRef<void(int32_t first, int32_t last, SeriesState state)>;

  explicit SeriesWalk(const PeriodRange& range) : range_(range) {}

  // Adds a cell, in the order of BySeriesAndPeriod. Cells after the range are ignored.
  void Add(int32_t period, CellKind kind, Visit visit) {
    if (kind == CellKind::kForecast || period > range_.last || (ended_ && begun_)) return;
    if (kind == CellKind::kEnded) {
      CloseUntil(period - 1, visit);
      ended_ = true;
      next_ = std::max(next_, period);
      return;
    }
    if (!ended_) CloseUntil(period - 1, visit);
    begun_ = true;
    if (ended_) {
      next_ = std::max(next_, period);
      return;
    }
    observed_ = period;
    if (period < range_.first) return;
    visit(period, period, StateOf(kind));
    next_ = period + 1;
  }
  // After the last cell.
  void Finish(Visit visit) {
    if (!begun_) return;
    if (!ended_) {
      CloseUntil(range_.last, visit);
      return;
    }
    const int32_t from = std::max(next_, range_.first);
    if (from <= range_.last) visit(from, range_.last, SeriesState::kEnded);
  }

 private:
  static SeriesState StateOf(CellKind kind) {
    switch (kind) {
      case CellKind::kPresent:
        return SeriesState::kPresent;
      case CellKind::kNotExpected:
        return SeriesState::kNotExpected;
      default:
        return SeriesState::kDeclaredMissing;
    }
  }
  // The stretch from the last observation to `until`.
  void CloseUntil(int32_t until, Visit visit);

  const PeriodRange& range_;
  bool begun_ = false;
  bool ended_ = false;
  int32_t observed_ = 0;      // the latest observation, once begun
  int32_t next_ = INT32_MIN;  // the first period that has not been visited
};

// Numbers of cells.
struct Coverage {
  int64_t present = 0;
  int64_t expected = 0;

  // present / expected, rounded; nullopt where nothing is expected.
  std::optional<Decimal> Ratio() const;

  friend bool operator==(const Coverage& a, const Coverage& b) = default;
};

// Some sub-periods, named by periods of one frequency that they lie in.
struct SubPeriodSet {
  Frequency frequency = Frequency::kQuarter;
  std::vector<int32_t> periods;  // indexes, ascending

  // Whether a period of an equal or finer frequency lies in one of them.
  bool Contains(Frequency finer, int32_t index) const;
  friend bool operator==(const SubPeriodSet& a, const SubPeriodSet& b) = default;
};

// How a sub-period takes part in a value. kOutside: a formula does not ask for it.
enum class Use : int8_t { kOutside, kNotUsed, kUsed };

// The most quarters that a value covers: a year.
inline constexpr int kMaxQuarters = 4;

// The value of a range, or the reason why there is none, with what formulas and thresholds need to
// know of it.
struct Reading {
  std::optional<Decimal> value;
  NoValueReason reason = NoValueReason::kNone;
  // FORMULA: the operand that is to blame, as an index in Formula::operands(), and why it has no
  // value; else -1.
  int operand = -1;
  NoValueReason operand_reason = NoValueReason::kNone;

  PeriodRange range = {};
  absl::InlinedVector<Use, 16> uses;  // of each sub-period of the range
  // Coverage of the used sub-periods, by quarter of the range. One part for a BASE indicator; for a
  // FORMULA one for each operand outside coalesce, from left to right.
  using Part = std::array<Coverage, kMaxQuarters>;
  absl::InlinedVector<Part, 1> parts;
  int64_t not_expected = 0;  // BASE: cells of used sub-periods that are declared not to be expected
  MissingPolicy missing = MissingPolicy::kStrict;
  bool provisional = false;
  // BASE: whether series live in the range, or every code is expected. Groups of which this is
  // false are not listed.
  bool reported = false;

  int used() const;
  int all() const;
  // The coverage of the part that has the least, of those that expect something.
  Coverage LeastCoverage() const;
};

// By how much the thresholds of a flow are scaled in a quarter: numerator / denominator.
struct Share {
  int64_t numerator = 1;
  int64_t denominator = 1;

  friend bool operator==(const Share& a, const Share& b) = default;
};

// The value of a period, or the reason why there is none, as it is answered.
struct PeriodValue {
  std::optional<Decimal> value;
  NoValueReason reason = NoValueReason::kNone;
  int operand = -1;  // as Reading
  NoValueReason operand_reason = NoValueReason::kNone;
  Coverage coverage;
  int64_t not_expected = 0;
  bool provisional = false;
  int32_t used = 0;  // sub-periods
  int32_t all = 0;
  // Of a flow with a value, for the whole range or for each of its quarters: judged / all of the
  // sub-periods and, under PARTIAL, times present / expected. Else empty.
  absl::InlinedVector<Share, 1> shares;
};

// How the thresholds of a value are scaled: not at all (a level), by one share for the whole range,
// or quarter by quarter.
enum class Scaling : int8_t { kNone, kWhole, kQuarters };

// What is answered of a reading.
PeriodValue Answered(const Reading& reading, Scaling scaling);

// INCOMPLETE where a coverage, whose `expected` is not 0, is too low for the missing policy; else
// kNone.
NoValueReason CoverageReason(MissingPolicy missing, Decimal min_coverage, Coverage coverage);

// The value of `range` on `date`, over those of its sub-periods that are `allowed` (null: all).
//
// A flow is judged on the sub-periods that are over and whose cells are due or have all answered. A
// level is read from the sub-periods, running ones too, whose cells are due or have all answered.
// Value and coverage are over these (the used ones) alone. Time aggregation comes first, within
// each series; then group aggregation, over the series. Sums, and the sums under means, are exact
// and rounded once; a mean over time is rounded before the group is taken.
//
// There is no value, for the first reason that applies: nothing is expected in any sub-period
// (NO_DATA), in any used one (NOT_DUE), no cell of them has answered (OVERDUE), several series
// expect cells that GroupAggregation::kNone does not combine (NOT_ADDITIVE), none is present or
// fewer than the missing policy asks for (INCOMPLETE).
//
// `cells` are those that FirstPeriodRead names, each (series, period) once, and ends of series.
// They may come in any order; unless sorted by BySeriesAndPeriod they are copied. Cells after
// range.last are ignored. The range is at most a year. Allocates nothing per cell.
Reading Aggregate(const AggregationRule& rule, const PeriodRange& range, absl::CivilDay date,
                  absl::Span<const Cell> cells, const SubPeriodSet* allowed = nullptr);

// Everything that the range holds, used or not, in one number: shown beside a value and never
// judged. nullopt when what is not in `uses` (as Aggregate returned them; empty: nothing is used)
// holds no value, on overflow, and where several series are not additive.
std::optional<Decimal> ValueSoFar(const AggregationRule& rule, const PeriodRange& range,
                                  absl::Span<const Use> uses, absl::Span<const Cell> cells);

// Operands of a formula, aligned to the cells that all of them have: COMMON_CELLS.
struct AlignedOperand {
  const AggregationRule* rule = nullptr;
  std::vector<Cell> cells;  // with series numbers that are equal where the open codes are
  // The number of its series where its slice leaves no dimension open, so that the one cell that is
  // expected before it begins is the series' own; else -1.
  int32_t only_series = -1;
};
// Sets of each operand in `readings` value and parts over the sub-periods of `used` (indexes in the
// operands' one frequency, ascending). Only cells count that all of them have; what is not expected
// of one is expected of none. NO_COMMON_CELLS when they have none; OVERFLOW; else kNone.
NoValueReason ReadCommonCells(const PeriodRange& range, absl::Span<const int32_t> used,
                              absl::Span<AlignedOperand> operands, absl::Span<Reading> readings);

// Whether the last day of `period` plus the delay lies before `date`.
bool IsDue(Period period, int reporting_delay_days, absl::CivilDay date);

// The period whose value, target and coverage answer for the period `asked`. It is `asked` itself,
// except for semestrial and annual indicators in a quarter: these answer with the latest of their
// own periods that is over, ends by the end of the quarter, and has a value or is due. `has_value`
// is called, newest first, for the few periods that are over and not due.
Period EvaluationPeriod(Frequency frequency, Period asked, int reporting_delay_days,
                        absl::CivilDay date, absl::FunctionRef<bool(Period)> has_value);

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_RULES_AGGREGATION_H_
