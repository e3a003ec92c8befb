#include "libs/daemon/supervision/service_manager.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace athena::daemon {
namespace {

std::string Variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

// The watchdog of WATCHDOG_USEC, unless WATCHDOG_PID says that it is another process's.
absl::Duration WatchdogOfEnvironment() {
  const std::string pid = Variable("WATCHDOG_PID");
  if (!pid.empty() && pid != absl::StrCat(::getpid())) return absl::ZeroDuration();
  int64_t microseconds = 0;
  if (!absl::SimpleAtoi(Variable("WATCHDOG_USEC"), &microseconds) || microseconds <= 0) {
    return absl::ZeroDuration();
  }
  return absl::Microseconds(microseconds);
}

}  // namespace

ServiceManager ServiceManager::FromEnvironment() {
  return {Variable("NOTIFY_SOCKET"), WatchdogOfEnvironment()};
}

absl::Status ServiceManager::Notify(std::string_view assignments) const {
  if (socket_.empty()) return absl::OkStatus();
  sockaddr_un address{};
  if ((socket_.front() != '/' && socket_.front() != '@') ||
      socket_.size() >= sizeof(address.sun_path)) {
    return absl::InvalidArgumentError(
        absl::StrCat("NOTIFY_SOCKET is \"", socket_, "\", want a path or @NAME"));
  }
  address.sun_family = AF_UNIX;
  std::copy(socket_.begin(), socket_.end(), address.sun_path);
  if (socket_.front() == '@') address.sun_path[0] = '\0';
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket_.size());

  const int sender = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  const bool sent = sender >= 0 && ::sendto(sender, assignments.data(), assignments.size(),
                                            MSG_DONTWAIT | MSG_NOSIGNAL,
                                            reinterpret_cast<const sockaddr*>(&address),
                                            length) == static_cast<ssize_t>(assignments.size());
  const int fault = errno;
  if (sender >= 0) ::close(sender);
  if (sent) return absl::OkStatus();
  return absl::UnavailableError(
      absl::StrCat("the service manager at ", socket_, " cannot be told: ", std::strerror(fault)));
}

}  // namespace athena::daemon
