#ifndef ATHENA_LIBS_RPC_WORKERS_H_
#define ATHENA_LIBS_RPC_WORKERS_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

namespace athena::rpc {

// A piece of work, queued by its address: nothing is allocated. May be destroyed from inside Run.
class Task {
 public:
  virtual void Run() = 0;

 protected:
  ~Task() = default;

 private:
  friend class Workers;
  Task* next_ = nullptr;
  uint64_t order_ = 0;
};

// Threads that run tasks in the order they came, but never more than `heavy` heavy ones at a time.
// Thread-safe.
//
// A thread is woken only when none is on its way already, and wakes the next itself when it leaves
// work behind; the thread that went to sleep last is woken first. A burst of small tasks thus runs on
// few, warm threads.
class Workers {
 public:
  Workers(int threads, int heavy);
  ~Workers();  // as Join
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  // False, without queueing, when `bound` tasks wait already.
  bool TrySubmit(Task& task, bool heavy, size_t bound);
  void Submit(Task& task, bool heavy);

  // Runs what is queued, then ends the threads. Nothing may be submitted after, except by the tasks
  // that run. Idempotent.
  void Join();

 private:
  struct Queue {
    Task* head = nullptr;
    Task* tail = nullptr;
  };
  struct Worker {
    std::thread thread;
    absl::CondVar wake;
    bool woken = false;
  };

  void Loop(Worker& self);
  void Push(Task& task, bool heavy) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool Runnable() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  Task* Pop(bool* heavy) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // The worker to be signalled, or null when none needs to be.
  Worker* TakeSleeper() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const int heavy_limit_;
  absl::Mutex mutex_;
  Queue light_ ABSL_GUARDED_BY(mutex_);
  Queue heavy_ ABSL_GUARDED_BY(mutex_);
  size_t queued_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t order_ ABSL_GUARDED_BY(mutex_) = 0;
  int heavy_running_ ABSL_GUARDED_BY(mutex_) = 0;
  int waking_ ABSL_GUARDED_BY(mutex_) = 0;  // signalled, and not running yet
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<Worker*> sleepers_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::unique_ptr<Worker>> workers_;
};

}  // namespace athena::rpc

#endif  // ATHENA_LIBS_RPC_WORKERS_H_
