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

namespace athena::indicator {

// How the cells of one series become one number.
enum class TimeAggregation : int8_t { kSum, kMean, kMin, kMax, kFirst, kLast, kCount };
// How the numbers of several series become one. kNone: they do not.
enum class GroupAggregation : int8_t { kSum, kMean, kMin, kMax, kNone };
// What happens when an expected cell is missing: no value, or a value from the rest.
enum class MissingPolicy : int8_t { kStrict, kPartial };

// STRICT where an axis adds up (SUM, COUNT), else PARTIAL.
MissingPolicy DefaultMissingPolicy(TimeAggregation time, GroupAggregation group);

// What a cell says, by its OBS_STATUS.
enum class CellKind : int8_t {
  kPresent,        // a value: A, E, P
  kMissing,        // expected, no value: O, L, H, Q
  kNotApplicable,  // M: not expected, though the series lives on
  kForecast,       // F: never an actual; says nothing about whether a series lives
  kEnded,          // no observation: the series is declared to have ended, from this period on
};

// The kind of an SDMX OBS_STATUS code, 'A'; nullopt for one that observations cannot have.
std::optional<CellKind> KindOfStatus(char code);

// One current observation. Retracted ones count as never pushed: they are not passed in.
struct Cell {
  Decimal value;   // kPresent only
  int32_t series;  // any number that tells series apart; operands to align must share it
  int32_t period;  // Period::index() in the indicator's frequency
  CellKind kind;
};

// By series, then period; the end of a series before its observation of the same period.
bool BySeriesAndPeriod(const Cell& a, const Cell& b);

inline constexpr Decimal kDefaultMinCoverage = Decimal::FromUnits(500'000'000'000);  // 0.5
inline constexpr int kDefaultReportingDelayDays = 14;

// What an indicator's definition says about aggregation, and the slice that is asked for.
struct AggregationRule {
  TimeAggregation time = TimeAggregation::kSum;
  GroupAggregation group = GroupAggregation::kSum;
  MissingPolicy missing = MissingPolicy::kStrict;
  Decimal min_coverage = kDefaultMinCoverage;             // PARTIAL: 0 to 1
  int reporting_delay_days = kDefaultReportingDelayDays;  // 0 to 366
  // Index, in the indicator's frequency, of the first period in which it is expected (IndexFrom);
  // unset: only its living series are.
  std::optional<int32_t> expected_from;
  // Index of the last period in which anything is expected: that in which the indicator was
  // retired. In later ones there is only what came all the same. Unset: it is in use.
  std::optional<int32_t> expected_until;
  // When every dimension says every_code_expected: how many combinations of codes the slice has.
  // All of them are expected from expected_from on, whether or not they ever reported. Else 0.
  int32_t expected_combinations = 0;
  // Whether the slice gives a code for every dimension (true when there are no dimensions). Group
  // aggregation NONE answers nothing else.
  bool single_series = false;

  // Whether the period lies behind expected_until.
  bool Over(int32_t period) const { return expected_until.has_value() && period > *expected_until; }
};

// Consecutive periods of one frequency, both ends included, and the day on which they begin (which
// for weeks is that of the period they are taken from: the first week may begin before it).
struct PeriodRange {
  Frequency frequency;
  int32_t first;
  int32_t last;
  absl::CivilDay begins;

  int32_t size() const { return last - first + 1; }
};

// The sub-periods of `period` in `frequency`, which is not coarser than the period.
PeriodRange SubPeriodRange(Period period, Frequency frequency);
// The sub-periods from the beginning of the year in which `period` ends to the end of `period`.
PeriodRange YearToDateRange(Period period, Frequency frequency);

// The index in `frequency` of the first period that `from` allows: its first sub-period, or, when
// `from` is finer, the period it lies in. For AggregationRule::expected_from.
int32_t IndexFrom(Period from, Frequency frequency);

// A series is expected until it has been silent for longer than this many of its own periods: as
// many as the longest two quarters have, and at least two.
int32_t SilenceWindow(Frequency frequency);
// The first period whose cells say something about `range`. Cells of [this, range.last] are to be
// passed to Aggregate, and ends of series whenever they lie; of those before range.first, only each
// series' latest that is no forecast matters.
int32_t FirstPeriodRead(const PeriodRange& range);

// The index in `frequency` of the first period that is not due on `date`: all before it are
// (IsDue).
int32_t FirstNotDue(Frequency frequency, int reporting_delay_days, absl::CivilDay date);

// In which periods of a range one series lives: from its first cell that is no forecast until it is
// declared to have ended, or SilenceWindow periods after its latest one.
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

  // Takes the series' cells that are no forecasts, in the order of time: the period of the next
  // one. Returns the periods of the range in which it lives because of it, those left out that were
  // returned before.
  Stretch Add(int32_t period) {
    const Stretch lives = {std::max(period, until_ + 1), std::min(period + silence_, last_)};
    if (!lives.empty()) until_ = lives.last;
    return lives;
  }

  // Takes the end of the series, in the same order. Returns the periods of the range in which it
  // does not live after all.
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

// How many cells are expected in a sub-period that counts (see Aggregate) and is not over
// (AggregationRule), in which so many series live, so many have been declared to have ended, and so
// many of the living say not applicable.
int64_t ExpectedCells(const AggregationRule& rule, int32_t period, int64_t living, int64_t ended,
                      int64_t not_applicable);

// How much of what was expected is there. 0 of 0: nothing was expected.
struct Coverage {
  int64_t present = 0;
  int64_t expected = 0;

  // present / expected, rounded; 0 when nothing is expected.
  Decimal Share() const;
  friend bool operator==(const Coverage& a, const Coverage& b) = default;
};

// What a value of a period is, or why there is none.
struct PeriodValue {
  std::optional<Decimal> value;
  NoValueReason reason = NoValueReason::kNone;
  Coverage coverage;
  // Some sub-period was not yet due. The value may still change without being corrected.
  bool provisional = false;
  // Sub-periods in which something was expected or present, and all of them. A provisional flow is
  // compared with its target times counted / all (trajectory.h, Scaled).
  int32_t counted = 0;
  int32_t all = 0;
  // Whether series of it live in the period, or every code is expected to: what is listed when it
  // is one group of many. Not of formulas, which are as their operands are.
  bool reported = false;
  // Formulas: the operand behind `reason`, by its place in Formula::operands(); else -1.
  int operand = -1;
};

// The value of `range` as seen on `date`: first time, then group.
//
// A sub-period counts once it is due (its last day + reporting delay lies before `date`) or some
// cell of it is present. In a sub-period that counts, every living series is expected but those
// that say not applicable; a series lives from its first cell until SilenceWindow periods after its
// latest one, or its end. When no series lives in it though the indicator is expected, and none has
// ended, one cell is expected; with expected_combinations, all combinations are that have not
// ended. In a sub-period that is over (AggregationRule) only what is present is expected. A
// sub-period with a value is therefore expected whole: a sum over half of the units is
// INCOMPLETE under STRICT, not a smaller sum.
//
// `cells`: see FirstPeriodRead; each (series, period) once, and besides the end of a series;
// later ones than range.last are ignored.
// Their order never matters, but sorted by (series, period) they are not copied. The range holds at
// most a year. Pure; allocates nothing per cell.
PeriodValue Aggregate(const AggregationRule& rule, const PeriodRange& range, absl::CivilDay date,
                      absl::Span<const Cell> cells);

// COMMON_CELLS: keeps present only the cells (series, period) that all `operands` have present, and
// marks the others as missing. For operands that are BASE, of one frequency and with the same
// dimensions and slice. Sorts each operand by (series, period).
void RestrictToCommonCells(absl::Span<const absl::Span<Cell>> operands);

// The value of a formula whose operands have these values (one for each of formula.operands(), in
// their order). Coverage is the least of the operands' (of those that expect something);
// provisional when an operand is. Without value because of an operand that is not begun, not due or
// overdue, that is the formula's reason, too; because of another one: OPERAND.
PeriodValue EvaluateFormula(const Formula& formula, absl::Span<const PeriodValue> operands);

// Whether `period` is due: its last day + delay lies before `date`.
bool IsDue(Period period, int reporting_delay_days, absl::CivilDay date);

// The period E to which all that is said about an indicator in `asked` refers: `asked` itself, but
// for semestrial and annual indicators in a quarter the latest of their own periods that has ended
// by the end of the quarter and has a value or is due; `has_value` is asked newest first, for the
// few periods that have ended and are not due. Of a quarter that has not begun by `date` (whose
// reason is NOT_BEGUN whatever E holds) it is the latest that will have ended, so that its target
// can be shown.
Period EvaluationPeriod(Frequency frequency, Period asked, int reporting_delay_days,
                        absl::CivilDay date, absl::FunctionRef<bool(Period)> has_value);

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_RULES_AGGREGATION_H_
