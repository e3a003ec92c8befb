#ifndef ATHENA_SERVICES_PLAN_ORGANISATION_UNITS_H_
#define ATHENA_SERVICES_PLAN_ORGANISATION_UNITS_H_

#include <string_view>

#include "services/plan/organisation/institutions.h"

namespace athena::plan {

// The units of an institution, a tree.
struct UnitKind {
  using Message = v1::Unit;
  using Parent = InstitutionKind;
  static constexpr std::string_view kPattern = kUnitName.text();
  static constexpr versioned::Collection kCollection = kUnits;

  static void Validate(std::string_view path, std::string_view parent, const v1::Unit& unit,
                       status::FieldFaults* faults);
  // The unit above exists and is not part of this one; what is deleted is named nowhere.
  static absl::Status Admit(const resource::Admission<v1::Unit>& admission);
};

}  // namespace athena::plan

#endif  // ATHENA_SERVICES_PLAN_ORGANISATION_UNITS_H_
