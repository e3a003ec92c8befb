#include "libs/daemon/readiness.h"

namespace athena::daemon {

std::vector<std::string> Readiness::Check() {
  std::vector<std::string> missing = missing_ ? missing_() : std::vector<std::string>();
  absl::MutexLock lock(&mutex_);
  if (stopped_) {
    missing.push_back("stopping");
  } else {
    set_serving_(missing.empty());
  }
  return missing;
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
