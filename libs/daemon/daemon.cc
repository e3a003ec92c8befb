#include "libs/daemon/daemon.h"

#include <prometheus/gauge.h>

#include <atomic>
#include <cmath>
#include <string_view>
#include <utility>

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "libs/config/config.h"
#include "libs/daemon/process.h"
#include "libs/daemon/readiness.h"
#include "libs/daemon/security/security.h"
#include "libs/daemon/supervision/listener.h"
#include "libs/daemon/supervision/service_manager.h"
#include "libs/daemon/supervision/watchdog.h"
#include "libs/daemon/version.h"
#include "libs/log/log.h"
#include "libs/metrics/grpc_server.h"
#include "libs/metrics/ops_server.h"
#include "libs/metrics/process.h"
#include "libs/rpc/observe.h"
#include "libs/rpc/server.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"

ABSL_FLAG(std::string, listen, "", "host:port of gRPC; port 0 takes a free one");
ABSL_FLAG(std::string, ops_listen, "", "host:port of /metrics, /healthz and /readyz");
ABSL_FLAG(std::string, log_level, "info", "debug, info, warning or error");
ABSL_FLAG(bool, reflection, true, "whether to answer gRPC server reflection");
ABSL_FLAG(double, drain_seconds, 10, "how long calls may take after SIGTERM");
ABSL_FLAG(double, calls_per_second, 0, "calls of one institution; 0: no bound");

