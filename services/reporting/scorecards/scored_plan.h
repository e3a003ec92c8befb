#ifndef ATHENA_SERVICES_REPORTING_SCORECARDS_SCORED_PLAN_H_
#define ATHENA_SERVICES_REPORTING_SCORECARDS_SCORED_PLAN_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "libs/period/period.h"
#include "services/reporting/reading/period_values.h"
#include "services/reporting/reading/plan_tree.h"
#include "services/reporting/reading/rules_input.h"
#include "services/reporting/rules/outcome.h"
#include "services/reporting/rules/plan.h"
#include "services/reporting/rules/quarters.h"

namespace athena::reporting {

struct Figures;

// A plan's quarter with all that its score was made of. Immutable, so that threads share it.
struct ScoredPlan {
  uint64_t id = 0;  // unique in this process
  Period quarter;
  absl::CivilDay date;
  std::shared_ptr<const PlanTree> tree;
  std::shared_ptr<const PeriodValues> values;  // nullptr when the plan links no indicator
  // The values of all quarters that were read, the scored one first; empty when the plan links no
  // indicator.
  ValuesByPeriod read;
  // The other quarters that were scored with it, by quarter.
  std::map<Period, std::shared_ptr<const ScoredPlan>> compared;
  std::vector<SelectionInput> selections;  // in the order of tree->keys
  std::vector<SelectionDetail> details;    // in the same order
  Plan rules;                              // what was scored
  Outcome outcome;
  // What stands beside the scores; nullptr without trends.
  std::shared_ptr<const Figures> figures;
  size_t bytes = 0;  // of memory, about
};

// Scores what was read: the values of each of quarters.Read(), or none for a plan without
// indicators. With `details`, the tree was read with all its parts, and trends and figures are
// computed. `known`, which may be null, is an earlier result of the same request: what it has of
// selections that did not change is copied instead of converted anew, which changes nothing in the
// outcome. INTERNAL when a number or a period in an answer cannot be parsed. Asks `go_on` now and
// then, on any thread, and returns its error.
absl::StatusOr<std::shared_ptr<const ScoredPlan>> ScorePlan(
    const Quarters& quarters, bool details, absl::CivilDay date,
    std::shared_ptr<const PlanTree> tree, const ValuesByPeriod& values, const ScoredPlan* known,
    absl::FunctionRef<absl::Status()> go_on);

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_SCORECARDS_SCORED_PLAN_H_
