#ifndef ATHENA_LIBS_RPC_GRPC_STATUS_H_
#define ATHENA_LIBS_RPC_GRPC_STATUS_H_

#include <grpcpp/support/status.h>

#include "absl/status/status.h"

namespace athena::rpc {

// The one place where an error becomes gRPC's: its details travel in grpc-status-details-bin as a
// google.rpc.Status of less than 4 KiB.
grpc::Status ToGrpcStatus(const absl::Status& status);

// Back again, with the details as payloads. Details that are not a google.rpc.Status are dropped.
absl::Status FromGrpcStatus(const grpc::Status& status);

}  // namespace athena::rpc

#endif  // ATHENA_LIBS_RPC_GRPC_STATUS_H_
