#ifndef ATHENA_SERVICES_REPORTING_RULES_FIGURES_OWNER_UNITS_H_
#define ATHENA_SERVICES_REPORTING_RULES_FIGURES_OWNER_UNITS_H_

#include <vector>

#include "absl/types/span.h"
#include "services/reporting/rules/outcome.h"
#include "services/reporting/rules/plan.h"

namespace athena::reporting {

// What the actions of one owner come to.
struct OwnerOutcome : Scored {
  int owner = -1;
  std::vector<int> actions;  // its parts, indexes into Plan::elements, in natural order of codes
  Counts counts;             // of the actions
  bool capped = false;       // AMBER, because a critical action is RED or has no score
};

// Rolls the actions of each owner up by the rules of the tree (RollUp, and the cap by critical
// parts), with the weights that they have among their siblings. An action below another action of
// the same owner is a part of that one. `owners` has an owner, 0 or more, for each element, or -1.
// In the order of owners; without those that own no action. Pure and thread-safe.
std::vector<OwnerOutcome> ScoreByOwner(const Plan& plan, const Outcome& outcome,
                                       absl::Span<const int> owners);

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_RULES_FIGURES_OWNER_UNITS_H_
