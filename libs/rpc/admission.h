#ifndef ATHENA_LIBS_RPC_ADMISSION_H_
#define ATHENA_LIBS_RPC_ADMISSION_H_

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace athena::rpc {

// A count that never passes its limit. Thread-safe.
class Cap {
 public:
  explicit Cap(int64_t limit) : limit_(limit) {}
  bool Take(int64_t amount) {
    if (used_.fetch_add(amount, std::memory_order_relaxed) + amount <= limit_) return true;
    Give(amount);
    return false;
  }
  void Give(int64_t amount) { used_.fetch_sub(amount, std::memory_order_relaxed); }
  int64_t used() const { return used_.load(std::memory_order_relaxed); }

 private:
  const int64_t limit_;
  std::atomic<int64_t> used_{0};
};

// A token bucket per institution: `per_second` calls each, saved up to `burst`. A rate of 0 lets all
// pass. Thread-safe; institutions come from credentials, so their number is bounded.
class RateLimit {
 public:
  RateLimit(double per_second, double burst) : per_second_(per_second), burst_(burst) {}
  bool Take(std::string_view institution, absl::Time now);

 private:
  struct Bucket {
    double tokens;
    absl::Time at;
  };
  const double per_second_;
  const double burst_;
  absl::Mutex mutex_;
  absl::flat_hash_map<std::string, Bucket> buckets_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace athena::rpc

#endif  // ATHENA_LIBS_RPC_ADMISSION_H_
