#include "libs/daemon/supervision/watchdog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "libs/log/log.h"

namespace athena::daemon {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class WatchdogTest : public ::testing::Test {
 protected:
  WatchdogTest() : descriptor_(::socket(AF_UNIX, SOCK_DGRAM, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path_.copy(address.sun_path, sizeof(address.sun_path));
    EXPECT_EQ(::bind(descriptor_, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  }
  ~WatchdogTest() override {
    ::close(descriptor_);
    ::unlink(path_.c_str());
  }

  // What the service manager was told so far.
  std::vector<std::string> Told() const {
    std::vector<std::string> messages;
    char bytes[64];
    for (ssize_t size = 0; (size = ::recv(descriptor_, bytes, sizeof(bytes), MSG_DONTWAIT)) >= 0;) {
      messages.emplace_back(bytes, static_cast<size_t>(size));
    }
    return messages;
  }

  const std::string path_ = absl::StrCat(::testing::TempDir(), "watchdog-", ::getpid());
  int descriptor_;
  std::vector<std::string> lines_;
  log::Capture capture_{[this](const std::string& line) { lines_.push_back(line); }};
};

TEST_F(WatchdogTest, TheManagerIsToldAsOftenAsTheProcessIsAlive) {
  const ServiceManager manager(path_, absl::Milliseconds(3));
  absl::Notification seen;
  int calls = 0;
  Watchdog watchdog(manager, [&] {
    ++calls;
    if (calls == 5) seen.Notify();
    return calls == 3 || calls == 4 ? absl::OkStatus() : absl::UnavailableError("it is not");
  });
  seen.WaitForNotification();
  watchdog.Stop();
  EXPECT_THAT(Told(), ElementsAre("WATCHDOG=1", "WATCHDOG=1"));
  ASSERT_EQ(lines_.size(), static_cast<size_t>(calls - 2));
  EXPECT_THAT(lines_[0], HasSubstr("\"event\":\"watchdog\",\"message\":\"it is not\""));
}

TEST_F(WatchdogTest, WithoutAWatchdogNobodyAsks) {
  const ServiceManager manager(path_, absl::ZeroDuration());
  Watchdog watchdog(manager, [] {
    ADD_FAILURE() << "was asked";
    return absl::OkStatus();
  });
  watchdog.Stop();
  EXPECT_THAT(Told(), IsEmpty());
}

}  // namespace
}  // namespace athena::daemon
