#include "services/indicator/rules/timeliness.h"

#include <algorithm>
#include <cassert>
#include <cstddef>

namespace athena::indicator {
namespace {

std::optional<Decimal> Share(int64_t part, int64_t whole) {
  return Decimal::Divide(Decimal::FromInt(part), Decimal::FromInt(whole));
}

// Counts of one sub-period of the range.
struct ReportedSubPeriod {
  int64_t living = 0;
  int64_t ended = 0;
  int64_t not_applicable = 0;
  int64_t present = 0;
  int64_t on_time = 0;
};

// The state of one series in a sub-period of the range. kSilent: it lives and has no value.
enum class SeriesState : int8_t { kNotLiving, kEnded, kSilent, kNotApplicable, kValue };

ReportingState StateOf(const Timeliness& measured, bool awaited) {
  if (measured.overdue > 0) return ReportingState::kOverdue;
  if (awaited) return ReportingState::kNotDue;
  if (measured.expected == 0) return ReportingState::kNotExpected;
  return measured.on_time == measured.actual ? ReportingState::kOnTime : ReportingState::kLate;
}

}  // namespace

std::optional<Decimal> Timeliness::Rate() const { return Share(actual, expected); }
std::optional<Decimal> Timeliness::OnTimeRate() const { return Share(on_time, expected); }

Timeliness& Timeliness::operator+=(const Timeliness& other) {
  expected += other.expected;
  actual += other.actual;
  on_time += other.on_time;
  overdue += other.overdue;
  return *this;
}

std::optional<PeriodRange> PeriodsOfQuarter(Period quarter, Frequency frequency) {
  if (frequency <= Frequency::kQuarter) return SubPeriodRange(quarter, frequency);
  const Period period = Period::Containing(frequency, quarter.LastDay());
  if (period.QuarterOf() != quarter) return std::nullopt;
  return PeriodRange{frequency, period.index(), period.index(), period.FirstDay()};
}

RangeCompleteness MeasureCompleteness(const AggregationRule& rule, const PeriodRange& range,
                                      absl::CivilDay date, absl::Span<const ReportedCell> cells,
                                      absl::Span<const int64_t> on_time_until) {
  const auto size = static_cast<size_t>(range.size());
  assert(on_time_until.size() == size);
  const int32_t first_not_due = FirstNotDue(range.frequency, rule.reporting_delay_days, date);
  RangeCompleteness result;
  std::vector<ReportedSubPeriod> sub_periods(size);
  std::vector<SeriesState> states(size);
  for (size_t i = 0; i < cells.size();) {
    const int32_t series = cells[i].series;
    states.assign(size, SeriesState::kNotLiving);
    SeriesLife life(range);
    for (; i < cells.size() && cells[i].series == series; ++i) {
      const ReportedCell& cell = cells[i];
      if (cell.period > range.last || cell.kind == CellKind::kForecast) continue;
      const auto from = static_cast<size_t>(std::max(cell.period, range.first) - range.first);
      if (cell.kind == CellKind::kEnded) {
        life.End(cell.period);
        std::fill(states.begin() + static_cast<ptrdiff_t>(from), states.end(), SeriesState::kEnded);
        continue;
      }
      if (states.back() == SeriesState::kEnded) {
        std::fill(states.begin() + static_cast<ptrdiff_t>(from), states.end(),
                  SeriesState::kNotLiving);
      }
      const SeriesLife::Stretch lives = life.Add(cell.period);
      for (int32_t period = lives.first; period <= lives.last; ++period) {
        states[static_cast<size_t>(period - range.first)] = SeriesState::kSilent;
      }
      if (cell.period < range.first) continue;
      const auto at = static_cast<size_t>(cell.period - range.first);
      if (cell.kind == CellKind::kNotApplicable) states[at] = SeriesState::kNotApplicable;
      if (cell.kind != CellKind::kPresent) continue;
      states[at] = SeriesState::kValue;
      if (cell.since <= on_time_until[at]) ++sub_periods[at].on_time;
    }
    OverdueSeries overdue{series, 0, 0};
    for (size_t at = 0; at < size; ++at) {
      const int32_t period = range.first + static_cast<int32_t>(at);
      if (states[at] == SeriesState::kNotLiving) continue;
      if (rule.Over(period) && states[at] != SeriesState::kValue) continue;
      ReportedSubPeriod& sub_period = sub_periods[at];
      if (states[at] == SeriesState::kEnded) {
        ++sub_period.ended;
        continue;
      }
      ++sub_period.living;
      if (states[at] == SeriesState::kNotApplicable) ++sub_period.not_applicable;
      if (states[at] == SeriesState::kValue) ++sub_period.present;
      if (states[at] != SeriesState::kSilent || period >= first_not_due) continue;
      if (overdue.cells++ == 0) overdue.first_period = period;
    }
    if (overdue.cells > 0) result.overdue.push_back(overdue);
  }

  bool awaited = false;
  for (size_t at = 0; at < size; ++at) {
    const ReportedSubPeriod& sub_period = sub_periods[at];
    const int32_t period = range.first + static_cast<int32_t>(at);
    const bool due = period < first_not_due;
    const int64_t expected = rule.Over(period)
                                 ? sub_period.present
                                 : ExpectedCells(rule, period, sub_period.living, sub_period.ended,
                                                 sub_period.not_applicable);
    if (!due && sub_period.present < expected) awaited = true;
    if (!due && sub_period.present == 0) continue;
    result.timeliness +=
        {expected, sub_period.present, sub_period.on_time, due ? expected - sub_period.present : 0};
    const int64_t unknown = expected - (sub_period.living - sub_period.not_applicable);
    if (!due || unknown == 0) continue;
    result.unattributed += unknown;
    if (!result.unattributed_from.has_value()) result.unattributed_from = period;
  }
  result.state = StateOf(result.timeliness, awaited);
  return result;
}

}  // namespace athena::indicator
