#ifndef ATHENA_SERVICES_ATHENACTL_SENDING_TIME_ZONES_H_
#define ATHENA_SERVICES_ATHENACTL_SENDING_TIME_ZONES_H_

#include <string>

#include "absl/status/status.h"
#include "services/athenactl/resources/connections.h"
#include "services/athenactl/sending/importing.h"

// The time zone of an institution, which the plan service and the indicator service both keep.
namespace athena::athenactl {

// Brings the time zone of the indicator service to that of a file or a command; `zone` is empty
// where it says none. One that was never set counts as created and becomes that of the plan
// service, which comes first. One that was set and differs from `zone` is changed where
// options.update says so. Adds to `result`; options.differences is not used. The error names the
// institution's settings.
absl::Status SetIndicatorTimeZone(const Connections& connections, const std::string& institution,
                                  const std::string& zone, const ImportOptions& options,
                                  ImportResult* result);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_SENDING_TIME_ZONES_H_
