#include "services/plan/plan_rpc.h"

#include "athena/plan/v1/operations_service.pb.h"
#include "athena/plan/v1/plan_service.pb.h"
#include "libs/resource/rows.h"
#include "services/plan/follow_up/decisions.h"
#include "services/plan/follow_up/progress_reports.h"
#include "services/plan/operations/budget/budget_lines.h"
#include "services/plan/operations/operational_plans.h"
#include "services/plan/operations/processes.h"
#include "services/plan/operations/risks.h"
#include "services/plan/organisation/institutions.h"
#include "services/plan/organisation/units.h"
#include "services/plan/strategy/elements.h"

namespace athena::plan {

// Roles say what a caller may do; in which institution, each handler asks first of all.
std::vector<rpc::ServiceTable> PlanService::Tables() {
  return {PlanTable(), OperationsTable(), FollowUpTable(), history_.Table()};
}

rpc::ServiceTable PlanService::PlanTable() {
  using auth::Role;
  const auth::Roles planner = {Role::kPlanner};
  const auto elements = resource::KindOf(ElementKind{&indicators_});
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
      rpc::Pages("ExportPlan", auth::Roles::Any(), exports_, &PlanExports::Export));
  table.methods.push_back(
      rpc::Unary("ImportPlan", planner, imports_, &PlanImports::Import).Heavy());
  table.methods.push_back(
      rpc::Watch("WatchPlans", auth::Roles::Any(), changes_, &PlanChanges::Watch));
  return table;
}

rpc::ServiceTable PlanService::FollowUpTable() {
  using auth::Role;
  const auth::Roles reporters = {Role::kReporter, Role::kPlanner};
  const auth::Roles validators = {Role::kValidator};
  const auto reports = resource::KindOf(ProgressReportKind{&indicators_});
  rpc::ServiceTable table{"athena.plan.v1.FollowUpService", {}};
  resource::Rows add(table, resources_);
  add(reports, reporters);
  add.Verb(reports, reporters, SubmitProgressReport);
  add.Verb(reports, validators, ValidateProgressReport);
  add.Verb(reports, validators, ReturnProgressReport, CheckReturnProgressReport);
  table.methods.push_back(
      rpc::Unary("ListDueProgressReports", auth::Roles::Any(), due_reports_, &DueReports::List));
  add(resource::KindOf<DecisionKind>(), {Role::kPlanner});
  return table;
}

rpc::ServiceTable PlanService::OperationsTable() {
  const auth::Roles planner = {auth::Role::kPlanner};
  rpc::ServiceTable table{"athena.plan.v1.OperationsService", {}};
  resource::Rows add(table, resources_);
  const auth::Roles validator = {auth::Role::kValidator};
  const auto operational_plans = resource::KindOf<OperationalPlanKind>();
  table.methods.push_back(
      rpc::Unary("DeriveOperationalPlan", planner, operational_plans_, &OperationalPlans::Derive));
  add(operational_plans, planner);
  add.Verb(operational_plans, planner, SubmitOperationalPlan);
  add.Verb(operational_plans, validator, ApproveOperationalPlan);
  add.Verb(operational_plans, validator, ReturnOperationalPlan, CheckReturnOperationalPlan);
  add(resource::KindOf<RiskKind>(), planner);
  add(resource::KindOf(ProcessKind{&indicators_}), planner);
  add(resource::KindOf<BudgetLineKind>(), planner);
  table.methods.push_back(rpc::Unary("SetBudgetAmounts",
                                     {auth::Role::kSender, auth::Role::kCorrector}, budget_amounts_,
                                     &BudgetAmounts::Set)
                              .Heavy());
  table.methods.push_back(
      rpc::Unary("ListBudgetAmounts", auth::Roles::Any(), budget_amounts_, &BudgetAmounts::List));
  return table;
}

}  // namespace athena::plan
