#include "services/reporting/rules/outcome.h"

namespace athena::reporting {

Scored ScoredOf(const Delivery& delivery) {
  return {delivery.status, delivery.reason, delivery.score,
          delivery.score.has_value() ? std::optional(Decimal::FromInt(1)) : std::nullopt};
}

void Counts::Count(Status status) {
  switch (status) {
    case Status::kGreen:
      ++green;
      break;
    case Status::kAmber:
      ++amber;
      break;
    case Status::kRed:
      ++red;
      break;
    case Status::kNoScore:
      ++no_score;
      break;
    case Status::kNotApplicable:
      ++not_applicable;
      break;
  }
}

void Counts::Add(const Counts& other) {
  green += other.green;
  amber += other.amber;
  red += other.red;
  no_score += other.no_score;
  not_applicable += other.not_applicable;
}

void NotApplicableCounts::Count(Reason reason) {
  switch (reason) {
    case Reason::kNoTarget:
      ++no_target;
      break;
    case Reason::kTargetEnded:
      ++target_ended;
      break;
    case Reason::kCancelled:
      ++cancelled;
      break;
    case Reason::kDeferred:
      ++deferred;
      break;
    case Reason::kNoData:
      ++no_data;
      break;
    case Reason::kNotDue:
      ++not_due;
      break;
    default:
      break;
  }
}

void NotApplicableCounts::Add(const NotApplicableCounts& other) {
  no_target += other.no_target;
  target_ended += other.target_ended;
  cancelled += other.cancelled;
  deferred += other.deferred;
  no_data += other.no_data;
  not_due += other.not_due;
}

}  // namespace athena::reporting
