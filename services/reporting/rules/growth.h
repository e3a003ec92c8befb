#ifndef ATHENA_SERVICES_REPORTING_RULES_GROWTH_H_
#define ATHENA_SERVICES_REPORTING_RULES_GROWTH_H_

#include <cstdint>
#include <optional>

#include "libs/decimal/decimal.h"
#include "libs/period/period.h"
#include "services/reporting/rules/judgement.h"

namespace athena::reporting {

enum class GrowthClass : int8_t {
  kNone,
  kReached,
  kOnTrack,       // ratio >= 0.95
  kModerate,      // ratio >= 0.6
  kInsufficient,  // ratio >= 0
  kMovingAway,
};
enum class GrowthReason : int8_t { kNone, kNoTarget, kZero, kNoGrowth, kNotWholeYears, kOverflow };

// The compound-growth class of national SDG reports (Open SDG's quantitative progress measure): the
// annual growth that was observed, compared with the one that the target requires.
struct Growth {
  GrowthClass growth_class = GrowthClass::kNone;
  GrowthReason reason = GrowthReason::kNone;  // why there is no class
  // sign(baseline) x (+1 where higher is better, -1 where lower is) x observed annual growth /
  // |required annual growth|.
  std::optional<Decimal> ratio;
  // From ratio 0.6 up 7.1429 ratio - 4.2857, below it 4.1667 ratio - 2.5; between -5 and 5.
  std::optional<Decimal> score;
};

// A growth rate over n years is the n-th root of the quotient, minus 1; n is the number of years
// between the ends of the two periods and must be whole and at least 1 (else kNotWholeYears). Where
// baseline or end target is 0, or the signs differ, there is no rate: kZero. A value as good as the
// end target is kReached whatever the rates. Pure and thread-safe.
Growth CompoundGrowth(Direction direction, Decimal value, Period period, Decimal baseline,
                      Period baseline_period, Decimal end, Period plan_end);

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_RULES_GROWTH_H_
