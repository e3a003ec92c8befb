#include "services/reporting/reporting_rpc.h"

namespace athena::reporting {

std::vector<rpc::ServiceTable> ReportingService::Tables() {
  return {ReportingTable(), history_.Table()};
}

rpc::ServiceTable ReportingService::ReportingTable() {
  using auth::Role;
  // Of scorecards, the plan and the indicator service decide what a caller may read; each read asks
  // them. Publications belong to an institution, or are public.
  return {
      "athena.reporting.v1.ReportingService",
      {
          rpc::Unary("GetScorecard", auth::Roles::Any(), scorecards_, &Scorecards::Get),
          rpc::Watch("WatchScorecard", auth::Roles::Any(), watches_, &ScorecardWatches::Watch),
          rpc::Unary("ListScorecards", auth::Roles::Any(), scorecards_, &Scorecards::List),
          rpc::Unary("ExplainScore", auth::Roles::Any(), explanations_, &Explanations::Explain),
          rpc::Unary("CompareScorecards", auth::Roles::Any(), comparisons_, &Comparisons::Compare),
          rpc::Unary("GetBoardTable", auth::Roles::Any(), boards_, &BoardTables::Get),
          rpc::Pages("ExportScorecard", auth::Roles::Any(), exports_, &Exports::Scorecard).Heavy(),
          rpc::Pages("ExportObservations", auth::Roles::Any(), exports_, &Exports::Observations),
          rpc::Unary("PublishScorecard", {Role::kPublisher}, publications_, &Publications::Publish)
              .Heavy(),
          rpc::Unary("GetPublication", auth::Roles::Any(), publications_, &Publications::Get),
          rpc::Unary("ListPublications", auth::Roles::Any(), publications_, &Publications::List),
          rpc::Pages("DownloadPublication", auth::Roles::Any(), publications_,
                     &Publications::Download),
          // Not among the heavy ones, which may wait for a service that hangs.
          rpc::Unary("VerifyPublication", auth::Roles::Any(), publications_, &Publications::Verify),
      }};
}

}  // namespace athena::reporting
