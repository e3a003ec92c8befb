#ifndef ATHENA_SERVICES_REPORTING_RULES_FIGURES_TREND_H_
#define ATHENA_SERVICES_REPORTING_RULES_FIGURES_TREND_H_

#include <cstdint>
#include <optional>

#include "libs/decimal/decimal.h"
#include "services/reporting/rules/judgement.h"

// Whether a value or a score is better than an earlier one. It stands beside the score and never
// changes it. All functions are pure and thread-safe.
namespace athena::reporting {

enum class TrendDirection : int8_t { kNone, kImproving, kStable, kDeclining };

// Why there is no trend.
enum class NoTrend : int8_t {
  kNone,
  kNoValue,          // there is none now
  kNoEarlier,        // there was none then, or there is nothing to compare with
  kProvisional,      // one of both may still change without a correction
  kNotComparable,    // other values were good then
  kScoredOtherwise,  // a delivery was scored by something else then
  kOverflow,
};

struct Trend {
  TrendDirection direction = TrendDirection::kNone;
  NoTrend reason = NoTrend::kNoEarlier;
  std::optional<Decimal> change;   // now - then; absent without trend
  std::optional<Decimal> earlier;  // what it is compared with; absent when there was none
};

// A value of one period, as a trend compares it.
struct TrendValue {
  std::optional<Decimal> value;
  bool provisional = false;
  std::optional<Thresholds> thresholds;  // of the target in force; absent without target
};

// Compares two values. `direction` is the indicator's, for values without target.
//
// IMPROVING and DECLINING by direction; for kRange by the distance to the bounds, 0 between them.
// STABLE within a fiftieth of |target - red flag| of `now`; for kRange of the difference between
// the bound that `now` is nearest to (the lower one of two that are equally near) and its red one.
// Without target, STABLE only when equal; a kRange without target has no trend.
//
// For kRange both values are compared with the bounds of `now`. The first reason of NoTrend that
// applies is given.
Trend CompareValues(Direction direction, const TrendValue& now, const TrendValue& earlier);

// Compares two scores: STABLE within 1 point.
Trend CompareScores(std::optional<Decimal> now, std::optional<Decimal> earlier);

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_RULES_FIGURES_TREND_H_
