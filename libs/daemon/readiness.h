#ifndef ATHENA_LIBS_DAEMON_READINESS_H_
#define ATHENA_LIBS_DAEMON_READINESS_H_

#include <functional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "absl/time/time.h"

namespace athena::daemon {

// Whether a service can do its work, said the same by /readyz and by gRPC health. It asks `missing`
// for what the service lacks to answer at all, `cannot_write` for why it answers reads alone
// (lines; each may be empty), and tells `set_serving` whether it serves, and whether it serves
// everything. All are called on several threads, set_serving under a lock. Thread-safe.
class Readiness {
 public:
  using Lines = std::function<std::vector<std::string>()>;

  Readiness(Lines missing, Lines cannot_write,
            std::function<void(bool serving, bool everything)> set_serving)
      : missing_(std::move(missing)),
        cannot_write_(std::move(cannot_write)),
        set_serving_(std::move(set_serving)) {}
  ~Readiness() { Stop(); }

  // Asks now. All lines: none when the service is ready for everything.
  std::vector<std::string> Check();

  // Asks every `interval` on a thread of its own, until Stop.
  void Watch(absl::Duration interval);
  // From here on the service is not ready, and set_serving is not called. Idempotent; not to be
  // called twice at once.
  void Stop();

 private:
  const Lines missing_;
  const Lines cannot_write_;
  const std::function<void(bool, bool)> set_serving_;
  absl::Mutex mutex_;  // held while set_serving_ runs
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Notification stopping_;
  std::thread thread_;
};

}  // namespace athena::daemon

#endif  // ATHENA_LIBS_DAEMON_READINESS_H_
