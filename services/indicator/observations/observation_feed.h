#ifndef ATHENA_SERVICES_INDICATOR_OBSERVATIONS_OBSERVATION_FEED_H_
#define ATHENA_SERVICES_INDICATOR_OBSERVATIONS_OBSERVATION_FEED_H_

#include <memory>

#include "absl/status/statusor.h"
#include "athena/indicator/v1/indicator_service.pb.h"
#include "libs/auth/principal.h"
#include "libs/daemon/institution_wakeups.h"
#include "libs/rpc/method.h"
#include "libs/sql/database.h"
#include "services/indicator/model/catalog.h"

namespace athena::indicator {

// A feed of the revisions that change observations, or what is expected of them, without those of
// indicators that are withheld from the caller (access.h). Thread-safe.
class ObservationFeed {
 public:
  // `wakeups` is notified after every such commit. The arguments outlive the streams.
  ObservationFeed(sql::Database& database, Catalog& catalog, daemon::InstitutionWakeups& wakeups)
      : database_(database), catalog_(catalog), wakeups_(wakeups) {}

  // WatchObservations.
  absl::StatusOr<std::unique_ptr<rpc::WatchSource<v1::WatchObservationsResponse>>> Watch(
      const auth::Principal& caller, const v1::WatchObservationsRequest& request) const;

 private:
  sql::Database& database_;
  Catalog& catalog_;
  daemon::InstitutionWakeups& wakeups_;
};

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_OBSERVATIONS_OBSERVATION_FEED_H_
