#ifndef ATHENA_SERVICES_INDICATOR_ERRORS_H_
#define ATHENA_SERVICES_INDICATOR_ERRORS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

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
// What the database refuses, as callers of this service are told: with RetryInfo where trying again
// helps. Errors of ours are left as they are.
absl::Status StorageRefusal(const absl::Status& status);

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_ERRORS_H_
