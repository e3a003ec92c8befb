#ifndef ATHENA_SERVICES_ATHENACTL_SENDING_BATCHES_H_
#define ATHENA_SERVICES_ATHENACTL_SENDING_BATCHES_H_

#include <cstddef>
#include <utility>
#include <vector>

namespace athena::athenactl {

// What one request may carry: a request may have 4 MiB.
inline constexpr size_t kMaxRequestsOfBatch = 1'000;
inline constexpr size_t kMaxBytesOfBatch = 3 << 20;

// Cuts `count` things into batches, in their order, each as long as the limits allow and at least
// one thing long: the index of the first and of the one past the last. `bytes(index)` is the
// serialised size of a thing. Pure.
template <typename Bytes>
std::vector<std::pair<size_t, size_t>> Batches(size_t count, size_t max_count, size_t max_bytes,
                                               const Bytes& bytes) {
  std::vector<std::pair<size_t, size_t>> batches;
  size_t begin = 0;
  size_t sum = 0;
  for (size_t at = 0; at < count; ++at) {
    const size_t more = bytes(at) + 8;  // with its tag and length
    if (at - begin == max_count || (sum + more > max_bytes && at > begin)) {
      batches.emplace_back(begin, at);
      begin = at;
      sum = 0;
    }
    sum += more;
  }
  if (begin < count) batches.emplace_back(begin, count);
  return batches;
}

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_SENDING_BATCHES_H_
