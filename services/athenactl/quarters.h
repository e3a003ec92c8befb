#ifndef ATHENA_SERVICES_ATHENACTL_QUARTERS_H_
#define ATHENA_SERVICES_ATHENACTL_QUARTERS_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "libs/period/period.h"
#include "services/athenactl/arguments.h"

// Quarters as they are typed. Pure and thread-safe.
namespace athena::athenactl {

// Reads "2022-Q4"; Misused says so for anything else.
absl::StatusOr<Period> ReadQuarter(const std::string& typed);

// The quarters from --from to --to, at most `most`. Without --to the last one that has ended on
// `today`; without --from that one alone. Misused when there are none or more.
absl::StatusOr<std::vector<std::string>> ReadQuarters(const Arguments& arguments, size_t most,
                                                      absl::CivilDay today);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_QUARTERS_H_
