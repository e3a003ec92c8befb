#include "services/reporting/rules/growth.h"

#include <algorithm>

namespace athena::reporting {
namespace {

// Years between the ends of two periods, when that is a whole number of at least 1.
std::optional<int> WholeYears(Period from, Period to) {
  const int quarters = to.QuarterOf().index() - from.QuarterOf().index();
  if (quarters < 4 || quarters % 4 != 0) return std::nullopt;
  return quarters / 4;
}

// (to / from)^(1 / years) - 1. Both have the same sign and `from` is not 0.
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

Growth CompoundGrowth(Direction direction, Decimal value, Period period, Decimal baseline,
                      Period baseline_period, Decimal end, Period plan_end) {
  constexpr Decimal kOnTrackFrom = Decimal::FromUnits(950'000'000'000);
  constexpr Decimal kModerateFrom = Decimal::FromUnits(600'000'000'000);
  constexpr Decimal kTop = Decimal::FromInt(5);
  Growth growth;
  if (direction == Direction::kRange) {
    growth.reason = GrowthReason::kNoTarget;
    return growth;
  }
  const bool higher = direction == Direction::kHigher;
  if (higher ? value >= end : value <= end) {
    growth.growth_class = GrowthClass::kReached;
    growth.score = kTop;
    return growth;
  }
  const int sign = baseline.Sign();
  if (sign == 0 || end.Sign() != sign || value.Sign() == -sign) {
    growth.reason = GrowthReason::kZero;
    return growth;
  }
  const std::optional<int> years_gone = WholeYears(baseline_period, period);
  const std::optional<int> years_in_all = WholeYears(baseline_period, plan_end);
  if (!years_gone.has_value() || !years_in_all.has_value()) {
    growth.reason = GrowthReason::kNotWholeYears;
    return growth;
  }
  growth.reason = GrowthReason::kOverflow;
  const std::optional<Decimal> observed = AnnualGrowth(baseline, value, *years_gone);
  const std::optional<Decimal> required = AnnualGrowth(baseline, end, *years_in_all);
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
