#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <prometheus/registry.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <vector>

#include "libs/metrics/grpc_server.h"
#include "libs/metrics/ops_server.h"
#include "libs/metrics/process.h"
#include "libs/status/testing/matchers.h"

namespace athena::metrics {
namespace {

using status::testing::StatusIs;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

// A plain socket, so that the answer is seen as any HTTP client sees it.
int Connect(int port) {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  return fd;
}

std::string Http(int port, const std::string& request) {
  const int fd = Connect(port);
  std::string text = request + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
  EXPECT_EQ(write(fd, text.data(), text.size()), static_cast<ssize_t>(text.size()));
  std::string answer;
  char buffer[4096];
  for (ssize_t n; (n = read(fd, buffer, sizeof(buffer))) > 0;) answer.append(buffer, n);
  close(fd);
  return answer;
}

TEST(GrpcServerTest, SeriesExistWithZerosBeforeTheFirstCall) {
  prometheus::Registry registry;
  GrpcServer server(registry);
  auto method = server.Method("unary", "athena.plan.v1.PlanService", "GetPlan");
  std::string labels =
      "{grpc_method=\"GetPlan\",grpc_service=\"athena.plan.v1.PlanService\",grpc_type=\"unary\"} 0";
  std::string text = RenderMetrics(registry);
  EXPECT_THAT(text, HasSubstr("grpc_server_started_total" + labels));
  EXPECT_THAT(text, HasSubstr("grpc_server_msg_received_total" + labels));
  EXPECT_THAT(text, HasSubstr("grpc_server_msg_sent_total" + labels));
  EXPECT_THAT(text,
              HasSubstr("grpc_server_handled_total{grpc_code=\"OK\",grpc_method=\"GetPlan\""));
  EXPECT_THAT(text, HasSubstr("grpc_server_handling_seconds_count" + labels));
  // Case S6: a rate of refusals needs their zero, too.
  for (const char* code : {"NotFound", "Unavailable", "ResourceExhausted", "Internal"}) {
    EXPECT_THAT(text, HasSubstr("grpc_server_handled_total{grpc_code=\"" + std::string(code) +
                                "\",grpc_method=\"GetPlan\",grpc_service="
                                "\"athena.plan.v1.PlanService\",grpc_type=\"unary\"} 0"));
  }
  EXPECT_THAT(text, HasSubstr("athena_rpc_shed_total{cause=\"rate\"} 0"));
  EXPECT_THAT(text, HasSubstr("athena_rpc_shed_total{cause=\"load\"} 0"));
  EXPECT_THAT(text, HasSubstr("\nathena_rpc_in_flight 0"));
}

TEST(GrpcServerTest, CodesAreWrittenAsDashboardsKnowThem) {
  prometheus::Registry registry;
  GrpcServer server(registry);
  auto method = server.Method("unary", "S", "M");
  method->Handled(absl::StatusCode::kInvalidArgument, 0.002);
  method->Handled(absl::StatusCode::kInvalidArgument, 0.002);
  method->Handled(absl::StatusCode::kUnauthenticated, 0.002);
  method->Handled(static_cast<absl::StatusCode>(99), 0.002);
  std::string text = RenderMetrics(registry);
  EXPECT_THAT(text, HasSubstr("grpc_code=\"InvalidArgument\",grpc_method=\"M\",grpc_service=\"S\","
                              "grpc_type=\"unary\"} 2"));
  EXPECT_THAT(text, HasSubstr("grpc_code=\"Unauthenticated\""));
  EXPECT_THAT(text, HasSubstr("grpc_code=\"Unknown\""));
  EXPECT_THAT(text, HasSubstr("grpc_server_handling_seconds_count{grpc_method=\"M\","
                              "grpc_service=\"S\",grpc_type=\"unary\"} 4"));
  EXPECT_THAT(text, HasSubstr("le=\"0.0025\"} 4"));
  EXPECT_THAT(text, HasSubstr("le=\"0.001\"} 0"));
}

TEST(ProcessTest, TellsWhatTheProcessUses) {
  prometheus::Registry registry;
  AddBuildInfo(registry, "plan", "1.2.3");
  std::string text = RenderMetrics(registry);
  for (const char* name :
       {"process_cpu_seconds_total ", "process_resident_memory_bytes ", "process_open_fds ",
        "process_max_fds ", "process_start_time_seconds ", "process_threads "}) {
    EXPECT_THAT(text, HasSubstr(std::string("\n") + name));
    EXPECT_THAT(text, Not(HasSubstr(std::string("\n") + name + "0\n"))) << name;
  }
  EXPECT_THAT(text, HasSubstr("service=\"plan\",version=\"1.2.3\"} 1"));
}

class OpsServerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ATHENA_ASSERT_OK_AND_ASSIGN(
        server_, OpsServer::Start("127.0.0.1:0", registry_, [this] { return reasons_; }));
  }
  prometheus::Registry registry_;
  std::vector<std::string> reasons_;
  std::unique_ptr<OpsServer> server_;
};

TEST_F(OpsServerTest, MetricsAreServedAsText) {
  AddBuildInfo(registry_, "plan", "1");
  std::string answer = Http(server_->port(), "GET /metrics");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(answer, HasSubstr("Content-Type: text/plain; version=0.0.4"));
  EXPECT_THAT(answer, HasSubstr("athena_build_info"));
}

TEST_F(OpsServerTest, ReadinessSaysWhy) {
  EXPECT_THAT(Http(server_->port(), "GET /readyz"), EndsWith("\r\n\r\nready\n"));
  reasons_ = {"the plan service does not answer", "quick_check is running"};
  std::string answer = Http(server_->port(), "GET /readyz");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 503 "));
  EXPECT_THAT(answer, EndsWith("the plan service does not answer\nquick_check is running\n"));
  EXPECT_THAT(Http(server_->port(), "GET /healthz"), StartsWith("HTTP/1.1 200 "));
}

TEST_F(OpsServerTest, NothingElseIsThere) {
  EXPECT_THAT(Http(server_->port(), "GET /"), StartsWith("HTTP/1.1 404 "));
  EXPECT_THAT(Http(server_->port(), "GET /metrics/x"), StartsWith("HTTP/1.1 404 "));
  EXPECT_THAT(Http(server_->port(), "POST /metrics"), StartsWith("HTTP/1.1 405 "));
  EXPECT_THAT(Http(server_->port(), "HEAD /healthz"), EndsWith("\r\n\r\n"));
}

// The server answered without giving up on any of the idle connections first.
TEST_F(OpsServerTest, A5_IdleConnectionsDoNotDelayAnswers) {
  std::vector<int> idle;
  for (int i = 0; i < 40; ++i) idle.push_back(Connect(server_->port()));
  EXPECT_THAT(Http(server_->port(), "GET /healthz"), StartsWith("HTTP/1.1 200 "));
  for (const int fd : idle) {
    char byte = 0;
    EXPECT_EQ(recv(fd, &byte, 1, MSG_DONTWAIT), -1);
    EXPECT_EQ(errno, EAGAIN);
    close(fd);
  }
}

TEST_F(OpsServerTest, ATakenAddressIsRefused) {
  EXPECT_THAT(OpsServer::Start("127.0.0.1:" + std::to_string(server_->port()), registry_,
                               [] { return std::vector<std::string>(); }),
              StatusIs(absl::StatusCode::kUnavailable));
}

}  // namespace
}  // namespace athena::metrics
