#ifndef ATHENA_SERVICES_ATHENACTL_COMMANDS_AS_OF_H_
#define ATHENA_SERVICES_ATHENACTL_COMMANDS_AS_OF_H_

#include <google/protobuf/timestamp.pb.h>

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "athena/common/v1/values.pb.h"

// Points in history, as they are typed. Pure and thread-safe.
namespace athena::athenactl {

// Reads "2022-12-31T17:00:00Z" (RFC 3339), a revision ("17") or a day: "2022-12-31" means its end
// in UTC. A day that has begun somewhere on earth and is not over is today, which means now:
// absent, as for nothing typed. Misused for anything else.
absl::StatusOr<athena::common::v1::AsOf> ReadAsOf(const std::string& typed, absl::Time now);
// The same of the clock.
absl::StatusOr<athena::common::v1::AsOf> ReadAsOf(const std::string& typed);

google::protobuf::Timestamp ToTimestamp(absl::Time time);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_COMMANDS_AS_OF_H_
