#ifndef ATHENA_SERVICES_REPORTING_SCORECARDS_MESSAGES_SCORECARD_LINES_H_
#define ATHENA_SERVICES_REPORTING_SCORECARDS_MESSAGES_SCORECARD_LINES_H_

#include "absl/status/statusor.h"
#include "athena/reporting/v1/reporting_service.pb.h"
#include "services/reporting/scorecards/scored_plan.h"
#include "services/reporting/scorecards/validate.h"

namespace athena::reporting {

// The scored quarter and those that were scored with it, a line each; without basis. NOT_FOUND when
// the element is none of the plan's.
absl::StatusOr<v1::ListScorecardsResponse> ListMessage(const ScoredPlan& plan,
                                                       const ScorecardsRequest& request);

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_SCORECARDS_MESSAGES_SCORECARD_LINES_H_
