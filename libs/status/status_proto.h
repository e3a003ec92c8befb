#ifndef ATHENA_LIBS_STATUS_STATUS_PROTO_H_
#define ATHENA_LIBS_STATUS_STATUS_PROTO_H_

#include "absl/status/status.h"
#include "google/rpc/status.pb.h"

namespace athena::status {

// The wire form of an error, with its details: ErrorInfo first, then the others. Smaller than
// kMaxDetailsBytes when serialised: details that would not fit are left out. Errors of the
// database are answered as FromStorage (storage.h) says: every service's answers pass here. Any
// other error without ErrorInfo gets one, with its code's name as reason; UNAVAILABLE without
// RetryInfo gets one of a second.
google::rpc::Status ToRpcStatus(const absl::Status& status);

// Back again: the details become payloads.
absl::Status FromRpcStatus(const google::rpc::Status& status);

}  // namespace athena::status

#endif  // ATHENA_LIBS_STATUS_STATUS_PROTO_H_
