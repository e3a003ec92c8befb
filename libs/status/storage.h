#ifndef ATHENA_LIBS_STATUS_STORAGE_H_
#define ATHENA_LIBS_STATUS_STORAGE_H_

#include "absl/status/status.h"

namespace athena::status {

// An error of the database (libs/sql) as the callers of a service get it:
//   RESOURCE_EXHAUSTED   its queue is full: OVERLOADED, with RetryInfo
//   UNAVAILABLE          the disk failed, or the service stops: UNAVAILABLE, with RetryInfo
//   UNKNOWN              the write may be stored or not: as UNAVAILABLE; the same request_id or
//                        push_id, sent again, finds out
// OK, errors that have a reason (our refusals) and all others stay as they are. Pure and
// thread-safe.
absl::Status FromStorage(absl::Status status);

}  // namespace athena::status

#endif  // ATHENA_LIBS_STATUS_STORAGE_H_
