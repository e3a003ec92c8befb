#include "services/indicator/rules/timeliness.h"

#include <algorithm>
#include <cassert>
#include <cstddef>

namespace athena::indicator {
namespace {

std::optional<Decimal> RateOf(int64_t part, int64_t whole) {
  return Decimal::Divide(Decimal::FromInt(part), Decimal::FromInt(whole));
}

ReportingState StateOf(const Timeliness& measured, bool awaited) {
  if (measured.overdue > 0) return ReportingState::kOverdue;
  if (awaited) return ReportingState::kNotDue;
  if (measured.expected == 0) return ReportingState::kNotExpected;
  return measured.on_time == measured.actual ? ReportingState::kOnTime : ReportingState::kLate;
}

}  // namespace

std::optional<Decimal> Timeliness::Rate() const { return RateOf(actual, expected); }
std::optional<Decimal> Timeliness::OnTimeRate() const { return RateOf(on_time, expected); }

Timeliness& Timeliness::operator+=(const Timeliness& other) {
  expected += other.expected;
  actual += other.actual;
  on_time += other.on_time;
  overdue += other.overdue;
  declared += other.declared;
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
  std::vector<CellCounts> counts(size);
  std::vector<int64_t> on_time(size, 0);
  for (size_t i = 0; i < cells.size();) {
    const int32_t series = cells[i].series;
    OverdueSeries overdue{series, 0, 0};
    int64_t since = 0;  // of the cell that is added
    const auto visit = [&](int32_t first, int32_t last, SeriesState state) {
      for (int32_t period = first; period <= last; ++period) {
        const auto at = static_cast<size_t>(period - range.first);
        CellCounts& count = counts[at];
        switch (state) {
          case SeriesState::kPresent:
            ++count.present;
            if (since <= on_time_until[at]) ++on_time[at];
            break;
          case SeriesState::kDeclaredMissing:
            ++count.declared;
            break;
          case SeriesState::kNotExpected:
            ++count.not_expected;
            break;
          case SeriesState::kUnanswered:
            ++count.unanswered;
            if (!rule.Expects(period) || period >= first_not_due) break;
            if (overdue.cells++ == 0) overdue.first_period = period;
            break;
          case SeriesState::kSilent:
            ++count.silent;
            break;
          case SeriesState::kEnded:
            ++count.ended;
            break;
          case SeriesState::kNone:
            break;
        }
      }
    };
    SeriesWalk walk(range);
    for (; i < cells.size() && cells[i].series == series; ++i) {
      since = cells[i].since;
      walk.Add(cells[i].period, cells[i].kind, visit);
    }
    walk.Finish(visit);
    if (overdue.cells > 0) result.overdue.push_back(overdue);
  }

  bool awaited = false;
  for (size_t at = 0; at < size; ++at) {
    const CellCounts& count = counts[at];
    const int32_t period = range.first + static_cast<int32_t>(at);
    const bool due = period < first_not_due;
    const int64_t open = count.Open(rule, period);
    if (!due && open > 0) awaited = true;
    if (!due && !count.answered()) continue;
    result.timeliness += {count.Expected(rule, period), count.present, on_time[at], due ? open : 0,
                          rule.Expects(period) ? int64_t{count.declared} : 0};
    const int64_t unknown = rule.Expects(period) ? count.Extra(rule) : 0;
    if (!due || unknown == 0) continue;
    result.unattributed += unknown;
    if (!result.unattributed_from.has_value()) result.unattributed_from = period;
  }
  result.state = StateOf(result.timeliness, awaited);
  return result;
}

}  // namespace athena::indicator
