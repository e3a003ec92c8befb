#include "services/indicator/errors.h"

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "libs/status/status.h"

namespace athena::indicator {
namespace {

// A group of writes takes about this long to commit.
constexpr absl::Duration kQueueRetry = absl::Milliseconds(100);
// A service that stops, or a disk that failed, is not back sooner.
constexpr absl::Duration kStorageRetry = absl::Seconds(1);

}  // namespace

absl::Status PushIdReused(std::string_view push_id, std::string_view push) {
  const std::string shown = status::Printable(push_id);
  return status::Refusal(
      absl::StatusCode::kAlreadyExists, "PUSH_ID_REUSED",
      absl::StrCat("push_id: got ", shown, ", with which ", std::string(push),
                   " was stored with other content; want a push_id of its own for each push, and "
                   "the same content whenever it is sent again"),
      {{"pushId", shown}, {"push", push}});
}

absl::Status StorageRefusal(const absl::Status& status) {
  if (!status::Reason(status).empty()) return status;
  switch (status.code()) {
    case absl::StatusCode::kResourceExhausted:
      return status::Overloaded("the queue of writes", kQueueRetry);
    case absl::StatusCode::kUnavailable:
      return status::Unavailable("the database", kStorageRetry);
    default:
      return status;
  }
}

}  // namespace athena::indicator
