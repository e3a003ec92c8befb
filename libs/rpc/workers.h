#ifndef ATHENA_LIBS_RPC_WORKERS_H_
#define ATHENA_LIBS_RPC_WORKERS_H_

#include <deque>
#include <memory>
#include <thread>
#include <vector>

#include "absl/synchronization/mutex.h"

namespace athena::rpc {

// A piece of work. It runs once for each time it is submitted.
class Task {
 public:
  virtual ~Task() = default;
  virtual void Run() = 0;
};

// A thread pool for parsing requests and running handlers. It has two queues: heavy tasks (bulk
// pushes) never occupy more than `heavy` threads, so that reads keep being served. Thread-safe.
class Workers {
 public:
  Workers(int threads, int heavy);
  ~Workers();  // Stop()

  // Queues the task and returns true; returns false when `bound` tasks are queued already, or when
  // Stop has begun.
  bool Submit(std::shared_ptr<Task> task, bool heavy, size_t bound);
  // Queues the task however many there are: for work that ends a call. Runs it on the calling
  // thread when Stop has begun.
  void SubmitAlways(std::shared_ptr<Task> task);

  // Whether the calling thread belongs to a pool.
  static bool OnWorker();

  // Runs all queued tasks, then ends the threads. Idempotent.
  void Stop();

 private:
  void Loop();
  bool Ready() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return stopping_ || !light_.empty() || (!heavy_.empty() && heavy_running_ < heavy_limit_);
  }
  // Wakes an idle thread if there is a task for it. Each woken thread wakes the next while tasks
  // are left, so that many short tasks do not each cost the waking of a thread.
  void WakeOne() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const int heavy_limit_;
  absl::Mutex mutex_;
  std::deque<std::shared_ptr<Task>> light_ ABSL_GUARDED_BY(mutex_);
  std::deque<std::shared_ptr<Task>> heavy_ ABSL_GUARDED_BY(mutex_);
  int heavy_running_ ABSL_GUARDED_BY(mutex_) = 0;
  int idle_ ABSL_GUARDED_BY(mutex_) = 0;
  bool waking_ ABSL_GUARDED_BY(mutex_) = false;  // a thread that was woken and does not run yet
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  absl::CondVar work_;
  std::vector<std::thread> threads_;
};

}  // namespace athena::rpc

#endif  // ATHENA_LIBS_RPC_WORKERS_H_
