#include "libs/daemon/readiness.h"

namespace athena::daemon {

std::vector<std::string> Readiness::Check() {
  std::vector<std::string> lines = missing_ ? missing_() : std::vector<std::string>();
  const bool serving = lines.empty();
  if (cannot_write_) {
    for (std::string& line : cannot_write_()) lines.push_back(std::move(line));
  }
  absl::MutexLock lock(&mutex_);
  if (stopped_) {
    lines.push_back("stopping");
  } else {
    set_serving_(serving, lines.empty());
  }
  return lines;
}

void Readiness::Watch(absl::Duration interval) {
  thread_ = std::thread([this, interval] {
    do {
      Check();
    } while (!stopping_.WaitForNotificationWithTimeout(interval));
  });
}

void Readiness::Stop() {
  {
    absl::MutexLock lock(&mutex_);
    if (stopped_) return;
    stopped_ = true;
  }
  stopping_.Notify();
  if (thread_.joinable()) thread_.join();
}

}  // namespace athena::daemon
