#include "services/reporting/rules/figures/trend.h"

#include <algorithm>

namespace athena::reporting {
namespace {

// A change of at most one part in so many of the way from target to red flag is no trend.
constexpr int kStableParts = 50;
constexpr Decimal kStablePoints = Decimal::FromInt(1);

// How far outside the bounds a value lies; 0 between them. nullopt beyond 1e24.
std::optional<Decimal> DistanceOutside(const Thresholds& range, Decimal value) {
  if (value < range.low) return Decimal::Subtract(range.low, value);
  if (value > range.high) return Decimal::Subtract(value, range.high);
  return Decimal();
}

// The way from the bound that the value is nearest to, to its red one.
std::optional<Decimal> WayToRed(const Thresholds& range, Decimal value) {
  const std::optional<Decimal> to_low = Decimal::Subtract(value, range.low);
  const std::optional<Decimal> to_high = Decimal::Subtract(value, range.high);
  if (!to_low.has_value() || !to_high.has_value()) return std::nullopt;
  return to_low->Abs() <= to_high->Abs() ? Decimal::Subtract(range.low, range.red_low)
                                         : Decimal::Subtract(range.red_high, range.high);
}

// By how much `now` is better than `earlier`, and which difference still is none. nullopt beyond
// 1e24.
struct Gain {
  Decimal gain;
  Decimal way;  // from target to red flag; 0 without target
};
std::optional<Gain> GainOf(Direction direction, const std::optional<Thresholds>& thresholds,
                           Decimal now, Decimal earlier) {
  std::optional<Decimal> gain;
  std::optional<Decimal> way = Decimal();
  if (direction == Direction::kRange) {
    const std::optional<Decimal> outside_now = DistanceOutside(*thresholds, now);
    const std::optional<Decimal> outside_then = DistanceOutside(*thresholds, earlier);
    if (!outside_now.has_value() || !outside_then.has_value()) return std::nullopt;
    gain = Decimal::Subtract(*outside_then, *outside_now);
    way = WayToRed(*thresholds, now);
  } else {
    gain = direction == Direction::kHigher ? Decimal::Subtract(now, earlier)
                                           : Decimal::Subtract(earlier, now);
    if (thresholds.has_value()) way = Decimal::Subtract(thresholds->target, thresholds->red);
  }
  if (!gain.has_value() || !way.has_value()) return std::nullopt;
  return Gain{*gain, way->Abs()};
}

TrendDirection DirectionOfGain(Decimal gain, bool stable) {
  if (stable) return TrendDirection::kStable;
  return gain.Sign() > 0 ? TrendDirection::kImproving : TrendDirection::kDeclining;
}

Trend Without(NoTrend reason, const std::optional<Decimal>& earlier) {
  Trend trend;
  trend.reason = reason;
  trend.earlier = earlier;
  return trend;
}

}  // namespace

Trend CompareValues(Direction direction, const TrendValue& now, const TrendValue& earlier) {
  if (!now.value.has_value()) return Without(NoTrend::kNoValue, earlier.value);
  if (!earlier.value.has_value()) return Without(NoTrend::kNoEarlier, earlier.value);
  if (now.provisional || earlier.provisional) {
    return Without(NoTrend::kProvisional, earlier.value);
  }
  const Direction good = now.thresholds.has_value() ? now.thresholds->direction : direction;
  const bool turned = earlier.thresholds.has_value() && earlier.thresholds->direction != good;
  if (turned || (good == Direction::kRange && !now.thresholds.has_value())) {
    return Without(NoTrend::kNotComparable, earlier.value);
  }
  const std::optional<Gain> gain = GainOf(good, now.thresholds, *now.value, *earlier.value);
  const std::optional<Decimal> change = Decimal::Subtract(*now.value, *earlier.value);
  if (!gain.has_value() || !change.has_value()) {
    return Without(NoTrend::kOverflow, earlier.value);
  }
  // Multiplied, since a quotient would be rounded; what overflows is more than any way.
  const std::optional<Decimal> parts =
      Decimal::Multiply(gain->gain.Abs(), Decimal::FromInt(kStableParts));
  const bool stable = parts.has_value() && *parts <= gain->way;
  return {DirectionOfGain(gain->gain, stable), NoTrend::kNone, change, earlier.value};
}

Trend CompareScores(std::optional<Decimal> now, std::optional<Decimal> earlier) {
  if (!now.has_value()) return Without(NoTrend::kNoValue, earlier);
  if (!earlier.has_value()) return Without(NoTrend::kNoEarlier, earlier);
  const Decimal change = *Decimal::Subtract(*now, *earlier);  // scores are at most 100
  return {DirectionOfGain(change, change.Abs() <= kStablePoints), NoTrend::kNone, change, earlier};
}

}  // namespace athena::reporting