namespace athena::daemon {
namespace {

// Longer than a call takes from a client to the server, short against a restart.
constexpr absl::Duration kRefuseBeforeClosing = absl::Milliseconds(250);

constexpr double kMaxDrainSeconds = 3600;  // what is longer is a mistake
// How often gRPC health is brought up to date with what the service lacks.
constexpr absl::Duration kReadinessInterval = absl::Seconds(1);
// How long the server may leave a new connection unanswered: what a handshake may take, and more.
constexpr absl::Duration kListenerTimeout = absl::Seconds(15);

std::string FlagOr(const absl::Flag<std::string>& flag, const std::string& default_value) {
  std::string value = absl::GetFlag(flag);
  return value.empty() ? default_value : value;
}

// All that is wrong with flags and arguments.
absl::Status CheckFlags(const std::vector<char*>& arguments) {
  status::FieldFaults faults;
  for (const char* argument : arguments) faults.Add("argument", argument, "flags alone: --help");
  for (const auto& [name, value] : {std::pair("--listen", absl::GetFlag(FLAGS_listen)),
                                    std::pair("--ops_listen", absl::GetFlag(FLAGS_ops_listen))}) {
    if (!value.empty() && !config::IsListenAddress(value)) {
      faults.Add(name, value, "host:port, with a port from 0 to 65535");
    }
  }
  const double drain_seconds = absl::GetFlag(FLAGS_drain_seconds);
  if (!(drain_seconds >= 0 && drain_seconds <= kMaxDrainSeconds)) {
    faults.Add("--drain_seconds", drain_seconds, "a number from 0 to 3600");
  }
  const double calls_per_second = absl::GetFlag(FLAGS_calls_per_second);
  if (!(calls_per_second >= 0 && std::isfinite(calls_per_second))) {
    faults.Add("--calls_per_second", calls_per_second, "a number from 0; 0: no limit");
  }
  if (!log::ParseLevel(absl::GetFlag(FLAGS_log_level)).has_value()) {
    faults.Add("--log_level", absl::GetFlag(FLAGS_log_level), "debug, info, warning or error");
  }
  return faults.ToStatus();
}

// What a process without TLS must not be silent about.
void WarnWhenInsecure(const Security& security) {
  if (!security.tls().empty()) return;
  log::Write(log::Level::kWarning, "insecure",
             {{"message",
               "there is no TLS: whoever can read this machine's loopback traffic reads data and "
               "tokens. It is for development, and listens on loopback only; for a network set "
               "--tls_certificate, --tls_key and --tls_ca"}});
}

// The address `listen` with the port that was taken for it; a path has none.
std::string BoundAddress(const std::string& listen, int port) {
  if (listen.rfind("unix:", 0) == 0) return listen;
  return absl::StrCat(listen.substr(0, listen.rfind(':') + 1), port);
}

// Tells the service manager; that it cannot be told is no reason to stop.
void Notify(const ServiceManager& manager, const std::string& assignments) {
  const absl::Status told = manager.Notify(assignments);
  if (!told.ok()) log::Error("service manager", {{"message", told.message()}});
}

absl::Status Run(int argc, char** argv, const Description& description, const BuildService& build) {
  rpc::StopSignal stop;
  const ServiceManager manager = ServiceManager::FromEnvironment();
  ATHENA_ASSIGN_OR_RETURN(
      const std::vector<char*> arguments,
      config::ParseCommandLine(argc, argv, description.usage,
                               description.name + " " + std::string(VersionAndCommit())));
  ATHENA_RETURN_IF_ERROR(CheckFlags(arguments));
  log::SetLevel(*log::ParseLevel(absl::GetFlag(FLAGS_log_level)));

  prometheus::Registry registry;
  metrics::AddBuildInfo(registry, description.name, Version());
  metrics::GrpcServer grpc_metrics(registry);
  ATHENA_ASSIGN_OR_RETURN(const auto security, Security::FromFlags(registry));
  WarnWhenInsecure(*security);
  ATHENA_ASSIGN_OR_RETURN(Service service, build(registry));

  rpc::ServerOptions options;
  options.listen = FlagOr(FLAGS_listen, description.listen);
  options.tls = security->tls();
  options.client_certificates = security->client_certificates();
  options.authenticator = &security->authenticator();
  options.observe = rpc::CountAndLog(grpc_metrics);
  options.reflection = absl::GetFlag(FLAGS_reflection);
  options.refuse_before_closing = kRefuseBeforeClosing;
  options.drain_deadline = absl::Seconds(absl::GetFlag(FLAGS_drain_seconds));
  options.calls_per_second = absl::GetFlag(FLAGS_calls_per_second);
  ATHENA_ASSIGN_OR_RETURN(const auto server,
                          rpc::Server::Start(options, std::move(service.tables)));
  // Whoever is refused for a fault of TLS or of keys may be a caller of every RPC.
  const auto not_everything = [&security, &service] {
    std::vector<std::string> lines = security->Faults();
    if (service.cannot_write) {
      for (std::string& line : service.cannot_write()) lines.push_back(std::move(line));
    }
    return lines;
  };
  prometheus::Gauge& ready =
      prometheus::BuildGauge()
          .Name("athena_ready")
          .Help("1 when the service can do all of its work, as /readyz says; 0 otherwise.")
          .Register(registry)
          .Add({});
  Readiness readiness(service.missing, not_everything,
                      [&server, &ready](bool serving, bool everything) {
                        server->SetServing(serving, everything);
                        ready.Set(everything ? 1 : 0);
                      });
  ATHENA_ASSIGN_OR_RETURN(
      const auto ops,
      metrics::OpsServer::Start(FlagOr(FLAGS_ops_listen, description.ops_listen), registry,
                                [&readiness] { return readiness.Check(); }));
  readiness.Watch(kReadinessInterval);

  log::Info("serving", {{"service", description.name},
                        {"version", VersionAndCommit()},
                        {"listen", options.listen},
                        {"port", server->port()},
                        {"ops_port", ops->port()},
                        {"transport", security->Transport()}});
  const std::string address = BoundAddress(options.listen, server->port());
  Notify(manager, absl::StrCat("READY=1\nSTATUS=serves on ", address));
  std::atomic<bool> draining = false;
  Watchdog watchdog(manager, [&] {
    readiness.Check();  // hangs when a lock is held forever, and the watchdog with it
    const absl::Status answers = ListenerAnswers(address, kListenerTimeout);
    return draining ? absl::OkStatus() : answers;
  });
  const int signal = stop.Await();
  draining = true;
  Notify(manager, "STOPPING=1\nSTATUS=answers the calls in flight");
  log::Info("draining", {{"signal", signal}});
  readiness.Stop();
  server->Drain();
  watchdog.Stop();  // its connection ended with the server
  if (service.close) service.close();
  log::Info("stopped", {{"service", description.name}});
  return absl::OkStatus();
}

}  // namespace

int Main(int argc, char** argv, const Description& description, const BuildService& build) {
  OpenStandardDescriptors();
  LimitHeaps();
  DisableDeadlockDetection();
  rpc::LogGrpcMessages();
  const absl::Status status = Run(argc, argv, description, build);
  if (status.ok()) return 0;
  log::Error("cannot start", {{"service", description.name}, {"message", status.message()}});
  return 1;
}

}  // namespace athena::daemon
