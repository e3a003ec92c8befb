#ifndef ATHENA_SERVICES_REPORTING_SCORECARDS_MESSAGES_SCORECARD_MESSAGE_H_
#define ATHENA_SERVICES_REPORTING_SCORECARDS_MESSAGES_SCORECARD_MESSAGE_H_

#include "absl/status/statusor.h"
#include "athena/reporting/v1/scorecard.pb.h"
#include "services/reporting/scorecards/scored_plan.h"
#include "services/reporting/scorecards/validate.h"

namespace athena::reporting {

// A scored plan as the contract's message. NOT_FOUND when the element is none of the plan's.
absl::StatusOr<v1::ScorecardResult> ResultMessage(const ScoredPlan& plan,
                                                  const Presentation& presentation);

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_SCORECARDS_MESSAGES_SCORECARD_MESSAGE_H_
