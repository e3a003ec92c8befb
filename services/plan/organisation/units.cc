#include "services/plan/organisation/units.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>

#include "athena/plan/v1/operational_plan.pb.h"
#include "athena/plan/v1/plan.pb.h"
#include "libs/fields/fields.h"
#include "libs/status/macros.h"
#include "libs/versioned/store.h"
#include "services/plan/errors.h"
#include "services/plan/operations/links.h"

namespace athena::plan {
namespace {

absl::Status CheckParentUnit(const versioned::Edit& edit, const resource::Change<v1::Unit>& change,
                             status::FieldFaults* faults) {
  // A batch may make a circle that this unit is not part of.
  std::set<std::string> above;
  for (std::string at = change.after->parent_unit(); !at.empty();) {
    ATHENA_ASSIGN_OR_RETURN(auto unit, edit.Find<v1::Unit>(kUnits, kUnitName.Match(at)->key()));
    if (!unit.has_value() || at == change.after->name() || !above.insert(at).second) {
      faults->Add(change.Field("parent_unit"), change.after->parent_unit(),
                  "a unit that exists and is not part of this one");
      return absl::OkStatus();
    }
    at = unit->parent_unit();
  }
  return absl::OkStatus();
}

absl::Status CheckUnused(const versioned::Edit& edit, const std::string& unit) {
  ATHENA_ASSIGN_OR_RETURN(const auto units, edit.List<v1::Unit>(kUnits));
  for (const v1::Unit& other : units) {
    if (other.parent_unit() == unit) return UnitInUse(unit, other.name());
  }
  ATHENA_ASSIGN_OR_RETURN(const auto elements, edit.List<v1::Element>(kElements));
  for (const v1::Element& element : elements) {
    const auto& others = element.contributors();
    const bool contributes = std::find(others.begin(), others.end(), unit) != others.end();
    if (contributes || element.owner_unit() == unit) return UnitInUse(unit, element.name());
  }
  ATHENA_ASSIGN_OR_RETURN(const std::optional<Use> use,
                          FindUse(edit.now(), [&](std::string_view name) { return name == unit; }));
  if (use.has_value()) return UnitInUse(unit, use->user);
  ATHENA_ASSIGN_OR_RETURN(const auto plans, edit.List<v1::OperationalPlan>(kOperationalPlans));
  for (const v1::OperationalPlan& plan : plans) {
    if (plan.unit() == unit) return UnitInUse(unit, plan.name());
  }
  return absl::OkStatus();
}

}  // namespace

void UnitKind::Validate(std::string_view path, std::string_view parent, const v1::Unit& unit,
                        status::FieldFaults* faults) {
  const std::string field = fields::Below(path, "parent_unit");
  fields::CheckText(fields::Below(path, "display_name"), unit.display_name(),
                    fields::kMaxTitleBytes, fields::Need::kRequired, faults);
  if (unit.parent_unit().empty()) return;
  const auto above = kUnitName.Read(field, unit.parent_unit(), faults);
  if (!above.has_value() || parent.empty()) return;
  if (kInstitutionName.Of({above->institution()}).text != parent || above->text == unit.name()) {
    faults->Add(field, unit.parent_unit(), "another unit of the same institution");
  }
}

absl::Status UnitKind::Admit(const resource::Admission<v1::Unit>& admission) {
  if (!admission.faults->empty()) return absl::OkStatus();
  for (const resource::Change<v1::Unit>& change : admission.changes) {
    ATHENA_RETURN_IF_ERROR(change.after == nullptr
                               ? CheckUnused(admission.edit, change.before->name())
                               : CheckParentUnit(admission.edit, change, admission.faults));
  }
  return absl::OkStatus();
}

}  // namespace athena::plan
