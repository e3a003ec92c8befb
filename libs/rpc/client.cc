#include "libs/rpc/client.h"

#include <algorithm>
#include <thread>

#include "absl/random/random.h"
#include "absl/strings/str_cat.h"
#include "libs/rpc/grpc_status.h"
#include "libs/rpc/server.h"
#include "libs/status/status.h"

namespace athena::rpc {
namespace {

constexpr absl::Duration kFirstPause = absl::Milliseconds(50);
constexpr absl::Duration kLongestPause = absl::Seconds(2);

}  // namespace

std::shared_ptr<grpc::Channel> Connect(const std::string& address) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 60'000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 10'000);
  // Whatever its name says: how long an attempt may take, up to the other side's first frame. On a
  // busy machine that is more than the pause between attempts, which comes next.
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 1'000);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 5'000);
  // A part of a stream is at most 1 MiB, an answer 4 MiB; a little room for the envelope.
  arguments.SetMaxReceiveMessageSize(kMaxRequestBytes + (1 << 20));
  return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
}

Outgoing Outgoing::For(const Call& call, std::string peer) {
  Outgoing outgoing;
  outgoing.peer = std::move(peer);
  outgoing.authorization = std::string(call.authorization());
  outgoing.traceparent = std::string(call.traceparent());
  outgoing.deadline = call.deadline();
  return outgoing;
}

absl::Status Attempt(const Outgoing& outgoing,
                     const std::function<grpc::Status(grpc::ClientContext&)>& attempt) {
  absl::BitGen random;
  absl::Duration pause = kFirstPause;
  for (int left = outgoing.attempts;; --left) {
    grpc::ClientContext context;
    if (outgoing.deadline != absl::InfiniteFuture()) {
      context.set_deadline(absl::ToChronoTime(outgoing.deadline));
    }
    if (!outgoing.authorization.empty()) {
      context.AddMetadata("authorization", outgoing.authorization);
    }
    if (!outgoing.traceparent.empty()) context.AddMetadata("traceparent", outgoing.traceparent);
    absl::Status status = FromGrpc(attempt(context));
    const bool gone = status.code() == absl::StatusCode::kUnavailable;
    const absl::Duration wait =
        std::max(status::RetryAfter(status), pause * absl::Uniform(random, 0.5, 1.5));
    if (gone && left > 1 && absl::Now() + wait < outgoing.deadline) {
      std::this_thread::sleep_for(absl::ToChronoMicroseconds(wait));
      pause = std::min(pause * 2, kLongestPause);
      continue;
    }
    // What the transport says of itself ("failed to connect to all addresses") names no service.
    if (gone && status::Reason(status).empty()) {
      return status::Unavailable(outgoing.peer, kLongestPause);
    }
    if (status.code() == absl::StatusCode::kDeadlineExceeded && status::Reason(status).empty()) {
      return status::Refusal(absl::StatusCode::kDeadlineExceeded, "DEADLINE_EXCEEDED",
                             absl::StrCat(outgoing.peer, " did not answer in time"));
    }
    return status;
  }
}

}  // namespace athena::rpc
