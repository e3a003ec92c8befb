#include "libs/rpc/admission.h"

#include <algorithm>

#include "absl/strings/string_view.h"

namespace athena::rpc {

bool RateLimit::Take(std::string_view institution, absl::Time now) {
  if (per_second_ <= 0) return true;
  absl::MutexLock lock(&mutex_);
  auto [at, added] = buckets_.try_emplace(
      absl::string_view(institution.data(), institution.size()), Bucket{burst_, now});
  Bucket& bucket = at->second;
  double passed = std::max(0.0, absl::ToDoubleSeconds(now - bucket.at));
  bucket.tokens = std::min(burst_, bucket.tokens + passed * per_second_);
  bucket.at = std::max(bucket.at, now);
  if (bucket.tokens < 1) return false;
  bucket.tokens -= 1;
  return true;
}

}  // namespace athena::rpc
