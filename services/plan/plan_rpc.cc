#include "services/plan/plan_rpc.h"

#include "athena/plan/v1/plan_service.pb.h"
#include "libs/resource/rows.h"
#include "services/plan/organisation/institutions.h"
#include "services/plan/organisation/units.h"
#include "services/plan/strategy/elements.h"

namespace athena::plan {

// Roles say what a caller may do; in which institution, each handler asks first of all.
std::vector<rpc::ServiceTable> PlanService::Tables() { return {PlanTable(), history_.Table()}; }

rpc::ServiceTable PlanService::PlanTable() {
  using auth::Role;
  const auth::Roles planner = {Role::kPlanner};
  const auto elements = resource::KindOf<ElementKind>();
  rpc::ServiceTable table{"athena.plan.v1.PlanService", {}};
  resource::Rows add(table, resources_);
  add(resource::KindOf<InstitutionKind>(), {Role::kAdmin});
  add(resource::KindOf<UnitKind>(), {Role::kAdmin, Role::kPlanner});
  add(plans_, planner);
  add.Verb(plans_, planner, ActivatePlan, CheckActivatePlan);
  add.Verb(plans_, planner, ClosePlan);
  add(elements, planner);
  add.Verb(elements, planner, MoveElement, CheckMoveElement);
  table.methods.push_back(rpc::Pages("GetPlanTree", auth::Roles::Any(), trees_, &PlanTrees::Get));
  table.methods.push_back(
      rpc::Watch("WatchPlans", auth::Roles::Any(), changes_, &PlanChanges::Watch));
  return table;
}

}  // namespace athena::plan
