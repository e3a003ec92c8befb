#ifndef ATHENA_LIBS_STATUS_STORAGE_H_
#define ATHENA_LIBS_STATUS_STORAGE_H_

#include "absl/status/status.h"

namespace athena::status {

// What a caller is told of a fault of the database (libs/sql): UNAVAILABLE when it cannot be
// reached or written, RESOURCE_EXHAUSTED (OVERLOADED) when its queue is full, each with RetryInfo.
// An error that already has a reason is a refusal and stays as it is, as does OK. Pure and
// thread-safe.
absl::Status FromStorage(absl::Status status);

}  // namespace athena::status

#endif  // ATHENA_LIBS_STATUS_STORAGE_H_
