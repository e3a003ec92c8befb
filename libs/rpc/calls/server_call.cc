#include "libs/rpc/calls/server_call.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/hash/hash.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/auth/authenticator.h"
#include "libs/rpc/calls/inflate.h"
#include "libs/rpc/transport/trace.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"

namespace athena::rpc {
namespace {

// The first value of a key; empty when there is none.
std::string MetadataText(const grpc::CallbackServerContext& context, const char* key) {
  const auto found = context.client_metadata().find(key);
  if (found == context.client_metadata().end()) return {};
  return std::string(found->second.data(), found->second.size());
}

}  // namespace

absl::Time TimeOf(gpr_timespec time) {
  if (gpr_time_cmp(time, gpr_inf_future(time.clock_type)) == 0) return absl::InfiniteFuture();
  const gpr_timespec realtime = gpr_convert_clock_type(time, GPR_CLOCK_REALTIME);
  return absl::FromUnixSeconds(realtime.tv_sec) + absl::Nanoseconds(realtime.tv_nsec);
}

absl::Status ServerCall::CheckSize(size_t bytes) const {
  if (bytes <= kMaxRequestBytes) return absl::OkStatus();
  return RequestTooLarge(absl::StrCat(bytes, " bytes"), kMaxRequestBytes);
}

absl::StatusOr<const grpc::ByteBuffer*> ServerCall::Plain(const grpc::ByteBuffer& request) {
  if (!IsGzip(request)) return &request;
  ATHENA_ASSIGN_OR_RETURN(inflated_, Inflate(request, kMaxRequestBytes));
  return &inflated_;
}

bool ServerCall::ServedAtOnce(const grpc::ByteBuffer& request) const {
  return method_.method.at_once && request.Length() <= kMaxAtOnceBytes && !IsGzip(request);
}

absl::Status ServerCall::Admit(const grpc::CallbackServerContext& context, size_t bytes) {
  accepted_ = absl::Now();
  if (method_.observer != nullptr) method_.observer->OnStart();
  const Method& method = method_.method;
  handler_call_.deadline_ = TimeOf(context.raw_deadline());
  if (handler_call_.deadline_ == absl::InfiniteFuture() && !method.stays_open()) {
    handler_call_.deadline_ = accepted_ + core_.options().default_deadline;
  }
  handler_call_.authorization_ = MetadataText(context, "authorization");
  handler_call_.traceparent_ = TraceparentOf(MetadataText(context, "traceparent"));
  handler_call_.request_id_ = MetadataText(context, "x-request-id");

  ATHENA_RETURN_IF_ERROR(CheckSize(bytes));
  ATHENA_RETURN_IF_ERROR(core_.Enter(method, bytes));
  entered_ = true;
  undecoded_ = bytes;
  ATHENA_RETURN_IF_ERROR(Authenticate(context));
  handler_call_.caller_ =
      absl::HashOf(handler_call_.principal().institution, handler_call_.principal().subject);
  if (!handler_call_.principal().roles.Intersects(method.roles)) {
    return status::PermissionDenied(
        handler_call_.principal().subject,
        absl::StrCat("call ", method.name, ", which takes the role ",
                     method.roles.empty() ? "of nobody" : method.roles.ToString()));
  }
  std::shared_ptr<CallerLoad> load = core_.LoadOf(handler_call_.caller());
  ATHENA_RETURN_IF_ERROR(core_.EnterCaller(method, *load, bytes));
  caller_load_ = std::move(load);
  return core_.Charge(handler_call_.principal());
}

absl::Status ServerCall::StillWanted() const {
  ATHENA_RETURN_IF_ERROR(handler_call_.StillWanted());
  return core_.CheckUnsent(*caller_load_);
}

absl::Status ServerCall::Receive(size_t bytes) {
  ATHENA_RETURN_IF_ERROR(core_.Receive(*caller_load_, bytes));
  undecoded_ = bytes;
  return absl::OkStatus();
}

void ServerCall::BeginSend(const grpc::ByteBuffer& answer) {
  unsent_ = answer.Length();
  core_.BeginSend(*caller_load_, unsent_);
}

void ServerCall::EndSend() {
  if (unsent_ > 0) core_.EndSend(*caller_load_, std::exchange(unsent_, 0));
}

absl::Status ServerCall::Authenticate(const grpc::CallbackServerContext& context) {
  // Which of two would count depends on who reads them: a proxy may have checked the other one.
  for (const char* entry : {"authorization", auth::kCallerMetadata}) {
    const size_t count = context.client_metadata().count(entry);
    if (count > 1) {
      return status::Unauthenticated(absl::StrCat("got ", count, " ", entry, " headers, want one"));
    }
  }
  const std::string forwarded_caller = MetadataText(context, auth::kCallerMetadata);
  std::vector<std::string> certificate_uris;
  if (!core_.options().tls.empty()) {
    for (const grpc::string_ref& uri :
         context.auth_context()->FindPropertyValues(GRPC_PEER_URI_PROPERTY_NAME)) {
      certificate_uris.emplace_back(uri.data(), uri.size());
    }
  }
  ATHENA_ASSIGN_OR_RETURN(handler_call_.principal_,
                          core_.options().authenticator->Authenticate(
                              {handler_call_.authorization_, certificate_uris, forwarded_caller}));
  return absl::OkStatus();
}

absl::Status ServerCall::Enqueue(std::shared_ptr<Task> self) {
  if (core_.workers().Submit(std::move(self), method_.method.heavy, kMaxQueued,
                             handler_call_.caller())) {
    return absl::OkStatus();
  }
  return status::Overloaded("the queue of requests", kOverloadRetry);
}

void ServerCall::StartedWork() { queued_ += absl::Now() - accepted_; }

void ServerCall::ReleaseBytes() {
  if (undecoded_ > 0) core_.Decoded(caller_load_.get(), std::exchange(undecoded_, 0));
}

void ServerCall::End(const absl::Status& status) {
  ReleaseBytes();
  if (std::exchange(entered_, false)) {
    core_.Leave(method_.method);
    if (caller_load_ != nullptr) core_.LeaveCaller(method_.method, *caller_load_);
  }
  if (method_.observer == nullptr) return;
  CallRecord record;
  record.service = method_.service;
  record.method = method_.method.name;
  if (handler_call_.principal_ != nullptr) {
    record.subject = handler_call_.principal().subject;
    record.institution = handler_call_.principal().institution;
  }
  record.resource = handler_call_.resource_;
  record.request_id = handler_call_.request_id_;
  record.traceparent = handler_call_.traceparent_;
  record.status = status;
  record.took = absl::Now() - accepted_;
  record.queued = queued_;
  record.received = received_.load(std::memory_order_relaxed);
  record.sent = sent_.load(std::memory_order_relaxed);
  method_.observer->OnEnd(record);
}

}  // namespace athena::rpc
