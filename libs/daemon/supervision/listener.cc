#include "libs/daemon/supervision/listener.h"

#include <netdb.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"

namespace athena::daemon {
namespace {

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  int number() const { return number_; }

 private:
  const int number_;
};

absl::Status Unavailable(std::string_view address, std::string_view what) {
  return absl::UnavailableError(
      absl::StrCat("no connection to ", std::string(address), ": ", std::string(what)));
}

// Connects, then waits for the first byte or the end of the connection.
absl::Status AwaitAnswer(std::string_view address, const sockaddr* to, socklen_t length,
                         absl::Duration timeout) {
  const Descriptor connection(::socket(to->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const timeval limit = absl::ToTimeval(timeout);
  // SO_SNDTIMEO limits connect(), too (socket(7)).
  if (connection.number() < 0 ||
      ::setsockopt(connection.number(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit)) != 0 ||
      ::setsockopt(connection.number(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)) != 0 ||
      ::connect(connection.number(), to, length) != 0) {
    return Unavailable(address, std::strerror(errno));
  }
  char byte = 0;
  ssize_t received = 0;
  do {
    received = ::recv(connection.number(), &byte, 1, 0);
  } while (received < 0 && errno == EINTR);
  // A reset is an answer, too.
  if (received >= 0 || errno == ECONNRESET) return absl::OkStatus();
  return absl::DeadlineExceededError(
      absl::StrCat("the server on ", std::string(address), " leaves a new connection unanswered"));
}

}  // namespace

absl::Status ListenerAnswers(std::string_view address, absl::Duration timeout) {
  constexpr std::string_view kUnix = "unix:";
  if (address.substr(0, kUnix.size()) == kUnix) {
    const std::string_view path = address.substr(kUnix.size());
    sockaddr_un to{};
    if (path.size() >= sizeof(to.sun_path)) return Unavailable(address, "the path is too long");
    to.sun_family = AF_UNIX;
    std::copy(path.begin(), path.end(), to.sun_path);
    return AwaitAnswer(address, reinterpret_cast<const sockaddr*>(&to), sizeof(to), timeout);
  }
  const size_t colon = address.rfind(':');
  if (colon == std::string_view::npos) return Unavailable(address, "want host:port");
  std::string host(address.substr(0, colon));
  const std::string port(address.substr(colon + 1));
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  }
  if (host == "0.0.0.0") host = "127.0.0.1";
  if (host == "::") host = "::1";

  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int fault = ::getaddrinfo(host.c_str(), port.c_str(), &wanted, &found); fault != 0) {
    return Unavailable(address, ::gai_strerror(fault));
  }
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owned(found, &::freeaddrinfo);
  return AwaitAnswer(address, found->ai_addr, found->ai_addrlen, timeout);
}

}  // namespace athena::daemon
