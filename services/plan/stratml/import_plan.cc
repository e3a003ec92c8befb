#include "services/plan/stratml/import_plan.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/fields/fields.h"
#include "libs/rpc/call.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "libs/versioned/store.h"
#include "services/plan/indicators/indicator_service.h"
#include "services/plan/limits.h"
#include "services/plan/names.h"
#include "services/plan/strategy/elements.h"
#include "services/plan/strategy/plans.h"
#include "services/plan/stratml/read_stratml.h"

namespace athena::plan {
namespace {

using Position = v1::ImportPlanResponse::Position;

void CheckDocuments(const v1::ImportPlanRequest& request, status::FieldFaults* faults) {
  const int count = request.documents_size();
  if (count == 0 || count > kMaxStratmlDocuments) {
    faults->Add("documents", count, absl::StrCat("1 to ", kMaxStratmlDocuments, " of them"));
  }
  size_t bytes = 0;
  for (const std::string& document : request.documents()) bytes += document.size();
  if (bytes > kMaxStratmlBytes) {
    faults->Add("documents", absl::StrCat(bytes, " bytes"),
                absl::StrCat("at most ", kMaxStratmlBytes, " bytes in all"));
  }
}

// A place in a document as the path of a field.
std::string FieldOf(const Position& position) {
  return absl::StrCat("documents[", position.document(), "]:", position.line(), " ",
                      position.path());
}

// Takes out of the elements the links that the institution may not make, and says so.
absl::Status LeaveOutLinks(const IndicatorService& indicators, const rpc::Call& call,
                           const std::string& institution, StratmlReading* reading) {
  std::vector<IndicatorSelection> selections;
  for (const ReadElement& read : reading->elements) {
    for (const v1::IndicatorLink& link : read.element.indicators()) {
      selections.push_back({link.indicator(), {link.slice().begin(), link.slice().end()}});
    }
  }
  if (selections.empty()) return absl::OkStatus();
  ATHENA_ASSIGN_OR_RETURN(const std::vector<Linkable> answers,
                          indicators.CheckLinks(call, institution, selections));
  auto answer = answers.begin();
  for (ReadElement& read : reading->elements) {
    google::protobuf::RepeatedPtrField<v1::IndicatorLink> kept;
    for (v1::IndicatorLink& link : *read.element.mutable_indicators()) {
      switch (*answer++) {
        case Linkable::kYes:
          *kept.Add() = std::move(link);
          break;
        case Linkable::kUnknown:
          reading->Remark(read.position,
                          absl::StrCat("a link is not imported: the institution has no indicator ",
                                       link.indicator(), ", and none is shared with it"));
          break;
        case Linkable::kNoSuchSlice:
          reading->Remark(read.position, absl::StrCat("a link is not imported: ", link.indicator(),
                                                      " has no such slice"));
          break;
      }
    }
    *read.element.mutable_indicators() = std::move(kept);
  }
  return absl::OkStatus();
}

// Takes units out of an element that the institution does not have.
void LeaveOutUnits(const ResourceName& parent, const std::set<std::string>& units,
                   const Position& position, v1::Element* element, StratmlReading* reading) {
  const auto is_known = [&](const std::string& name) {
    const auto unit = kUnitName.Match(name);
    return !unit.has_value() || unit->institution() != parent.institution() || units.contains(name);
  };
  if (!is_known(element->owner_unit())) {
    reading->Remark(position, absl::StrCat("its owner is not imported: there is no unit ",
                                           element->owner_unit()));
    element->clear_owner_unit();
  }
  std::vector<std::string> contributors;
  for (const std::string& name : element->contributors()) {
    if (is_known(name)) {
      contributors.push_back(name);
    } else {
      reading->Remark(position,
                      absl::StrCat("a contributor is not imported: there is no unit ", name));
    }
  }
  element->mutable_contributors()->Assign(contributors.begin(), contributors.end());
}

// What the plan and its elements show to be wrong by themselves.
absl::Status Validate(const ResourceName& parent, const StratmlReading& reading) {
  status::FieldFaults faults;
  PlanKind::Validate(FieldOf(reading.plan_position), parent.text, reading.plan, &faults);
  for (const ReadElement& read : reading.elements) {
    const std::string field = FieldOf(read.position);
    ElementKind::Validate(field, reading.plan.name(), read.element, &faults);
    if (const size_t size = read.element.ByteSizeLong(); size > kMaxImportedElementBytes) {
      faults.Add(field, absl::StrCat(size, " bytes"),
                 absl::StrCat("at most ", kMaxImportedElementBytes, " bytes"));
    }
  }
  return faults.ToStatus();
}

absl::Status InsertElements(versioned::Edit& edit, const auth::Principal& caller,
                            const v1::ImportPlanRequest& request, StratmlReading* reading) {
  std::vector<resource::Change<v1::Element>> changes;
  for (ReadElement& read : reading->elements) {
    ATHENA_RETURN_IF_ERROR(ElementKind::Fill(edit, nullptr, &read.element));
    ATHENA_RETURN_IF_ERROR(
        edit.Insert(kElements, kElementName.Match(read.element.name())->key(), &read.element));
    changes.push_back({nullptr, &read.element, FieldOf(read.position)});
  }
  if (changes.empty()) return absl::OkStatus();
  status::FieldFaults faults;
  const auto erase = [](std::string_view) { return status::Internal("an import deletes nothing"); };
  ATHENA_RETURN_IF_ERROR(
      ElementKind::Admit({edit, caller, request, std::move(changes), &faults, erase}));
  return faults.ToStatus();
}

void FillResponse(const StratmlReading& reading, v1::ImportPlanResponse* response) {
  *response->mutable_plan() = reading.plan;
  response->set_language_code(reading.language);
  response->mutable_remarks()->Assign(reading.remarks.begin(), reading.remarks.end());
  std::stable_sort(response->mutable_remarks()->begin(), response->mutable_remarks()->end(),
                   [](const auto& a, const auto& b) {
                     const auto key = [](const Position& at) {
                       return std::pair(at.document(), at.line());
                     };
                     return key(a.position()) < key(b.position());
                   });
  response->set_remark_count(static_cast<int32_t>(reading.remark_count));
  for (const ReadElement& read : reading.elements) {
    v1::ImportPlanResponse::Imported& imported = *response->add_elements();
    *imported.mutable_position() = read.position;
    imported.set_element(read.element.name());
    imported.set_code(read.element.code());
  }
}

}  // namespace

absl::StatusOr<v1::ImportPlanResponse> PlanImports::Import(
    const rpc::Call& call, const v1::ImportPlanRequest& request) const {
  const auth::Principal& caller = call.principal();
  status::FieldFaults faults;
  const auto parent = kInstitutionName.Read("parent", request.parent(), &faults);
  if (!parent.has_value()) return faults.ToStatus();
  ATHENA_RETURN_IF_ERROR(
      caller.RequireInstitution(parent->institution(), "import plans of " + parent->text));
  if (request.plan_id().empty()) {
    faults.Missing("plan_id");
  } else if (!kPlanName.IsId(request.plan_id())) {
    faults.Add("plan_id", request.plan_id(), kIdGrammar);
  }
  if (!request.language_code().empty() && !fields::IsLanguageTag(request.language_code())) {
    faults.Add("language_code", request.language_code(), "a BCP-47 language tag, \"nl\"");
  }
  CheckDocuments(request, &faults);
  resource::Resources::CheckMutation(request, &faults);
  ATHENA_RETURN_IF_ERROR(faults.ToStatus());

  StratmlTarget target{kPlanName.Of({parent->institution(), request.plan_id()}),
                       request.language_code().empty() ? "en" : request.language_code(),
                       request.first_quarter(), request.last_quarter()};
  const std::vector<const std::string*> documents(request.documents().pointer_begin(),
                                                  request.documents().pointer_end());
  ATHENA_ASSIGN_OR_RETURN(StratmlReading read, ReadStratml(documents, target));
  PlanKind::Complete(&read.plan);
  for (ReadElement& one : read.elements) ElementKind::Complete(&one.element);
  ATHENA_RETURN_IF_ERROR(Validate(*parent, read));
  ATHENA_RETURN_IF_ERROR(LeaveOutLinks(indicators_, call, parent->institution(), &read));

  v1::ImportPlanResponse response;
  ATHENA_RETURN_IF_ERROR(resources_.Mutate(
      caller, parent->institution(), request, &response,
      [&](versioned::Edit& edit) -> absl::Status {
        ATHENA_RETURN_IF_ERROR(resource::RequireExists(edit.now(), plans_->levels[1], *parent));
        StratmlReading reading = read;
        ATHENA_ASSIGN_OR_RETURN(const std::vector<v1::Unit> stored, edit.List<v1::Unit>(kUnits));
        std::set<std::string> units;
        for (const v1::Unit& unit : stored) units.insert(unit.name());
        for (ReadElement& one : reading.elements) {
          LeaveOutUnits(*parent, units, one.position, &one.element, &reading);
        }
        ATHENA_RETURN_IF_ERROR(edit.Insert(kPlans, target.plan.key(), &reading.plan));
        ATHENA_RETURN_IF_ERROR(InsertElements(edit, caller, request, &reading));
        FillResponse(reading, &response);
        return absl::OkStatus();
      }));
  if (request.validate_only()) {
    response.mutable_plan()->clear_etag();
    response.mutable_plan()->clear_revision();
  }
  return response;
}

}  // namespace athena::plan
