#ifndef ATHENA_SERVICES_REPORTING_EXPLANATIONS_EVIDENCE_H_
#define ATHENA_SERVICES_REPORTING_EXPLANATIONS_EVIDENCE_H_

#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "athena/indicator/v1/indicator.pb.h"
#include "athena/reporting/v1/explanation.pb.h"
#include "libs/rpc/call.h"
#include "services/reporting/reading/dependencies.h"
#include "services/reporting/scorecards/messages/languages.h"
#include "services/reporting/scorecards/scored_plan.h"

namespace athena::reporting {

// What the value of a linked indicator was computed from.
struct Evidence {
  // Absent when the caller may not read it.
  std::optional<indicator::v1::Indicator> definition;
  std::vector<v1::ExplainedSource> sources;
};

// Reads the definition, the cells and the operands of a link at the point in history of `basis`, of
// which `plan` was scored. Errors of Pending::Await.
absl::StatusOr<Evidence> ReadEvidence(const Dependencies& dependencies, const rpc::Call& call,
                                      const ScoredPlan& plan, const v1::Basis& basis, int element,
                                      int link, const Languages& titles);

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_EXPLANATIONS_EVIDENCE_H_
