#ifndef ATHENA_LIBS_RPC_SERVER_H_
#define ATHENA_LIBS_RPC_SERVER_H_

#include <grpcpp/grpcpp.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/auth/authenticator.h"
#include "libs/rpc/method.h"

namespace athena::rpc {

// Limits of the transport and of admission, with the reason for each.
inline constexpr int kMaxRequestBytes = 4 << 20;  // gRPC's own default: what every client can send
inline constexpr int kMaxMetadataBytes = 16 << 10;
inline constexpr int kMaxStreamsPerConnection = 100;
inline constexpr size_t kMaxUndecodedBytes = 32 << 20;  // requests received, not parsed yet
inline constexpr size_t kMaxInFlight = 1024;            // unary calls and page streams
inline constexpr size_t kMaxWatches = 512;              // parked streams, which hold no thread
inline constexpr size_t kMaxQueued = 1024;              // tasks waiting for a worker
inline constexpr int kWorkers = 32;
// Of a request that is served on the transport's own thread (Method::AtOnce): what is parsed in
// less time than it takes to wake a worker.
inline constexpr size_t kMaxAtOnceBytes = 1024;

// What is known of a call once it is over.
struct CallRecord {
  std::string_view service;  // "athena.plan.v1.PlanService"
  std::string_view method;   // "GetPlan"
  std::string_view subject;  // empty before authentication
  std::string_view institution;
  std::string_view request_id;
  std::string_view traceparent;
  absl::Status status;
  absl::Duration took;    // from acceptance to the answer
  absl::Duration queued;  // of which waiting for a worker
  int64_t received = 0;   // messages
  int64_t sent = 0;
};

// Sees every call to one method. Thread-safe; must be quick.
class CallObserver {
 public:
  virtual ~CallObserver() = default;
  virtual void OnStart() = 0;
  virtual void OnEnd(const CallRecord& record) = 0;
};

struct ServerOptions {
  // host:port; port 0 takes a free one.
  std::string listen = "127.0.0.1:0";
  // Borrowed; outlives the server.
  const auth::Authenticator* authenticator = nullptr;
  // Makes the observer of each method, once, at start; may be empty.
  std::function<std::unique_ptr<CallObserver>(std::string_view service, const Method& method)>
      observe;
  bool reflection = true;
  // What a unary or page call without a deadline of its own gets.
  absl::Duration default_deadline = absl::Seconds(30);
  // At most this many heavy methods at once; 0: one less than there are cores, at least one. What
  // they hand to the thread that writes keeps that one's core busy.
  int heavy = 0;
  // Calls per second that one institution may make on average, with bursts of a second's worth;
  // 0: no bound.
  double calls_per_second = 0;
  // Seconds that Drain leaves the calls in flight before it cancels them.
  absl::Duration drain_deadline = absl::Seconds(10);
  // Between saying NOT_SERVING and refusing calls, so that balancers notice.
  absl::Duration lame_duck = absl::ZeroDuration();
  // How long calls are refused (UNAVAILABLE) before the transport closes. What reaches a transport
  // that closes is CANCELLED by gRPC itself, which leaves its sender in doubt: this is for clients
  // that send without pause.
  absl::Duration refuse_before_closing = absl::ZeroDuration();
};

// A running gRPC server over tables of methods: admission, authentication, authorisation,
// deadlines, workers and error mapping are the same for all of them, here. Thread-safe.
//
// Every call passes, in this order: in-flight cap and bytes not yet decoded (RESOURCE_EXHAUSTED
// with RetryInfo), credential (UNAUTHENTICATED), role (PERMISSION_DENIED; a method without roles is
// nobody's), the institution's rate, the workers' queue; then parsing. A call whose caller has gone
// is dropped before its handler runs.
class Server {
 public:
  // INVALID_ARGUMENT when a table does not fit its service (TableFaults) or the authenticator is
  // not safe for `listen`; UNAVAILABLE when the address cannot be had.
  static absl::StatusOr<std::unique_ptr<Server>> Start(const ServerOptions& options,
                                                       std::vector<ServiceTable> tables);
  virtual ~Server() = default;  // Drains

  virtual int port() const = 0;
  // A channel that stays inside the process.
  virtual std::shared_ptr<grpc::Channel> InProcessChannel() = 0;

  // What grpc.health.v1 answers, for "" and every service. SERVING from the start.
  virtual void SetServing(bool serving) = 0;

  // NOT_SERVING, a lame-duck pause, streams end with UNAVAILABLE and RetryInfo, calls in flight get
  // drain_deadline to finish, workers stop. Idempotent. Never call it from a handler.
  virtual void Drain() = 0;
};

// SIGTERM and SIGINT as a value to wait for. Make it first in main, before any thread starts: it
// blocks the signals for every thread made later.
class StopSignal {
 public:
  StopSignal();
  // Returns the signal's number once one has arrived.
  int Await();

 private:
  sigset_t set_;
};

}  // namespace athena::rpc

#endif  // ATHENA_LIBS_RPC_SERVER_H_
