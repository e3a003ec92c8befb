#include "services/plan/operations/processes.h"

#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/fields/fields.h"
#include "libs/order/natural.h"
#include "libs/status/macros.h"
#include "services/plan/indicators/link_checks.h"
#include "services/plan/limits.h"
#include "services/plan/operations/codes_store.h"
#include "services/plan/operations/links.h"
#include "services/plan/strategy/validate_element.h"

namespace athena::plan {
namespace {

using fields::Below;
using fields::Need;

// A text that PERSONAL data must have.
void CheckPersonalText(const std::string& field, const common::v1::LocalizedText& text,
                       size_t max_bytes, const v1::DataItem& item, status::FieldFaults* faults) {
  fields::CheckText(field, text, max_bytes, Need::kOptional, faults);
  if (item.classification() == v1::DataItem::CLASSIFICATION_PERSONAL && text.text().empty()) {
    faults->Missing(field, "a text in at least one language: the data are PERSONAL");
  }
}

void CheckItem(const std::string& at, const v1::DataItem& item, status::FieldFaults* faults) {
  fields::CheckText(Below(at, "title"), item.title(), fields::kMaxTitleBytes, Need::kRequired,
                    faults);
  fields::CheckText(Below(at, "owner"), item.owner(), kMaxOwnerBytes, Need::kOptional, faults);
  if (item.classification() == v1::DataItem::CLASSIFICATION_UNSPECIFIED) {
    faults->Missing(Below(at, "classification"), "PUBLIC, INTERNAL, CONFIDENTIAL or PERSONAL");
  } else if (!v1::DataItem::Classification_IsValid(item.classification())) {
    faults->Add(Below(at, "classification"), static_cast<int>(item.classification()),
                "a value of Classification");
  }
  CheckPersonalText(Below(at, "legal_basis"), item.legal_basis(), kMaxJustificationBytes, item,
                    faults);
  CheckPersonalText(Below(at, "retention"), item.retention(), kMaxRetentionBytes, item, faults);
}

void CheckData(std::string_view path, const v1::Process& process, status::FieldFaults* faults) {
  const std::string field = Below(path, "data");
  if (process.data_size() > kMaxDataItems) {
    faults->Add(field, process.data_size(), absl::StrCat("at most ", kMaxDataItems, " of them"));
    return;
  }
  std::set<std::string_view> seen;
  for (int i = 0; i < process.data_size(); ++i) {
    const std::string at = fields::At(field, i);
    fields::CheckMemberId(Below(at, "id"), process.data(i).id(), &seen, faults);
    CheckItem(at, process.data(i), faults);
  }
}

}  // namespace

void ProcessKind::Validate(std::string_view path, std::string_view parent,
                           const v1::Process& process, status::FieldFaults* faults) {
  CheckElementCode(Below(path, "code"), process.code(), faults);
  fields::CheckText(Below(path, "title"), process.title(), fields::kMaxTitleBytes, Need::kRequired,
                    faults);
  fields::CheckText(Below(path, "purpose"), process.purpose(), fields::kMaxDescriptionBytes,
                    Need::kOptional, faults);
  if (!process.owner_unit().empty()) {
    CheckName(Below(path, "owner_unit"), process.owner_unit(), kUnitName, parent, "a unit", faults);
  }
  fields::CheckText(Below(path, "owner"), process.owner(), kMaxOwnerBytes, Need::kOptional, faults);
  // Another institution's indicator may be shared with this one.
  CheckNames(Below(path, "indicators"), process.indicators(), kIndicatorName, "", "", faults);
  CheckNames(Below(path, "risks"), process.risks(), kRiskName, parent, "a risk", faults);
  CheckNames(Below(path, "elements"), process.elements(), kElementName, parent, "an element",
             faults);
  CheckData(path, process, faults);
}

absl::Status ProcessKind::Ask(const resource::Question<v1::Process>& question) const {
  if (indicators == nullptr) return absl::OkStatus();
  std::vector<NewLink> links;
  std::string institution;
  for (const resource::Change<v1::Process>& change : question.changes) {
    if (change.after == nullptr) continue;
    institution = kProcessName.Match(change.after->name())->institution();
    std::set<std::string_view> known;
    if (change.before != nullptr) {
      known.insert(change.before->indicators().begin(), change.before->indicators().end());
    }
    for (int i = 0; i < change.after->indicators_size(); ++i) {
      const std::string& indicator = change.after->indicators(i);
      if (known.count(indicator) == 1) continue;
      links.push_back({{indicator, {}}, fields::At(change.Field("indicators"), i), ""});
    }
  }
  return CheckNewLinks(*indicators, question.caller, institution, links, question.faults);
}

absl::Status ProcessKind::Admit(const resource::Admission<v1::Process>& admission) {
  ExistenceChecks exists(admission.edit);
  for (const resource::Change<v1::Process>& change : admission.changes) {
    if (change.after == nullptr) return ReleaseCode(admission.edit.tx(), change.before->name());
    const v1::Process& process = *change.after;
    ATHENA_RETURN_IF_ERROR(
        exists.Unit(change.Field("owner_unit"), process.owner_unit(), admission.faults));
    ATHENA_RETURN_IF_ERROR(exists.Risks(change.Field("risks"), process.risks(), admission.faults));
    ATHENA_RETURN_IF_ERROR(
        exists.Elements(change.Field("elements"), process.elements(), admission.faults));
  }
  if (!admission.faults->empty()) return absl::OkStatus();
  ATHENA_RETURN_IF_ERROR(ReleaseChangedCodes(admission));
  for (const resource::Change<v1::Process>& change : admission.changes) {
    if (change.before != nullptr && change.before->code() == change.after->code()) continue;
    ATHENA_RETURN_IF_ERROR(
        TakeCode(admission.edit.tx(), kProcesses.name, change.after->name(), change.after->code()));
  }
  return absl::OkStatus();
}

bool ProcessKind::Less(const v1::Process& a, const v1::Process& b) {
  return NaturalLess(a.code(), b.code());
}

}  // namespace athena::plan
