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
#include "services/plan/operations/links.h"
#include "services/plan/strategy/places_store.h"

namespace athena::plan {
namespace {

using fields::Below;
using fields::Need;

// nullopt when it is not set, or no quarter.
std::optional<Period> ReadQuarter(const std::string& field, const std::string& text, Need need,
                                  status::FieldFaults* faults) {
  if (text.empty()) {
    if (need == Need::kRequired) faults->Missing(field);
    return std::nullopt;
  }
  const absl::StatusOr<Period> period = Period::Parse(text);
  if (period.ok() && period->frequency() == Frequency::kQuarter) return *period;
  faults->Add(field, text, "a quarter of the years 1900 to 2199, \"2021-Q1\"");
  return std::nullopt;
}

void CheckQuarters(std::string_view path, const v1::Plan& plan, status::FieldFaults* faults) {
  const auto first =
      ReadQuarter(Below(path, "first_quarter"), plan.first_quarter(), Need::kRequired, faults);
  const auto last =
      ReadQuarter(Below(path, "last_quarter"), plan.last_quarter(), Need::kRequired, faults);
  const std::string progress_field = Below(path, "progress_expected_from");
  const auto progress =
      ReadQuarter(progress_field, plan.progress_expected_from(), Need::kOptional, faults);
  if (!first.has_value() || !last.has_value()) return;
  if (*last < *first) {
    faults->Add(Below(path, "last_quarter"), plan.last_quarter(),
                absl::StrCat("a quarter not before first_quarter, ", plan.first_quarter()));
  } else if (last->index() - first->index() >= kMaxQuarters) {
    faults->Add(Below(path, "last_quarter"), plan.last_quarter(),
                absl::StrCat("at most ", kMaxQuarters, " quarters in all: ",
                             first->Plus(kMaxQuarters - 1).ToString(), " or before"));
  } else if (progress.has_value() && (*progress < *first || *progress > *last)) {
    faults->Add(
        progress_field, plan.progress_expected_from(),
        absl::StrCat("a quarter of the plan, ", plan.first_quarter(), " to ", plan.last_quarter()));
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

absl::Status CheckEffectiveDate(const versioned::Edit& edit, const v1::Plan& plan,
                                absl::CivilDay day) {
  ATHENA_ASSIGN_OR_RETURN(const Period first, Period::Parse(plan.first_quarter()));
  ATHENA_ASSIGN_OR_RETURN(const Period last, Period::Parse(plan.last_quarter()));
  ATHENA_ASSIGN_OR_RETURN(const absl::CivilDay today, LocalDay(edit));
  if (day >= first.FirstDay() && day <= std::min(last.LastDay(), today)) return absl::OkStatus();
  return status::InvalidField(
      "effective_date", absl::FormatCivilTime(day),
      absl::StrCat("a day of the plan, ", plan.first_quarter(), " to ", plan.last_quarter(),
                   ", that is not in the future: today is ", absl::FormatCivilTime(today)));
}

// What is declared was decided before the activation, so there must be a day since when.
absl::Status CheckNothingDeclared(const std::vector<v1::Element>& elements) {
  for (const v1::Element& element : elements) {
    bool declared = element.has_declared_end_date();
    for (const v1::Milestone& milestone : element.milestones()) {
      declared = declared || milestone.has_declared_due_date();
    }
    if (!declared) continue;
    return status::InvalidField("effective_date", "nothing",
                                absl::StrCat("the day since which the plan is in force: ",
                                             element.name(), " declares an original date"));
  }
  return absl::OkStatus();
}

// Whether there was any to keep.
bool KeepOriginalDates(v1::Element* element) {
  if (element->has_declared_end_date()) {
    *element->mutable_end_date_at_activation() = element->declared_end_date();
  } else if (element->has_end_date()) {
    *element->mutable_end_date_at_activation() = element->end_date();
  }
  for (v1::Milestone& milestone : *element->mutable_milestones()) {
    *milestone.mutable_due_date_at_activation() =
        milestone.has_declared_due_date() ? milestone.declared_due_date() : milestone.due_date();
  }
  return element->has_end_date_at_activation() || element->milestones_size() > 0;
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
      const std::string prefix = before->name() + "/";
      ATHENA_RETURN_IF_ERROR(CheckElementsUnused(
          admission.edit.now(), [&](std::string_view name) { return name.starts_with(prefix); }));
      ATHENA_RETURN_IF_ERROR(DeletePlaces(admission.edit.tx(), *kPlanName.Match(before->name())));
      continue;
    }
    if (before->state() == v1::Plan::STATE_CLOSED) return PlanClosed(before->name());
    if (!admission.faults->empty()) return absl::OkStatus();
    ATHENA_RETURN_IF_ERROR(CheckQuartersKept(admission.edit, *before, *after));
  }
  return absl::OkStatus();
}

void CheckActivatePlan(const v1::ActivatePlanRequest& request, status::FieldFaults* faults) {
  if (!request.has_effective_date()) return;
  const common::v1::Date& date = request.effective_date();
  if (!fields::DayOf(date).has_value()) {
    faults->Add("effective_date", absl::StrCat(date.year(), "-", date.month(), "-", date.day()),
                "a calendar day of the years 1900 to 2199");
  }
  if (request.reason().empty()) {
    faults->Missing("reason", "why the plan is in force since effective_date");
  }
}

absl::Status ActivatePlan(const v1::ActivatePlanRequest& request, versioned::Edit& edit,
                          v1::Plan* plan) {
  if (plan->state() != v1::Plan::STATE_DRAFT) return PlanNotDraft(plan->name(), "be activated");
  ATHENA_ASSIGN_OR_RETURN(std::vector<v1::Element> elements, ElementsOf(edit, *plan));
  if (request.has_effective_date()) {
    ATHENA_RETURN_IF_ERROR(
        CheckEffectiveDate(edit, *plan, *fields::DayOf(request.effective_date())));
    *plan->mutable_effective_date() = request.effective_date();
  } else {
    ATHENA_RETURN_IF_ERROR(CheckNothingDeclared(elements));
  }
  plan->set_state(v1::Plan::STATE_ACTIVE);
  *plan->mutable_activate_time() = fields::TimestampOf(edit.time());
  for (v1::Element& element : elements) {
    if (!KeepOriginalDates(&element)) continue;
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
