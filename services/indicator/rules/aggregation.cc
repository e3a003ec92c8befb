#include "services/indicator/rules/aggregation.h"

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/container/inlined_vector.h"

namespace athena::indicator {
namespace {

// Counts of one sub-period of the range. The changes are against the sub-period before.
struct SubPeriod {
  int32_t living_change = 0;  // of the number of living series
  int32_t ended_change = 0;   // of the number of series declared to have ended
  int32_t present = 0;
  int32_t not_applicable = 0;
};

// A year of months fits without allocating.
using SubPeriods = absl::InlinedVector<SubPeriod, 14>;

// Aggregates the cells of one series, which are added in the order of time.
class TimeAxis {
 public:
  explicit TimeAxis(TimeAggregation aggregation) : aggregation_(aggregation) {}

  void Add(Decimal value) {
    if (sum_.count() == 0) first_ = min_ = max_ = value;
    last_ = value;
    min_ = std::min(min_, value);
    max_ = std::max(max_, value);
    sum_.Add(value);
  }
  int64_t count() const { return sum_.count(); }
  // nullopt on overflow. At least one value must have been added.
  std::optional<Decimal> Result() const {
    switch (aggregation_) {
      case TimeAggregation::kSum:
        return sum_.Total();
      case TimeAggregation::kMean:
        return sum_.Mean();
      case TimeAggregation::kMin:
        return min_;
      case TimeAggregation::kMax:
        return max_;
      case TimeAggregation::kFirst:
        return first_;
      case TimeAggregation::kLast:
        return last_;
      case TimeAggregation::kCount:
        return Decimal::FromInt(sum_.count());
    }
    return std::nullopt;
  }

 private:
  TimeAggregation aggregation_;
  DecimalSum sum_;
  Decimal first_, last_, min_, max_;
};

// Aggregates the results of several series.
class GroupAxis {
 public:
  explicit GroupAxis(GroupAggregation aggregation) : aggregation_(aggregation) {}

  void Add(const TimeAxis& series) {
    if (series.count() == 0) return;
    const std::optional<Decimal> value = series.Result();
    if (!value.has_value()) {
      overflow_ = true;
      return;
    }
    if (sum_.count() == 0) min_ = max_ = *value;
    min_ = std::min(min_, *value);
    max_ = std::max(max_, *value);
    sum_.Add(*value);
  }
  // nullopt on overflow. At least one series with values must have been added.
  std::optional<Decimal> Result() const {
    if (overflow_) return std::nullopt;
    switch (aggregation_) {
      case GroupAggregation::kSum:
        return sum_.Total();
      case GroupAggregation::kMean:
        return sum_.Mean();
      case GroupAggregation::kMin:
      case GroupAggregation::kNone:  // of one series
        return min_;
      case GroupAggregation::kMax:
        return max_;
    }
    return std::nullopt;
  }

