#include "services/reporting/watch/watched_plan.h"

#include <utility>

#include "libs/fields/fields.h"

namespace athena::reporting {

int64_t WatchedPlan::Ask() {
  absl::MutexLock lock(&mutex_);
  due_ = true;
  awaited_ = true;
  return begun_ + 1;
}

void WatchedPlan::Tick() {
  {
    absl::MutexLock lock(&mutex_);
    due_ = true;
    ++tick_;
  }
  wakeups_.Notify();
}

bool WatchedPlan::AwaitsTickAfter(int64_t tick) {
  absl::MutexLock lock(&mutex_);
  if (last_.tick != tick) return false;
  awaited_ = true;
  return true;
}

bool WatchedPlan::BeginLook() {
  absl::MutexLock lock(&mutex_);
  if (looking_ || !due_) return false;
  due_ = false;
  looking_ = true;
  look_tick_ = tick_;
  ++begun_;
  return true;
}

void WatchedPlan::PostponeLook() {
  absl::MutexLock lock(&mutex_);
  looking_ = false;
  due_ = true;
}

void WatchedPlan::EndLook(const absl::StatusOr<LookResult>& found, bool mine) {
  {
    absl::MutexLock lock(&mutex_);
    looking_ = false;
    const int64_t version = last_.version;
    if (found.ok() || !mine) {
      last_.number = begun_;
      last_.tick = look_tick_;
      last_.status = found.status();
      if (found.ok()) Keep(*found);
    } else {
      due_ = true;
    }
    const bool awaited = std::exchange(awaited_, false);
    if (!awaited && !due_ && found.ok() && last_.version == version) return;
    if (due_) awaited_ = true;
  }
  wakeups_.Notify();
}

void WatchedPlan::Keep(const LookResult& found) {
  const ScoredPlan& plan = *found.read.plan;
  if (plan.id != plan_id_ || found.closing != last_.closing ||
      fields::DayOf(found.read.basis.date()) != fields::DayOf(last_.basis.date())) {
    ++last_.version;
  }
  plan_id_ = plan.id;
  last_.plan = found.read.plan;
  last_.basis = found.read.basis;
  last_.closing = found.closing;
}

}  // namespace athena::reporting
