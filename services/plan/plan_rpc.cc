#include "services/plan/plan_rpc.h"

#include "athena/plan/v1/plan_service.pb.h"

namespace athena::plan {
namespace {

using auth::Role;
using auth::Roles;

// A line for a member function of a resource.
template <typename Resource, typename Request, typename Response>
rpc::Method Line(std::string_view name, Roles roles, const Resource& resource,
                 absl::StatusOr<Response> (Resource::*handler)(const auth::Principal&,
                                                               const Request&) const) {
  return rpc::Unary<Request, Response>(
      name, roles, [&resource, handler](const rpc::Call& call, const Request& request) {
        return (resource.*handler)(call.principal(), request);
      });
}

}  // namespace

// Roles say what a caller may do; in which institution, each handler asks first of all.
rpc::ServiceTable PlanService::Table() {
  const Roles any = Roles::Any();
  const Roles admin = {Role::kAdmin};
  const Roles keeper = {Role::kAdmin, Role::kPlanner};
  const Roles planner = {Role::kPlanner};
  return {"athena.plan.v1.PlanService",
          {
              Line("CreateInstitution", admin, institutions_, &Institutions::Create),
              Line("GetInstitution", any, institutions_, &Institutions::Get),
              Line("ListInstitutions", any, institutions_, &Institutions::List),
              Line("UpdateInstitution", admin, institutions_, &Institutions::Update),
              Line("CreateUnit", keeper, units_, &Units::Create),
              Line("GetUnit", any, units_, &Units::Get),
              Line("ListUnits", any, units_, &Units::List),
              Line("UpdateUnit", keeper, units_, &Units::Update),
              Line("CreatePlan", planner, plans_, &Plans::Create),
              Line("GetPlan", any, plans_, &Plans::Get),
              Line("ListPlans", any, plans_, &Plans::List),
              Line("UpdatePlan", planner, plans_, &Plans::Update),
              Line("DeletePlan", planner, plans_, &Plans::Delete),
              Line("ActivatePlan", planner, plans_, &Plans::Activate),
              Line("ClosePlan", planner, plans_, &Plans::Close),
              Line("CreateElement", planner, elements_, &Elements::Create),
              Line("BatchCreateElements", planner, elements_, &Elements::BatchCreate),
              Line("GetElement", any, elements_, &Elements::Get),
              Line("ListElements", any, elements_, &Elements::List),
              Line("UpdateElement", planner, elements_, &Elements::Update),
              Line("MoveElement", planner, elements_, &Elements::Move),
              Line("DeleteElement", planner, elements_, &Elements::Delete),
              rpc::Pages<v1::GetPlanTreeRequest, rpc::PreparedAnswer>(
                  "GetPlanTree", any,
                  [this](const rpc::Call& call, const v1::GetPlanTreeRequest& request) {
                    return trees_.Get(call.principal(), request);
                  }),
              rpc::Watch<v1::WatchPlansRequest, v1::WatchPlansResponse>(
                  "WatchPlans", any,
                  [this](const rpc::Call& call, const v1::WatchPlansRequest& request) {
                    return changes_.Watch(call.principal(), request);
                  }),
          }};
}

}  // namespace athena::plan
