#include "libs/status/storage.h"

#include "absl/time/time.h"
#include "libs/status/status.h"

namespace athena::status {
namespace {

// The queue drains within a commit or two.
constexpr absl::Duration kQueueRetry = absl::Milliseconds(100);
// What a busy disk takes; a broken one needs somebody anyway.
constexpr absl::Duration kStorageRetry = absl::Seconds(1);

}  // namespace

absl::Status FromStorage(absl::Status status) {
  if (status.ok() || !Reason(status).empty()) return status;
  switch (status.code()) {
    case absl::StatusCode::kResourceExhausted:
      return Overloaded("the queue of writes", kQueueRetry);
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kUnknown:
      return Unavailable("the database", kStorageRetry);
    default:
      return status;
  }
}

}  // namespace athena::status
