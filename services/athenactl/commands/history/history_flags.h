#ifndef ATHENA_SERVICES_ATHENACTL_COMMANDS_HISTORY_HISTORY_FLAGS_H_
#define ATHENA_SERVICES_ATHENACTL_COMMANDS_HISTORY_HISTORY_FLAGS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/athenactl/resources/connections.h"
#include "services/athenactl/terminal/arguments.h"

// The flags that `history` and `audit` have in common. Pure and thread-safe.
namespace athena::athenactl {

inline constexpr FlagSpec kByFlag = {"by", "NAME", "only what NAME did"};
inline constexpr FlagSpec kSinceFlag = {"since", "WHEN",
                                        "not before: 2026-03-31, 2026-03-31T10:00:00Z"};
inline constexpr FlagSpec kFilterFlag = {"filter", "FILTER",
                                         "only these: 'action = DeleteElement'"};
inline constexpr FlagSpec kServiceFlag = {"service", "NAME",
                                          "only one: plan, indicator or reporting [the first two]"};

// The filter that --by, --since and --filter make together; empty without them.
absl::StatusOr<std::string> ReadFilter(const Arguments& arguments);
// The service that --service names; plan and indicator without it.
absl::StatusOr<std::vector<HistoryPeer>> ReadServices(const Arguments& arguments);
// --limit, 1 to 1,000.
absl::StatusOr<int> ReadLimit(const Arguments& arguments);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_COMMANDS_HISTORY_HISTORY_FLAGS_H_
