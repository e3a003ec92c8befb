#ifndef ATHENA_SERVICES_PLAN_STRATEGY_PLANS_H_
#define ATHENA_SERVICES_PLAN_STRATEGY_PLANS_H_

#include <string_view>

#include "athena/plan/v1/plan_service.pb.h"
#include "services/plan/organisation/institutions.h"

namespace athena::plan {

// Plans and their life: DRAFT, ACTIVE, CLOSED.
struct PlanKind {
  using Message = v1::Plan;
  using Parent = InstitutionKind;
  static constexpr std::string_view kPattern = kPlanName.text();
  static constexpr versioned::Collection kCollection = kPlans;
  static constexpr bool kDeletesChildren = true;

  static void Complete(v1::Plan* plan);  // begins as a DRAFT
  static void Validate(std::string_view path, std::string_view parent, const v1::Plan& plan,
                       status::FieldFaults* faults);
  // An ACTIVE plan keeps its first_quarter. A plan does not end before one of its elements begins.
  // Only a DRAFT is deleted.
  static absl::Status Admit(const resource::Admission<v1::Plan>& admission);
};

// DRAFT > ACTIVE. Keeps the end date of each element and the due day of each milestone: as they are
// then, or as they are declared.
void CheckActivatePlan(const v1::ActivatePlanRequest& request, status::FieldFaults* faults);
absl::Status ActivatePlan(const v1::ActivatePlanRequest& request, versioned::Edit& edit,
                          v1::Plan* plan);
// ACTIVE > CLOSED.
absl::Status ClosePlan(const v1::ClosePlanRequest& request, versioned::Edit& edit, v1::Plan* plan);

}  // namespace athena::plan

#endif  // ATHENA_SERVICES_PLAN_STRATEGY_PLANS_H_
