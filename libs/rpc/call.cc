#include "libs/rpc/call.h"

#include <cstdint>

#include "absl/random/random.h"
#include "absl/strings/str_cat.h"
#include "libs/fields/fields.h"

namespace athena::rpc {

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
