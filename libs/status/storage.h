#ifndef ATHENA_LIBS_STATUS_STORAGE_H_
#define ATHENA_LIBS_STATUS_STORAGE_H_

#include <string_view>

#include "absl/status/status.h"

namespace athena::status {

// Why a database cannot store or read. All of them need an operator, but for kOther.
enum class StorageCause {
  kOther,     // it is busy, short of memory, or stopping
  kDiskFull,  // its disk, or the quota of its user
  kIoError,   // its disk reports an error
  kReplaced,  // its file was deleted or replaced while it was open
};

// UNAVAILABLE with a cause, as libs/sql reports it. The message is for the log.
absl::Status StorageFault(StorageCause cause, std::string_view message);
// The cause of an error of libs/sql; kOther where there is none.
StorageCause CauseOf(const absl::Status& status);
// As it stands in logs and metrics: "other", "disk_full", "io_error" or "replaced".
std::string_view CauseName(StorageCause cause);

// An error of the database (libs/sql) as the callers of a service get it:
//   RESOURCE_EXHAUSTED   its queue is full: OVERLOADED, with RetryInfo
//   UNAVAILABLE          with RetryInfo, and a reason by its cause: DISK_FULL, DATABASE_REPLACED,
//                        UNAVAILABLE for an I/O error (which the message names) and the rest
//   UNKNOWN              the write may be stored or not: as UNAVAILABLE; the same request_id or
//                        push_id, sent again, finds out
// OK, errors that have a reason (our refusals) and all others stay as they are. Pure and
// thread-safe.
absl::Status FromStorage(absl::Status status);

}  // namespace athena::status

#endif  // ATHENA_LIBS_STATUS_STORAGE_H_
