#ifndef ATHENA_LIBS_DAEMON_SUPERVISION_SERVICE_MANAGER_H_
#define ATHENA_LIBS_DAEMON_SUPERVISION_SERVICE_MANAGER_H_

#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace athena::daemon {

// The service manager that started this process, as far as it asks to be told how the process does:
// systemd, or another one that knows sd_notify(3). Without one, nothing is sent and nothing fails.
// The protocol, a datagram to a Unix socket, is documented as stable, so no library is needed.
// Thread-safe.
class ServiceManager {
 public:
  // From NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID. Call it before threads are made.
  static ServiceManager FromEnvironment();

  // `socket` is an absolute path, or "@" and the name of an abstract socket; empty: there is no
  // manager. `watchdog` as below.
  ServiceManager(std::string socket, absl::Duration watchdog)
      : socket_(std::move(socket)), watchdog_(watchdog) {}

  // Sends assignments, a line each: "READY=1\nSTATUS=serves on port 7701". UNAVAILABLE when the
  // socket does not take them, INVALID_ARGUMENT when it is no such address. Never blocks.
  absl::Status Notify(std::string_view assignments) const;

  // The process is restarted if "WATCHDOG=1" is not sent for so long; zero: no watchdog.
  absl::Duration watchdog() const { return watchdog_; }

 private:
  const std::string socket_;
  const absl::Duration watchdog_;
};

}  // namespace athena::daemon

#endif  // ATHENA_LIBS_DAEMON_SUPERVISION_SERVICE_MANAGER_H_
