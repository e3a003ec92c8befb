#ifndef ATHENA_LIBS_RPC_CALL_H_
#define ATHENA_LIBS_RPC_CALL_H_

#include <google/protobuf/arena.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "libs/auth/auth.h"

namespace athena::rpc {

namespace internal {
class CallBase;
}

// What a handler knows of the RPC it answers. Lives from before the handler is called until its reply
// is sent (a stream: until the stream ends); touch nothing of it after the reply. The accessors are
// thread-safe; the arena is used by one thread at a time.
class Call {
 public:
  // A call outside a server, for tests of what takes a Call. `method` must outlive it.
  Call(std::shared_ptr<const auth::Principal> principal, absl::Time deadline,
       std::string_view method);
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  // Who calls. In a public method (auth::Permission::Scope::kPublic) the subject is empty.
  const auth::Principal& principal() const { return *principal_; }
  // The client's deadline or, when it set none, the server's default; streams without a deadline have
  // absl::InfiniteFuture().
  absl::Time deadline() const { return deadline_; }
  // When the call arrived, by the server's clock.
  absl::Time arrived() const { return arrived_; }
  // "athena.plan.v1.PlanService/GetPlan".
  std::string_view method() const { return method_; }
  // Whether nobody waits for the answer any more: the client cancelled or hung up, or the deadline
  // has passed. Ask before expensive steps.
  bool cancelled() const {
    return cancelled_.load(std::memory_order_relaxed) || absl::Now() >= deadline_;
  }
  // Holds the request; what a handler makes for the time of the call may live here too. In a bidi
  // stream it is emptied after each answer.
  google::protobuf::Arena& arena() const { return arena_; }

  // The client's "x-request-id" when it sent a sound one, else an id of the server's making. The
  // same each time it is asked; in every log line of the call.
  std::string request_id() const;
  // The 32 hex digits of the W3C trace this call belongs to; made up when the client sent none.
  std::string trace_id() const;
  // The "traceparent" for a call made on behalf of this one: the same trace, a new parent.
  std::string ChildTraceParent() const;
  // The metadata "authorization" as it came, to be passed on to another service; never logged.
  std::string_view authorization() const { return authorization_; }

  // PERMISSION_DENIED unless the principal acts for institutions/{institution_id}. Handlers of
  // methods with Scope::kInstitution call it before they look at anything (permission before
  // existence); an answer without any decision on an institution is INTERNAL.
  absl::Status RequireInstitution(std::string_view institution_id) const;
  // For handlers that decide by another rule (a resource shared with other institutions): declares
  // that they did.
  void InstitutionDecided() const { decided_.store(true, std::memory_order_relaxed); }

 private:
  friend class internal::CallBase;
  Call() = default;

  // Enough for a small request, so that it costs no allocation of its own.
  static constexpr size_t kInitialBlock = 1536;

  std::shared_ptr<const auth::Principal> principal_;
  absl::Time arrived_;
  absl::Time deadline_ = absl::InfiniteFuture();
  uint64_t number_ = 0;  // of the call within the process
  std::string_view method_;
  std::string_view authorization_;
  std::string_view client_request_id_;
  std::string_view trace_parent_;  // valid by W3C, or empty
  std::atomic<bool> cancelled_{false};
  mutable std::atomic<bool> decided_{false};
  alignas(8) char block_[kInitialBlock];
  mutable google::protobuf::Arena arena_{block_, kInitialBlock};
};

}  // namespace athena::rpc

#endif  // ATHENA_LIBS_RPC_CALL_H_
