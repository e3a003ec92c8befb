#ifndef ATHENA_SERVICES_REPORTING_COMPARISONS_COMPARISONS_H_
#define ATHENA_SERVICES_REPORTING_COMPARISONS_COMPARISONS_H_

#include "absl/status/statusor.h"
#include "athena/reporting/v1/reporting_service.pb.h"
#include "libs/rpc/call.h"
#include "services/reporting/scorecards/scorecards.h"

namespace athena::reporting {

// Compares two scorecards of a plan, and finds the revisions that made the differences.
// Thread-safe.
class Comparisons {
 public:
  // `scorecards` outlives this.
  explicit Comparisons(Scorecards& scorecards) : scorecards_(scorecards) {}

  // Errors as the contract lists them.
  absl::StatusOr<v1::ScorecardComparison> Compare(const rpc::Call& call,
                                                  const v1::CompareScorecardsRequest& request);

 private:
  Scorecards& scorecards_;
};

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_COMPARISONS_COMPARISONS_H_
