#ifndef ATHENA_SERVICES_INDICATOR_MODEL_NAMES_H_
#define ATHENA_SERVICES_INDICATOR_MODEL_NAMES_H_

#include <optional>
#include <string>
#include <string_view>

#include "libs/ids/name_pattern.h"
#include "libs/status/status.h"

// Parses and formats the resource names of the indicator service. Pure.
namespace athena::indicator {

struct IndicatorName {
  std::string institution;
  std::string indicator;
  std::string ToString() const;  // "institutions/gob/indicators/headcount"
};

// [a-z]([a-z0-9-]{0,61}[a-z0-9])?, as formulas name indicators.
bool IsIndicatorId(std::string_view id);
inline constexpr std::string_view kIndicatorIdGrammar =
    "1 to 63 of a-z, 0-9 and '-', beginning with a letter and ending with a letter or digit";

inline constexpr NamePattern kIndicatorPattern("institutions/{institution}/indicators/{indicator}",
                                               IsIndicatorId);

// "institutions/gob" of "gob".
std::string InstitutionName(std::string_view institution);

// The id in `institutions/{institution}`; nullopt for any other name.
std::optional<std::string> ParseInstitutionName(std::string_view name);
// nullopt when `name` is not `institutions/{institution}/indicators/{indicator}`.
std::optional<IndicatorName> ParseIndicatorName(std::string_view name);

// The same; any other name is added to `faults` as a fault of `field`.
std::optional<std::string> ReadInstitutionName(std::string_view field, std::string_view name,
                                               status::FieldFaults* faults);
std::optional<IndicatorName> ReadIndicatorName(std::string_view field, std::string_view name,
                                               status::FieldFaults* faults);

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_MODEL_NAMES_H_
