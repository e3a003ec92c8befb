#ifndef ATHENA_SERVICES_REPORTING_EXPORTS_OBSERVATIONS_BEHIND_H_
#define ATHENA_SERVICES_REPORTING_EXPORTS_OBSERVATIONS_BEHIND_H_

#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "athena/reporting/v1/scorecard.pb.h"
#include "libs/period/period.h"
#include "libs/rpc/call.h"
#include "services/reporting/reading/dependencies.h"
#include "services/reporting/scorecards/scored_plan.h"
#include "services/reporting/scorecards/validate.h"

namespace athena::reporting {

using CellSlice = std::map<std::string, std::string>;  // dimension id to code

// The cells of an indicator that a scorecard is made of.
struct IndicatorCells {
  std::vector<std::string> dimensions;  // of the indicator
  std::set<CellSlice> slices;           // those of any of these; an empty one: all
  // The quarters that they belong to.
  Period first;
  Period last;
};

struct CellsBehind {
  std::map<std::string, IndicatorCells> indicators;  // by resource name
  std::set<std::string> withheld;                    // that cannot be read
  v1::Basis basis;
};

// What is behind the scorecard of a plan, or of one of its elements, as ExportObservationsRequest
// says: asks the indicator service for the definitions of linked indicators and, level by level, of
// the operands of their formulas. NOT_FOUND when the element is none of the plan's;
// TOO_MANY_INDICATORS; errors of Pending::Await.
absl::StatusOr<CellsBehind> ReadBehind(const Dependencies& dependencies, const rpc::Call& call,
                                       const ScoredPlan& plan, const v1::Basis& basis,
                                       const ObservationsRequest& request);

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_EXPORTS_OBSERVATIONS_BEHIND_H_
