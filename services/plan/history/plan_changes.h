#ifndef ATHENA_SERVICES_PLAN_HISTORY_PLAN_CHANGES_H_
#define ATHENA_SERVICES_PLAN_HISTORY_PLAN_CHANGES_H_

#include <memory>

#include "absl/status/statusor.h"
#include "athena/plan/v1/plan_service.pb.h"
#include "libs/auth/principal.h"
#include "libs/daemon/institution_wakeups.h"
#include "libs/rpc/method.h"
#include "libs/versioned/store.h"

namespace athena::plan {

// The feed of an institution's revisions, from the journal. Thread-safe.
class PlanChanges {
 public:
  // `wakeups` is notified of every commit; outlives the streams.
  PlanChanges(const versioned::Store& store, daemon::InstitutionWakeups& wakeups)
      : store_(store), wakeups_(wakeups) {}

  absl::StatusOr<std::unique_ptr<rpc::WatchSource<v1::WatchPlansResponse>>> Watch(
      const auth::Principal& principal, const v1::WatchPlansRequest& request) const;

 private:
  const versioned::Store& store_;
  daemon::InstitutionWakeups& wakeups_;
};

}  // namespace athena::plan

#endif  // ATHENA_SERVICES_PLAN_HISTORY_PLAN_CHANGES_H_
