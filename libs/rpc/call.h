#ifndef ATHENA_LIBS_RPC_CALL_H_
#define ATHENA_LIBS_RPC_CALL_H_

#include <google/protobuf/arena.h>

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "libs/auth/principal.h"

namespace athena::rpc {

namespace testing {
class DirectCall;
}  // namespace testing

// What a handler knows of the call it serves, beside its request. Lives until the call has been
// answered; the arena (and with it the request) as long.
class Call {
 public:
  Call() = default;
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  const auth::Principal& principal() const { return *principal_; }
  // When the caller stops waiting: its own deadline, or the server's default.
  absl::Time deadline() const { return deadline_; }
  // Whether nobody waits any more (cancelled, disconnected, or past the deadline).
  bool abandoned() const {
    return cancelled_.load(std::memory_order_relaxed) || absl::Now() >= deadline_;
  }
  // The caller's credential as it came, for calls made on its behalf. Never log it.
  std::string_view authorization() const { return authorization_; }
  // W3C traceparent as it came, else empty.
  std::string_view traceparent() const { return traceparent_; }
  // The caller's x-request-id, else empty.
  std::string_view request_id() const { return request_id_; }
  // Memory that is freed with the call.
  google::protobuf::Arena& arena() const { return *arena_; }

 private:
  friend class Exchange;
  friend class testing::DirectCall;

  std::shared_ptr<const auth::Principal> principal_;
  absl::Time deadline_ = absl::InfiniteFuture();
  std::atomic<bool> cancelled_{false};
  std::string authorization_;
  std::string traceparent_;
  std::string request_id_;
  std::unique_ptr<google::protobuf::Arena> arena_;
};

}  // namespace athena::rpc

#endif  // ATHENA_LIBS_RPC_CALL_H_
