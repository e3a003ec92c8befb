#include "libs/daemon/daemon.h"

#include <malloc.h>

#include <algorithm>
#include <string_view>
#include <thread>
#include <utility>

#include "absl/flags/flag.h"
#include "absl/strings/str_split.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "libs/auth/authenticator.h"
#include "libs/config/config.h"
#include "libs/log/log.h"
#include "libs/metrics/grpc_server.h"
#include "libs/metrics/ops_server.h"
#include "libs/metrics/process.h"
#include "libs/rpc/observe.h"
#include "libs/rpc/server.h"
#include "libs/status/status.h"

ABSL_FLAG(std::string, listen, "", "host:port of the gRPC server; port 0 takes a free one");
ABSL_FLAG(std::string, ops_listen, "", "host:port of /metrics, /healthz and /readyz");
ABSL_FLAG(
    std::string, principals, "",
    "who may call, separated by ';': token,subject,institution,role+role. An empty token "
    "names callers without credential, 'all' every role, '*' every institution. Loopback only");
ABSL_FLAG(std::string, log_level, "info",
          "the least level that is written: debug, info, warning, error");
ABSL_FLAG(bool, reflection, true, "whether to answer gRPC server reflection");
ABSL_FLAG(double, drain_seconds, 10, "how long calls in flight may take after SIGTERM");
ABSL_FLAG(double, calls_per_second, 0, "calls that one institution may make; 0: no bound");

namespace athena::daemon {
namespace {

#ifndef ATHENA_VERSION
#error "the build says which version this is"
#endif

// Longer than a call takes from a client to the server, short against a restart.
constexpr absl::Duration kRefuseBeforeClosing = absl::Milliseconds(250);

// By default eight heaps for each core: what a large request leaves free in one of them is lost to
// the requests that allocate from another, and the process grows to a multiple of what it needs.
void BoundHeaps() {
  constexpr int kLeast = 2;
  mallopt(M_ARENA_MAX, std::max(kLeast, static_cast<int>(std::thread::hardware_concurrency())));
}

// Abseil's package is built with the search for lock-order inversions, which takes four times as
// long as the lock it watches. It stays on where such faults are looked for: in builds with
// assertions and those with sanitizers.
void LeaveLocksUnwatched() {
#ifdef NDEBUG
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
#endif
}

std::string FlagOr(const absl::Flag<std::string>& flag, const std::string& otherwise) {
  std::string value = absl::GetFlag(flag);
  return value.empty() ? otherwise : value;
}

absl::StatusOr<std::unique_ptr<auth::StaticAuthenticator>> Principals() {
  std::vector<std::string> definitions =
      absl::StrSplit(absl::GetFlag(FLAGS_principals), ';', absl::SkipWhitespace());
  if (definitions.empty()) {
    return status::InvalidField("--principals", "nothing",
                                "at least one principal, or nobody can call");
  }
  return auth::StaticAuthenticator::Create(definitions);
}

absl::Status Run(const Description& description, rpc::StopSignal& stop,
                 const std::function<absl::StatusOr<Service>(prometheus::Registry&)>& build) {
  const std::optional<log::Level> level = log::ParseLevel(absl::GetFlag(FLAGS_log_level));
  if (!level.has_value()) {
    return status::InvalidField("--log_level", absl::GetFlag(FLAGS_log_level),
                                "debug, info, warning or error");
  }
  log::SetLevel(*level);

  auto registry = std::make_shared<prometheus::Registry>();
  metrics::AddBuildInfo(*registry, description.name, ATHENA_VERSION);
  metrics::GrpcServer grpc_metrics(*registry);
  auto authenticator = Principals();
  if (!authenticator.ok()) return authenticator.status();
  absl::StatusOr<Service> service = build(*registry);
  if (!service.ok()) return service.status();

  const auto missing = [&service] {
    return service->missing ? service->missing() : std::vector<std::string>();
  };
  auto ops = metrics::OpsServer::Start(FlagOr(FLAGS_ops_listen, description.ops_listen), *registry,
                                       missing);
  if (!ops.ok()) return ops.status();

  rpc::ServerOptions options;
  options.listen = FlagOr(FLAGS_listen, description.listen);
  options.authenticator = authenticator->get();
  options.observe = rpc::CountAndLog(grpc_metrics);
  options.reflection = absl::GetFlag(FLAGS_reflection);
  options.refuse_before_closing = kRefuseBeforeClosing;
  options.drain_deadline = absl::Seconds(absl::GetFlag(FLAGS_drain_seconds));
  options.calls_per_second = absl::GetFlag(FLAGS_calls_per_second);
  auto server = rpc::Server::Start(options, std::move(service->tables));
  if (!server.ok()) return server.status();

  log::Info("serving", {{"service", description.name},
                        {"version", ATHENA_VERSION},
                        {"listen", options.listen},
                        {"port", (*server)->port()},
                        {"ops_port", (*ops)->port()},
                        {"transport", "insecure: loopback only"}});
  const int signal = stop.Await();
  log::Info("draining", {{"signal", signal}});
  (*server)->Drain();
  if (service->close) service->close();
  log::Info("stopped", {{"service", description.name}});
  return absl::OkStatus();
}

}  // namespace

int Main(int argc, char** argv, const Description& description,
         const std::function<absl::StatusOr<Service>(prometheus::Registry&)>& build) {
  BoundHeaps();
  LeaveLocksUnwatched();
  rpc::StopSignal stop;
  absl::Status status = config::ParseCommandLine(argc, argv, description.usage).status();
  if (status.ok()) status = Run(description, stop, build);
  if (status.ok()) return 0;
  log::Error("cannot start", {{"service", description.name}, {"message", status.message()}});
  return 1;
}

}  // namespace athena::daemon
