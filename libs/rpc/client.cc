#include "libs/rpc/client.h"

#include <algorithm>

#include "absl/random/random.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "libs/auth/authenticator.h"
#include "libs/rpc/grpc_status.h"
#include "libs/rpc/server.h"
#include "libs/status/status.h"

namespace athena::rpc {
namespace {

constexpr absl::Duration kLongestPause = absl::Seconds(2);

}  // namespace

std::shared_ptr<grpc::Channel> Connect(const std::string& address, const TlsFiles& tls) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 60'000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 10'000);
  // Despite its name, this is how long connecting may take, up to the other side's first frame. On
  // a busy machine that is more than the pause between attempts to connect, which comes next.
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 1'000);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 5'000);
  // A part of a stream is at most 1 MiB, an answer 4 MiB; a little room for the envelope.
  arguments.SetMaxReceiveMessageSize(static_cast<int>(kMaxRequestBytes) + (1 << 20));
  return grpc::CreateCustomChannel(
      address, tls.empty() ? grpc::InsecureChannelCredentials() : TlsChannelCredentials(tls),
      arguments);
}

absl::Status DependencyUnavailable(const std::string& service, std::string_view why,
                                   absl::Duration retry_after) {
  return status::WithRetryAfter(
      status::Refusal(
          absl::StatusCode::kUnavailable, "DEPENDENCY_UNAVAILABLE",
          absl::StrCat("the ", service, " service did not answer: ", status::Printable(why)),
          {{"service", service}}),
      retry_after);
}

std::string HealthFault(const std::shared_ptr<grpc::Channel>& channel, const std::string& service,
                        absl::Duration at_most) {
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(absl::Now() + at_most));
  grpc::health::v1::HealthCheckRequest request;
  request.set_service(service);
  grpc::health::v1::HealthCheckResponse response;
  const grpc::Status status =
      grpc::health::v1::Health::NewStub(channel)->Check(&context, request, &response);
  if (!status.ok()) return status.error_message();
  return response.status() == grpc::health::v1::HealthCheckResponse::SERVING ? "" : "not serving";
}

Outgoing Outgoing::For(const Call& call, std::string peer) {
  Outgoing outgoing;
  outgoing.peer = std::move(peer);
  outgoing.authorization = std::string(call.authorization());
  if (outgoing.authorization.empty()) outgoing.caller = call.principal().caller_uri;
  outgoing.traceparent = std::string(call.traceparent());
  outgoing.request_id = std::string(call.request_id());
  outgoing.deadline = call.deadline();
  return outgoing;
}

void Outgoing::ApplyTo(grpc::ClientContext& context) const {
  if (deadline != absl::InfiniteFuture()) context.set_deadline(absl::ToChronoTime(deadline));
  if (!authorization.empty()) context.AddMetadata("authorization", authorization);
  if (!caller.empty()) context.AddMetadata(auth::kCallerMetadata, caller);
  if (!traceparent.empty()) context.AddMetadata("traceparent", traceparent);
  if (!request_id.empty()) context.AddMetadata("x-request-id", request_id);
}

std::optional<absl::Duration> Retry::PauseAfter(const absl::Status& status) {
  if (status.code() != absl::StatusCode::kUnavailable || --left_ <= 0) return std::nullopt;
  const double jitter = absl::Uniform(absl::BitGen(), 0.5, 1.5);
  const absl::Duration wait = std::max(status::RetryAfter(status), pause_ * jitter);
  if (absl::Now() + wait >= deadline_) return std::nullopt;
  pause_ = std::min(pause_ * 2, kLongestPause);
  return wait;
}

absl::Status Attempt(const Outgoing& outgoing,
                     const std::function<grpc::Status(grpc::ClientContext&)>& attempt,
                     const std::function<bool()>& repeatable) {
  Retry retry(outgoing.attempts, outgoing.deadline);
  for (;;) {
    grpc::ClientContext context;
    outgoing.ApplyTo(context);
    const absl::Status status = FromGrpc(attempt(context));
    if (status.ok()) return status;
    if (repeatable()) {
      if (const auto pause = retry.PauseAfter(status); pause.has_value()) {
        absl::SleepFor(*pause);
        continue;
      }
    }
    if (!status::Reason(status).empty()) return status;
    // What the transport says of itself ("failed to connect to all addresses") names no service.
    switch (status.code()) {
      case absl::StatusCode::kUnavailable:
        return status::Unavailable(outgoing.peer, kLongestPause);
      case absl::StatusCode::kDeadlineExceeded:
        return status::Refusal(absl::StatusCode::kDeadlineExceeded, "DEADLINE_EXCEEDED",
                               absl::StrCat(outgoing.peer, " did not answer in time"));
      default:
        return status;
    }
  }
}

}  // namespace athena::rpc
