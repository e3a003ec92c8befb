#ifndef ATHENA_LIBS_DAEMON_SUPERVISION_WATCHDOG_H_
#define ATHENA_LIBS_DAEMON_SUPERVISION_WATCHDOG_H_

#include <functional>
#include <thread>

#include "absl/status/status.h"
#include "absl/synchronization/notification.h"
#include "libs/daemon/supervision/service_manager.h"

namespace athena::daemon {

// Tells the service manager that the process is alive, three times in each interval of its
// watchdog, as long as `alive` says so. If it is not, or hangs, the manager is told nothing and
// restarts the process when the interval is over; a fault is in the log at error (event
// "watchdog"). Without a watchdog, it does nothing.
class Watchdog {
 public:
  // `manager` outlives it. `alive` is called on a thread of its own, and takes at most a third of
  // the interval.
  Watchdog(const ServiceManager& manager, std::function<absl::Status()> alive);
  ~Watchdog() { Stop(); }

  // Waits for `alive` to return. Idempotent; not to be called twice at once.
  void Stop();

 private:
  void Run(absl::Duration pause);

  const ServiceManager& manager_;
  const std::function<absl::Status()> alive_;
  absl::Notification stopping_;
  std::thread thread_;
};

}  // namespace athena::daemon

#endif  // ATHENA_LIBS_DAEMON_SUPERVISION_WATCHDOG_H_
