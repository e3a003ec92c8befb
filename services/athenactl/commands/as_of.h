#ifndef ATHENA_SERVICES_ATHENACTL_COMMANDS_AS_OF_H_
#define ATHENA_SERVICES_ATHENACTL_COMMANDS_AS_OF_H_

#include <google/protobuf/timestamp.pb.h>

#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "athena/common/v1/values.pb.h"

// Points in history, as they are typed. Thread-safe.
namespace athena::athenactl {

// Tells where days begin and end; asked only where a day was typed.
using FindTimeZone = absl::FunctionRef<absl::StatusOr<absl::TimeZone>()>;

// Reads "2022-12-31T17:00:00Z" (RFC 3339), a revision ("17") or a day: "2022-12-31" means its end
// in the time zone. Today means now: absent, as for nothing typed. Misused for anything else.
absl::StatusOr<athena::common::v1::AsOf> ReadAsOf(const std::string& typed, FindTimeZone zone,
                                                  absl::Time now);
// The same of the clock.
absl::StatusOr<athena::common::v1::AsOf> ReadAsOf(const std::string& typed, FindTimeZone zone);

google::protobuf::Timestamp ToTimestamp(absl::Time time);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_COMMANDS_AS_OF_H_
