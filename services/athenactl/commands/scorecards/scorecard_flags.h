#ifndef ATHENA_SERVICES_ATHENACTL_COMMANDS_SCORECARDS_SCORECARD_FLAGS_H_
#define ATHENA_SERVICES_ATHENACTL_COMMANDS_SCORECARDS_SCORECARD_FLAGS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "athena/common/v1/values.pb.h"
#include "athena/reporting/v1/reporting_service.pb.h"
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

// A point in history; unset when none was given.
struct ScorecardPoint {
  std::optional<athena::reporting::v1::ScorecardAsOf> point;
  // The same for the plan service, to find elements by their codes; of a closing and a publication
  // unset.
  common::v1::AsOf as_of;
};

// A flag like --as-of: a time, a day, "closing", or "published".
absl::StatusOr<ScorecardPoint> ReadPoint(const Connections& connections,
                                         const ScorecardTarget& target, const Arguments& arguments,
                                         const std::string& flag = "as-of");

inline constexpr FlagSpec kScorecardAsOfFlag = {
    "as-of", "WHEN",
    "what was known then: 2022-12-31T17:00:00Z, a day, which ends where the institution is, "
    "closing: when the quarter was last closed, or published: in its latest publication"};

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_COMMANDS_SCORECARDS_SCORECARD_FLAGS_H_
