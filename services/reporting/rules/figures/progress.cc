#include "services/reporting/rules/figures/progress.h"

#include <algorithm>

namespace athena::reporting {
namespace {

// Quarters from the end of one period to the end of another.
int QuartersBetween(Period from, Period to) {
  return to.QuarterOf().index() - from.QuarterOf().index();
}

// Years between the ends of two periods, when that is a whole number of at least 1.
std::optional<int> WholeYears(Period from, Period to) {
  const int quarters = QuartersBetween(from, to);
  if (quarters < 4 || quarters % 4 != 0) return std::nullopt;
  return quarters / 4;
}

// (to / from)^(1 / years) - 1. The signs do not differ and `from` is not 0.
std::optional<Decimal> AnnualGrowth(Decimal from, Decimal to, int years) {
  const std::optional<Decimal> quotient = Decimal::Divide(to, from);
  if (!quotient.has_value()) return std::nullopt;
  const std::optional<Decimal> root = Decimal::Root(*quotient, years);
  if (!root.has_value()) return std::nullopt;
  return Decimal::Subtract(*root, Decimal::FromInt(1));
}

// a x + b.
std::optional<Decimal> Linear(Decimal a, Decimal x, Decimal b) {
  const std::optional<Decimal> product = Decimal::Multiply(a, x);
  if (!product.has_value()) return std::nullopt;
  return Decimal::Add(*product, b);
}

}  // namespace

bool IsOnCourse(Direction direction, bool is_flow, const Measured& measured, Period period,
                const Course& course) {
  if (!measured.value.has_value() || direction == Direction::kRange) return false;
  return !is_flow || (period.frequency() == course.end_period.frequency() &&
                      measured.judged == measured.all && measured.present == measured.expected);
}

std::optional<Decimal> ElapsedShare(absl::CivilDay first, absl::CivilDay last, absl::CivilDay day) {
  if (day < first) return std::nullopt;
  return Decimal::Divide(Decimal::FromInt(std::min(day, last) - first + 1),
                         Decimal::FromInt(last - first + 1));
}

Progress MeasureProgress(Decimal value, Period period, const Course& course,
                         std::optional<Decimal> elapsed_share) {
  Progress progress;
  const std::optional<Decimal> whole = Decimal::Subtract(course.end, course.baseline);
  const std::optional<Decimal> done = Decimal::Subtract(value, course.baseline);
  const std::optional<Decimal> left = Decimal::Subtract(course.end, value);
  if (!whole.has_value() || !done.has_value() || !left.has_value() || whole->IsZero()) {
    return progress;
  }
  progress.share = Decimal::Divide(*done, *whole);
  if (!progress.share.has_value()) return progress;
  if (elapsed_share.has_value()) progress.pace = Decimal::Divide(*progress.share, *elapsed_share);
  const int quarters = QuartersBetween(period, course.end_period);
  if (quarters > 0) progress.required_rate = Decimal::Divide(*left, Decimal::FromInt(quarters));
  return progress;
}

Growth CompoundGrowth(Direction direction, Decimal value, Period period, const Course& course) {
  constexpr Decimal kOnTrackFrom = Decimal::FromUnits(950'000'000'000);
  constexpr Decimal kModerateFrom = Decimal::FromUnits(600'000'000'000);
  constexpr Decimal kTop = Decimal::FromInt(5);
  Growth growth;
  const std::optional<int> years_gone = WholeYears(course.baseline_period, period);
  const std::optional<int> years_in_all = WholeYears(course.baseline_period, course.end_period);
  if (!years_gone.has_value() || !years_in_all.has_value()) {
    growth.reason = GrowthReason::kNotWholeYears;
    return growth;
  }
  if (course.baseline.IsZero() || course.end.IsZero()) {
    growth.reason = GrowthReason::kZero;
    return growth;
  }
  const bool higher = direction == Direction::kHigher;
  if (higher ? value >= course.end : value <= course.end) {
    growth.growth_class = GrowthClass::kReached;
    growth.score = kTop;
    return growth;
  }
  const int sign = course.baseline.Sign();
  if (course.end.Sign() != sign || value.Sign() == -sign) {
    growth.reason = GrowthReason::kNegative;
    return growth;
  }
  growth.reason = GrowthReason::kOverflow;
  const std::optional<Decimal> observed = AnnualGrowth(course.baseline, value, *years_gone);
  const std::optional<Decimal> required = AnnualGrowth(course.baseline, course.end, *years_in_all);
  if (!observed.has_value() || !required.has_value()) return growth;
  if (required->IsZero()) {
    growth.reason = GrowthReason::kNoGrowth;
    return growth;
  }
  const std::optional<Decimal> quotient = Decimal::Divide(*observed, required->Abs());
  if (!quotient.has_value()) return growth;
  const Decimal ratio = (sign > 0) == higher ? *quotient : -*quotient;
  const std::optional<Decimal> score = ratio >= kModerateFrom
                                           ? Linear(Decimal::FromUnits(7'142'900'000'000), ratio,
                                                    Decimal::FromUnits(-4'285'700'000'000))
                                           : Linear(Decimal::FromUnits(4'166'700'000'000), ratio,
                                                    Decimal::FromUnits(-2'500'000'000'000));
  if (!score.has_value()) return growth;
  growth.reason = GrowthReason::kNone;
  growth.ratio = ratio;
  growth.score = std::clamp(*score, -kTop, kTop);
  growth.growth_class = ratio >= kOnTrackFrom    ? GrowthClass::kOnTrack
                        : ratio >= kModerateFrom ? GrowthClass::kModerate
                        : !ratio.IsNegative()    ? GrowthClass::kInsufficient
                                                 : GrowthClass::kMovingAway;
  return growth;
}

}  // namespace athena::reporting
