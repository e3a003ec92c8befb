#include "libs/daemon/supervision/service_manager.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>
#include <string>

#include "absl/strings/str_cat.h"
#include "libs/status/testing/matchers.h"

namespace athena::daemon {
namespace {

using status::testing::IsOk;
using status::testing::StatusIs;

// A socket as systemd has one for its services, bound to an address of sun_path's form.
class NotifySocket {
 public:
  explicit NotifySocket(const std::string& sun_path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    sun_path.copy(address.sun_path, sizeof(address.sun_path));
    descriptor_ = ::socket(AF_UNIX, SOCK_DGRAM, 0);
    EXPECT_EQ(::bind(descriptor_, reinterpret_cast<sockaddr*>(&address),
                     static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + sun_path.size())),
              0);
  }
  ~NotifySocket() { ::close(descriptor_); }

  // The next message; empty when none has come.
  std::string Next() const {
    char bytes[256];
    const ssize_t size = ::recv(descriptor_, bytes, sizeof(bytes), MSG_DONTWAIT);
    return size < 0 ? "" : std::string(bytes, static_cast<size_t>(size));
  }

 private:
  int descriptor_;
};

TEST(ServiceManagerTest, AMessageReachesASocketInAFolder) {
  const std::string path = absl::StrCat(::testing::TempDir(), "notify-", ::getpid());
  const NotifySocket socket(path);
  EXPECT_THAT(ServiceManager(path, {}).Notify("READY=1\nSTATUS=serves"), IsOk());
  EXPECT_EQ(socket.Next(), "READY=1\nSTATUS=serves");
  ::unlink(path.c_str());
}

// systemd uses such an address in some versions: a zero byte instead of "@".
TEST(ServiceManagerTest, AMessageReachesAnAbstractSocket) {
  const std::string name = absl::StrCat("athena-notify-", ::getpid());
  const NotifySocket socket(std::string(1, '\0') + name);
  EXPECT_THAT(ServiceManager("@" + name, {}).Notify("STOPPING=1"), IsOk());
  EXPECT_EQ(socket.Next(), "STOPPING=1");
}

TEST(ServiceManagerTest, WithoutManagerNothingFails) {
  EXPECT_THAT(ServiceManager("", {}).Notify("READY=1"), IsOk());
}

TEST(ServiceManagerTest, WhatIsNoSocketIsNamed) {
  EXPECT_THAT(ServiceManager("vsock:2:1", {}).Notify("READY=1"),
              StatusIs(absl::StatusCode::kInvalidArgument, ::testing::HasSubstr("\"vsock:2:1\"")));
  EXPECT_THAT(ServiceManager("/" + std::string(107, 'x'), {}).Notify("READY=1"),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(ServiceManager(::testing::TempDir() + "nobody-listens", {}).Notify("READY=1"),
              StatusIs(absl::StatusCode::kUnavailable, ::testing::HasSubstr("nobody-listens")));
}

class EnvironmentTest : public ::testing::Test {
 protected:
  ~EnvironmentTest() override {
    for (const char* name : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"}) ::unsetenv(name);
  }
  static absl::Duration WatchdogOf(const char* microseconds, const std::string& pid) {
    ::setenv("WATCHDOG_USEC", microseconds, 1);
    ::setenv("WATCHDOG_PID", pid.c_str(), 1);
    return ServiceManager::FromEnvironment().watchdog();
  }
};

TEST_F(EnvironmentTest, ThereIsNoManagerByDefault) {
  EXPECT_THAT(ServiceManager::FromEnvironment().Notify("READY=1"), IsOk());
  EXPECT_EQ(ServiceManager::FromEnvironment().watchdog(), absl::ZeroDuration());
}

TEST_F(EnvironmentTest, TheSocketIsThatOfTheEnvironment) {
  const std::string name = absl::StrCat("athena-environment-", ::getpid());
  const NotifySocket socket(std::string(1, '\0') + name);
  ::setenv("NOTIFY_SOCKET", ("@" + name).c_str(), 1);
  EXPECT_THAT(ServiceManager::FromEnvironment().Notify("READY=1"), IsOk());
  EXPECT_EQ(socket.Next(), "READY=1");
}

TEST_F(EnvironmentTest, AWatchdogOfAnotherProcessIsNotOurs) {
  EXPECT_EQ(WatchdogOf("30000000", absl::StrCat(::getpid())), absl::Seconds(30));
  EXPECT_EQ(WatchdogOf("30000000", ""), absl::Seconds(30));
  EXPECT_EQ(WatchdogOf("30000000", absl::StrCat(::getpid() + 1)), absl::ZeroDuration());
}

TEST_F(EnvironmentTest, AWatchdogWithoutLengthIsNone) {
  for (const char* nothing : {"", "0", "-1", "soon"}) {
    EXPECT_EQ(WatchdogOf(nothing, ""), absl::ZeroDuration()) << nothing;
  }
}

}  // namespace
}  // namespace athena::daemon
