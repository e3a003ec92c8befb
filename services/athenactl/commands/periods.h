#ifndef ATHENA_SERVICES_ATHENACTL_COMMANDS_PERIODS_H_
#define ATHENA_SERVICES_ATHENACTL_COMMANDS_PERIODS_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/types/span.h"
#include "libs/period/period.h"
#include "services/athenactl/terminal/arguments.h"

// Periods as they are typed. Pure and thread-safe.
namespace athena::athenactl {

// Reads "2022-Q4"; Misused says so for anything else.
absl::StatusOr<Period> ReadQuarter(const std::string& typed);

// The quarters from --from to --to, at most `most`. Without --to the last one that has ended on the
// day of `today`, which is asked for then alone; without --from that one alone. Misused when there
// are none or more.
absl::StatusOr<std::vector<std::string>> ReadQuarters(const Arguments& arguments, size_t most,
                                                      absl::FunctionRef<absl::CivilDay()> today);

// Reads periods of any length, "2021", "2021-07", and ranges, "2021-01..2021-12", of at most `most`
// periods in all. Misused for anything else, and for a range of two lengths or one that runs
// backwards.
absl::StatusOr<std::vector<std::string>> ReadPeriods(absl::Span<const std::string> typed,
                                                     size_t most);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_COMMANDS_PERIODS_H_
