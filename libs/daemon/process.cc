#include "libs/daemon/process.h"

#include <fcntl.h>
#include <malloc.h>

#include <algorithm>
#include <cerrno>
#include <thread>

#include "absl/synchronization/mutex.h"

namespace athena::daemon {

void OpenStandardDescriptors() {
  for (int descriptor = 0; descriptor <= 2; ++descriptor) {
    // The lower ones are open, so that open() takes this one.
    if (::fcntl(descriptor, F_GETFD) == -1 && errno == EBADF) ::open("/dev/null", O_RDWR);
  }
}

void LimitHeaps() {
  constexpr int kLeast = 2;
  ::mallopt(M_ARENA_MAX, std::max(kLeast, static_cast<int>(std::thread::hardware_concurrency())));
}

void DisableDeadlockDetection() {
#ifdef NDEBUG
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
#endif
}

}  // namespace athena::daemon
