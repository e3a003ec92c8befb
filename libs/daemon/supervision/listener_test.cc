#include "libs/daemon/supervision/listener.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <string>
#include <thread>

#include "absl/strings/str_cat.h"
#include "libs/status/testing/matchers.h"

namespace athena::daemon {
namespace {

using status::testing::IsOk;
using status::testing::StatusIs;

// Long against what a connection on this machine takes.
constexpr absl::Duration kLong = absl::Seconds(30);

// A socket that listens: the kernel completes connections, whether or not anybody accepts them.
class ListeningSocket {
 public:
  ListeningSocket() : descriptor_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof(address);
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(::bind(descriptor_, generic, length), 0);
    EXPECT_EQ(::listen(descriptor_, 8), 0);
    EXPECT_EQ(::getsockname(descriptor_, generic, &length), 0);
    port_ = ntohs(address.sin_port);
  }
  ~ListeningSocket() { ::close(descriptor_); }

  int port() const { return port_; }
  // Accepts a connection, sends `text`, and closes it.
  void Answer(const std::string& text) const {
    const int connection = ::accept(descriptor_, nullptr, nullptr);
    if (!text.empty()) {
      EXPECT_EQ(::send(connection, text.data(), text.size(), 0), static_cast<ssize_t>(text.size()));
    }
    ::close(connection);
  }

 private:
  int descriptor_;
  int port_ = 0;
};

TEST(ListenerTest, AByteOrTheEndOfTheConnectionIsAnAnswer) {
  const ListeningSocket socket;
  for (const std::string answer : {"settings", ""}) {
    std::thread server([&] { socket.Answer(answer); });
    EXPECT_THAT(ListenerAnswers(absl::StrCat("127.0.0.1:", socket.port()), kLong), IsOk());
    server.join();
  }
}

TEST(ListenerTest, AWildcardIsReachedOnLoopback) {
  const ListeningSocket socket;
  std::thread server([&] { socket.Answer("settings"); });
  EXPECT_THAT(ListenerAnswers(absl::StrCat("0.0.0.0:", socket.port()), kLong), IsOk());
  server.join();
}

TEST(ListenerTest, AUnixSocketIsReachedByItsPath) {
  const std::string path = absl::StrCat(::testing::TempDir(), "listener-", ::getpid());
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof(address.sun_path));
  const int listener = ::socket(AF_UNIX, SOCK_STREAM, 0);
  ASSERT_EQ(::bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  ASSERT_EQ(::listen(listener, 1), 0);
  std::thread server([&] { ::close(::accept(listener, nullptr, nullptr)); });
  EXPECT_THAT(ListenerAnswers("unix:" + path, kLong), IsOk());
  server.join();
  ::close(listener);
  ::unlink(path.c_str());
  EXPECT_THAT(ListenerAnswers("unix:" + path, kLong), StatusIs(absl::StatusCode::kUnavailable));
}

// What a server looks like whose listener died: the kernel takes the connection, nobody else.
TEST(ListenerTest, AConnectionThatNobodyAcceptsIsNoAnswer) {
  const ListeningSocket socket;
  EXPECT_THAT(ListenerAnswers(absl::StrCat("127.0.0.1:", socket.port()), absl::Milliseconds(20)),
              StatusIs(absl::StatusCode::kDeadlineExceeded, ::testing::HasSubstr("unanswered")));
}

TEST(ListenerTest, APortWhereNobodyListensIsUnavailable) {
  int port = 0;
  {
    const ListeningSocket closed;
    port = closed.port();
  }
  EXPECT_THAT(ListenerAnswers(absl::StrCat("127.0.0.1:", port), kLong),
              StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(ListenerAnswers("nothing", kLong), StatusIs(absl::StatusCode::kUnavailable));
}

}  // namespace
}  // namespace athena::daemon
