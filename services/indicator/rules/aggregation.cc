#include "services/indicator/rules/aggregation.h"

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <iterator>
#include <tuple>
#include <utility>

namespace athena::indicator {
namespace {

// A year of months fits without allocating.
using SubPeriods = absl::InlinedVector<CellCounts, 14>;

// Aggregates the cells of one series, which are added in the order of time.
class TimeAxis {
 public:
  explicit TimeAxis(TimeAggregation aggregation) : aggregation_(aggregation) {}

  void Add(const LongDecimal& value) {
    if (sum_.count() == 0) first_ = min_ = max_ = value;
    last_ = value;
    min_ = std::min(min_, value);
    max_ = std::max(max_, value);
    sum_.Add(value);
  }
  int64_t count() const { return sum_.count(); }
  // Adds the result to a sum; false on overflow. At least one value must have been added.
  bool AddTo(DecimalSum* group) const {
    switch (aggregation_) {
      case TimeAggregation::kSum:
        group->Add(sum_);
        return true;
      case TimeAggregation::kMean: {
        const std::optional<Decimal> mean = sum_.Mean();
        if (mean.has_value()) group->Add(*mean);
        return mean.has_value();
      }
      case TimeAggregation::kMin:
        group->Add(min_);
        return true;
      case TimeAggregation::kMax:
        group->Add(max_);
        return true;
      case TimeAggregation::kFirst:
        group->Add(first_);
        return true;
      case TimeAggregation::kLast:
        group->Add(last_);
        return true;
      case TimeAggregation::kCount:
        group->Add(Decimal::FromInt(sum_.count()));
        return true;
    }
    return false;
  }

 private:
  TimeAggregation aggregation_;
  DecimalSum sum_;
  LongDecimal first_, last_, min_, max_;
};

// Aggregates the results of several series.
class GroupAxis {
 public:
  explicit GroupAxis(GroupAggregation aggregation) : aggregation_(aggregation) {}

  void Add(const TimeAxis& series) {
    if (series.count() == 0) return;
    DecimalSum value;
    if (!series.AddTo(&value)) {
      overflow_ = true;
      return;
    }
    if (sum_.count() == 0) min_ = max_ = value;
    if (value.LessThan(min_)) min_ = value;
    if (max_.LessThan(value)) max_ = value;
    sum_.Add(value);
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
        return min_.Total();
      case GroupAggregation::kMax:
        return max_.Total();
    }
    return std::nullopt;
  }

 private:
  GroupAggregation aggregation_;
  DecimalSum sum_;
  DecimalSum min_, max_;
  bool overflow_ = false;
};

// Cells sorted by BySeriesAndPeriod: those given, or a sorted copy.
class SortedCells {
 public:
  explicit SortedCells(absl::Span<const Cell> cells) : cells_(cells) {
    if (std::is_sorted(cells.begin(), cells.end(), BySeriesAndPeriod)) return;
    copy_.assign(cells.begin(), cells.end());
    std::sort(copy_.begin(), copy_.end(), BySeriesAndPeriod);
    cells_ = copy_;
  }
  // Visits the cells of each series.
  template <typename F>
  void ForEachSeries(const F& visit) const {
    for (size_t begin = 0, i = 0; begin < cells_.size(); begin = i) {
      while (i < cells_.size() && cells_[i].series == cells_[begin].series) ++i;
      visit(cells_.subspan(begin, i - begin));
    }
  }

