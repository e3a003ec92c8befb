#include "libs/daemon/supervision/watchdog.h"

#include <utility>

#include "absl/time/time.h"
#include "libs/log/log.h"

namespace athena::daemon {

Watchdog::Watchdog(const ServiceManager& manager, std::function<absl::Status()> alive)
    : manager_(manager), alive_(std::move(alive)) {
  if (manager.watchdog() <= absl::ZeroDuration()) return;
  thread_ = std::thread([this] { Run(manager_.watchdog() / 3); });
}

void Watchdog::Stop() {
  if (!thread_.joinable()) return;
  stopping_.Notify();
  thread_.join();
}

void Watchdog::Run(absl::Duration pause) {
  do {
    absl::Status status = alive_();
    if (status.ok()) status = manager_.Notify("WATCHDOG=1");
    if (!status.ok()) log::Error("watchdog", {{"message", status.message()}});
  } while (!stopping_.WaitForNotificationWithTimeout(pause));
}

}  // namespace athena::daemon
