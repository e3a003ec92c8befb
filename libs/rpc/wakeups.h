#ifndef ATHENA_LIBS_RPC_WAKEUPS_H_
#define ATHENA_LIBS_RPC_WAKEUPS_H_

#include <cstdint>
#include <functional>
#include <map>

#include "absl/synchronization/mutex.h"

namespace athena::rpc {

// Wakes watchers that wait for something new. A wake-up is a hint: there may be nothing.
// Thread-safe; outlives those that it wakes.
class Wakeups {
 public:
  // `wake` is called by Notify, from any thread: it must be quick and must not call back here.
  uint64_t Add(std::function<void()> wake) {
    absl::MutexLock lock(&mutex_);
    wakes_.emplace(++last_, std::move(wake));
    return last_;
  }
  // After this returns, `wake` is not running and will not run.
  void Remove(uint64_t id) {
    absl::MutexLock lock(&mutex_);
    wakes_.erase(id);
  }
  // Whether nobody is parked here.
  bool empty() const {
    absl::MutexLock lock(&mutex_);
    return wakes_.empty();
  }
  void Notify() {
    absl::MutexLock lock(&mutex_);
    for (const auto& [id, wake] : wakes_) wake();
  }

 private:
  mutable absl::Mutex mutex_;
  uint64_t last_ ABSL_GUARDED_BY(mutex_) = 0;
  std::map<uint64_t, std::function<void()>> wakes_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace athena::rpc

#endif  // ATHENA_LIBS_RPC_WAKEUPS_H_
