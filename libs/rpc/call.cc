#include "libs/rpc/call.h"

#include <cstdint>

#include "absl/random/random.h"
#include "absl/strings/str_cat.h"
#include "libs/fields/fields.h"
#include "libs/status/status.h"

namespace athena::rpc {

absl::Status Call::StillWanted() const {
  if (cancelled_.load(std::memory_order_relaxed)) return status::Cancelled();
  if (absl::Now() >= deadline_) return status::DeadlineExceeded();
  return absl::OkStatus();
}

const std::string& Call::GeneratedRequestId() const {
  if (generated_request_id_.empty()) {
    absl::BitGen random;
    generated_request_id_ =
        absl::StrCat(std::string(fields::kServerRequestId),
                     absl::Hex(absl::Uniform<uint64_t>(random), absl::kZeroPad16),
                     absl::Hex(absl::Uniform<uint64_t>(random), absl::kZeroPad16));
  }
  return generated_request_id_;
}

}  // namespace athena::rpc
