#include "libs/rpc/workers.h"

#include <pthread.h>

#include <algorithm>
#include <utility>

namespace athena::rpc {
namespace {

// Callers that have nothing to do are forgotten beyond so many: usually they come again.
constexpr size_t kKeptCallers = 256;

}  // namespace

void FairQueue::Push(uint64_t caller, std::shared_ptr<Task> task) {
  Caller& state = callers_[caller];
  if (state.tasks.empty() && !AtShare(caller, state)) turns_.push_back(caller);
  state.tasks.push_back(std::move(task));
  ++size_;
}

std::pair<uint64_t, std::shared_ptr<Task>> FairQueue::Take() {
  const uint64_t caller = turns_.front();
  turns_.pop_front();
  Caller& state = callers_[caller];
  std::shared_ptr<Task> task = std::move(state.tasks.front());
  state.tasks.pop_front();
  --size_;
  ++state.running;
  if (!state.tasks.empty() && !AtShare(caller, state)) turns_.push_back(caller);
  return {caller, std::move(task)};
}

void FairQueue::Done(uint64_t caller) {
  const auto found = callers_.find(caller);
  Caller& state = found->second;
  const bool waited = AtShare(caller, state) && !state.tasks.empty();
  --state.running;
  if (waited) turns_.push_back(caller);
  if (state.running == 0 && state.tasks.empty() && callers_.size() > kKeptCallers) {
    callers_.erase(found);
  }
}

size_t FairQueue::SizeOf(uint64_t caller) const {
  const auto found = callers_.find(caller);
  return found == callers_.end() ? 0 : found->second.tasks.size();
}

Workers::Workers(int threads, int heavy)
    : heavy_limit_(heavy), light_(std::max(1, threads / 4)), heavy_(heavy) {
  threads_.reserve(static_cast<size_t>(threads));
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { Loop(); });
}

Workers::~Workers() { Stop(); }

bool Workers::Submit(std::shared_ptr<Task> task, bool heavy, size_t bound, uint64_t caller) {
  absl::MutexLock lock(&mutex_);
  if (stopping_ || light_.size() + heavy_.size() >= bound) return false;
  if (caller != 0 && light_.SizeOf(caller) + heavy_.SizeOf(caller) >= (bound + 1) / 2) return false;
  (heavy ? heavy_ : light_).Push(caller, std::move(task));
  WakeOne();
  return true;
}

void Workers::SubmitAlways(std::shared_ptr<Task> task, uint64_t caller) {
  {
    absl::MutexLock lock(&mutex_);
    if (!stopping_) {
      light_.Push(caller, std::move(task));
      WakeOne();
      return;
    }
  }
  task->Run();
}

void Workers::Stop() {
  {
    absl::MutexLock lock(&mutex_);
    if (stopping_) return;
    stopping_ = true;
    work_.SignalAll();
  }
  for (std::thread& thread : threads_) thread.join();
}

void Workers::WakeOne() {
  if (waking_ || idle_ == 0 || !Ready()) return;
  waking_ = true;
  work_.Signal();
}

void Workers::Loop() {
  pthread_setname_np(pthread_self(), kWorkerName);
  absl::MutexLock lock(&mutex_);
  while (true) {
    while (!Ready()) {
      ++idle_;
      work_.Wait(&mutex_);
      --idle_;
      waking_ = false;
    }
    const bool heavy = !light_.Ready();
    if (heavy && !(heavy_.Ready() && heavy_running_ < heavy_limit_)) {
      return;  // stopping, and nothing left
    }
    auto [caller, task] = (heavy ? heavy_ : light_).Take();
    if (heavy) ++heavy_running_;
    WakeOne();
    mutex_.Unlock();
    task->Run();
    task.reset();
    mutex_.Lock();
    if (heavy) --heavy_running_;
    (heavy ? heavy_ : light_).Done(caller);
    // Others that stop wait for the last task to be taken.
    if (stopping_) work_.SignalAll();
  }
}

}  // namespace athena::rpc
