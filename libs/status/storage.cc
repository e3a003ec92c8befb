#include "libs/status/storage.h"

#include <string>

#include "absl/strings/cord.h"
#include "absl/time/time.h"
#include "libs/status/status.h"

namespace athena::status {
namespace {

// The queue drains within a commit or two.
constexpr absl::Duration kQueueRetry = absl::Milliseconds(100);
// What a busy disk takes; a broken one needs somebody anyway.
constexpr absl::Duration kStorageRetry = absl::Seconds(1);
// Somebody has to make room.
constexpr absl::Duration kFullRetry = absl::Seconds(10);

constexpr char kCausePayload[] = "athena/storage-cause";
constexpr StorageCause kCauses[] = {StorageCause::kOther, StorageCause::kDiskFull,
                                    StorageCause::kIoError, StorageCause::kReplaced};

absl::Status NeedsOperator(std::string_view reason, std::string_view message) {
  return WithRetryAfter(Refusal(absl::StatusCode::kUnavailable, reason, message), kFullRetry);
}

}  // namespace

absl::Status StorageFault(StorageCause cause, std::string_view message) {
  absl::Status status = absl::UnavailableError({message.data(), message.size()});
  if (cause != StorageCause::kOther) {
    status.SetPayload(kCausePayload, absl::Cord(std::string(CauseName(cause))));
  }
  return status;
}

StorageCause CauseOf(const absl::Status& status) {
  const auto payload = status.GetPayload(kCausePayload);
  if (!payload.has_value()) return StorageCause::kOther;
  for (const StorageCause cause : kCauses) {
    if (*payload == std::string(CauseName(cause))) return cause;
  }
  return StorageCause::kOther;
}

std::string_view CauseName(StorageCause cause) {
  switch (cause) {
    case StorageCause::kOther:
      return "other";
    case StorageCause::kDiskFull:
      return "disk_full";
    case StorageCause::kIoError:
      return "io_error";
    case StorageCause::kReplaced:
      return "replaced";
  }
  return "other";
}

absl::Status FromStorage(absl::Status status) {
  if (status.ok() || !Reason(status).empty()) return status;
  switch (status.code()) {
    case absl::StatusCode::kResourceExhausted:
      return Overloaded("the queue of writes", kQueueRetry);
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kUnknown:
      break;
    default:
      return status;
  }
  switch (CauseOf(status)) {
    case StorageCause::kDiskFull:
      return NeedsOperator("DISK_FULL",
                           "the disk of the database is full: nothing is stored until an operator "
                           "makes room; reads are answered");
    case StorageCause::kReplaced:
      return NeedsOperator("DATABASE_REPLACED",
                           "the database file was deleted or replaced while the service runs: "
                           "nothing is stored until an operator puts it back and restarts the "
                           "service");
    case StorageCause::kIoError:
      return Unavailable("the database, whose disk reports an I/O error,", kStorageRetry);
    case StorageCause::kOther:
      break;
  }
  return Unavailable("the database", kStorageRetry);
}

}  // namespace athena::status
