#include "services/plan/names.h"

#include <vector>

#include "libs/ids/ids.h"

namespace athena::plan {
namespace {

constexpr std::string_view kInstitution = "institutions/*";
constexpr std::string_view kUnit = "institutions/*/units/*";
constexpr std::string_view kPlan = "institutions/*/plans/*";
constexpr std::string_view kElement = "institutions/*/plans/*/elements/*";
constexpr std::string_view kIndicator = "institutions/*/indicators/*";

// Adds the fault when there is no name.
template <typename Name>
std::optional<Name> OrFault(std::optional<Name> parsed, std::string_view field,
                            std::string_view name, std::string_view want,
                            status::FieldFaults* faults) {
  if (parsed.has_value()) return parsed;
  if (name.empty()) {
    faults->Missing(field);
  } else {
    faults->Add(field, name, want);
  }
  return std::nullopt;
}

}  // namespace

std::string InstitutionName::ToString() const { return FillName(kInstitution, {institution}); }
std::string UnitName::ToString() const { return FillName(kUnit, {institution, unit}); }
std::string PlanName::ToString() const { return FillName(kPlan, {institution, plan}); }
std::string ElementName::ToString() const {
  return FillName(kElement, {institution, plan, element});
}

std::optional<InstitutionName> ParseInstitutionName(std::string_view name) {
  const auto ids = MatchName(kInstitution, name);
  if (!ids.has_value()) return std::nullopt;
  return InstitutionName{(*ids)[0]};
}

std::optional<UnitName> ParseUnitName(std::string_view name) {
  const auto ids = MatchName(kUnit, name);
  if (!ids.has_value()) return std::nullopt;
  return UnitName{(*ids)[0], (*ids)[1]};
}

std::optional<PlanName> ParsePlanName(std::string_view name) {
  const auto ids = MatchName(kPlan, name);
  if (!ids.has_value()) return std::nullopt;
  return PlanName{(*ids)[0], (*ids)[1]};
}

std::optional<ElementName> ParseElementName(std::string_view name) {
  const auto ids = MatchName(kElement, name);
  if (!ids.has_value()) return std::nullopt;
  return ElementName{(*ids)[0], (*ids)[1], (*ids)[2]};
}

bool IsIndicatorName(std::string_view name) { return MatchName(kIndicator, name).has_value(); }

std::optional<InstitutionName> ReadInstitutionName(std::string_view field, std::string_view name,
                                                   status::FieldFaults* faults) {
  return OrFault(ParseInstitutionName(name), field, name, "`institutions/{institution}`", faults);
}

std::optional<UnitName> ReadUnitName(std::string_view field, std::string_view name,
                                     status::FieldFaults* faults) {
  return OrFault(ParseUnitName(name), field, name, "`institutions/{institution}/units/{unit}`",
                 faults);
}

std::optional<PlanName> ReadPlanName(std::string_view field, std::string_view name,
                                     status::FieldFaults* faults) {
  return OrFault(ParsePlanName(name), field, name, "`institutions/{institution}/plans/{plan}`",
                 faults);
}

std::optional<ElementName> ReadElementName(std::string_view field, std::string_view name,
                                           status::FieldFaults* faults) {
  return OrFault(ParseElementName(name), field, name,
                 "`institutions/{institution}/plans/{plan}/elements/{element}`", faults);
}

void CheckId(std::string_view field, std::string_view id, status::FieldFaults* faults) {
  if (id.empty()) {
    faults->Missing(field);
  } else if (!IsResourceId(id)) {
    faults->Add(field, id, kIdGrammar);
  }
}

}  // namespace athena::plan
