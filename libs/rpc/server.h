#ifndef ATHENA_LIBS_RPC_SERVER_H_
#define ATHENA_LIBS_RPC_SERVER_H_

#include <google/protobuf/descriptor.h>
#include <grpcpp/channel.h>
#include <grpcpp/security/server_credentials.h>
#include <prometheus/registry.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/auth/auth.h"
#include "libs/rpc/method.h"

namespace athena::rpc {

// The limits every service shares; all are part of its documentation.
inline constexpr int kMaxRequestBytes = 4 << 20;
inline constexpr int kMaxResponseBytes = 4 << 20;
inline constexpr int kMaxMetadataBytes = 16 << 10;
inline constexpr int kMaxConcurrentStreams = 100;  // per connection

struct ServerOptions {
  // "127.0.0.1:8080" each; port 0 takes a free one. None: reachable in-process only.
  std::vector<std::string> addresses;
  // Null: insecure, allowed on loopback alone.
  std::shared_ptr<grpc::ServerCredentials> credentials;

  int workers = 32;
  int heavy_workers = 0;  // 0: as many as there are cores
  // Unary and paged calls admitted and not finished; more are shed.
  int max_in_flight = 2048;
  // Of those, how many may wait for a worker.
  int max_queued = 1024;
  // Bytes of requests held and not yet parsed.
  int64_t max_undecoded_bytes = 32 << 20;
  // Streams that stay open have caps of their own: they hold memory, not threads.
  int max_watches = 1000;
  int max_bidi_streams = 200;
  // Calls per second and institution, and how many may be saved up; 0: no limit.
  double institution_calls_per_second = 0;
  double institution_burst = 100;
  // What shed calls are told to wait.
  absl::Duration retry_after = absl::Seconds(1);

  // For unary and paged calls whose client set none.
  absl::Duration default_deadline = absl::Seconds(30);
  // Calls that take longer are logged.
  absl::Duration slow_call = absl::Seconds(1);

  absl::Duration keepalive_time = absl::Seconds(30);
  absl::Duration keepalive_timeout = absl::Seconds(10);
  absl::Duration min_client_ping_interval = absl::Seconds(30);
  absl::Duration max_connection_idle = absl::Minutes(5);
  absl::Duration max_connection_age = absl::Minutes(30);
  absl::Duration max_connection_age_grace = absl::Minutes(1);
  absl::Duration handshake_timeout = absl::Seconds(10);
  int64_t resource_quota_bytes = 256 << 20;  // what gRPC may buffer

  // From NOT_SERVING until calls are refused: load balancers look away meanwhile.
  absl::Duration lame_duck = absl::Seconds(3);
  // From there until calls under way are cancelled.
  absl::Duration drain_deadline = absl::Seconds(20);

  // Server reflection. gRPC switches it per process: once on, later servers have it, too.
  bool reflection = true;
};

// A service's table. The permissions outlive the server (a constant).
struct Service {
  const google::protobuf::ServiceDescriptor* descriptor;
  auth::PermissionTable permissions;
  std::vector<Method> methods;
};

// What is wrong with a service's table against its descriptor: methods without a handler, the wrong
// types or shape, and the faults of the permission table. Empty when nothing is. For a test in each
// service; Create refuses all but missing handlers (those answer UNIMPLEMENTED).
std::vector<std::string> ServiceFaults(const Service& service);

// A running gRPC server: services, grpc.health.v1 and reflection. Thread-safe.
class Server {
 public:
  // Blocks SIGTERM and SIGINT in this thread and all it will start, for AwaitSignal. The first thing
  // main does.
  static void BlockSignals();
  // Waits for one of them and returns it.
  static int AwaitSignal();

  // Listens and serves. The authenticator and the registry outlive the server, and so does all that
  // handlers refer to. INTERNAL for a wrong table, FAILED_PRECONDITION for insecure addresses that
  // are not loopback, UNAVAILABLE when an address cannot be listened on.
  static absl::StatusOr<std::unique_ptr<Server>> Create(ServerOptions options,
                                                        const auth::Authenticator& authenticator,
                                                        prometheus::Registry& registry,
                                                        std::vector<Service> services);
  // Drains without a lame-duck period.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // The port of the i-th address.
  int port(size_t i = 0) const;
  // For tests: a client's channel that involves no network.
  std::shared_ptr<grpc::Channel> InProcessChannel();

  // What grpc.health.v1 says of a service ("" is the server as a whole). All are SERVING at the
  // start, NOT_SERVING for good once Drain has begun.
  void SetServing(std::string_view service, bool serving);
  bool draining() const;

  // Ends it in order: health says NOT_SERVING; the lame-duck period passes; new calls are answered
  // UNAVAILABLE with RetryInfo, and so end watches, bidi streams (after the answer under way) and
  // pages; calls under way finish or, past the drain deadline, are cancelled; the workers end. When
  // it returns no handler runs and none will: close the database now. Never call it from a handler.
  // Idempotent; a second caller waits for the first.
  void Drain();

 private:
  class Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace athena::rpc

#endif  // ATHENA_LIBS_RPC_SERVER_H_
