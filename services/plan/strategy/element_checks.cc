#include "services/plan/strategy/element_checks.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "athena/plan/v1/institution.pb.h"
#include "libs/fields/fields.h"
#include "libs/period/period.h"
#include "libs/status/macros.h"
#include "services/plan/limits.h"
#include "services/plan/names.h"

namespace athena::plan {

absl::Status ReferenceChecks::CheckUnitExists(const std::string& field, const std::string& unit,
                                              status::FieldFaults* faults) {
  const std::optional<ResourceName> name = kUnitName.Match(unit);
  // Other institutions' units are theirs to know.
  if (!name.has_value() || name->institution() != edit_.institution()) return absl::OkStatus();
  auto known = exists_.find(name->id());
  if (known == exists_.end()) {
    ATHENA_ASSIGN_OR_RETURN(const auto found, edit_.Find<v1::Unit>(kUnits, name->key()));
    known = exists_.emplace(name->id(), found.has_value()).first;
  }
  if (!known->second) faults->Add(field, unit, "a unit that exists");
  return absl::OkStatus();
}

absl::Status ReferenceChecks::Check(const resource::Change<v1::Element>& change,
                                    status::FieldFaults* faults) {
  const v1::Element& element = *change.after;
  ATHENA_RETURN_IF_ERROR(CheckUnitExists(change.Field("owner_unit"), element.owner_unit(), faults));
  for (int i = 0; i < element.contributors_size(); ++i) {
    ATHENA_RETURN_IF_ERROR(CheckUnitExists(fields::At(change.Field("contributors"), i),
                                           element.contributors(i), faults));
  }
  if (!element.has_start_date()) return absl::OkStatus();
  ATHENA_ASSIGN_OR_RETURN(const Period last, Period::Parse(plan_.last_quarter()));
  const std::optional<absl::CivilDay> start = fields::DayOf(element.start_date());
  if (start.has_value() && *start > last.LastDay()) {
    faults->Add(change.Field("start_date"), absl::FormatCivilTime(*start),
                absl::StrCat("a day in or before the plan's last quarter, ", plan_.last_quarter()));
  }
  return absl::OkStatus();
}

void AddMisplaced(Misplaced misplaced, const v1::Element& element, std::string_view parent_field,
                  std::string_view kind_field, status::FieldFaults* faults) {
  const std::string& parent = element.parent_element();
  switch (misplaced) {
    case Misplaced::kNo:
      return;
    case Misplaced::kNoParent:
      return faults->Add(parent_field, parent, "an element that exists");
    case Misplaced::kCycle:
      return faults->Add(parent_field, parent, "an element that is not below this one");
    case Misplaced::kTooDeep:
      return faults->Add(
          parent_field, parent,
          absl::StrCat("a place where the tree has at most ", kMaxLevels, " levels"));
    case Misplaced::kCoarser:
      return faults->Add(kind_field, v1::Element::Kind_Name(element.kind()),
                         absl::StrCat("a kind not coarser than that of ", parent,
                                      " (AXIS, OBJECTIVE, ACTION, from coarse to fine)"));
  }
}

Place PlaceOf(const v1::Element& element) {
  const std::optional<ResourceName> parent = kElementName.Match(element.parent_element());
  return {parent.has_value() ? parent->id() : "", static_cast<Kind>(element.kind())};
}

}  // namespace athena::plan
