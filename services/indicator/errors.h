#ifndef ATHENA_SERVICES_INDICATOR_ERRORS_H_
#define ATHENA_SERVICES_INDICATOR_ERRORS_H_

#include <string_view>

#include "absl/status/status.h"

// The errors of the indicator service, beside those that every service has (libs/status).
namespace athena::indicator {

// ALREADY_EXISTS, PUSH_ID_REUSED: the sender's push_id came before, with other content.
absl::Status PushIdReused(std::string_view push_id, std::string_view push);
// What the database refuses, as callers of this service are told: with RetryInfo where trying again
// helps. Errors of ours are left as they are.
absl::Status StorageRefusal(const absl::Status& status);

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_ERRORS_H_
