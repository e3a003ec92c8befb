#ifndef ATHENA_LIBS_RPC_WORKERS_H_
#define ATHENA_LIBS_RPC_WORKERS_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"

namespace athena::rpc {

// A piece of work. It runs once for each time it is submitted.
class Task {
 public:
  virtual ~Task() = default;
  virtual void Run() = 0;
};

// Tasks that wait, by caller. Callers take turns; a caller of which `share` tasks run has no turn
// until one of them is done. Tasks of one caller keep their order. Caller 0 is nobody: it takes
// turns as well, and has no share. Not thread-safe.
class FairQueue {
 public:
  explicit FairQueue(int share) : share_(share) {}

  void Push(uint64_t caller, std::shared_ptr<Task> task);
  // Whether there is a task that may run now.
  bool Ready() const { return !turns_.empty(); }
  // The next one, and its caller. Only when Ready.
  std::pair<uint64_t, std::shared_ptr<Task>> Take();
  // A task of the caller that was taken has run.
  void Done(uint64_t caller);

  size_t size() const { return size_; }
  // How many tasks of a caller wait.
  size_t SizeOf(uint64_t caller) const;

 private:
  struct Caller {
    std::deque<std::shared_ptr<Task>> tasks;
    int running = 0;
  };
  bool AtShare(uint64_t caller, const Caller& state) const {
    return caller != 0 && state.running >= share_;
  }

  const int share_;
  size_t size_ = 0;
  absl::flat_hash_map<uint64_t, Caller> callers_;
  std::deque<uint64_t> turns_;  // callers with tasks that may run, each once
};

// What the operating system calls the threads of the pool (at most 15 characters).
inline constexpr char kWorkerName[] = "worker";

// A thread pool for parsing requests and running handlers. It has two queues: heavy tasks (bulk
// pushes) never occupy more than `heavy` threads, so that reads keep being served. Within each,
// callers take turns, and none has more than a quarter of the threads at once or fills more than
// half of a bounded queue. Thread-safe.
class Workers {
 public:
  Workers(int threads, int heavy);
  ~Workers();  // Stop()

  // Queues the task and returns true; returns false when `bound` tasks are queued already, half of
  // them the caller's own, or when Stop has begun. `caller` tells callers apart; 0: nobody's task.
  bool Submit(std::shared_ptr<Task> task, bool heavy, size_t bound, uint64_t caller = 0);
  // Queues the task however many there are: for work that ends a call. Runs it on the calling
  // thread when Stop has begun.
  void SubmitAlways(std::shared_ptr<Task> task, uint64_t caller = 0);

  // Runs all queued tasks, then ends the threads. Idempotent.
  void Stop();

 private:
  void Loop();
  bool Ready() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return light_.Ready() || (heavy_.Ready() && heavy_running_ < heavy_limit_) ||
           (stopping_ && light_.size() == 0 && heavy_.size() == 0);
  }
  // Wakes an idle thread if there is a task for it. Each woken thread wakes the next while tasks
  // are left, so that many short tasks do not each cost the waking of a thread.
  void WakeOne() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const int heavy_limit_;
  absl::Mutex mutex_;
  FairQueue light_ ABSL_GUARDED_BY(mutex_);
  FairQueue heavy_ ABSL_GUARDED_BY(mutex_);
  int heavy_running_ ABSL_GUARDED_BY(mutex_) = 0;
  int idle_ ABSL_GUARDED_BY(mutex_) = 0;
  bool waking_ ABSL_GUARDED_BY(mutex_) = false;  // a thread that was woken and does not run yet
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  absl::CondVar work_;
  std::vector<std::thread> threads_;
};

}  // namespace athena::rpc

#endif  // ATHENA_LIBS_RPC_WORKERS_H_
