#ifndef ATHENA_LIBS_RPC_CALLS_SERVER_CORE_H_
#define ATHENA_LIBS_RPC_CALLS_SERVER_CORE_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "libs/rpc/method.h"
#include "libs/rpc/server.h"
#include "libs/rpc/workers.h"

namespace athena::rpc {

// How soon a caller that was turned away for lack of room may try again.
inline constexpr absl::Duration kOverloadRetry = absl::Milliseconds(200);

// UNAVAILABLE: this server is stopping.
absl::Status Stopping();

// A call that may stay open until the server stops.
class OpenStream {
 public:
  virtual ~OpenStream() = default;
  // Has the stream look at once whether there is something to send, or whether the server stops.
  virtual void Wake() = 0;
  // Keeps the stream alive; nullptr when it is over.
  virtual std::shared_ptr<OpenStream> Share() = 0;
};

// What one caller has in a server at this moment.
struct CallerLoad {
  std::atomic<size_t> in_flight{0};
  std::atomic<size_t> streams_open{0};
  std::atomic<size_t> undecoded{0};
  std::atomic<size_t> unsent{0};
};

// What all calls of a server share: its options, its workers, the counts that its limits apply to,
// and the streams that are open. Internal to libs/rpc. Thread-safe.
class ServerCore {
 public:
  ServerCore(const ServerOptions& options, int heavy)
      : options_(options), workers_(kWorkers, heavy) {}

  const ServerOptions& options() const { return options_; }
  Workers& workers() { return workers_; }

  // Counts a call in, of which `bytes` have arrived and are not decoded. UNAVAILABLE while the
  // server stops, RESOURCE_EXHAUSTED at a limit; then nothing was counted.
  absl::Status Enter(const Method& method, size_t bytes);
  void Leave(const Method& method) { CountOf(method).fetch_sub(1, std::memory_order_relaxed); }

  // Counts a call that has entered among those of its caller; RESOURCE_EXHAUSTED when the caller
  // has half of the room; then nothing was counted.
  absl::Status EnterCaller(const Method& method, CallerLoad& caller, size_t bytes);
  void LeaveCaller(const Method& method, CallerLoad& caller) {
    CountOf(method, caller).fetch_sub(1, std::memory_order_relaxed);
  }
  // The same object for the same caller as long as somebody has it.
  std::shared_ptr<CallerLoad> LoadOf(uint64_t caller);

  // Bytes of a message that has arrived on an open stream; RESOURCE_EXHAUSTED as of Enter and
  // EnterCaller.
  absl::Status Receive(CallerLoad& caller, size_t bytes);
  // Bytes that have been decoded. `caller` is null when EnterCaller did not count them.
  void Decoded(CallerLoad* caller, size_t bytes);

  // Bytes of an answer that the transport was given, until it has sent them.
  void BeginSend(CallerLoad& caller, size_t bytes);
  void EndSend(CallerLoad& caller, size_t bytes);
  // RESOURCE_EXHAUSTED while too many bytes of answers wait to be taken.
  absl::Status CheckUnsent(const CallerLoad& caller) const;

  // Takes one call from the institution's rate; RESOURCE_EXHAUSTED when that is used up.
  absl::Status Charge(const auth::Principal& principal);

  // Borrowed until Unregister.
  void Register(OpenStream* stream);
  void Unregister(OpenStream* stream);

  // Refuses new calls from now on and wakes all streams, which end.
  void StartDraining();
  bool draining() const { return draining_.load(); }
  // Whether no call is in flight and no stream open.
  bool idle() const { return in_flight_.load() == 0 && streams_open_.load() == 0; }

 private:
  // A token bucket.
  struct Bucket {
    double tokens;
    absl::Time filled;
  };

  // Calls that stay open have a count and a limit of their own.
  std::atomic<size_t>& CountOf(const Method& method) {
    return method.stays_open() ? streams_open_ : in_flight_;
  }

  static std::atomic<size_t>& CountOf(const Method& method, CallerLoad& caller) {
    return method.stays_open() ? caller.streams_open : caller.in_flight;
  }

  const ServerOptions options_;
  Workers workers_;
  std::atomic<size_t> in_flight_{0};
  std::atomic<size_t> streams_open_{0};
  std::atomic<size_t> undecoded_{0};
  std::atomic<size_t> unsent_{0};
  std::atomic<bool> draining_{false};
  absl::Mutex mutex_;
  absl::flat_hash_set<OpenStream*> streams_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<std::string, Bucket> buckets_ ABSL_GUARDED_BY(mutex_);  // by institution
  absl::Mutex loads_mutex_;
  absl::flat_hash_map<uint64_t, std::shared_ptr<CallerLoad>> loads_ ABSL_GUARDED_BY(loads_mutex_);
};

}  // namespace athena::rpc

#endif  // ATHENA_LIBS_RPC_CALLS_SERVER_CORE_H_
