#ifndef ATHENA_SERVICES_REPORTING_WATCH_WATCHED_PLAN_H_
#define ATHENA_SERVICES_REPORTING_WATCH_WATCHED_PLAN_H_

#include <cstdint>
#include <memory>
#include <optional>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "athena/reporting/v1/scorecard.pb.h"
#include "libs/rpc/wakeups.h"
#include "services/reporting/reading/closings.h"
#include "services/reporting/scorecards/scorecards.h"

namespace athena::reporting {

// What a look at a watched plan found.
struct LookResult {
  Scorecards::Read read;
  std::optional<LastClosing> closing;
};

// The last look at a watched plan.
struct LastLook {
  int64_t number = 0;   // of the look, from 1
  int64_t tick = 0;     // of the plan when the look began
  absl::Status status;  // why nothing was found
  // Increases when the scored plan, its closing or its day is not that of the look before.
  int64_t version = 0;
  // Not kept alive: plans are large, and the cache of scorecards has a bound.
  std::weak_ptr<const ScoredPlan> plan;
  v1::Basis basis;
  std::optional<LastClosing> closing;
};

// A plan's quarter that callers watch with one credential. They take turns in looking at it: one of
// them reads, with its own call, and what it finds is every other's too. Looks follow one another,
// so that what a later one found is never older. Thread-safe.
class WatchedPlan {
 public:
  // Where those wait who watch it.
  rpc::Wakeups& wakeups() { return wakeups_; }

  // Has somebody look who is awake. Returns the number of the first look that begins after this;
  // those who watch are woken at its end.
  int64_t Ask();
  // Wakes all, so that one of them looks.
  void Tick();
  // Whether the last look began at this tick; then those who watch are woken at the end of the next
  // one.
  bool AwaitsTickAfter(int64_t tick);

  // Whether the caller is to look now, and then to call EndLook or PostponeLook; false when a look
  // is not due, or somebody else is looking.
  bool BeginLook();
  // The look did not take place: it is due again. Nobody is woken.
  void PostponeLook();
  // `mine`: an error is the caller's alone, so that somebody else is to look.
  void EndLook(const absl::StatusOr<LookResult>& found, bool mine);

  LastLook last() const {
    absl::MutexLock lock(&mutex_);
    return last_;
  }

 private:
  // Keeps what was found.
  void Keep(const LookResult& found) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  rpc::Wakeups wakeups_;
  mutable absl::Mutex mutex_;
  int64_t begun_ ABSL_GUARDED_BY(mutex_) = 0;  // looks
  int64_t tick_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t look_tick_ ABSL_GUARDED_BY(mutex_) = 0;  // when the last look began
  bool due_ ABSL_GUARDED_BY(mutex_) = false;
  bool looking_ ABSL_GUARDED_BY(mutex_) = false;
  bool awaited_ ABSL_GUARDED_BY(mutex_) = false;  // the end of the next look, or of this one
  LastLook last_ ABSL_GUARDED_BY(mutex_);
  uint64_t plan_id_ ABSL_GUARDED_BY(mutex_) = 0;  // of last_.plan
};

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_WATCH_WATCHED_PLAN_H_
