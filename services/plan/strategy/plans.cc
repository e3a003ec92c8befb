#include "services/plan/strategy/plans.h"

#include <optional>
#include <string>
#include <vector>

#include "libs/fields/fields.h"
#include "libs/period/period.h"
#include "libs/status/macros.h"
#include "libs/versioned/store.h"
#include "services/plan/errors.h"
#include "services/plan/strategy/places_store.h"
#include "services/plan/strategy/validate_plan.h"

namespace athena::plan {
namespace {

absl::StatusOr<std::vector<v1::Element>> ElementsOf(const versioned::Edit& edit,
                                                    const v1::Plan& plan) {
  return edit.List<v1::Element>(kElements, kPlanName.Match(plan.name())->key() + "/");
}

absl::Status CheckQuartersKept(const versioned::Edit& edit, const v1::Plan& before,
                               const v1::Plan& after) {
  if (before.state() == v1::Plan::STATE_ACTIVE && before.first_quarter() != after.first_quarter()) {
    return FirstQuarterFixed(before.name(), before.first_quarter());
  }
  if (before.last_quarter() == after.last_quarter()) return absl::OkStatus();
  ATHENA_ASSIGN_OR_RETURN(const Period last, Period::Parse(after.last_quarter()));
  ATHENA_ASSIGN_OR_RETURN(const std::vector<v1::Element> elements, ElementsOf(edit, after));
  for (const v1::Element& element : elements) {
    if (!element.has_start_date()) continue;
    const std::optional<absl::CivilDay> start = fields::DayOf(element.start_date());
    if (start.has_value() && *start > last.LastDay()) {
      return ElementsAfterPlan(after.last_quarter(), element.name());
    }
  }
  return absl::OkStatus();
}

}  // namespace

void PlanKind::Complete(v1::Plan* plan) {
  if (plan->state() == v1::Plan::STATE_UNSPECIFIED) plan->set_state(v1::Plan::STATE_DRAFT);
}

void PlanKind::Validate(std::string_view path, std::string_view, const v1::Plan& plan,
                        status::FieldFaults* faults) {
  CheckPlan(path, plan, faults);
}

absl::Status PlanKind::Admit(const resource::Admission<v1::Plan>& admission) {
  for (const auto& [before, after, path] : admission.changes) {
    if (before == nullptr) continue;
    if (after == nullptr) {
      if (before->state() != v1::Plan::STATE_DRAFT) {
        return PlanNotDraft(before->name(), "be deleted");
      }
      ATHENA_RETURN_IF_ERROR(DeletePlaces(admission.edit.tx(), *kPlanName.Match(before->name())));
      continue;
    }
    if (before->state() == v1::Plan::STATE_CLOSED) return PlanClosed(before->name());
    if (!admission.faults->empty()) return absl::OkStatus();
    ATHENA_RETURN_IF_ERROR(CheckQuartersKept(admission.edit, *before, *after));
  }
  return absl::OkStatus();
}

absl::Status ActivatePlan(const v1::ActivatePlanRequest&, versioned::Edit& edit, v1::Plan* plan) {
  if (plan->state() != v1::Plan::STATE_DRAFT) return PlanNotDraft(plan->name(), "be activated");
  plan->set_state(v1::Plan::STATE_ACTIVE);
  *plan->mutable_activate_time() = fields::TimestampOf(edit.time());
  ATHENA_ASSIGN_OR_RETURN(std::vector<v1::Element> elements, ElementsOf(edit, *plan));
  for (v1::Element& element : elements) {
    if (!element.has_end_date()) continue;
    *element.mutable_end_date_at_activation() = element.end_date();
    ATHENA_RETURN_IF_ERROR(
        edit.Replace(kElements, kElementName.Match(element.name())->key(), &element));
  }
  return absl::OkStatus();
}

absl::Status ClosePlan(const v1::ClosePlanRequest&, versioned::Edit& edit, v1::Plan* plan) {
  if (plan->state() != v1::Plan::STATE_ACTIVE) return PlanNotActive(plan->name());
  plan->set_state(v1::Plan::STATE_CLOSED);
  *plan->mutable_close_time() = fields::TimestampOf(edit.time());
  return absl::OkStatus();
}

}  // namespace athena::plan
