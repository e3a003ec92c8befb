#ifndef ATHENA_SERVICES_INDICATOR_OBSERVATIONS_OBSERVATION_FEED_H_
#define ATHENA_SERVICES_INDICATOR_OBSERVATIONS_OBSERVATION_FEED_H_

#include <memory>

#include "absl/status/statusor.h"
#include "athena/indicator/v1/indicator_service.pb.h"
#include "libs/daemon/institution_wakeups.h"
#include "libs/rpc/call.h"
#include "libs/rpc/method.h"
#include "libs/sql/database.h"

namespace athena::indicator {

// The feed of what changed, for those who watch. Thread-safe.
class ObservationFeed {
 public:
  // `wakeups` is notified after every commit that changes observations. Both outlive the streams.
  ObservationFeed(sql::Database& database, daemon::InstitutionWakeups& wakeups)
      : database_(database), wakeups_(wakeups) {}

  // WatchObservations.
  absl::StatusOr<std::unique_ptr<rpc::WatchSource<v1::WatchObservationsResponse>>> Watch(
      const rpc::Call& call, const v1::WatchObservationsRequest& request) const;

 private:
  sql::Database& database_;
  daemon::InstitutionWakeups& wakeups_;
};

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_OBSERVATIONS_OBSERVATION_FEED_H_
