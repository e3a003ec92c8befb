#include "libs/rpc/grpc_status.h"

#include <string>

#include "google/rpc/status.pb.h"
#include "libs/status/status.h"
#include "libs/status/status_proto.h"

namespace athena::rpc {

grpc::Status ToGrpc(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  const google::rpc::Status wire = status::ToRpcStatus(status);
  return grpc::Status(static_cast<grpc::StatusCode>(wire.code()), wire.message(),
                      wire.SerializeAsString());
}

absl::Status FromGrpc(const grpc::Status& status) {
  if (status.ok()) return absl::OkStatus();
  google::rpc::Status wire;
  // Details of another origin, or none, leave code and message.
  if (status.error_details().empty() || !wire.ParseFromString(status.error_details()) ||
      wire.code() != static_cast<int>(status.error_code())) {
    return absl::Status(static_cast<absl::StatusCode>(status.error_code()), status.error_message());
  }
  return status::FromRpcStatus(wire);
}

}  // namespace athena::rpc
