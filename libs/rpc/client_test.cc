#include "libs/rpc/client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "libs/rpc/testing/echo.grpc.pb.h"
#include "libs/status/testing/matchers.h"

namespace athena::rpc {
namespace {

using status::testing::StatusIs;
using ::testing::HasSubstr;

const grpc::Status kGone(grpc::StatusCode::UNAVAILABLE, "failed to connect to all addresses");

TEST(AttemptTest, UnavailableIsTriedAgainAndNothingElse) {
  int calls = 0;
  Outgoing outgoing;
  outgoing.peer = "the plan service";
  ATHENA_EXPECT_OK(Attempt(
      outgoing, [&](grpc::ClientContext&) { return ++calls < 3 ? kGone : grpc::Status::OK; }));
  EXPECT_EQ(calls, 3);
  calls = 0;
  const auto abort = [&](grpc::ClientContext&) {
    ++calls;
    return grpc::Status(grpc::StatusCode::ABORTED, "changed meanwhile");
  };
  EXPECT_THAT(Attempt(outgoing, abort), StatusIs(absl::StatusCode::kAborted));
  EXPECT_EQ(calls, 1);
}

TEST(AttemptTest, WhatStaysUnavailableIsNamed) {
  int calls = 0;
  Outgoing outgoing;
  outgoing.peer = "the plan service";
  outgoing.attempts = 2;
  const absl::Status status = Attempt(outgoing, [&](grpc::ClientContext&) {
    ++calls;
    return kGone;
  });
  EXPECT_EQ(calls, 2);
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kUnavailable, HasSubstr("the plan service")));
  EXPECT_GT(status::RetryAfter(status), absl::ZeroDuration());
}

TEST(AttemptTest, ADeadlineThatHasPassedIsNotTriedAgain) {
  int calls = 0;
  Outgoing outgoing;
  outgoing.peer = "the plan service";
  outgoing.attempts = 100;
  outgoing.deadline = absl::Now();
  const auto fail = [&](grpc::ClientContext&) {
    ++calls;
    return kGone;
  };
  EXPECT_THAT(Attempt(outgoing, fail), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_EQ(calls, 1);
}

TEST(RetryTest, PausesDoubleWithinTheirJitterUntilTheAttemptsAreUsedUp) {
  Retry retry(9, absl::InfiniteFuture());
  const absl::Status gone = absl::UnavailableError("gone");
  for (const int64_t base : {50, 100, 200, 400, 800, 1600, 2000, 2000}) {
    const std::optional<absl::Duration> pause = retry.PauseAfter(gone);
    ASSERT_TRUE(pause.has_value()) << base;
    EXPECT_GE(*pause, absl::Milliseconds(base) * 0.5);
    EXPECT_LE(*pause, absl::Milliseconds(base) * 1.5);
  }
  EXPECT_EQ(retry.PauseAfter(gone), std::nullopt);
}

TEST(RetryTest, APauseIsNeverShorterThanTheServerAsksFor) {
  const absl::Status busy = status::Unavailable("the plan service", absl::Seconds(30));
  EXPECT_EQ(Retry(3, absl::InfiniteFuture()).PauseAfter(busy), absl::Seconds(30));
  EXPECT_EQ(Retry(3, absl::Now() + absl::Seconds(29)).PauseAfter(busy), std::nullopt);
}

// A stream that yields the numbers given, then ends with a status.
struct FakeReader {
  std::vector<int> numbers;
  grpc::Status end;
  size_t next = 0;
  bool Read(testing::EchoResponse* part) {
    if (next == numbers.size()) return false;
    part->set_number(numbers[next++]);
    return true;
  }
  grpc::Status Finish() { return end; }
};

TEST(CollectTest, AStreamThatBreaksMidwayIsNotReadTwice) {
  int opened = 0;
  std::vector<int64_t> seen;
  Outgoing outgoing;
  outgoing.peer = "the plan service";
  const absl::Status status = Collect<testing::EchoResponse>(
      outgoing,
      [&](grpc::ClientContext*) {
        ++opened;
        return std::make_unique<FakeReader>(FakeReader{{1, 2}, kGone});
      },
      [&](const testing::EchoResponse& part) {
        seen.push_back(part.number());
        return absl::OkStatus();
      });
  EXPECT_EQ(opened, 1);
  EXPECT_EQ(seen, (std::vector<int64_t>{1, 2}));
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kUnavailable, HasSubstr("the plan service")));
  EXPECT_GT(status::RetryAfter(status), absl::ZeroDuration());
}

TEST(CollectTest, AStreamThatNeverBeganIsOpenedAgain) {
  int opened = 0;
  std::vector<int64_t> seen;
  Outgoing outgoing;
  const absl::Status status = Collect<testing::EchoResponse>(
      outgoing,
      [&](grpc::ClientContext*) {
        return std::make_unique<FakeReader>(++opened == 1 ? FakeReader{{}, kGone}
                                                          : FakeReader{{7}, grpc::Status::OK});
      },
      [&](const testing::EchoResponse& part) {
        seen.push_back(part.number());
        return absl::OkStatus();
      });
  ATHENA_EXPECT_OK(status);
  EXPECT_EQ(seen, (std::vector<int64_t>{7}));
}

// Somebody who is connected to and says nothing.
class SilentServer {
 public:
  SilentServer() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(::bind(socket_, any, size), 0);
    EXPECT_EQ(::listen(socket_, 1), 0);
    EXPECT_EQ(::getsockname(socket_, any, &size), 0);
    port_ = ntohs(address.sin_port);
  }
  ~SilentServer() { ::close(socket_); }
  SilentServer(const SilentServer&) = delete;
  SilentServer& operator=(const SilentServer&) = delete;

  std::string address() const { return absl::StrCat("127.0.0.1:", port_); }

 private:
  const int socket_;
  int port_ = 0;
};

// A busy machine needs more than the tenth of a second that lies between attempts.
TEST(ConnectTest, AConnectionMayTakeLongerThanThePauseBetweenAttempts) {
  const SilentServer server;
  const std::shared_ptr<grpc::Channel> channel = Connect(server.address());
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Milliseconds(300)));
  testing::EchoResponse response;
  const grpc::Status status = testing::Echo::NewStub(channel)->Say(&context, {}, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::DEADLINE_EXCEEDED) << status.error_message();
}

}  // namespace
}  // namespace athena::rpc
