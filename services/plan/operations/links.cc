#include "services/plan/operations/links.h"

#include <set>
#include <vector>

#include "absl/strings/str_cat.h"
#include "athena/plan/v1/budget_line.pb.h"
#include "athena/plan/v1/decision.pb.h"
#include "athena/plan/v1/institution.pb.h"
#include "athena/plan/v1/plan.pb.h"
#include "athena/plan/v1/process.pb.h"
#include "athena/plan/v1/risk.pb.h"
#include "libs/fields/fields.h"
#include "libs/status/macros.h"
#include "services/plan/errors.h"
#include "services/plan/limits.h"
#include "services/plan/names.h"

namespace athena::plan {
namespace {

std::vector<std::string_view> NamesIn(const v1::Risk& risk) {
  std::vector<std::string_view> names(risk.elements().begin(), risk.elements().end());
  names.push_back(risk.owner_unit());
  return names;
}

std::vector<std::string_view> NamesIn(const v1::Process& process) {
  std::vector<std::string_view> names(process.elements().begin(), process.elements().end());
  names.insert(names.end(), process.risks().begin(), process.risks().end());
  names.push_back(process.owner_unit());
  return names;
}

std::vector<std::string_view> NamesIn(const v1::BudgetLine& line) {
  std::vector<std::string_view> names;
  for (const v1::BudgetShare& share : line.shares()) names.push_back(share.element());
  return names;
}

// The element that a decision is about may go before it.
std::vector<std::string_view> NamesIn(const v1::Decision& decision) {
  return {decision.responsible_unit()};
}

template <typename T>
absl::Status FindUseIn(const versioned::Snapshot& snapshot, versioned::Collection collection,
                       absl::FunctionRef<bool(std::string_view)> is_meant,
                       std::optional<Use>* use) {
  if (use->has_value()) return absl::OkStatus();
  T resource;
  return snapshot.VisitMessages(
      collection, "", "", [&] { return &resource; },
      [&](google::protobuf::Message*) {
        for (const std::string_view name : NamesIn(resource)) {
          if (name.empty() || !is_meant(name)) continue;
          *use = Use{std::string(name), resource.name()};
          return false;
        }
        return true;
      });
}

}  // namespace

void CheckName(std::string_view field, std::string_view name, const NamePattern& pattern,
               std::string_view parent, std::string_view what, status::FieldFaults* faults) {
  const std::optional<ResourceName> read = pattern.Read(field, name, faults);
  if (!read.has_value() || parent.empty()) return;
  if (kInstitutionName.Of({read->institution()}).text != parent) {
    faults->Add(field, name, absl::StrCat(std::string(what), " of ", std::string(parent)));
  }
}

void CheckNames(std::string_view field, const NameList& names, const NamePattern& pattern,
                std::string_view parent, std::string_view what, status::FieldFaults* faults) {
  if (names.size() > kMaxLinks) {
    faults->Add(field, names.size(), absl::StrCat("at most ", kMaxLinks, " of them"));
    return;
  }
  std::set<std::string_view> seen;
  for (int i = 0; i < names.size(); ++i) {
    CheckName(fields::At(field, i), names[i], pattern, parent, what, faults);
    if (!seen.insert(names[i]).second) faults->Add(fields::At(field, i), names[i], "each once");
  }
}

absl::Status ExistenceChecks::Unit(const std::string& field, const std::string& name,
                                   status::FieldFaults* faults) {
  v1::Unit scratch;
  return Check(kUnits, kUnitName, &scratch, "a unit that exists", field, name, faults);
}

absl::Status ExistenceChecks::Element(const std::string& field, const std::string& name,
                                      status::FieldFaults* faults) {
  v1::Element scratch;
  return Check(kElements, kElementName, &scratch, "an element that exists", field, name, faults);
}

absl::Status ExistenceChecks::Elements(const std::string& field, const NameList& names,
                                       status::FieldFaults* faults) {
  for (int i = 0; i < names.size(); ++i) {
    ATHENA_RETURN_IF_ERROR(Element(fields::At(field, i), names[i], faults));
  }
  return absl::OkStatus();
}

absl::Status ExistenceChecks::Risks(const std::string& field, const NameList& names,
                                    status::FieldFaults* faults) {
  v1::Risk scratch;
  for (int i = 0; i < names.size(); ++i) {
    ATHENA_RETURN_IF_ERROR(Check(kRisks, kRiskName, &scratch, "a risk that exists",
                                 fields::At(field, i), names[i], faults));
  }
  return absl::OkStatus();
}

absl::Status ExistenceChecks::Check(versioned::Collection collection, const NamePattern& pattern,
                                    google::protobuf::Message* scratch, std::string_view what,
                                    const std::string& field, const std::string& name,
                                    status::FieldFaults* faults) {
  const std::optional<ResourceName> read = pattern.Match(name);
  if (!read.has_value() || read->institution() != edit_.institution()) return absl::OkStatus();
  auto known = exists_.find(name);
  if (known == exists_.end()) {
    ATHENA_ASSIGN_OR_RETURN(const bool found,
                            edit_.now().FindMessage(collection, read->key(), scratch));
    known = exists_.emplace(name, found).first;
  }
  if (!known->second) faults->Add(field, name, what);
  return absl::OkStatus();
}

absl::StatusOr<std::optional<Use>> FindUse(
    const versioned::Snapshot& snapshot, absl::FunctionRef<bool(std::string_view name)> is_meant) {
  std::optional<Use> use;
  ATHENA_RETURN_IF_ERROR(FindUseIn<v1::Risk>(snapshot, kRisks, is_meant, &use));
  ATHENA_RETURN_IF_ERROR(FindUseIn<v1::Process>(snapshot, kProcesses, is_meant, &use));
  ATHENA_RETURN_IF_ERROR(FindUseIn<v1::BudgetLine>(snapshot, kBudgetLines, is_meant, &use));
  ATHENA_RETURN_IF_ERROR(FindUseIn<v1::Decision>(snapshot, kDecisions, is_meant, &use));
  return use;
}

absl::Status CheckElementsUnused(const versioned::Snapshot& snapshot,
                                 absl::FunctionRef<bool(std::string_view name)> is_meant) {
  ATHENA_ASSIGN_OR_RETURN(const std::optional<Use> use, FindUse(snapshot, is_meant));
  return use.has_value() ? ElementInUse(use->named, use->user) : absl::OkStatus();
}

}  // namespace athena::plan
