#include "services/indicator/model/names.h"

#include <utility>
#include <vector>

#include "libs/ids/ids.h"

namespace athena::indicator {
namespace {

constexpr std::string_view kInstitution = "institutions/*";
constexpr std::string_view kIndicator = "institutions/*/indicators/*";

}  // namespace

std::string IndicatorName::ToString() const {
  return FillName(kIndicator, {institution, indicator});
}

bool IsIndicatorId(std::string_view id) {
  return IsResourceId(id) && id.front() >= 'a' && id.front() <= 'z';
}

std::string InstitutionName(std::string_view institution) {
  return FillName(kInstitution, {std::string(institution)});
}

std::optional<std::string> ParseInstitutionName(std::string_view name) {
  std::optional<std::vector<std::string>> ids = MatchName(kInstitution, name);
  if (!ids.has_value()) return std::nullopt;
  return std::move(ids->front());
}

std::optional<IndicatorName> ParseIndicatorName(std::string_view name) {
  std::optional<std::vector<std::string>> ids = MatchName(kIndicator, name);
  if (!ids.has_value() || !IsIndicatorId(ids->back())) return std::nullopt;
  return IndicatorName{std::move(ids->front()), std::move(ids->back())};
}

std::optional<std::string> ReadInstitutionName(std::string_view field, std::string_view name,
                                               status::FieldFaults* faults) {
  std::optional<std::string> id = ParseInstitutionName(name);
  if (name.empty()) {
    faults->Missing(field);
  } else if (!id.has_value()) {
    faults->Add(field, name, "`institutions/{institution}`");
  }
  return id;
}

std::optional<IndicatorName> ReadIndicatorName(std::string_view field, std::string_view name,
                                               status::FieldFaults* faults) {
  std::optional<IndicatorName> parsed = ParseIndicatorName(name);
  if (name.empty()) {
    faults->Missing(field);
  } else if (!parsed.has_value()) {
    faults->Add(field, name, "`institutions/{institution}/indicators/{indicator}`");
  }
  return parsed;
}

}  // namespace athena::indicator
