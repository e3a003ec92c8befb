#ifndef ATHENA_SERVICES_ATHENACTL_COMMANDS_SCORECARDS_SCORECARD_FLAGS_H_
#define ATHENA_SERVICES_ATHENACTL_COMMANDS_SCORECARDS_SCORECARD_FLAGS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "athena/common/v1/values.pb.h"
#include "libs/period/period.h"
#include "services/athenactl/resources/connections.h"
#include "services/athenactl/terminal/arguments.h"

// How commands about scorecards read their words.
namespace athena::athenactl {

inline constexpr int64_t kMostLevels = 100;

// The plan, by resource name, and the quarter.
struct ScorecardTarget {
  std::string plan;
  Period quarter;
};

// From "[PLAN] QUARTER" or the name of a scorecard. Asks the plan service where the plan or the
// institution was left out.
absl::StatusOr<ScorecardTarget> ReadTarget(const Connections& connections,
                                           const Arguments& arguments);
// The same of these words in place of the operands.
absl::StatusOr<ScorecardTarget> ReadTarget(const Connections& connections,
                                           const Arguments& arguments,
                                           const std::vector<std::string>& words);

// A flag with a whole number from 0 to `most`; nullopt when it was not given.
absl::StatusOr<std::optional<int64_t>> ReadNumber(const Arguments& arguments,
                                                  const std::string& flag, int64_t most);

// --as-of: a time or a day, but no revision; unset when it was not given.
absl::StatusOr<common::v1::AsOf> ReadScorecardAsOf(const Connections& connections,
                                                   const ScorecardTarget& target,
                                                   const Arguments& arguments);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_COMMANDS_SCORECARDS_SCORECARD_FLAGS_H_
