#include "services/reporting/reporting_rpc.h"

#include "athena/reporting/v1/reporting_service.pb.h"

namespace athena::reporting {

rpc::ServiceTable ReportingTable(Scorecards& scorecards) {
  using auth::Roles;
  rpc::ServiceTable table;
  table.service = "athena.reporting.v1.ReportingService";
  // What a caller may read is up to the plan and the indicator service, which are asked each time.
  table.methods.push_back(rpc::Prepared<v1::GetScorecardRequest>(
      "GetScorecard", Roles::Any(),
      [&scorecards](const rpc::Call& call, const v1::GetScorecardRequest& request) {
        return scorecards.Get(call, request);
      }));
  return table;
}

}  // namespace athena::reporting
