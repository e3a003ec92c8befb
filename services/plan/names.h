#ifndef ATHENA_SERVICES_PLAN_NAMES_H_
#define ATHENA_SERVICES_PLAN_NAMES_H_

#include <optional>
#include <string>
#include <string_view>

#include "libs/status/status.h"

// The resource names of the plan service, apart and together. Pure and thread-safe.
namespace athena::plan {

struct InstitutionName {
  std::string institution;
  std::string ToString() const;  // "institutions/gob"
};

struct UnitName {
  std::string institution;
  std::string unit;
  std::string ToString() const;  // "institutions/gob/units/bcit"
};

struct PlanName {
  std::string institution;
  std::string plan;
  std::string ToString() const;  // "institutions/gob/plans/p1"
};

struct ElementName {
  std::string institution;
  std::string plan;
  std::string element;
  std::string ToString() const;  // "institutions/gob/plans/p1/elements/e3"
  PlanName Plan() const { return {institution, plan}; }
  // What it is kept by within its institution: "p1/e3".
  std::string Key() const { return plan + "/" + element; }
};

// nullopt when `name` is none.
std::optional<InstitutionName> ParseInstitutionName(std::string_view name);
std::optional<UnitName> ParseUnitName(std::string_view name);
std::optional<PlanName> ParsePlanName(std::string_view name);
std::optional<ElementName> ParseElementName(std::string_view name);
// `institutions/{institution}/indicators/{indicator}`
bool IsIndicatorName(std::string_view name);

// The same, but what is none is a fault of `field`.
std::optional<InstitutionName> ReadInstitutionName(std::string_view field, std::string_view name,
                                                   status::FieldFaults* faults);
std::optional<UnitName> ReadUnitName(std::string_view field, std::string_view name,
                                     status::FieldFaults* faults);
std::optional<PlanName> ReadPlanName(std::string_view field, std::string_view name,
                                     status::FieldFaults* faults);
std::optional<ElementName> ReadElementName(std::string_view field, std::string_view name,
                                           status::FieldFaults* faults);
// An id that a client chose for something new.
void CheckId(std::string_view field, std::string_view id, status::FieldFaults* faults);

}  // namespace athena::plan

#endif  // ATHENA_SERVICES_PLAN_NAMES_H_
