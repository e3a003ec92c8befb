#ifndef ATHENA_SERVICES_REPORTING_EXPORTS_EXPORTS_H_
#define ATHENA_SERVICES_REPORTING_EXPORTS_EXPORTS_H_

#include <memory>

#include "absl/status/statusor.h"
#include "athena/reporting/v1/reporting_service.pb.h"
#include "libs/rpc/call.h"
#include "libs/rpc/method.h"
#include "services/reporting/scorecards/scorecards.h"

namespace athena::reporting {

// The RPCs of exports. Errors as the contract lists them. Thread-safe.
class Exports {
 public:
  // `scorecards` outlives it.
  explicit Exports(Scorecards& scorecards) : scorecards_(scorecards) {}

  absl::StatusOr<std::unique_ptr<rpc::PageSource<v1::ExportScorecardResponse>>> Scorecard(
      const rpc::Call& call, const v1::ExportScorecardRequest& request);
  absl::StatusOr<std::unique_ptr<rpc::PageSource<v1::ExportObservationsResponse>>> Observations(
      const rpc::Call& call, const v1::ExportObservationsRequest& request);

 private:
  Scorecards& scorecards_;
};

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_EXPORTS_EXPORTS_H_
