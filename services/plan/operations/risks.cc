#include "services/plan/operations/risks.h"

#include <cstdint>
#include <optional>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "libs/fields/fields.h"
#include "libs/order/natural.h"
#include "libs/status/macros.h"
#include "services/plan/errors.h"
#include "services/plan/limits.h"
#include "services/plan/operations/codes_store.h"
#include "services/plan/operations/links.h"
#include "services/plan/strategy/validate_element.h"

namespace athena::plan {
namespace {

using fields::Below;
using fields::Need;

bool IsLevel(int32_t level) { return level >= 1 && level <= kMostLikelihood; }

// 0 when a part is none: Validate says so.
int32_t Score(int32_t likelihood, int32_t impact) {
  return IsLevel(likelihood) && IsLevel(impact) ? likelihood * impact : 0;
}

void CheckLevel(const std::string& field, int32_t level, status::FieldFaults* faults) {
  if (!IsLevel(level)) faults->Add(field, level, absl::StrCat("1 to ", kMostLikelihood));
}

void CheckLevels(std::string_view path, const v1::Risk& risk, status::FieldFaults* faults) {
  CheckLevel(Below(path, "inherent_likelihood"), risk.inherent_likelihood(), faults);
  CheckLevel(Below(path, "inherent_impact"), risk.inherent_impact(), faults);
  if (risk.residual_likelihood() != 0 || risk.residual_impact() != 0) {
    CheckLevel(Below(path, "residual_likelihood"), risk.residual_likelihood(), faults);
    CheckLevel(Below(path, "residual_impact"), risk.residual_impact(), faults);
  }
  fields::CheckText(Below(path, "residual_justification"), risk.residual_justification(),
                    kMaxJustificationBytes, Need::kOptional, faults);
  if (risk.inherent_score() > 0 && risk.residual_score() > risk.inherent_score() &&
      risk.residual_justification().text().empty()) {
    faults->Missing(Below(path, "residual_justification"),
                    absl::StrCat("why the residual score, ", risk.residual_score(),
                                 ", is higher than the inherent one, ", risk.inherent_score()));
  }
}

void CheckControls(std::string_view path, const v1::Risk& risk, status::FieldFaults* faults) {
  const std::string field = Below(path, "controls");
  if (risk.controls_size() > kMaxControls) {
    faults->Add(field, risk.controls_size(), absl::StrCat("at most ", kMaxControls, " of them"));
    return;
  }
  std::set<std::string_view> seen;
  for (int i = 0; i < risk.controls_size(); ++i) {
    const v1::RiskControl& control = risk.controls(i);
    const std::string at = fields::At(field, i);
    fields::CheckMemberId(Below(at, "id"), control.id(), &seen, faults);
    fields::CheckText(Below(at, "title"), control.title(), fields::kMaxTitleBytes, Need::kRequired,
                      faults);
  }
}

void CheckDays(std::string_view path, const v1::Risk& risk, status::FieldFaults* faults) {
  const auto last = fields::ReadDay(Below(path, "last_reviewed_on"), risk.has_last_reviewed_on(),
                                    risk.last_reviewed_on(), faults);
  const auto next = fields::ReadDay(Below(path, "next_review_on"), risk.has_next_review_on(),
                                    risk.next_review_on(), faults);
  if (last.has_value() && next.has_value() && *next < *last) {
    faults->Add(Below(path, "next_review_on"), absl::FormatCivilTime(*next),
                absl::StrCat("a day not before last_reviewed_on, ", absl::FormatCivilTime(*last)));
  }
  const std::string closed_on = Below(path, "closed_on");
  const auto closed = fields::ReadDay(closed_on, risk.has_closed_on(), risk.closed_on(), faults);
  if (risk.state() == v1::Risk::STATE_CLOSED) {
    if (!risk.has_closed_on()) faults->Missing(closed_on, "a date: the state is STATE_CLOSED");
  } else if (closed.has_value()) {
    faults->Add(closed_on, absl::FormatCivilTime(*closed),
                "nothing: only a risk in STATE_CLOSED has it");
  }
}

void CheckNotInFuture(const std::string& field, bool is_set, const common::v1::Date& date,
                      absl::CivilDay today, status::FieldFaults* faults) {
  const std::optional<absl::CivilDay> day = fields::DayOf(date);
  if (!is_set || !day.has_value() || *day <= today) return;
  faults->Add(field, absl::FormatCivilTime(*day),
              absl::StrCat("a day not in the future: today is ", absl::FormatCivilTime(today)));
}

absl::Status CheckRiskUnused(const versioned::Edit& edit, const std::string& risk) {
  ATHENA_ASSIGN_OR_RETURN(const std::optional<Use> use,
                          FindUse(edit.now(), [&](std::string_view name) { return name == risk; }));
  return use.has_value() ? RiskInUse(use->named, use->user) : absl::OkStatus();
}

}  // namespace

void RiskKind::Complete(v1::Risk* risk) {
  if (risk->state() == v1::Risk::STATE_UNSPECIFIED) risk->set_state(v1::Risk::STATE_OPEN);
  risk->set_inherent_score(Score(risk->inherent_likelihood(), risk->inherent_impact()));
  const bool is_judged = risk->residual_likelihood() != 0 || risk->residual_impact() != 0;
  risk->set_residual_score(is_judged ? Score(risk->residual_likelihood(), risk->residual_impact())
                                     : risk->inherent_score());
}

void RiskKind::Validate(std::string_view path, std::string_view parent, const v1::Risk& risk,
                        status::FieldFaults* faults) {
  CheckElementCode(Below(path, "code"), risk.code(), faults);
  fields::CheckText(Below(path, "title"), risk.title(), fields::kMaxTitleBytes, Need::kRequired,
                    faults);
  fields::CheckText(Below(path, "description"), risk.description(), fields::kMaxDescriptionBytes,
                    Need::kOptional, faults);
  fields::CheckText(Below(path, "category"), risk.category(), kMaxCategoryBytes, Need::kOptional,
                    faults);
  CheckLevels(path, risk, faults);
  CheckControls(path, risk, faults);
  if (!v1::Risk::Treatment_IsValid(risk.treatment())) {
    faults->Add(Below(path, "treatment"), static_cast<int>(risk.treatment()),
                "a value of Treatment");
  }
  fields::CheckText(Below(path, "treatment_plan"), risk.treatment_plan(),
                    fields::kMaxDescriptionBytes, Need::kOptional, faults);
  if (!risk.owner_unit().empty()) {
    CheckName(Below(path, "owner_unit"), risk.owner_unit(), kUnitName, parent, "a unit", faults);
  }
  fields::CheckText(Below(path, "owner"), risk.owner(), kMaxOwnerBytes, Need::kOptional, faults);
  if (!v1::Risk::State_IsValid(risk.state())) {
    faults->Add(Below(path, "state"), static_cast<int>(risk.state()), "a value of State");
  }
  CheckDays(path, risk, faults);
  CheckNames(Below(path, "elements"), risk.elements(), kElementName, parent, "an element", faults);
}

absl::Status RiskKind::Admit(const resource::Admission<v1::Risk>& admission) {
  ATHENA_ASSIGN_OR_RETURN(const absl::CivilDay today, LocalDay(admission.edit));
  ExistenceChecks exists(admission.edit);
  for (const resource::Change<v1::Risk>& change : admission.changes) {
    if (change.after == nullptr) {
      ATHENA_RETURN_IF_ERROR(CheckRiskUnused(admission.edit, change.before->name()));
      return ReleaseCode(admission.edit.tx(), change.before->name());
    }
    const v1::Risk& risk = *change.after;
    ATHENA_RETURN_IF_ERROR(
        exists.Unit(change.Field("owner_unit"), risk.owner_unit(), admission.faults));
    ATHENA_RETURN_IF_ERROR(
        exists.Elements(change.Field("elements"), risk.elements(), admission.faults));
    CheckNotInFuture(change.Field("last_reviewed_on"), risk.has_last_reviewed_on(),
                     risk.last_reviewed_on(), today, admission.faults);
    CheckNotInFuture(change.Field("closed_on"), risk.has_closed_on(), risk.closed_on(), today,
                     admission.faults);
  }
  if (!admission.faults->empty()) return absl::OkStatus();
  ATHENA_RETURN_IF_ERROR(ReleaseChangedCodes(admission));
  for (const resource::Change<v1::Risk>& change : admission.changes) {
    if (change.before != nullptr && change.before->code() == change.after->code()) continue;
    ATHENA_RETURN_IF_ERROR(
        TakeCode(admission.edit.tx(), kRisks.name, change.after->name(), change.after->code()));
  }
  return absl::OkStatus();
}

bool RiskKind::Less(const v1::Risk& a, const v1::Risk& b) {
  return NaturalLess(a.code(), b.code());
}

}  // namespace athena::plan