 private:
  absl::Span<const Cell> cells_;
  std::vector<Cell> copy_;
};

// Visits the stretches of one series.
template <typename F>
void WalkSeries(const PeriodRange& range, absl::Span<const Cell> cells, const F& visit) {
  SeriesWalk walk(range);
  for (const Cell& cell : cells) walk.Add(cell.period, cell.kind, visit);
  walk.Finish(visit);
}

// The counts of each sub-period.
SubPeriods CountCells(const PeriodRange& range, const SortedCells& cells) {
  // First changes against the sub-period before, so that a stretch costs two of them; then sums.
  SubPeriods counts(static_cast<size_t>(range.size()) + 1);
  const auto at = [&](int32_t period) -> CellCounts& {
    return counts[static_cast<size_t>(period - range.first)];
  };
  const auto stretch = [&](int32_t first, int32_t last, int32_t CellCounts::*count) {
    ++(at(first).*count);
    --(at(last + 1).*count);
  };
  cells.ForEachSeries([&](absl::Span<const Cell> series) {
    WalkSeries(range, series, [&](int32_t first, int32_t last, SeriesState state) {
      switch (state) {
        case SeriesState::kPresent:
          ++at(first).present;
          break;
        case SeriesState::kDeclaredMissing:
          ++at(first).declared;
          break;
        case SeriesState::kNotExpected:
          ++at(first).not_expected;
          break;
        case SeriesState::kUnanswered:
          stretch(first, last, &CellCounts::unanswered);
          break;
        case SeriesState::kSilent:
          stretch(first, last, &CellCounts::silent);
          break;
        case SeriesState::kEnded:
          stretch(first, last, &CellCounts::ended);
          break;
        case SeriesState::kNone:
          break;
      }
    });
  });
  for (size_t i = 1; i < counts.size(); ++i) {
    counts[i].unanswered += counts[i - 1].unanswered;
    counts[i].silent += counts[i - 1].silent;
    counts[i].ended += counts[i - 1].ended;
  }
  counts.pop_back();
  return counts;
}

// Tells in which quarter of a range a sub-period lies, counted from 0.
class QuarterSlots {
 public:
  explicit QuarterSlots(const PeriodRange& range) {
    if (range.frequency > Frequency::kQuarter) return;
    const Period first = Period::OfIndex(range.frequency, range.first).QuarterOf();
    const Period last = Period::OfIndex(range.frequency, range.last).QuarterOf();
    for (Period quarter = first.Plus(1); quarter <= last && starts_.size() + 1 < kMaxQuarters;
         quarter = quarter.Plus(1)) {
      starts_.push_back(quarter.FirstSubPeriod(range.frequency).index());
    }
  }
  size_t Of(int32_t period) const {
    size_t slot = 0;
    while (slot < starts_.size() && period >= starts_[slot]) ++slot;
    return slot;
  }
  size_t size() const { return starts_.size() + 1; }

