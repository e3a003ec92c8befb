#include "services/indicator/rules/trajectory.h"

#include <algorithm>
#include <initializer_list>
#include <iterator>
#include <utility>

namespace athena::indicator {
namespace {

constexpr Decimal kOne = Decimal::FromInt(1);
constexpr Decimal kQuarterOfYear = Decimal::FromUnits(250'000'000'000);
constexpr int32_t kQuartersPerYear = 4;

int32_t FloorDivide(int32_t a, int32_t b) { return a / b - (a % b < 0 ? 1 : 0); }

// The amounts of a trajectory at one point. Those that a target does not have (red values without
// kValues, low and high without RANGE) are zero.
struct Amounts {
  Decimal target, red, low, high, red_low, red_high;
  Decimal margin;
  Decimal baseline;

  template <typename F>  // std::optional<Decimal>(Decimal mine, Decimal of other)
  std::optional<Amounts> With(const Amounts& other, const F& combine) const {
    Amounts result;
    for (Decimal Amounts::*const amount :
         {&Amounts::target, &Amounts::red, &Amounts::low, &Amounts::high, &Amounts::red_low,
          &Amounts::red_high, &Amounts::margin, &Amounts::baseline}) {
      const std::optional<Decimal> combined = combine(this->*amount, other.*amount);
      if (!combined.has_value()) return std::nullopt;
      result.*amount = *combined;
    }
    return result;
  }
  std::optional<Amounts> Plus(const Amounts& other) const { return With(other, Decimal::Add); }
  // this * share / whole.
  std::optional<Amounts> Times(Decimal share, Decimal whole) const {
    if (share == whole) return *this;
    return With(*this, [share, whole](Decimal amount, Decimal) {
      if (amount.IsZero()) return std::optional(amount);
      return Decimal::MultiplyDivide(amount, share, whole);
    });
  }
};

bool YearlyAnchors(const Target& target) {
  return target.anchors.front().period.frequency() == Frequency::kYear;
}

// The point of the time axis at which the amounts of an anchor's period stand, as a year's index
// for the yearly totals of a flow, else as a quarter's.
int32_t PointOf(const Target& target, Period period) {
  if (target.measure == Measure::kFlow || period.frequency() == Frequency::kQuarter) {
    return period.index();
  }
  const int32_t first_quarter = period.index() * kQuartersPerYear;
  return target.interpolation == Interpolation::kStep ? first_quarter : first_quarter + 3;
}

Amounts AmountsOf(const Target& target, const Anchor& anchor) {
  const auto or_zero = [](const std::optional<Decimal>& value) {
    return value.value_or(Decimal());
  };
  return {
      or_zero(anchor.value),   or_zero(anchor.red),
      or_zero(anchor.low),     or_zero(anchor.high),
      or_zero(anchor.red_low), or_zero(anchor.red_high),
      target.margin,           target.baseline.has_value() ? target.baseline->value : Decimal()};
}

// The trajectory at a point of the time axis; nullopt before it begins.
std::optional<Amounts> AmountsAt(const Target& target, int32_t point) {
  const auto next = std::upper_bound(
      target.anchors.begin(), target.anchors.end(), point,
      [&target](int32_t at, const Anchor& anchor) { return at < PointOf(target, anchor.period); });
  Amounts from;
  int32_t from_point = 0;
  if (next != target.anchors.begin()) {
    const Anchor& before = *std::prev(next);
    from = AmountsOf(target, before);
    from_point = PointOf(target, before.period);
    if (target.interpolation == Interpolation::kStep || next == target.anchors.end()) return from;
  } else {
    if (!StartsAtBaseline(target)) return std::nullopt;
    from_point = PointOf(target, target.baseline->period);
    if (point <= from_point) return std::nullopt;
    from = AmountsOf(target, *next);  // the margin and the baseline are the same everywhere
    from.target = target.baseline->value;
    from.red = target.baseline->red.value_or(Decimal());
  }
  const int32_t to_point = PointOf(target, next->period);
  const Decimal weights[] = {Decimal::FromInt(to_point - point),
                             Decimal::FromInt(point - from_point)};
  // A weighted mean rounds the exact value once, which keeps order: of two trajectories the higher
  // one stays higher. Adding a rounded difference to one end would not.
  return from.With(AmountsOf(target, *next), [&weights](Decimal a, Decimal b) {
    // Most amounts are 0 or the same everywhere.
    if (a == b) return std::optional(a);
    const Decimal values[] = {a, b};
    return Decimal::WeightedMean(weights, values);
  });
}

// Thresholds of amounts; nullopt without amounts, or when target and red flag round to one number.
std::optional<Thresholds> ThresholdsOf(const Target& target,
                                       const std::optional<Amounts>& amounts) {
  if (!amounts.has_value()) return std::nullopt;
  // The distance of the red flag from `value`, but for kValues.
  const auto distance = [&target, &amounts](Decimal value) -> std::optional<Decimal> {
    if (target.red_flag == RedFlag::kMargin) return amounts->margin;
    return Decimal::Multiply(target.tolerance, value.Abs());
  };
  const auto red = [&target, &distance](Decimal value, bool below,
                                        Decimal given) -> std::optional<Decimal> {
    if (target.red_flag == RedFlag::kValues) return given;
    const std::optional<Decimal> away = distance(value);
    if (!away.has_value()) return std::nullopt;
    return below ? Decimal::Subtract(value, *away) : Decimal::Add(value, *away);
  };
  Thresholds result;
  if (target.baseline.has_value()) result.baseline = amounts->baseline;
  if (target.direction == Direction::kRange) {
    const auto red_low = red(amounts->low, /*below=*/true, amounts->red_low);
    const auto red_high = red(amounts->high, /*below=*/false, amounts->red_high);
    if (!red_low.has_value() || !red_high.has_value()) return std::nullopt;
    result.low = amounts->low;
    result.high = amounts->high;
    result.red_low = *red_low;
    result.red_high = *red_high;
    return result;
  }
  const bool higher = target.direction == Direction::kHigher;
  const auto flag = red(amounts->target, /*below=*/higher, amounts->red);
  if (!flag.has_value()) return std::nullopt;
  result.target = amounts->target;
  result.red = *flag;
  return result;
}

// The share that a quarter has of its year's total.
Decimal ShareOfYear(const Target& target, int32_t quarter) {
  const auto in_year =
      static_cast<size_t>(quarter - FloorDivide(quarter, kQuartersPerYear) * kQuartersPerYear);
  return target.quarter_profile.has_value() ? (*target.quarter_profile)[in_year] : kQuarterOfYear;
}

// A flow's amounts in the quarters [first, last], which are of one year; first <= last.
std::optional<Amounts> FlowIn(const Target& target, int32_t first, int32_t last) {
  std::optional<Amounts> year;
  if (YearlyAnchors(target)) {
    year = AmountsAt(target, FloorDivide(first, kQuartersPerYear));
    if (!year.has_value() || last - first + 1 == kQuartersPerYear) return year;
  }
  std::optional<Amounts> sum = Amounts();
  for (int32_t quarter = first; quarter <= last && sum.has_value(); ++quarter) {
    const auto amounts = year.has_value() ? year->Times(ShareOfYear(target, quarter), kOne)
                                          : AmountsAt(target, quarter);
    if (!amounts.has_value()) return std::nullopt;
    sum = sum->Plus(*amounts);
  }
  return sum;
}

// The first and the last quarter of a quarter, semester or year.
std::pair<int32_t, int32_t> QuartersOf(Period period) {
  const PeriodRange quarters = SubPeriodRange(period, Frequency::kQuarter);
  return {quarters.first, quarters.last};
}

std::optional<Thresholds> ThresholdsAsIfNotEnded(const Target& target, Period period) {
  if (target.anchors.empty()) return std::nullopt;
  const auto [first, last] = QuartersOf(period);
  return ThresholdsOf(target, target.measure == Measure::kFlow ? FlowIn(target, first, last)
                                                               : AmountsAt(target, last));
}

constexpr std::array<Decimal Thresholds::*, 6> kAmounts = {
    &Thresholds::target, &Thresholds::red,     &Thresholds::low,
    &Thresholds::high,   &Thresholds::red_low, &Thresholds::red_high};

}  // namespace

bool StartsAtBaseline(const Target& target) {
  return target.baseline.has_value() && target.direction != Direction::kRange &&
         target.interpolation == Interpolation::kLinear;
}

bool IsEnded(const Target& target, Period period) {
  if (!target.ended_from.has_value()) return false;
  return QuartersOf(period).second >= QuartersOf(*target.ended_from).first;
}

std::optional<Thresholds> ThresholdsAt(const Target& target, Period period) {
  if (period.frequency() < Frequency::kQuarter || IsEnded(target, period)) return std::nullopt;
  return ThresholdsAsIfNotEnded(target, period);
}

std::optional<Thresholds> ThresholdsToDate(const Target& target, Period first, Period last,
                                           absl::Span<const Share> shares) {
  std::optional<Thresholds> sum;
  for (Period quarter = first; quarter <= last; quarter = quarter.Plus(1)) {
    std::optional<Thresholds> own = ThresholdsAt(target, quarter);
    if (!own.has_value()) return std::nullopt;
    if (!shares.empty())
      own = Scaled(*own, shares[static_cast<size_t>(quarter.index() - first.index())]);
    if (!sum.has_value()) {
      sum = own;
      continue;
    }
    const auto add = [](Decimal a, Decimal b) { return Decimal::Add(a, b).value_or(a); };
    for (Decimal Thresholds::*const amount : kAmounts) {
      (*sum).*amount = add((*sum).*amount, (*own).*amount);
    }
    if (sum->baseline.has_value()) sum->baseline = add(*sum->baseline, *own->baseline);
  }
  return sum;
}

Thresholds Scaled(const Thresholds& thresholds, Share share) {
  if (share.numerator == share.denominator || share.denominator == 0) return thresholds;
  Thresholds result = thresholds;
  const auto scale = [share](Decimal& amount) {
    // Smaller than it was: it does not overflow.
    amount = Decimal::MultiplyDivide(amount, Decimal::FromInt(share.numerator),
                                     Decimal::FromInt(share.denominator))
                 .value_or(amount);
  };
  for (Decimal Thresholds::*const amount : kAmounts) scale(result.*amount);
  if (result.baseline.has_value()) scale(*result.baseline);
  return result;
}

std::optional<Thresholds> ThresholdsAtEnd(const Target& target, Period period,
                                          Period last_quarter) {
  if (period.frequency() < Frequency::kQuarter) return std::nullopt;
  Period end = Period::Containing(period.frequency(), last_quarter.LastDay());
  if (end.LastDay() > last_quarter.LastDay()) end = end.Minus(1);
  if (target.measure == Measure::kFlow) {
    const int32_t per_year = period.frequency() == Frequency::kQuarter    ? 4
                             : period.frequency() == Frequency::kSemester ? 2
                                                                          : 1;
    const int32_t apart = end.index() - period.index();
    end = end.Minus(apart - FloorDivide(apart, per_year) * per_year);
  }
  return ThresholdsAsIfNotEnded(target, end);
}

std::optional<Period> FirstTargetQuarter(const Target& target) {
  if (target.anchors.empty()) return std::nullopt;
  int32_t first = StartsAtBaseline(target) ? PointOf(target, target.baseline->period) + 1
                                           : PointOf(target, target.anchors.front().period);
  if (target.measure == Measure::kFlow && YearlyAnchors(target)) first *= kQuartersPerYear;
  return Period::OfIndex(Frequency::kQuarter, first);
}

std::optional<Period> FirstTargetPeriod(const Target& target, Frequency frequency) {
  const std::optional<Period> quarter = FirstTargetQuarter(target);
  if (!quarter.has_value()) return std::nullopt;
  Period first = *quarter;
  if (frequency > Frequency::kQuarter) {
    first = Period::Containing(frequency, quarter->FirstDay());
    // A flow needs a target in each of its quarters.
    if (target.measure == Measure::kFlow && first.FirstDay() < quarter->FirstDay()) {
      first = first.Plus(1);
    }
  }
  if (!ThresholdsAt(target, first).has_value()) return std::nullopt;
  return first;
}

}  // namespace athena::indicator
