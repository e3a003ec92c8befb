#include "libs/rpc/client.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "libs/rpc/testing/echo.grpc.pb.h"
#include "libs/status/status.h"

namespace athena::rpc {
namespace {

const grpc::Status kGone(grpc::StatusCode::UNAVAILABLE, "failed to connect to all addresses");

TEST(AttemptTest, UnavailableIsTriedAgainAndNothingElse) {
  int calls = 0;
  Outgoing outgoing;
  outgoing.peer = "the plan service";
  EXPECT_TRUE(Attempt(outgoing, [&](grpc::ClientContext&) {
                return ++calls < 3 ? kGone : grpc::Status::OK;
              }).ok());
  EXPECT_EQ(calls, 3);
  calls = 0;
  const absl::Status aborted = Attempt(outgoing, [&](grpc::ClientContext&) {
    ++calls;
    return grpc::Status(grpc::StatusCode::ABORTED, "changed meanwhile");
  });
  EXPECT_EQ(aborted.code(), absl::StatusCode::kAborted);
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
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_NE(std::string(status.message()).find("the plan service"), std::string::npos) << status;
  EXPECT_GT(status::RetryAfter(status), absl::ZeroDuration());
}

TEST(AttemptTest, ADeadlineThatHasPassedIsNotTriedAgain) {
  int calls = 0;
  Outgoing outgoing;
  outgoing.peer = "the plan service";
  outgoing.attempts = 100;
  outgoing.deadline = absl::Now();
  EXPECT_EQ(Attempt(outgoing,
                    [&](grpc::ClientContext&) {
                      ++calls;
                      return kGone;
                    })
                .code(),
            absl::StatusCode::kUnavailable);
  EXPECT_EQ(calls, 1);
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
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
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
  EXPECT_TRUE(status.ok()) << status;
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
