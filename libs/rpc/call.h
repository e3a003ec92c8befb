#ifndef ATHENA_LIBS_RPC_CALL_H_
#define ATHENA_LIBS_RPC_CALL_H_

#include <google/protobuf/arena.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "libs/auth/principal.h"

namespace athena::rpc {

namespace testing {
class DirectCall;
}  // namespace testing

// The metadata entry in which a caller gets GeneratedRequestId.
inline constexpr char kRequestIdMetadata[] = "athena-request-id";

// What a handler knows of the call that it serves, beside the request. It lives until the call has
// been answered, and its arena (with the request) as long. Thread-safe, but for
// GeneratedRequestId and SetResource.
class Call {
 public:
  Call() = default;
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  const auth::Principal& principal() const { return *principal_; }
  // When the caller stops waiting: its own deadline, or the server's default.
  absl::Time deadline() const { return deadline_; }
  // Whether nobody waits for the answer any more: cancelled, disconnected, or past the deadline.
  bool abandoned() const {
    return cancelled_.load(std::memory_order_relaxed) || absl::Now() >= deadline_;
  }
  // CANCELLED or DEADLINE_EXCEEDED when nobody waits for the answer any more. A handler that works
  // for more than some milliseconds asks now and then, and gives up.
  absl::Status StillWanted() const;
  // Tells one caller (a subject of an institution) from another, in queues; 0 before
  // authentication.
  uint64_t caller() const { return caller_; }
  // The caller's credential as it came, for calls made on its behalf. Never log it.
  std::string_view authorization() const { return authorization_; }
  // The caller's W3C traceparent; a new one when it sent none that is well-formed.
  std::string_view traceparent() const { return traceparent_; }
  // The caller's x-request-id, which logs of several services are joined by; empty when it sent
  // none. It does not make a mutation repeatable: the request_id in a request does.
  std::string_view request_id() const { return request_id_; }

  // The request_id that a mutation gets when its request has none, so that the server can retry it
  // safely: "server-" and 32 random hexadecimal digits, the same for the life of the call. The
  // caller receives it in the trailing metadata kRequestIdMetadata, with an error too, and may
  // repeat the request with it. For unary calls; not thread-safe.
  const std::string& GeneratedRequestId() const;

  // The resource that the call is about, for the log: its name, or its parent's.
  void SetResource(std::string_view name) const { resource_ = name; }

  // Memory that is freed with the call.
  google::protobuf::Arena& arena() const { return *arena_; }

 private:
  friend class ServerCall;
  friend class testing::DirectCall;

  std::shared_ptr<const auth::Principal> principal_;
  uint64_t caller_ = 0;
  absl::Time deadline_ = absl::InfiniteFuture();
  std::atomic<bool> cancelled_{false};
  std::string authorization_;
  std::string traceparent_;
  std::string request_id_;
  mutable std::string generated_request_id_;
  mutable std::string resource_;
  std::unique_ptr<google::protobuf::Arena> arena_;
};

}  // namespace athena::rpc

#endif  // ATHENA_LIBS_RPC_CALL_H_
