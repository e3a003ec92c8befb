#ifndef ATHENA_SERVICES_REPORTING_WATCH_SCORECARD_WATCHES_H_
#define ATHENA_SERVICES_REPORTING_WATCH_SCORECARD_WATCHES_H_

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "athena/reporting/v1/reporting_service.pb.h"
#include "libs/rpc/call.h"
#include "libs/rpc/method.h"
#include "services/reporting/scorecards/scorecards.h"
#include "services/reporting/watch/watched_plan.h"

namespace athena::reporting {

// Scorecards that are sent whenever they change. Thread-safe.
//
// Each watched plan is looked at once an interval, by the short question that GetScorecard asks
// both services ("changed since?"), one for all who watch the plan's quarter with the same
// credential. The feeds of the two services (WatchPlans, WatchObservations) are not used: a message
// for every push would cost pushes more than a question a second, they tell nothing of targets,
// definitions, permissions and the day, and they are closed to institutions that a plan is shared
// with.
//
// A watcher holds no thread while it waits, and keeps of its scorecard a digest alone. At most
// kMaxLooksAtOnce plans are looked at at once; the others take turns.
class ScorecardWatches {
 public:
  // Looks once every `interval`; absl::InfiniteDuration(): only when Tick is called. `scorecards`
  // outlives it.
  ScorecardWatches(Scorecards& scorecards, absl::Duration interval);
  // After the last stream has ended.
  ~ScorecardWatches();
  ScorecardWatches(const ScorecardWatches&) = delete;
  ScorecardWatches& operator=(const ScorecardWatches&) = delete;

  // Serialised v1::Scorecards. Errors as the contract lists them.
  absl::StatusOr<std::unique_ptr<rpc::WatchSource<rpc::PreparedAnswer>>> Watch(
      const rpc::Call& call, const v1::WatchScorecardRequest& request);

  // Has all that is watched looked at, as at the end of an interval.
  void Tick();

 private:
  class Membership;
  class Source;

  struct Watched {
    std::shared_ptr<WatchedPlan> plan;
    int watchers = 0;
    absl::Time next_look;
  };

  // RESOURCE_EXHAUSTED when the caller watches kMaxWatchesOfCaller scorecards.
  absl::StatusOr<std::unique_ptr<Membership>> Join(const rpc::Call& call,
                                                   const ReadRequest& request);
  void Leave(const std::string& key, const std::string& caller);
  // Whether the plan may be looked at now; then EndTurn follows. If too many others are, those who
  // watch it are woken when it is its turn.
  bool BeginTurn(const std::shared_ptr<WatchedPlan>& plan);
  void EndTurn();
  // Waits for what is to be looked at; nothing when the end has come.
  std::vector<std::shared_ptr<WatchedPlan>> AwaitDue();
  void Run();

  Scorecards& scorecards_;
  const absl::Duration interval_;
  absl::Mutex mutex_;
  absl::CondVar changed_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::map<std::string, Watched> watched_ ABSL_GUARDED_BY(mutex_);  // by credential and quarter
  std::map<std::string, int> watches_ ABSL_GUARDED_BY(mutex_);      // by caller
  int looks_ ABSL_GUARDED_BY(mutex_) = 0;                           // under way
  std::deque<std::weak_ptr<WatchedPlan>> waiting_ ABSL_GUARDED_BY(mutex_);  // for their turn
  std::thread ticker_;
};

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_WATCH_SCORECARD_WATCHES_H_
