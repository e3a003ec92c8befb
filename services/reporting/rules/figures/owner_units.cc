#include "services/reporting/rules/figures/owner_units.h"

#include <algorithm>
#include <map>
#include <utility>

#include "libs/order/natural.h"
#include "services/reporting/rules/roll_up.h"

namespace athena::reporting {
namespace {

// Whether an action above this one has the same owner.
bool IsPartOfOwners(const Plan& plan, absl::Span<const int> owners, int action) {
  for (int above = plan.elements[action].parent; above >= 0; above = plan.elements[above].parent) {
    if (plan.elements[above].is_action && owners[above] == owners[action]) return true;
  }
  return false;
}

OwnerOutcome OutcomeOf(const Plan& plan, const Outcome& outcome, int owner,
                       std::vector<int> actions) {
  std::sort(actions.begin(), actions.end(), [&plan](int a, int b) {
    return NaturalLess(plan.elements[a].code, plan.elements[b].code);
  });
  OwnerOutcome made;
  made.owner = owner;
  RollUp roll_up;
  bool critical = false;
  for (const int action : actions) {
    const NodeOutcome& part = outcome.elements[action];
    roll_up.Add(plan.elements[action].weight, part);
    made.counts.Count(part.status);
    critical = critical || (plan.elements[action].critical &&
                            (part.status == Status::kRed || part.status == Status::kNoScore));
  }
  made.actions = std::move(actions);
  if (plan.quarter.FirstDay() > plan.date) {
    made.reason = Reason::kNotBegun;
    return made;
  }
  static_cast<Scored&>(made) = std::move(roll_up).Finish(plan.missing_policy, plan.min_coverage);
  made.capped = critical && made.status == Status::kGreen;
  if (made.capped) made.status = Status::kAmber;
  return made;
}

}  // namespace

std::vector<OwnerOutcome> ScoreByOwner(const Plan& plan, const Outcome& outcome,
                                       absl::Span<const int> owners) {
  std::map<int, std::vector<int>> actions;
  for (size_t i = 0; i < plan.elements.size(); ++i) {
    const int element = static_cast<int>(i);
    if (owners[i] < 0 || !plan.elements[i].is_action || IsPartOfOwners(plan, owners, element)) {
      continue;
    }
    actions[owners[i]].push_back(element);
  }
  std::vector<OwnerOutcome> made;
  for (auto& [owner, own] : actions) {
    made.push_back(OutcomeOf(plan, outcome, owner, std::move(own)));
  }
  return made;
}

}  // namespace athena::reporting
