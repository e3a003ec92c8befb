#ifndef ATHENA_SERVICES_ATHENACTL_BATCHES_H_
#define ATHENA_SERVICES_ATHENACTL_BATCHES_H_

#include <cstddef>
#include <vector>

#include "absl/types/span.h"

namespace athena::athenactl {

// What one batch may take (a request may have 4 MiB).
inline constexpr int kMostOfBatch = 1'000;
inline constexpr size_t kMostBytesOfBatch = 3 << 20;

// Cuts requests into batches, in their order. Pure; the batches borrow `requests`.
template <typename Request>
std::vector<absl::Span<const Request>> Batches(const std::vector<Request>& requests) {
  std::vector<absl::Span<const Request>> batches;
  const absl::Span<const Request> all(requests);
  size_t begin = 0;
  size_t bytes = 0;
  for (size_t at = 0; at < requests.size(); ++at) {
    const size_t more = requests[at].ByteSizeLong() + 8;
    if (at - begin == kMostOfBatch || (bytes + more > kMostBytesOfBatch && at > begin)) {
      batches.push_back(all.subspan(begin, at - begin));
      begin = at;
      bytes = 0;
    }
    bytes += more;
  }
  if (begin < requests.size()) batches.push_back(all.subspan(begin));
  return batches;
}

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_BATCHES_H_
