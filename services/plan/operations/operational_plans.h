#ifndef ATHENA_SERVICES_PLAN_OPERATIONS_OPERATIONAL_PLANS_H_
#define ATHENA_SERVICES_PLAN_OPERATIONS_OPERATIONAL_PLANS_H_

#include <string_view>

#include "absl/status/statusor.h"
#include "athena/plan/v1/operations_service.pb.h"
#include "libs/auth/principal.h"
#include "libs/resource/resources.h"
#include "services/plan/strategy/plans.h"

namespace athena::plan {

// Operational plans and their way from DRAFT to APPROVED. OperationalPlans::Derive makes them.
struct OperationalPlanKind {
  using Message = v1::OperationalPlan;
  using Parent = PlanKind;
  static constexpr std::string_view kPattern = kOperationalPlanName.text();
  static constexpr versioned::Collection kCollection = kOperationalPlans;
  static constexpr std::string_view kIdGrammar = "{unit}-{year}-{version}, \"bcit-2026-1\"";

  static bool IsId(std::string_view id) { return IsOperationalPlanId(id); }
  static void Validate(std::string_view path, std::string_view parent,
                       const v1::OperationalPlan& plan, status::FieldFaults* faults);
  // What an item takes from the strategic plan stays; who changes a plan is an author.
  static absl::Status Fill(const versioned::Edit& edit, const v1::OperationalPlan* before,
                           v1::OperationalPlan* plan);
  // The strategic plan is not CLOSED; a plan changes only as DRAFT or RETURNED, and keeps its
  // items.
  static absl::Status Admit(const resource::Admission<v1::OperationalPlan>& admission);
  // By unit, year and version.
  static bool Less(const v1::OperationalPlan& a, const v1::OperationalPlan& b);
};

// DRAFT or RETURNED > SUBMITTED.
absl::Status SubmitOperationalPlan(const v1::SubmitOperationalPlanRequest& request,
                                   versioned::Edit& edit, v1::OperationalPlan* plan);
// SUBMITTED > APPROVED, by none of its authors.
absl::Status ApproveOperationalPlan(const v1::ApproveOperationalPlanRequest& request,
                                    versioned::Edit& edit, v1::OperationalPlan* plan);
// SUBMITTED > RETURNED, by none of its authors.
void CheckReturnOperationalPlan(const v1::ReturnOperationalPlanRequest& request,
                                status::FieldFaults* faults);
absl::Status ReturnOperationalPlan(const v1::ReturnOperationalPlanRequest& request,
                                   versioned::Edit& edit, v1::OperationalPlan* plan);

// What is not a standard method of operational plans. Thread-safe.
class OperationalPlans {
 public:
  explicit OperationalPlans(const resource::Resources& resources) : resources_(resources) {}

  // Derives the plan of a unit and year; with `apply` stores it.
  absl::StatusOr<v1::DeriveOperationalPlanResponse> Derive(
      const auth::Principal& principal, const v1::DeriveOperationalPlanRequest& request) const;

 private:
  const resource::Resources& resources_;
};

}  // namespace athena::plan

#endif  // ATHENA_SERVICES_PLAN_OPERATIONS_OPERATIONAL_PLANS_H_