 private:
  GroupAggregation aggregation_;
  DecimalSum sum_;
  Decimal min_, max_;
  bool overflow_ = false;
};

// Why there is no value, or kNone. `due`: whether any sub-period of the range is due.
NoValueReason ReasonFor(const AggregationRule& rule, const PeriodRange& range, absl::CivilDay date,
                        bool due, Coverage coverage) {
  if (range.begins > date) return NoValueReason::kNotBegun;
  if (rule.group == GroupAggregation::kNone && !rule.single_series) {
    return NoValueReason::kNotAdditive;
  }
  if (coverage.present == 0) {
    if (!due) return NoValueReason::kNotDue;
    if (coverage.expected == 0) return NoValueReason::kNoData;
    return range.frequency >= Frequency::kSemester ? NoValueReason::kOverdue
                                                   : NoValueReason::kIncomplete;
  }
  if (rule.missing == MissingPolicy::kStrict) {
    return coverage.present < coverage.expected ? NoValueReason::kIncomplete : NoValueReason::kNone;
  }
  // The product is exact: min_coverage has at most 12 decimals, and so has a multiple of it.
  const std::optional<Decimal> wanted =
      Decimal::Multiply(rule.min_coverage, Decimal::FromInt(coverage.expected));
  const bool enough = wanted.has_value() && Decimal::FromInt(coverage.present) >= *wanted;
  return enough ? NoValueReason::kNone : NoValueReason::kIncomplete;
}

}  // namespace

bool BySeriesAndPeriod(const Cell& a, const Cell& b) {
  const auto key = [](const Cell& cell) {
    return std::make_tuple(cell.series, cell.period, cell.kind != CellKind::kEnded);
  };
  return key(a) < key(b);
}

MissingPolicy DefaultMissingPolicy(TimeAggregation time, GroupAggregation group) {
  const bool adds_up = time == TimeAggregation::kSum || time == TimeAggregation::kCount ||
                       group == GroupAggregation::kSum;
  return adds_up ? MissingPolicy::kStrict : MissingPolicy::kPartial;
}

std::optional<CellKind> KindOfStatus(char code) {
  switch (code) {
    case 'A':
    case 'E':
    case 'P':
      return CellKind::kPresent;
    case 'O':
    case 'L':
    case 'H':
    case 'Q':
      return CellKind::kMissing;
    case 'M':
      return CellKind::kNotApplicable;
    case 'F':
      return CellKind::kForecast;
    default:
      return std::nullopt;
  }
}

PeriodRange SubPeriodRange(Period period, Frequency frequency) {
  const int32_t first = period.FirstSubPeriod(frequency).index();
  return {frequency, first, first + period.SubPeriodCount(frequency) - 1, period.FirstDay()};
}

PeriodRange YearToDateRange(Period period, Frequency frequency) {
  const Period year = period.ParentIn(Frequency::kYear);
  return {frequency, year.FirstSubPeriod(frequency).index(), SubPeriodRange(period, frequency).last,
          year.FirstDay()};
}

int32_t IndexFrom(Period from, Frequency frequency) {
  return from.frequency() < frequency ? from.ParentIn(frequency).index()
                                      : from.FirstSubPeriod(frequency).index();
}

int32_t SilenceWindow(Frequency frequency) {
  switch (frequency) {
    case Frequency::kDay:
      return 184;  // from July to December
    case Frequency::kWeek:
      return 27;  // in the same half of a year of 53 weeks
    case Frequency::kMonth:
      return 6;
    case Frequency::kQuarter:
    case Frequency::kSemester:
    case Frequency::kYear:
      return 2;
  }
  return 2;
}

int32_t FirstPeriodRead(const PeriodRange& range) {
  return range.first - SilenceWindow(range.frequency);
}

int32_t FirstNotDue(Frequency frequency, int reporting_delay_days, absl::CivilDay date) {
  // The period that contains date - delay ends on that day or later, so it is not due. All periods
  // before it are.
  const absl::CivilDay earliest(Period::kFirstYear, 1, 1);
  return Period::Containing(frequency, std::max(date - reporting_delay_days, earliest)).index();
}

int64_t ExpectedCells(const AggregationRule& rule, int32_t period, int64_t living, int64_t ended,
                      int64_t not_applicable) {
  const int64_t expected = living - not_applicable;
  if (!rule.expected_from.has_value() || period < *rule.expected_from) return expected;
  int64_t at_least = ended > 0 ? 0 : 1;
  if (rule.expected_combinations > 0) at_least = rule.expected_combinations - ended;
  return expected + std::max<int64_t>(at_least - living, 0);
}

PeriodValue Aggregate(const AggregationRule& rule, const PeriodRange& range, absl::CivilDay date,
                      absl::Span<const Cell> cells) {
  std::vector<Cell> sorted;
  if (!std::is_sorted(cells.begin(), cells.end(), BySeriesAndPeriod)) {
    sorted.assign(cells.begin(), cells.end());
    std::sort(sorted.begin(), sorted.end(), BySeriesAndPeriod);
    cells = sorted;
  }
  // One more than the range has: series that live to its end change the one after it.
  SubPeriods sub_periods(static_cast<size_t>(range.size()) + 1);
  const auto at = [&sub_periods, &range](int32_t period) -> SubPeriod& {
    return sub_periods[static_cast<size_t>(period - range.first)];
  };

  GroupAxis group(rule.group);
  for (size_t i = 0; i < cells.size();) {
    const int32_t series = cells[i].series;
    TimeAxis time(rule.time);
    SeriesLife life(range);
    bool ended = false;
    for (; i < cells.size() && cells[i].series == series; ++i) {
      const Cell& cell = cells[i];
      if (cell.period > range.last || cell.kind == CellKind::kForecast) continue;
      const int32_t seen_from = std::max(cell.period, range.first);
      if (cell.kind == CellKind::kEnded) {
        if (const SeriesLife::Stretch over = life.End(cell.period); !over.empty()) {
          --at(over.first).living_change;
          ++at(over.last + 1).living_change;
        }
        if (!std::exchange(ended, true)) ++at(seen_from).ended_change;
        continue;
      }
      if (std::exchange(ended, false)) --at(seen_from).ended_change;
      if (const SeriesLife::Stretch lives = life.Add(cell.period); !lives.empty()) {
        ++at(lives.first).living_change;
        --at(lives.last + 1).living_change;
      }
      if (cell.period < range.first) continue;
      if (cell.kind == CellKind::kNotApplicable) ++at(cell.period).not_applicable;
      if (cell.kind == CellKind::kPresent) {
        ++at(cell.period).present;
        time.Add(cell.value);
      }
    }
    group.Add(time);
  }

  const int32_t first_not_due = FirstNotDue(range.frequency, rule.reporting_delay_days, date);
  PeriodValue result;
  result.all = range.size();
  result.provisional = range.last >= first_not_due;
  int64_t living = 0;
  int64_t ended = 0;
  for (int32_t period = range.first; period <= range.last; ++period) {
    const SubPeriod& sub_period = at(period);
    living += sub_period.living_change;
    ended += sub_period.ended_change;
    const bool over = rule.Over(period);
    if (over && sub_period.present == 0) continue;
    const bool awaited = rule.expected_combinations > ended && rule.expected_from.has_value() &&
                         period >= *rule.expected_from;
    result.reported = result.reported || living > 0 || awaited;
    if (period >= first_not_due && sub_period.present == 0) continue;
    const int64_t expected =
        over ? sub_period.present
             : ExpectedCells(rule, period, living, ended, sub_period.not_applicable);
    result.coverage.present += sub_period.present;
    result.coverage.expected += expected;
    if (expected > 0) ++result.counted;
  }

  result.reason =
      ReasonFor(rule, range, date, /*due=*/range.first < first_not_due, result.coverage);
  if (result.reason != NoValueReason::kNone) return result;
  result.value = group.Result();
  if (!result.value.has_value()) result.reason = NoValueReason::kOverflow;
  return result;
}

void RestrictToCommonCells(absl::Span<const absl::Span<Cell>> operands) {
  if (operands.size() < 2) return;
  for (const absl::Span<Cell> cells : operands) {
    if (!std::is_sorted(cells.begin(), cells.end(), BySeriesAndPeriod)) {
      std::sort(cells.begin(), cells.end(), BySeriesAndPeriod);
    }
  }
  // Restricting each operand to the one before it leaves in the last one what all have in common.
  // The way back does the same for the others.
  const auto restrict = [](absl::Span<Cell> cells, absl::Span<const Cell> other) {
    const Cell* match = other.begin();
    for (Cell& cell : cells) {
      if (cell.kind != CellKind::kPresent) continue;
      while (match != other.end() && BySeriesAndPeriod(*match, cell)) ++match;
      const bool common = match != other.end() && !BySeriesAndPeriod(cell, *match) &&
                          match->kind == CellKind::kPresent;
      if (!common) cell.kind = CellKind::kMissing;
    }
  };
  for (size_t i = 1; i < operands.size(); ++i) restrict(operands[i], operands[i - 1]);
  for (size_t i = operands.size() - 1; i > 0; --i) restrict(operands[i - 1], operands[i]);
}

PeriodValue EvaluateFormula(const Formula& formula, absl::Span<const PeriodValue> operands) {
  assert(operands.size() == formula.operands().size());
  absl::InlinedVector<std::optional<Decimal>, 8> values;
  values.reserve(operands.size());
  PeriodValue result;
  bool any_expected = false;
  for (const PeriodValue& operand : operands) {
    values.push_back(operand.value);
    result.provisional = result.provisional || operand.provisional;
    const Coverage& coverage = operand.coverage;
    if (coverage.expected == 0) continue;
    // Compares present / expected with the least so far, without division. Of equal ratios the one
    // that expects most wins, so that the order of the operands does not matter.
    const int64_t share = coverage.present * result.coverage.expected;
    const int64_t least = result.coverage.present * coverage.expected;
    if (!any_expected || share < least ||
        (share == least && coverage.expected > result.coverage.expected)) {
      result.coverage = coverage;
    }
    any_expected = true;
  }
  const FormulaResult evaluated = formula.Evaluate(values);
  result.value = evaluated.value;
  result.reason = evaluated.reason;
  result.operand = evaluated.operand;
  if (evaluated.operand >= 0) {
    const NoValueReason why = operands[static_cast<size_t>(evaluated.operand)].reason;
    if (why == NoValueReason::kNotBegun || why == NoValueReason::kNotDue ||
        why == NoValueReason::kOverdue) {
      result.reason = why;
    }
  }
  return result;
}

bool IsDue(Period period, int reporting_delay_days, absl::CivilDay date) {
  return period.LastDay() + reporting_delay_days < date;
}

Period EvaluationPeriod(Frequency frequency, Period asked, int reporting_delay_days,
                        absl::CivilDay date, absl::FunctionRef<bool(Period)> has_value) {
  if (asked.frequency() != Frequency::kQuarter || frequency <= Frequency::kQuarter) return asked;
  Period candidate = Period::Containing(frequency, asked.LastDay());
  if (candidate.LastDay() > asked.LastDay()) candidate = candidate.Minus(1);
  if (asked.FirstDay() > date) return candidate;
  while (!IsDue(candidate, reporting_delay_days, date) && !has_value(candidate)) {
    candidate = candidate.Minus(1);
  }
  return candidate;
}

}  // namespace athena::indicator
