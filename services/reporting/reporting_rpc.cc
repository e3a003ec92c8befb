#include "services/reporting/reporting_rpc.h"

namespace athena::reporting {

rpc::ServiceTable ReportingTable(Scorecards& scorecards, Explanations& explanations,
                                 Comparisons& comparisons) {
  // The plan and the indicator service decide what a caller may read; each read asks them.
  return {
      "athena.reporting.v1.ReportingService",
      {
          rpc::Unary("GetScorecard", auth::Roles::Any(), scorecards, &Scorecards::Get),
          rpc::Unary("ListScorecards", auth::Roles::Any(), scorecards, &Scorecards::List),
          rpc::Unary("ExplainScore", auth::Roles::Any(), explanations, &Explanations::Explain),
          rpc::Unary("CompareScorecards", auth::Roles::Any(), comparisons, &Comparisons::Compare),
      }};
}

}  // namespace athena::reporting
