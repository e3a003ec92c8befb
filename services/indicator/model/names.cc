#include "services/indicator/model/names.h"

#include <utility>
#include <vector>

namespace athena::indicator {
namespace {

constexpr NamePattern kInstitutionPattern("institutions/{institution}");

}  // namespace

std::string IndicatorName::ToString() const {
  return kIndicatorPattern.Of({institution, indicator}).text;
}

bool IsIndicatorId(std::string_view id) {
  return IsResourceId(id) && id.front() >= 'a' && id.front() <= 'z';
}

std::string InstitutionName(std::string_view institution) {
  return kInstitutionPattern.Of({std::string(institution)}).text;
}

std::optional<std::string> ParseInstitutionName(std::string_view name) {
  std::optional<ResourceName> match = kInstitutionPattern.Match(name);
  if (!match.has_value()) return std::nullopt;
  return std::move(match->ids.front());
}

std::optional<IndicatorName> ParseIndicatorName(std::string_view name) {
  // A query parses up to 20,000: without NamePattern::Match, which copies the text.
  std::optional<std::vector<std::string>> ids =
      MatchName(kIndicatorPattern.text(), name, IsIndicatorId);
  if (!ids.has_value()) return std::nullopt;
  return IndicatorName{std::move(ids->front()), std::move(ids->back())};
}

std::optional<std::string> ReadInstitutionName(std::string_view field, std::string_view name,
                                               status::FieldFaults* faults) {
  std::optional<ResourceName> match = kInstitutionPattern.Read(field, name, faults);
  if (!match.has_value()) return std::nullopt;
  return std::move(match->ids.front());
}

std::optional<IndicatorName> ReadIndicatorName(std::string_view field, std::string_view name,
                                               status::FieldFaults* faults) {
  std::optional<ResourceName> match = kIndicatorPattern.Read(field, name, faults);
  if (!match.has_value()) return std::nullopt;
  return IndicatorName{std::move(match->ids.front()), std::move(match->ids.back())};
}

}  // namespace athena::indicator
