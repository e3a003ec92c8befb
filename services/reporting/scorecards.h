#ifndef ATHENA_SERVICES_REPORTING_SCORECARDS_H_
#define ATHENA_SERVICES_REPORTING_SCORECARDS_H_

#include <functional>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "athena/reporting/v1/reporting_service.pb.h"
#include "libs/rpc/call.h"
#include "libs/rpc/method.h"
#include "services/reporting/dependencies.h"
#include "services/reporting/limits.h"
#include "services/reporting/prepared.h"

namespace athena::reporting {

// Scorecards, made when they are read. Thread-safe.
//
// Every read asks both services, with the caller's own credential, whether what is prepared is
// still true: one round trip, both at once, and then the bytes as they were prepared. Where values
// changed, the indicator service sends these, and the rest is taken from what is prepared. A push
// acknowledged before the read began is therefore always in the answer, and a caller never sees
// what these services would not have told that caller.
class Scorecards {
 public:
  // `now` is the clock: "today" is taken from it, in the institution's time zone.
  Scorecards(const Dependencies& dependencies, std::function<absl::Time()> now)
      : dependencies_(dependencies), now_(std::move(now)) {}

  // A v1::Scorecard; errors as the contract lists them.
  absl::StatusOr<rpc::PreparedAnswer> Get(const rpc::Call& call,
                                          const v1::GetScorecardRequest& request);

 private:
  const Dependencies& dependencies_;
  const std::function<absl::Time()> now_;
  PreparedScorecards prepared_{kMaxPreparedBytes};
};

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_SCORECARDS_H_
