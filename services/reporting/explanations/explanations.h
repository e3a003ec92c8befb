#ifndef ATHENA_SERVICES_REPORTING_EXPLANATIONS_EXPLANATIONS_H_
#define ATHENA_SERVICES_REPORTING_EXPLANATIONS_EXPLANATIONS_H_

#include "absl/status/statusor.h"
#include "athena/reporting/v1/reporting_service.pb.h"
#include "libs/rpc/call.h"
#include "services/reporting/scorecards/scorecards.h"

namespace athena::reporting {

// Explains scores: reads the plan as a scorecard does, and of an indicator also the cells behind
// its value, at the same point in history. Thread-safe.
class Explanations {
 public:
  // `scorecards` outlives this.
  explicit Explanations(Scorecards& scorecards) : scorecards_(scorecards) {}

  // Errors as the contract lists them.
  absl::StatusOr<v1::Explanation> Explain(const rpc::Call& call,
                                          const v1::ExplainScoreRequest& request);

 private:
  Scorecards& scorecards_;
};

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_EXPLANATIONS_EXPLANATIONS_H_
