#include "libs/rpc/server.h"

#include <google/protobuf/stubs/logging.h>
#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/resource_quota.h>
#include <pthread.h>

#include <algorithm>
#include <csignal>
#include <mutex>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "libs/rpc/calls/table_service.h"
#include "libs/rpc/grpc_status.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"

namespace athena::rpc {
namespace {

constexpr size_t kTransportMemory = 256U << 20;
constexpr int kSecond = 1000;  // milliseconds
constexpr int kMinute = 60 * kSecond;

void BoundTransport(grpc::ServerBuilder& builder) {
  builder.SetMaxReceiveMessageSize(kMaxReadBytes);
  // Compressed requests arrive as they are and are inflated by libs/rpc/calls/inflate.h. gzip alone
  // is taken, which can be told from a message; the answer to any other is gRPC's own,
  // UNIMPLEMENTED with grpc-accept-encoding.
  builder.AddChannelArgument(GRPC_ARG_ENABLE_PER_MESSAGE_DECOMPRESSION, 0);
  builder.AddChannelArgument(GRPC_COMPRESSION_CHANNEL_ENABLED_ALGORITHMS_BITSET,
                             (1 << GRPC_COMPRESS_NONE) | (1 << GRPC_COMPRESS_GZIP));
  builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, kMaxMetadataBytes);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, kMaxStreamsPerConnection);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, 30 * kSecond);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 10 * kSecond);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 30 * kSecond);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_IDLE_MS, 5 * kMinute);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_MS, 30 * kMinute);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS, kMinute);
  builder.AddChannelArgument(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, 10 * kSecond);
  // One listener per address: a second process on the same port is refused, not balanced with.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  grpc::ResourceQuota quota("athena");
  quota.Resize(kTransportMemory);
  builder.SetResourceQuota(quota);
}

// Answers RPCs that no table has: gRPC's own answer carries no details.
class UnknownMethods : public grpc::CallbackGenericService {
 public:
  grpc::ServerGenericBidiReactor* CreateReactor(
      grpc::GenericCallbackServerContext* context) override {
    class Refusal : public grpc::ServerGenericBidiReactor {
     public:
      explicit Refusal(const absl::Status& status) { Finish(ToGrpc(status)); }
      void OnDone() override { delete this; }
    };
    return new Refusal(status::Refusal(
        absl::StatusCode::kUnimplemented, "UNKNOWN_METHOD",
        absl::StrCat("there is no RPC ", status::Printable(context->method()),
                     ": this server may be older than its caller, or serve another part"),
        {{"method", status::Printable(context->method())}}));
  }
};

// How often Drain looks whether all calls have been answered.
constexpr absl::Duration kIdleCheck = absl::Milliseconds(5);
// How long the last answers may take to be sent.
constexpr absl::Duration kLastAnswers = absl::Seconds(1);

class RunningServer : public Server {
 public:
  RunningServer(const ServerOptions& options, int heavy) : core_(options, heavy) {}
  ~RunningServer() override { Drain(); }

  absl::Status Listen(std::vector<ServiceTable> tables) {
    grpc::EnableDefaultHealthCheckService(true);
    if (core_.options().reflection) grpc::reflection::InitProtoReflectionServerBuilderPlugin();
    grpc::ServerBuilder builder;
    BoundTransport(builder);
    const ServerOptions& options = core_.options();
    builder.AddListeningPort(options.listen,
                             options.tls.empty()
                                 ? grpc::InsecureServerCredentials()
                                 : TlsServerCredentials(options.tls, options.client_certificates),
                             &port_);
    for (ServiceTable& table : tables) {
      names_.push_back(table.service);
      services_.push_back(std::make_unique<TableService>(core_, std::move(table)));
      builder.RegisterService(services_.back().get());
    }
    builder.RegisterCallbackGenericService(&unknown_methods_);
    server_ = builder.BuildAndStart();
    if (server_ == nullptr || port_ == 0) {
      return status::Refusal(absl::StatusCode::kUnavailable, "ADDRESS_UNAVAILABLE",
                             absl::StrCat("cannot listen on ", core_.options().listen,
                                          ": is it taken by another process? Choose another with "
                                          "--listen"));
    }
    SetServing(true, true);
    return absl::OkStatus();
  }

  int port() const override { return port_; }

  std::shared_ptr<grpc::Channel> InProcessChannel() override {
    return server_->InProcessChannel(grpc::ChannelArguments());
  }

  void SetServing(bool serving, bool everything) override {
    grpc::HealthCheckServiceInterface* health = server_->GetHealthCheckService();
    if (health == nullptr) return;
    // SetServingStatus(bool) would set that of the services as well.
    health->SetServingStatus("", serving && everything);
    for (const std::string& name : names_) health->SetServingStatus(name, serving);
  }

  void Drain() override {
    std::call_once(drained_, [this] {
      if (server_ != nullptr) {
        SetServing(false, false);
        core_.StartDraining();
        absl::SleepFor(core_.options().refuse_before_closing);
        const absl::Time deadline = absl::Now() + core_.options().drain_deadline;
        while (!core_.idle() && absl::Now() < deadline) {
          absl::SleepFor(kIdleCheck);
        }
        // What is left are answers on their way, idle connections and calls past the deadline. Some
        // clients look at an idle connection only every few seconds, which is not waited for.
        server_->Shutdown(absl::ToChronoTime(std::min(deadline, absl::Now() + kLastAnswers)));
        server_->Wait();
      }
      core_.workers().Stop();
    });
  }

 private:
  ServerCore core_;
  UnknownMethods unknown_methods_;
  std::vector<std::string> names_;
  std::vector<std::unique_ptr<TableService>> services_;
  std::unique_ptr<grpc::Server> server_;
  int port_ = 0;
  std::once_flag drained_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Server>> Server::Start(const ServerOptions& options,
                                                      std::vector<ServiceTable> tables) {
  if (options.authenticator == nullptr) return status::Internal("a server needs an authenticator");
  if (!IsLoopback(options.listen)) {
    if (options.tls.empty()) {
      return status::InvalidField("--listen", options.listen,
                                  "a loopback address, or TLS: --tls_certificate and --tls_key");
    }
    if (!options.authenticator->SafeBeyondLoopback()) {
      return status::InvalidField("--listen", options.listen,
                                  "a loopback address: the tokens of --principals are not safe "
                                  "beyond it; use certificates or an OpenID provider's tokens");
    }
  }
  for (const ServiceTable& table : tables) {
    const std::vector<std::string> faults = TableFaults(table);
    if (!faults.empty()) return status::Internal(absl::StrJoin(faults, "; "));
  }
  // It would write lines about requests that cannot be parsed, which are answered.
  google::protobuf::SetLogHandler(nullptr);
  int heavy = options.heavy;
  if (heavy == 0) heavy = std::max(1, static_cast<int>(std::thread::hardware_concurrency()) - 1);
  auto server = std::make_unique<RunningServer>(options, heavy);
  ATHENA_RETURN_IF_ERROR(server->Listen(std::move(tables)));
  return server;
}

StopSignal::StopSignal() {
  sigemptyset(&set_);
  sigaddset(&set_, SIGTERM);
  sigaddset(&set_, SIGINT);
  pthread_sigmask(SIG_BLOCK, &set_, nullptr);
}

int StopSignal::Await() {
  int signal = 0;
  while (sigwait(&set_, &signal) != 0) {
  }
  return signal;
}

}  // namespace athena::rpc
