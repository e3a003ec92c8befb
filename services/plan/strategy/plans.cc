#include "services/plan/strategy/plans.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/fields/fields.h"
#include "libs/period/period.h"
#include "libs/status/macros.h"
#include "libs/versioned/store.h"
#include "services/plan/errors.h"
#include "services/plan/limits.h"
#include "services/plan/strategy/places_store.h"

namespace athena::plan {
namespace {

using fields::Below;
using fields::Need;

std::optional<Period> ReadQuarter(const std::string& field, const std::string& text,
                                  status::FieldFaults* faults) {
  if (text.empty()) {
    faults->Missing(field);
    return std::nullopt;
  }
  const absl::StatusOr<Period> period = Period::Parse(text);
  if (period.ok() && period->frequency() == Frequency::kQuarter) return *period;
  faults->Add(field, text, "a quarter of the years 1900 to 2199, \"2021-Q1\"");
  return std::nullopt;
}

void CheckQuarters(std::string_view path, const v1::Plan& plan, status::FieldFaults* faults) {
  const auto first = ReadQuarter(Below(path, "first_quarter"), plan.first_quarter(), faults);
  const auto last = ReadQuarter(Below(path, "last_quarter"), plan.last_quarter(), faults);
  if (!first.has_value() || !last.has_value()) return;
  if (*last < *first) {
    faults->Add(Below(path, "last_quarter"), plan.last_quarter(),
                absl::StrCat("a quarter not before first_quarter, ", plan.first_quarter()));
  } else if (last->index() - first->index() >= kMaxQuarters) {
    faults->Add(Below(path, "last_quarter"), plan.last_quarter(),
                absl::StrCat("at most ", kMaxQuarters, " quarters in all: ",
                             first->Plus(kMaxQuarters - 1).ToString(), " or before"));
  }
}

void CheckLanguages(std::string_view path, const v1::Plan& plan, status::FieldFaults* faults) {
  const std::string field = Below(path, "languages");
  if (plan.languages().empty()) faults->Missing(field);
  if (plan.languages_size() > static_cast<int>(fields::kMaxLanguages)) {
    faults->Add(field, plan.languages_size(),
                absl::StrCat("at most ", fields::kMaxLanguages, " of them"));
    return;
  }
  for (int i = 0; i < plan.languages_size(); ++i) {
    const auto& languages = plan.languages();
    if (!fields::IsLanguageTag(languages[i])) {
      faults->Add(fields::At(field, i), languages[i], "a BCP-47 language tag, \"nl\"");
    } else if (std::find(languages.begin(), languages.begin() + i, languages[i]) !=
               languages.begin() + i) {
      faults->Add(fields::At(field, i), languages[i], "each once");
    }
  }
}

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
  fields::CheckText(Below(path, "title"), plan.title(), fields::kMaxTitleBytes, Need::kRequired,
                    faults);
  fields::CheckText(Below(path, "description"), plan.description(), fields::kMaxDescriptionBytes,
                    Need::kOptional, faults);
  CheckQuarters(path, plan, faults);
  CheckLanguages(path, plan, faults);
  if (!v1::Plan::ScoreBasis_IsValid(plan.score_basis())) {
    faults->Add(Below(path, "score_basis"), static_cast<int>(plan.score_basis()),
                "a value of ScoreBasis");
  }
  if (!v1::Plan::MissingPolicy_IsValid(plan.missing_policy())) {
    faults->Add(Below(path, "missing_policy"), static_cast<int>(plan.missing_policy()),
                "a value of MissingPolicy");
  }
  if (plan.has_min_coverage() && !(plan.min_coverage() >= 0 && plan.min_coverage() <= 1)) {
    faults->Add(Below(path, "min_coverage"), plan.min_coverage(), "a number from 0 to 1");
  }
  fields::CheckInstitutions(Below(path, "shared_with"), plan.shared_with(), faults);
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