 private:
  absl::InlinedVector<int32_t, kMaxQuarters> starts_;  // of each quarter but the first
};

// How many series have cells that are present or expected in the sub-periods that `in_use` names.
template <typename F>
int64_t SeriesExpected(const AggregationRule& rule, const PeriodRange& range,
                       const SortedCells& cells, const F& in_use) {
  int64_t count = 0;
  cells.ForEachSeries([&](absl::Span<const Cell> series) {
    bool counts = false;
    WalkSeries(range, series, [&](int32_t first, int32_t last, SeriesState state) {
      const bool present = state == SeriesState::kPresent;
      const bool lacking =
          state == SeriesState::kDeclaredMissing || state == SeriesState::kUnanswered;
      for (int32_t period = first; !counts && period <= last; ++period) {
        counts = in_use(period) && (present || (lacking && rule.Expects(period)));
      }
    });
    if (counts) ++count;
  });
  return count;
}

// The value of the present cells of the sub-periods that `in_use` names, of which there is one.
template <typename F>
std::optional<Decimal> ValueOf(const AggregationRule& rule, const PeriodRange& range,
                               const SortedCells& cells, const F& in_use) {
  GroupAxis group(rule.group);
  cells.ForEachSeries([&](absl::Span<const Cell> series) {
    TimeAxis time(rule.time);
    bool ended = false;
    for (const Cell& cell : series) {
      if (cell.period > range.last) break;
      if (cell.kind == CellKind::kEnded) ended = true;
      if (ended || cell.kind != CellKind::kPresent || cell.period < range.first) continue;
      if (in_use(cell.period)) time.Add(cell.value);
    }
    group.Add(time);
  });
  return group.Result();
}

Coverage Sum(const Reading::Part& part) {
  Coverage sum;
  for (const Coverage& quarter : part) {
    sum.present += quarter.present;
    sum.expected += quarter.expected;
  }
  return sum;
}

// The least of coverages that expect something; of equal ones the first. Compares present /
// expected without division.
void TakeLeast(const Coverage& coverage, Coverage* least) {
  if (coverage.expected == 0) return;
  if (least->expected == 0 ||
      coverage.present * least->expected < least->present * coverage.expected) {
    *least = coverage;
  }
}

// Of one quarter of the range, or of all.
Share ShareOf(const Reading& reading, const QuarterSlots& slots, std::optional<size_t> quarter) {
  Share share = {0, 0};
  for (size_t i = 0; i < reading.uses.size(); ++i) {
    const int32_t period = reading.range.first + static_cast<int32_t>(i);
    if (reading.uses[i] == Use::kOutside) continue;
    if (quarter.has_value() && slots.Of(period) != *quarter) continue;
    ++share.denominator;
    if (reading.uses[i] == Use::kUsed) ++share.numerator;
  }
  if (reading.missing == MissingPolicy::kStrict) return share;
  Coverage least;
  for (const Reading::Part& part : reading.parts) {
    TakeLeast(quarter.has_value() ? part[*quarter] : Sum(part), &least);
  }
  if (least.expected == 0) return share;
  return {share.numerator * least.present, share.denominator * least.expected};
}

// The least number of its own periods that a series lives after an observation, whatever the month.
int32_t ShortestWindow(Frequency frequency) {
  switch (frequency) {
    case Frequency::kDay:
      return 181;  // from 31 August to 28 February
    case Frequency::kWeek:
      return 25;
    default:
      return SilenceWindow(frequency);
  }
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

std::optional<CellKind> KindOfStatus(char code, Frequency frequency) {
  switch (code) {
    case 'A':
    case 'E':
    case 'P':
      return CellKind::kPresent;
    case 'O':
    case 'L':
    case 'Q':
      return CellKind::kDeclaredMissing;
    case 'H':
      return frequency <= Frequency::kWeek ? CellKind::kNotExpected : CellKind::kDeclaredMissing;
    case 'M':
      return CellKind::kNotExpected;
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

PeriodRange SubPeriodRange(Period first, Period last, Frequency frequency) {
  PeriodRange range = SubPeriodRange(first, frequency);
  if (last != first) range.last = SubPeriodRange(last, frequency).last;
  return range;
}

int32_t IndexFrom(Period from, Frequency frequency) {
  return from.frequency() < frequency ? from.ParentIn(frequency).index()
                                      : from.FirstSubPeriod(frequency).index();
}

int32_t FirstReached(absl::CivilDay day, Frequency frequency) {
  return Period::Containing(frequency, frequency == Frequency::kWeek ? day + 3 : day).index();
}

int32_t SilenceWindow(Frequency frequency) {
  switch (frequency) {
    case Frequency::kDay:
      return 184;  // from 1 March to 1 September
    case Frequency::kWeek:
      return 27;
    case Frequency::kMonth:
      return 6;
    case Frequency::kQuarter:
    case Frequency::kSemester:
    case Frequency::kYear:
      return 2;
  }
  return 2;
}

int32_t LivesUntil(int32_t observed, Frequency frequency) {
  if (frequency > Frequency::kWeek) return observed + SilenceWindow(frequency);
  const absl::CivilDay begins = Period::OfIndex(frequency, observed).FirstDay();
  // The same day six months later, or the last day of that month.
  const absl::CivilMonth month = absl::CivilMonth(begins) + 6;
  const absl::CivilDay last =
      std::min(absl::CivilDay(month) + (begins.day() - 1), absl::CivilDay(month + 1) - 1);
  if (last.year() > Period::kLastYear) return observed + ShortestWindow(frequency);
  return Period::Containing(frequency, last).index();
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

int32_t FirstNotOver(Frequency frequency, absl::CivilDay date) {
  return FirstNotDue(frequency, 0, date);
}

int64_t CellCounts::Extra(const AggregationRule& rule) const {
  const int64_t living = int64_t{present} + declared + not_expected + unanswered;
  if (rule.expected_combinations > 0) {
    return std::max<int64_t>(rule.expected_combinations - ended - living, 0);
  }
  return living == 0 && (silent > 0 || ended == 0) ? 1 : 0;
}

int64_t CellCounts::Expected(const AggregationRule& rule, int32_t period) const {
  if (!rule.Expects(period)) return present;
  return int64_t{present} + declared + unanswered + Extra(rule);
}

int64_t CellCounts::Open(const AggregationRule& rule, int32_t period) const {
  return rule.Expects(period) ? unanswered + Extra(rule) : 0;
}

void SeriesWalk::CloseUntil(int32_t until, Visit visit) {
  if (!begun_) return;
  until = std::min(until, range_.last);
  const int32_t from = std::max({observed_ + 1, next_, range_.first});
  if (from > until) return;
  next_ = until + 1;
  int32_t lives = until;
  // The calendar is only asked where it matters.
  if (until - observed_ > ShortestWindow(range_.frequency)) {
    lives = from - observed_ > SilenceWindow(range_.frequency)
                ? from - 1
                : std::min(LivesUntil(observed_, range_.frequency), until);
  }
  if (from <= lives) visit(from, lives, SeriesState::kUnanswered);
  if (std::max(from, lives + 1) <= until) {
    visit(std::max(from, lives + 1), until, SeriesState::kSilent);
  }
}

std::optional<Decimal> Coverage::Ratio() const {
  return Decimal::Divide(Decimal::FromInt(present), Decimal::FromInt(expected));
}

bool SubPeriodSet::Contains(Frequency finer, int32_t index) const {
  const int32_t in =
      finer == frequency ? index : Period::OfIndex(finer, index).ParentIn(frequency).index();
  return std::binary_search(periods.begin(), periods.end(), in);
}

int Reading::used() const {
  return static_cast<int>(std::count(uses.begin(), uses.end(), Use::kUsed));
}

int Reading::all() const {
  return static_cast<int>(uses.size()) -
         static_cast<int>(std::count(uses.begin(), uses.end(), Use::kOutside));
}

Coverage Reading::LeastCoverage() const {
  Coverage least;
  for (const Part& part : parts) TakeLeast(Sum(part), &least);
  return least;
}

PeriodValue Answered(const Reading& reading, Scaling scaling) {
  PeriodValue value;
  value.value = reading.value;
  value.reason = reading.reason;
  value.operand = reading.operand;
  value.operand_reason = reading.operand_reason;
  value.coverage = reading.LeastCoverage();
  value.not_expected = reading.not_expected;
  value.provisional = reading.provisional;
  value.used = reading.used();
  value.all = reading.all();
  if (scaling == Scaling::kNone || !reading.value.has_value()) return value;
  const QuarterSlots slots(reading.range);
  if (scaling == Scaling::kWhole) {
    value.shares.push_back(ShareOf(reading, slots, std::nullopt));
    return value;
  }
  for (size_t quarter = 0; quarter < slots.size(); ++quarter) {
    value.shares.push_back(ShareOf(reading, slots, quarter));
  }
  return value;
}

NoValueReason CoverageReason(MissingPolicy missing, Decimal min_coverage, Coverage coverage) {
  if (missing == MissingPolicy::kStrict) {
    return coverage.present < coverage.expected ? NoValueReason::kIncomplete : NoValueReason::kNone;
  }
  const std::optional<Decimal> ratio = coverage.Ratio();
  return ratio.has_value() && *ratio < min_coverage ? NoValueReason::kIncomplete
                                                    : NoValueReason::kNone;
}

Reading Aggregate(const AggregationRule& rule, const PeriodRange& range, absl::CivilDay date,
                  absl::Span<const Cell> cells, const SubPeriodSet* allowed) {
  const SortedCells sorted(cells);
  const SubPeriods counts = CountCells(range, sorted);
  const int32_t first_not_due = FirstNotDue(range.frequency, rule.reporting_delay_days, date);
  const int32_t first_not_over = FirstNotOver(range.frequency, date);
  Reading reading;
  reading.range = range;
  reading.missing = rule.missing;
  reading.uses.resize(counts.size(), Use::kOutside);
  Reading::Part& part = reading.parts.emplace_back();
  const QuarterSlots slots(range);
  bool expected = false;
  bool answered = false;
  int64_t extra = 0;  // expected cells of a sub-period that belong to no series
  for (int32_t period = range.first; period <= range.last; ++period) {
    const auto at = static_cast<size_t>(period - range.first);
    const CellCounts& count = counts[at];
    const bool in_use = !rule.expected_until.has_value() || period <= *rule.expected_until;
    if (in_use || count.present > 0) {
      const int64_t living =
          int64_t{count.present} + count.declared + count.not_expected + count.unanswered;
      reading.reported = reading.reported || living > 0 ||
                         (rule.expected_combinations > count.ended && rule.Expects(period));
    }
    if (allowed != nullptr && !allowed->Contains(range.frequency, period)) continue;
    const int64_t expected_here = count.Expected(rule, period);
    expected = expected || expected_here > 0;
    const bool over = period < first_not_over;
    const bool closed = count.Open(rule, period) == 0 || period < first_not_due;
    const bool used = closed && (over || !rule.flow());
    reading.uses[at] = used ? Use::kUsed : Use::kNotUsed;
    if (!used || !over) reading.provisional = true;
    if (!used) continue;
    Coverage& coverage = part[slots.Of(period)];
    coverage.present += count.present;
    coverage.expected += expected_here;
    reading.not_expected += count.not_expected;
    answered = answered || count.answered();
    if (rule.Expects(period)) extra = std::max(extra, count.Extra(rule));
  }
  const auto is_used = [&](int32_t period) {
    return reading.uses[static_cast<size_t>(period - range.first)] == Use::kUsed;
  };
  const Coverage coverage = Sum(part);
  if (!expected) {
    reading.reason = NoValueReason::kNoData;
  } else if (coverage.expected == 0) {
    reading.reason = NoValueReason::kNotDue;
  } else if (!answered) {
    reading.reason = NoValueReason::kOverdue;
  } else if (rule.group == GroupAggregation::kNone &&
             (rule.expected_combinations > 0 ? extra : 0) +
                     SeriesExpected(rule, range, sorted, is_used) >
                 1) {
    reading.reason = NoValueReason::kNotAdditive;
  } else if (coverage.present == 0) {
    reading.reason = NoValueReason::kIncomplete;
  } else {
    reading.reason = CoverageReason(rule.missing, rule.min_coverage, coverage);
  }
  if (reading.reason != NoValueReason::kNone) return reading;
  reading.value = ValueOf(rule, range, sorted, is_used);
  if (!reading.value.has_value()) reading.reason = NoValueReason::kOverflow;
  return reading;
}

std::optional<Decimal> ValueSoFar(const AggregationRule& rule, const PeriodRange& range,
                                  absl::Span<const Use> uses, absl::Span<const Cell> cells) {
  const SortedCells sorted(cells);
  const SubPeriods counts = CountCells(range, sorted);
  bool more = false;
  for (size_t i = 0; i < counts.size(); ++i) {
    if ((uses.empty() || uses[i] != Use::kUsed) && counts[i].present > 0) more = true;
  }
  if (!more) return std::nullopt;
  const auto every = [](int32_t) { return true; };
  if (rule.group == GroupAggregation::kNone && SeriesExpected(rule, range, sorted, every) > 1) {
    return std::nullopt;
  }
  return ValueOf(rule, range, sorted, every);
}

NoValueReason ReadCommonCells(const PeriodRange& range, absl::Span<const int32_t> used,
                              absl::Span<AlignedOperand> operands, absl::Span<Reading> readings) {
  // A cell by its sub-period and series.
  const auto id_of = [&range](int32_t period, int32_t series) {
    return (int64_t{period} - range.first) << 32 | static_cast<uint32_t>(series);
  };
  using Ids = std::vector<int64_t>;
  std::vector<bool> in_use(static_cast<size_t>(range.size()), false);
  for (const int32_t period : used) in_use[static_cast<size_t>(period - range.first)] = true;
  const auto is_used = [&](int32_t period) {
    return in_use[static_cast<size_t>(period - range.first)];
  };
  struct Sets {
    Ids expected;
    std::vector<int64_t> extra;  // by sub-period: expected cells of no series
  };
  std::vector<Sets> sets;
  Ids common;
  Ids not_expected;  // of any operand
  for (AlignedOperand& operand : operands) {
    const AggregationRule& rule = *operand.rule;
    std::sort(operand.cells.begin(), operand.cells.end(), BySeriesAndPeriod);
    const SortedCells sorted(operand.cells);
    Sets& own = sets.emplace_back();
    own.extra.resize(in_use.size(), 0);
    Ids present;
    sorted.ForEachSeries([&](absl::Span<const Cell> series) {
      const int32_t number = series.front().series;
      WalkSeries(range, series, [&](int32_t first, int32_t last, SeriesState state) {
        for (int32_t period = first; period <= last; ++period) {
          if (!is_used(period)) continue;
          const int64_t id = id_of(period, number);
          if (state == SeriesState::kPresent) present.push_back(id);
          if (state == SeriesState::kNotExpected) not_expected.push_back(id);
          const bool lacking =
              state == SeriesState::kDeclaredMissing || state == SeriesState::kUnanswered;
          if (state == SeriesState::kPresent || (lacking && rule.Expects(period))) {
            own.expected.push_back(id);
          }
        }
      });
    });
    const SubPeriods counts = CountCells(range, sorted);
    for (const int32_t period : used) {
      if (!rule.Expects(period)) continue;
      const int64_t extra = counts[static_cast<size_t>(period - range.first)].Extra(rule);
      if (extra == 1 && operand.only_series >= 0) {
        own.expected.push_back(id_of(period, operand.only_series));
      } else {
        own.extra[static_cast<size_t>(period - range.first)] = extra;
      }
    }
    std::sort(own.expected.begin(), own.expected.end());
    std::sort(present.begin(), present.end());
    if (sets.size() == 1) {
      common = std::move(present);
      continue;
    }
    Ids both;
    std::set_intersection(common.begin(), common.end(), present.begin(), present.end(),
                          std::back_inserter(both));
    common = std::move(both);
  }
  if (common.empty()) return NoValueReason::kNoCommonCells;
  std::sort(not_expected.begin(), not_expected.end());
  const QuarterSlots slots(range);
  for (size_t i = 0; i < operands.size(); ++i) {
    Reading& reading = readings[i];
    reading.parts.assign(1, Reading::Part());
    Reading::Part& part = reading.parts.front();
    const auto slot_of = [&](int64_t id) {
      return slots.Of(range.first + static_cast<int32_t>(id >> 32));
    };
    for (const int64_t id : common) ++part[slot_of(id)].present;
    for (const int64_t id : sets[i].expected) {
      if (!std::binary_search(not_expected.begin(), not_expected.end(), id)) {
        ++part[slot_of(id)].expected;
      }
    }
    for (const int32_t period : used) {
      part[slots.Of(period)].expected += sets[i].extra[static_cast<size_t>(period - range.first)];
    }
    // Keeps the common cells alone.
    std::vector<Cell>& cells = operands[i].cells;
    cells.erase(std::remove_if(cells.begin(), cells.end(),
                               [&](const Cell& cell) {
                                 return cell.kind == CellKind::kPresent &&
                                        (cell.period < range.first || cell.period > range.last ||
                                         !std::binary_search(common.begin(), common.end(),
                                                             id_of(cell.period, cell.series)));
                               }),
                cells.end());
    reading.value = ValueOf(*operands[i].rule, range, SortedCells(cells), is_used);
    if (!reading.value.has_value()) return NoValueReason::kOverflow;
  }
  return NoValueReason::kNone;
}

bool IsDue(Period period, int reporting_delay_days, absl::CivilDay date) {
  return period.LastDay() + reporting_delay_days < date;
}

Period EvaluationPeriod(Frequency frequency, Period asked, int reporting_delay_days,
                        absl::CivilDay date, absl::FunctionRef<bool(Period)> has_value) {
  if (asked.frequency() != Frequency::kQuarter || frequency <= Frequency::kQuarter) return asked;
  const absl::CivilDay latest = std::min(asked.LastDay(), date - 1);
  Period candidate =
      Period::Containing(frequency, std::max(latest, absl::CivilDay(Period::kFirstYear, 1, 1)));
  if (candidate.LastDay() > asked.LastDay() || candidate.LastDay() >= date) {
    candidate = candidate.Minus(1);
  }
  while (!IsDue(candidate, reporting_delay_days, date) && !has_value(candidate)) {
    candidate = candidate.Minus(1);
  }
  return candidate;
}

}  // namespace athena::indicator
