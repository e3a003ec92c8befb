#ifndef ATHENA_SERVICES_INDICATOR_INGEST_ROWS_ALLOWED_VALUES_H_
#define ATHENA_SERVICES_INDICATOR_INGEST_ROWS_ALLOWED_VALUES_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "services/indicator/model/definition.h"

// Texts of error messages: the values that a definition allows.
namespace athena::indicator {

// An unknown dimension id in the path of a field is cut after so many bytes, the most that a valid
// id has.
inline constexpr size_t kMaxShownId = 63;

inline constexpr std::string_view kAnyPeriod =
    "a period: 2021, 2021-S1, 2021-Q3, 2021-07, 2021-W30 or 2021-07-15, years 1900 to 2199";

// "a code of the dimension: F, M", with the first five codes.
std::string CodesAllowed(const Dimension& dimension);
// "a dimension of the indicator: sex, unit".
std::string DimensionsAllowed(const Definition& definition);

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_INGEST_ROWS_ALLOWED_VALUES_H_
