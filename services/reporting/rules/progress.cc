#include "services/reporting/rules/progress.h"

namespace athena::reporting {

Progress MeasureProgress(Decimal value, Decimal baseline, Decimal end, int elapsed_days,
                         int plan_days, int quarters_left) {
  Progress progress;
  const std::optional<Decimal> whole = Decimal::Subtract(end, baseline);
  const std::optional<Decimal> done = Decimal::Subtract(value, baseline);
  const std::optional<Decimal> left = Decimal::Subtract(end, value);
  if (!whole.has_value() || !done.has_value() || !left.has_value() || whole->IsZero()) {
    return progress;
  }
  progress.share = Decimal::Divide(*done, *whole);
  if (!progress.share.has_value()) return progress;
  if (elapsed_days > 0) {
    progress.pace = Decimal::MultiplyDivide(*progress.share, Decimal::FromInt(plan_days),
                                            Decimal::FromInt(elapsed_days));
  }
  if (quarters_left > 0) {
    progress.required_rate = Decimal::Divide(*left, Decimal::FromInt(quarters_left));
  }
  return progress;
}

}  // namespace athena::reporting
