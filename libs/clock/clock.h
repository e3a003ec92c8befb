#ifndef ATHENA_LIBS_CLOCK_CLOCK_H_
#define ATHENA_LIBS_CLOCK_CLOCK_H_

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace athena {

// The seam to the time of day. A handler reads it once per call and passes the time on as a value;
// what is stored carries the time of its transaction instead (sql::WriteTx::time). Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual absl::Time Now() const = 0;

  // The machine's clock.
  static const Clock& System();
};

// A clock that stands still until it is told otherwise. For tests. Thread-safe.
class FakeClock : public Clock {
 public:
  explicit FakeClock(absl::Time now) : now_(now) {}

  absl::Time Now() const override {
    absl::MutexLock lock(&mutex_);
    return now_;
  }
  void Set(absl::Time now) {
    absl::MutexLock lock(&mutex_);
    now_ = now;
  }
  void Advance(absl::Duration by) {
    absl::MutexLock lock(&mutex_);
    now_ += by;
  }

 private:
  mutable absl::Mutex mutex_;
  absl::Time now_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace athena

#endif  // ATHENA_LIBS_CLOCK_CLOCK_H_
