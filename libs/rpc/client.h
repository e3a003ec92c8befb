#ifndef ATHENA_LIBS_RPC_CLIENT_H_
#define ATHENA_LIBS_RPC_CLIENT_H_

#include <grpcpp/grpcpp.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/rpc/call.h"

// Calling another service: on whose behalf, until when, and what is retried.
namespace athena::rpc {

// A channel to host:port, insecure (loopback), with keepalive; a peer that is down now is connected
// to later.
std::shared_ptr<grpc::Channel> Connect(const std::string& address);

// What goes along with a call to another service.
struct Outgoing {
  std::string peer;           // what errors call it: "the plan service"
  std::string authorization;  // metadata value; empty: none
  std::string traceparent;
  absl::Time deadline = absl::InfiniteFuture();
  // How often UNAVAILABLE is tried in all, with growing pauses and jitter, within the deadline.
  int attempts = 3;

  // On behalf of a caller of ours: its credential, its trace, its deadline.
  static Outgoing For(const Call& call, std::string peer);
};

// Runs `attempt` until it answers anything but UNAVAILABLE, or attempts or time run out. Errors
// come back with their google.rpc details; a final UNAVAILABLE or DEADLINE_EXCEEDED names the peer.
absl::Status Attempt(const Outgoing& outgoing,
                     const std::function<grpc::Status(grpc::ClientContext&)>& attempt);

// A unary call: `rpc(context, response)` calls the stub.
template <typename Response, typename Rpc>
absl::StatusOr<Response> Invoke(const Outgoing& outgoing, Rpc rpc) {
  Response response;
  absl::Status status = Attempt(outgoing, [&](grpc::ClientContext& context) {
    response.Clear();
    return rpc(&context, &response);
  });
  if (!status.ok()) return status;
  return response;
}

// A stream of parts: `open(context)` calls the stub and returns its reader, `take(part)` gets each
// part in order. Not retried once a part has been taken.
template <typename Part, typename Open, typename Take>
absl::Status Collect(const Outgoing& outgoing, Open open, Take take) {
  bool begun = false;
  absl::Status taken;
  absl::Status status = Attempt(outgoing, [&](grpc::ClientContext& context) {
    auto reader = open(&context);
    Part part;
    while (taken.ok() && reader->Read(&part)) {
      begun = true;
      taken = take(std::move(part));
      part.Clear();
    }
    if (!taken.ok()) context.TryCancel();
    grpc::Status end = reader->Finish();
    if (begun && end.error_code() == grpc::StatusCode::UNAVAILABLE) {
      // A code that Attempt does not retry; it is put right below.
      return grpc::Status(grpc::StatusCode::ABORTED, end.error_message());
    }
    return end;
  });
  if (!taken.ok()) return taken;
  if (begun && status.code() == absl::StatusCode::kAborted) {
    return absl::UnavailableError(status.message());
  }
  return status;
}

}  // namespace athena::rpc

#endif  // ATHENA_LIBS_RPC_CLIENT_H_
