#include "libs/rpc/calls/server_core.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/status/status.h"

namespace athena::rpc {
namespace {

// How soon a server that stops may have been started again.
constexpr absl::Duration kRestartRetry = absl::Seconds(1);

}  // namespace

absl::Status Stopping() {
  return status::Unavailable("this server, which is stopping,", kRestartRetry);
}

absl::Status ServerCore::Enter(const Method& method, size_t bytes) {
  if (draining()) return Stopping();
  if (undecoded_.fetch_add(bytes, std::memory_order_relaxed) + bytes > kMaxUndecodedBytes) {
    undecoded_.fetch_sub(bytes, std::memory_order_relaxed);
    return status::Overloaded("the buffer of requests", kOverloadRetry);
  }
  const bool stays = method.stays_open();
  std::atomic<size_t>& count = CountOf(method);
  if (count.fetch_add(1, std::memory_order_relaxed) + 1 > (stays ? kMaxWatches : kMaxInFlight)) {
    count.fetch_sub(1, std::memory_order_relaxed);
    undecoded_.fetch_sub(bytes, std::memory_order_relaxed);
    return status::Overloaded(stays ? "the number of open streams" : "the number of calls",
                              kOverloadRetry);
  }
  return absl::OkStatus();
}

absl::Status ServerCore::Charge(const auth::Principal& principal) {
  const double rate = options_.calls_per_second;
  if (rate <= 0) return absl::OkStatus();
  const absl::Time now = absl::Now();
  absl::MutexLock lock(&mutex_);
  Bucket& bucket = buckets_.try_emplace(principal.institution, Bucket{rate, now}).first->second;
  bucket.tokens = std::min(rate, bucket.tokens + rate * absl::ToDoubleSeconds(now - bucket.filled));
  bucket.filled = now;
  if (bucket.tokens < 1) {
    return status::Overloaded(absl::StrCat("the rate of institutions/", principal.institution),
                              absl::Seconds((1 - bucket.tokens) / rate));
  }
  bucket.tokens -= 1;
  return absl::OkStatus();
}

void ServerCore::Register(OpenStream* stream) {
  absl::MutexLock lock(&mutex_);
  streams_.insert(stream);
}

void ServerCore::Unregister(OpenStream* stream) {
  absl::MutexLock lock(&mutex_);
  streams_.erase(stream);
}

void ServerCore::StartDraining() {
  draining_ = true;
  std::vector<std::shared_ptr<OpenStream>> streams;
  {
    absl::MutexLock lock(&mutex_);
    for (OpenStream* stream : streams_) streams.push_back(stream->Share());
  }
  for (const std::shared_ptr<OpenStream>& stream : streams) {
    if (stream != nullptr) stream->Wake();
  }
}

}  // namespace athena::rpc
