#ifndef ATHENA_LIBS_RPC_CALLS_SERVER_CALL_H_
#define ATHENA_LIBS_RPC_CALLS_SERVER_CALL_H_

#include <grpc/support/time.h>
#include <grpcpp/grpcpp.h>

#include <atomic>
#include <memory>
#include <string>
#include <utility>

#include "libs/rpc/calls/server_core.h"

// Internal to libs/rpc: a call on its way through the server. Each shape has its own file.
namespace athena::rpc {

// A method of a table, as the server runs it.
struct BoundMethod {
  std::string service;
  Method method;
  std::unique_ptr<CallObserver> observer;  // may be null
};

// A deadline of gRPC's. Its own conversion to a time_point overflows beyond the year 2262, which is
// less than a caller's timeout can be (99999999 hours).
absl::Time TimeOf(gpr_timespec time);

// Accept a call on a transport thread. Each returns the reactor that serves it, which deletes
// itself when the call is over. What is passed outlives the call.
grpc::ServerUnaryReactor* AcceptUnary(ServerCore& core, BoundMethod& method,
                                      grpc::CallbackServerContext* context,
                                      const grpc::ByteBuffer* request, grpc::ByteBuffer* response);
grpc::ServerWriteReactor<grpc::ByteBuffer>* AcceptStream(ServerCore& core, BoundMethod& method,
                                                         grpc::CallbackServerContext* context,
                                                         const grpc::ByteBuffer* request);
grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* AcceptBidi(
    ServerCore& core, BoundMethod& method, grpc::CallbackServerContext* context);

// What the calls of every shape have: the Call that the handler sees, admission, and the record for
// the observer. One thread at a time, but for Cancel.
class ServerCall {
 protected:
  ServerCall(ServerCore& core, BoundMethod& method) : core_(core), method_(method) {}

  // Reads deadline, credential and ids from the metadata, then admits the call or refuses it, in
  // the order that Server's comment gives. `bytes` of a request have arrived with it.
  absl::Status Admit(const grpc::CallbackServerContext& context, size_t bytes);
  // Sets the principal by the credential of the metadata and of the client's certificate.
  absl::Status Authenticate(const grpc::CallbackServerContext& context);
  // INVALID_ARGUMENT when a request is larger than kMaxRequestBytes.
  absl::Status CheckSize(size_t bytes) const;
  // The request as it is to be parsed: itself, or inflated where it is compressed. It lives until
  // the next one, or as long as the call. Errors of Inflate.
  absl::StatusOr<const grpc::ByteBuffer*> Plain(const grpc::ByteBuffer& request);
  // Whether a request is to be served on the transport's thread.
  bool ServedAtOnce(const grpc::ByteBuffer& request) const;
  // CANCELLED or DEADLINE_EXCEEDED when nobody waits for the answer any more, RESOURCE_EXHAUSTED
  // when the caller does not take the answers that it has.
  absl::Status StillWanted() const;
  // The transport has been given an answer; it has taken it, or the call is over. One at a time.
  void BeginSend(const grpc::ByteBuffer& answer);
  void EndSend();
  // Has a worker run the call; RESOURCE_EXHAUSTED when the queue is full.
  absl::Status Enqueue(std::shared_ptr<Task> self);
  // Has a worker run it again, however full the queue is.
  void Resume(std::shared_ptr<Task> self) {
    core_.workers().SubmitAlways(std::move(self), handler_call_.caller());
  }
  // A worker has taken the call up.
  void StartedWork();
  // The request has been decoded: its bytes no longer count.
  void ReleaseBytes();
  void NewArena() { handler_call_.arena_ = std::make_unique<google::protobuf::Arena>(); }
  void Cancel() { handler_call_.cancelled_.store(true, std::memory_order_relaxed); }
  // The id that the handler had made; empty when it had none.
  const std::string& generated_request_id() const { return handler_call_.generated_request_id_; }
  // What has arrived on an open stream is decoded next. Errors of ServerCore::Receive.
  absl::Status Receive(size_t bytes);
  // Counts the call out and tells the observer. Once, before the transport is told.
  void End(const absl::Status& status);

  ServerCore& core_;
  BoundMethod& method_;
  Call handler_call_;
  std::shared_ptr<CallerLoad> caller_load_;  // null before the caller is known and counted
  size_t undecoded_ = 0;                     // bytes that count in core_ and in caller_load_
  std::atomic<int64_t> received_{0};
  std::atomic<int64_t> sent_{0};

 private:
  grpc::ByteBuffer inflated_;
  absl::Time accepted_;
  absl::Duration queued_;
  bool entered_ = false;  // counts in core_
  size_t unsent_ = 0;     // bytes that count in core_ and in caller_load_
};

}  // namespace athena::rpc

#endif  // ATHENA_LIBS_RPC_CALLS_SERVER_CALL_H_
