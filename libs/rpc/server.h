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
#include "libs/rpc/transport/tls.h"

namespace athena::rpc {

// Limits of the transport and of admission, with the reason for each.
inline constexpr size_t kMaxRequestBytes = 4 << 20;  // as gRPC's clients receive by default
// What the transport reads of a request. It is more than kMaxRequestBytes so that a request which
// is too large gets an error with details; beyond this, gRPC's own.
inline constexpr int kMaxReadBytes = 16 << 20;
inline constexpr int kMaxMetadataBytes = 16 << 10;
inline constexpr int kMaxStreamsPerConnection = 100;
// What a server holds at once. One caller has at most half of each, so that nobody alone can shut
// the others out.
inline constexpr size_t kMaxUndecodedBytes = 32 << 20;  // requests received, not parsed yet
inline constexpr size_t kMaxUnsentBytes = 128 << 20;    // answers that their receivers do not take
inline constexpr size_t kMaxInFlight = 1024;            // unary calls and page streams
inline constexpr size_t kMaxWatches = 512;              // parked streams, which hold no thread
inline constexpr size_t kMaxQueued = 1024;              // tasks waiting for a worker
inline constexpr int kWorkers = 32;
// Larger requests are not served on the transport's thread (Method::AtOnce): parsing one this small
// takes less time than waking a worker.
inline constexpr size_t kMaxAtOnceBytes = 1024;

// A call that is over.
struct CallRecord {
  std::string_view service;  // "athena.plan.v1.PlanService"
  std::string_view method;   // "GetPlan"
  std::string_view subject;  // empty before authentication
  std::string_view institution;
  std::string_view resource;  // the name in the request of a unary call; empty when it has none
  std::string_view request_id;
  std::string_view traceparent;
  absl::Status status;
  absl::Duration took;    // from acceptance to the answer
  absl::Duration queued;  // the part of `took` before a worker began
  int64_t received = 0;   // messages
  int64_t sent = 0;
};

// Observes the calls of one method. Thread-safe and quick.
class CallObserver {
 public:
  virtual ~CallObserver() = default;
  virtual void OnStart() = 0;
  virtual void OnEnd(const CallRecord& record) = 0;
};

struct ServerOptions {
  // host:port; port 0 takes a free one.
  std::string listen = "127.0.0.1:0";
  // With a certificate it speaks TLS alone; without one it listens on loopback alone.
  TlsFiles tls;
  ClientCertificates client_certificates = ClientCertificates::kOptional;
  // Borrowed; outlives the server.
  const auth::Authenticator* authenticator = nullptr;
  // Makes the observer of each method, once, at start; may be empty.
  std::function<std::unique_ptr<CallObserver>(std::string_view service, const Method& method)>
      observe;
  bool reflection = true;
  // What a unary or page call without a deadline of its own gets.
  absl::Duration default_deadline = absl::Seconds(30);
  // How many heavy methods run at once; 0: one less than there are cores, at least one. The thread
  // that writes what they hand it keeps a core busy.
  int heavy = 0;
  // Calls per second that one institution may make on average, with bursts of as many; 0: no limit.
  double calls_per_second = 0;
  // How long calls in flight may take after Drain; then they are cancelled.
  absl::Duration drain_deadline = absl::Seconds(10);
  // How long calls are refused (UNAVAILABLE) before the transport closes. A call that reaches a
  // closing transport is CANCELLED by gRPC, which leaves its sender in doubt whether it was served.
  absl::Duration refuse_before_closing = absl::ZeroDuration();
};

// A running gRPC server over tables of methods. It does for every call what is not the handler's:
// admission, authentication, authorisation, deadline, worker and error mapping. Thread-safe.
//
// Before its request is inflated (gzip alone is taken) and parsed, a call passes in this order:
//
//   size of the request                              INVALID_ARGUMENT
//   calls in flight, bytes that are not decoded yet  RESOURCE_EXHAUSTED with RetryInfo
//   credential                                       UNAUTHENTICATED
//   role                                             PERMISSION_DENIED
//   the caller's half of both, the institution's
//   rate, the workers' queue                         RESOURCE_EXHAUSTED with RetryInfo
//
// A call whose caller no longer waits is dropped before its handler runs, and one whose caller does
// not take its answers is refused (RESOURCE_EXHAUSTED). Every error carries the
// details of libs/status, also that of an RPC that does not exist (UNIMPLEMENTED).
class Server {
 public:
  // INVALID_ARGUMENT when a table does not fit its service (TableFaults), or when `listen` is
  // beyond loopback without TLS or with an authenticator that is not safe there; UNAVAILABLE when
  // the address cannot be had.
  static absl::StatusOr<std::unique_ptr<Server>> Start(const ServerOptions& options,
                                                       std::vector<ServiceTable> tables);
  virtual ~Server() = default;  // Drains

  virtual int port() const = 0;
  // A channel that stays inside the process.
  virtual std::shared_ptr<grpc::Channel> InProcessChannel() = 0;

  // What grpc.health.v1 answers: for each service whether it is `serving`, for "" whether it serves
  // `everything`, writes included. SERVING at first.
  virtual void SetServing(bool serving, bool everything) = 0;

  // Stops the server: says NOT_SERVING, ends streams with UNAVAILABLE and RetryInfo, gives calls in
  // flight drain_deadline to finish, stops the workers. Idempotent; not to be called from a
  // handler.
  virtual void Drain() = 0;
};

// SIGTERM and SIGINT as something to wait for. Make it in main before any thread starts: it blocks
// the signals for all threads that are made later.
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
