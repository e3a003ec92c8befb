#ifndef ATHENA_LIBS_RPC_GRPC_STATUS_H_
#define ATHENA_LIBS_RPC_GRPC_STATUS_H_

#include <grpcpp/support/status.h>

#include "absl/status/status.h"

// The one mapping between our errors and gRPC's: same code, same message, and the google.rpc.Status
// with its details in the trailer grpc-status-details-bin.
namespace athena::rpc {

grpc::Status ToGrpc(const absl::Status& status);
absl::Status FromGrpc(const grpc::Status& status);

}  // namespace athena::rpc

#endif  // ATHENA_LIBS_RPC_GRPC_STATUS_H_
