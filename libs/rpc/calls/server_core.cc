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
// Callers that have nothing in the server are forgotten beyond so many.
constexpr size_t kKeptLoads = 1024;

// Refusals are made once: an overloaded server makes thousands a second.
const absl::Status& NoRoomForRequest() {
  static const absl::Status& refusal =
      *new absl::Status(status::Overloaded("the buffer of requests", kOverloadRetry));
  return refusal;
}
const absl::Status& NoRoomForAnswer() {
  static const absl::Status& refusal = *new absl::Status(
      status::Overloaded("the buffer of answers that are not taken", kOverloadRetry));
  return refusal;
}
const absl::Status& NoRoomForCall(const Method& method) {
  static const absl::Status& call =
      *new absl::Status(status::Overloaded("the number of calls", kOverloadRetry));
  static const absl::Status& stream =
      *new absl::Status(status::Overloaded("the number of open streams", kOverloadRetry));
  return method.stays_open() ? stream : call;
}
size_t MaxOf(const Method& method) { return method.stays_open() ? kMaxWatches : kMaxInFlight; }

// Adds to a count that may become `limit` at most; false when it would exceed it.
bool Add(std::atomic<size_t>& count, size_t more, size_t limit) {
  if (count.fetch_add(more, std::memory_order_relaxed) + more <= limit) return true;
  count.fetch_sub(more, std::memory_order_relaxed);
  return false;
}
void Subtract(std::atomic<size_t>& count, size_t less) {
  count.fetch_sub(less, std::memory_order_relaxed);
}

}  // namespace

absl::Status Stopping() {
  return status::Unavailable("this server, which is stopping,", kRestartRetry);
}

absl::Status ServerCore::Enter(const Method& method, size_t bytes) {
  if (draining()) return Stopping();
  if (!Add(undecoded_, bytes, kMaxUndecodedBytes)) {
    return NoRoomForRequest();
  }
  if (!Add(CountOf(method), 1, MaxOf(method))) {
    Subtract(undecoded_, bytes);
    return NoRoomForCall(method);
  }
  return absl::OkStatus();
}

absl::Status ServerCore::EnterCaller(const Method& method, CallerLoad& caller, size_t bytes) {
  if (!Add(caller.undecoded, bytes, kMaxUndecodedBytes / 2)) {
    return NoRoomForRequest();
  }
  if (!Add(CountOf(method, caller), 1, MaxOf(method) / 2)) {
    Subtract(caller.undecoded, bytes);
    return NoRoomForCall(method);
  }
  return absl::OkStatus();
}

std::shared_ptr<CallerLoad> ServerCore::LoadOf(uint64_t caller) {
  absl::MutexLock lock(&loads_mutex_);
  const auto found = loads_.find(caller);
  if (found != loads_.end()) return found->second;
  if (loads_.size() >= kKeptLoads) {
    absl::erase_if(loads_, [](const auto& entry) { return entry.second.use_count() == 1; });
  }
  return loads_.emplace(caller, std::make_shared<CallerLoad>()).first->second;
}

absl::Status ServerCore::Receive(CallerLoad& caller, size_t bytes) {
  if (Add(undecoded_, bytes, kMaxUndecodedBytes)) {
    if (Add(caller.undecoded, bytes, kMaxUndecodedBytes / 2)) return absl::OkStatus();
    Subtract(undecoded_, bytes);
  }
  return NoRoomForRequest();
}

void ServerCore::Decoded(CallerLoad* caller, size_t bytes) {
  Subtract(undecoded_, bytes);
  if (caller != nullptr) Subtract(caller->undecoded, bytes);
}

void ServerCore::BeginSend(CallerLoad& caller, size_t bytes) {
  unsent_.fetch_add(bytes, std::memory_order_relaxed);
  caller.unsent.fetch_add(bytes, std::memory_order_relaxed);
}

void ServerCore::EndSend(CallerLoad& caller, size_t bytes) {
  Subtract(unsent_, bytes);
  Subtract(caller.unsent, bytes);
}

absl::Status ServerCore::CheckUnsent(const CallerLoad& caller) const {
  if (unsent_.load(std::memory_order_relaxed) < kMaxUnsentBytes &&
      caller.unsent.load(std::memory_order_relaxed) < kMaxUnsentBytes / 2) {
    return absl::OkStatus();
  }
  return NoRoomForAnswer();
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
