#ifndef ATHENA_SERVICES_INDICATOR_RULES_TESTING_SHORTHAND_H_
#define ATHENA_SERVICES_INDICATOR_RULES_TESTING_SHORTHAND_H_

#include <string_view>

#include "absl/time/civil_time.h"
#include "libs/decimal/decimal.h"
#include "libs/period/period.h"

namespace athena::indicator::testing {

inline Decimal D(std::string_view text) { return Decimal::Parse(text).value(); }
inline Period P(std::string_view text) { return Period::Parse(text).value(); }

// Later than every period of the tests: everything is due.
inline const absl::CivilDay kLater(2030, 1, 1);

}  // namespace athena::indicator::testing

#endif  // ATHENA_SERVICES_INDICATOR_RULES_TESTING_SHORTHAND_H_
