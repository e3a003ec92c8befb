#ifndef ATHENA_LIBS_RPC_CLIENT_H_
#define ATHENA_LIBS_RPC_CLIENT_H_

#include <grpcpp/grpcpp.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/rpc/call.h"
#include "libs/rpc/transport/tls.h"
#include "libs/status/macros.h"

// Calls of other services: with whose credential, until when, and when they are repeated.
namespace athena::rpc {

// A channel to host:port with keepalive, by TLS with these files (which CheckTls takes), or without
// TLS when there are none, which is for loopback. It connects when it is first used, and connects
// again by itself.
std::shared_ptr<grpc::Channel> Connect(const std::string& address, const TlsFiles& tls = {});

// UNAVAILABLE, DEPENDENCY_UNAVAILABLE, with RetryInfo: another service ("plan", "indicator") that
// is needed for an answer did not answer, or not in time.
absl::Status DependencyUnavailable(const std::string& service, std::string_view why,
                                   absl::Duration retry_after);

// Why the service at the other end cannot be asked ("not serving"), by its grpc.health.v1; empty
// when it serves. `service` is its full name, "athena.plan.v1.PlanService". Waits at most this
// long.
std::string HealthFault(const std::shared_ptr<grpc::Channel>& channel, const std::string& service,
                        absl::Duration at_most);

// What goes along with a call of another service.
struct Outgoing {
  std::string peer;           // what errors call the other side: "the plan service"
  std::string authorization;  // metadata values; empty: none
  std::string caller;         // auth::kCallerMetadata
  std::string traceparent;
  std::string request_id;  // x-request-id
  absl::Time deadline = absl::InfiniteFuture();
  int attempts = 3;  // see Retry

  // For a call made while `call` is served: its credential, trace, id and deadline. A credential is
  // the token, or, of a caller with a client certificate, its name there, which the other side
  // believes if this process shows a service's certificate.
  static Outgoing For(const Call& call, std::string peer);

  // Sets deadline and metadata.
  void ApplyTo(grpc::ClientContext& context) const;
};

// Decides whether a call is repeated: only after UNAVAILABLE, at most `attempts` times in all, and
// within the deadline. The pause before each attempt is twice the one before, from 50 ms up to 2 s,
// times a random factor between 0.5 and 1.5; it is never shorter than the error's RetryInfo.
class Retry {
 public:
  Retry(int attempts, absl::Time deadline) : left_(attempts), deadline_(deadline) {}

  // How long to wait before the next attempt, now that one ended with `status`; nullopt when there
  // is to be none.
  std::optional<absl::Duration> PauseAfter(const absl::Status& status);

 private:
  int left_;
  const absl::Time deadline_;
  absl::Duration pause_ = absl::Milliseconds(50);
};

// Runs `attempt` as Retry says, as long as `repeatable` returns true. Errors come back with their
// google.rpc details. UNAVAILABLE and DEADLINE_EXCEEDED of the transport, which carry none, become
// errors that name the peer.
absl::Status Attempt(
    const Outgoing& outgoing, const std::function<grpc::Status(grpc::ClientContext&)>& attempt,
    const std::function<bool()>& repeatable = [] { return true; });

// A unary call: `rpc(context, response)` calls the stub.
template <typename Response, typename Rpc>
absl::StatusOr<Response> Invoke(const Outgoing& outgoing, Rpc rpc) {
  Response response;
  ATHENA_RETURN_IF_ERROR(Attempt(outgoing, [&](grpc::ClientContext& context) {
    response.Clear();
    return rpc(&context, &response);
  }));
  return response;
}

// A stream: `open(context)` calls the stub and returns its reader, `take(part)` gets each part in
// order and ends the stream by an error. Not repeated once a part has been taken.
template <typename Part, typename Open, typename Take>
absl::Status Collect(const Outgoing& outgoing, Open open, Take take) {
  bool begun = false;
  absl::Status taken;
  const absl::Status status = Attempt(
      outgoing,
      [&](grpc::ClientContext& context) {
        auto reader = open(&context);
        Part part;
        while (taken.ok() && reader->Read(&part)) {
          begun = true;
          taken = take(std::move(part));
          part.Clear();
        }
        if (!taken.ok()) context.TryCancel();
        return reader->Finish();
      },
      [&] { return !begun; });
  return taken.ok() ? status : taken;
}

}  // namespace athena::rpc

#endif  // ATHENA_LIBS_RPC_CLIENT_H_
