#ifndef ATHENA_LIBS_RPC_WORKERS_H_
#define ATHENA_LIBS_RPC_WORKERS_H_

#include <deque>
#include <memory>
#include <thread>
#include <vector>

#include "absl/synchronization/mutex.h"

namespace athena::rpc {

// A piece of work, run once on a worker for each time it is submitted.
class Task {
 public:
  virtual ~Task() = default;
  virtual void Run() = 0;
};

// The threads on which requests are parsed and handlers run. Two queues: heavy tasks (bulk pushes)
// never occupy more than `heavy` threads, so that reads keep being served. Thread-safe.
class Workers {
 public:
  Workers(int threads, int heavy);
  ~Workers();  // Stop()

  // Takes `task` unless `bound` tasks are waiting already, or Stop has begun: then false.
  bool Submit(std::shared_ptr<Task> task, bool heavy, size_t bound);
  // Takes it whatever waits: for work that ends a call. Runs it here once Stop has begun.
  void SubmitAlways(std::shared_ptr<Task> task);

  // Whether the calling thread is one of (any pool's) workers.
  static bool OnWorker();

  // Runs what is waiting, then ends the threads. Idempotent.
  void Stop();

 private:
  void Loop();
  bool Ready() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return stopping_ || !light_.empty() || (!heavy_.empty() && heavy_running_ < heavy_limit_);
  }
  // Calls an idle thread if there is something for it to do. One at a time: who comes calls the
  // next while tasks are left, so that many short tasks do not each cost the waking of a thread.
  void CallOne() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const int heavy_limit_;
  absl::Mutex mutex_;
  std::deque<std::shared_ptr<Task>> light_ ABSL_GUARDED_BY(mutex_);
  std::deque<std::shared_ptr<Task>> heavy_ ABSL_GUARDED_BY(mutex_);
  int heavy_running_ ABSL_GUARDED_BY(mutex_) = 0;
  int idle_ ABSL_GUARDED_BY(mutex_) = 0;
  bool called_ ABSL_GUARDED_BY(mutex_) = false;  // a thread that has yet to come
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  absl::CondVar work_;
  std::vector<std::thread> threads_;
};

}  // namespace athena::rpc

#endif  // ATHENA_LIBS_RPC_WORKERS_H_
