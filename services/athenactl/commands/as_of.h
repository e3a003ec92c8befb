#ifndef ATHENA_SERVICES_ATHENACTL_COMMANDS_AS_OF_H_
#define ATHENA_SERVICES_ATHENACTL_COMMANDS_AS_OF_H_

#include <google/protobuf/timestamp.pb.h>

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "athena/common/v1/values.pb.h"

// Points in history, as they are typed. Pure and thread-safe.
namespace athena::athenactl {

// Reads "2022-12-31T17:00:00Z" (RFC 3339) or "2022-12-31", which means the end of that day in UTC.
// Misused says so for anything else.
absl::StatusOr<absl::Time> ReadTime(const std::string& typed);
// Likewise, or a revision: "17". Nothing typed: absent, which means now.
absl::StatusOr<athena::common::v1::AsOf> ReadAsOf(const std::string& typed);

google::protobuf::Timestamp ToTimestamp(absl::Time time);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_COMMANDS_AS_OF_H_
