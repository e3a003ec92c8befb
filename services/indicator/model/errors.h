#ifndef ATHENA_SERVICES_INDICATOR_MODEL_ERRORS_H_
#define ATHENA_SERVICES_INDICATOR_MODEL_ERRORS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/civil_time.h"
#include "absl/types/span.h"
#include "libs/period/period.h"

// The errors of the indicator service, beside those that every service has (libs/status).
namespace athena::indicator {

// ALREADY_EXISTS, PUSH_ID_REUSED: the sender's push_id came before, with other content.
absl::Status PushIdReused(std::string_view push_id, std::string_view push);
// INVALID_ARGUMENT, FORMULA_CYCLE: `path` begins and ends with the same indicator.
absl::Status FormulaCycle(const std::vector<std::string>& path);
// FAILED_PRECONDITION, INDICATOR_IN_USE: active formulas (by name, not empty) read the indicator.
absl::Status IndicatorInUse(std::string_view indicator, const std::vector<std::string>& formulas);
// FAILED_PRECONDITION, INDICATOR_RETIRED: it takes no targets.
absl::Status IndicatorRetired(std::string_view indicator);
// FAILED_PRECONDITION, TOO_MANY_VERSIONS: the target has as many versions as are kept.
absl::Status TooManyTargetVersions(std::string_view indicator, int64_t most);
// FAILED_PRECONDITION, PERIOD_NOT_OVER: `closing` is the closing of a quarter that ends on
// `last_day`, which is not past.
absl::Status PeriodNotOver(std::string_view closing, absl::CivilDay last_day, absl::CivilDay today);
// FAILED_PRECONDITION, PERIOD_CLOSED: `locked` rows would change observations of these quarters of
// the institution (an id), which are closed.
absl::Status PeriodClosed(std::string_view institution, absl::Span<const Period> quarters,
                          int64_t locked);
// FAILED_PRECONDITION, SCOPES_TOO_LARGE: a REPLACE would retract more than `most` cells.
absl::Status ScopesTooLarge(std::string_view institution, size_t most);

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_MODEL_ERRORS_H_
