#ifndef ATHENA_SERVICES_REPORTING_RULES_PROGRESS_H_
#define ATHENA_SERVICES_REPORTING_RULES_PROGRESS_H_

#include <optional>

#include "libs/decimal/decimal.h"

namespace athena::reporting {

// How far a value has come from the baseline towards the target at the end of the plan. It stands
// beside the score and never changes it.
struct Progress {
  // (value - baseline) / (end - baseline).
  std::optional<Decimal> share;
  // share / (elapsed_days / plan_days): 1 is exactly on schedule.
  std::optional<Decimal> pace;
  // (end - value) / quarters_left: the change that each quarter left must bring.
  std::optional<Decimal> required_rate;
};

// `elapsed_days` of the plan's `plan_days` (> 0) have passed, counted inclusively; `quarters_left`
// follow the evaluation period. All members are absent when end equals baseline, and on overflow;
// the pace also when nothing has elapsed, the rate also when no quarter is left. Pure and
// thread-safe.
Progress MeasureProgress(Decimal value, Decimal baseline, Decimal end, int elapsed_days,
                         int plan_days, int quarters_left);

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_RULES_PROGRESS_H_
