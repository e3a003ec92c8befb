#include "libs/rpc/grpc_status.h"

#include "libs/status/status_proto.h"

namespace athena::rpc {

grpc::Status ToGrpcStatus(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  google::rpc::Status wire = status::ToRpcStatus(status);
  return grpc::Status(static_cast<grpc::StatusCode>(wire.code()), wire.message(),
                      wire.SerializeAsString());
}

absl::Status FromGrpcStatus(const grpc::Status& status) {
  if (status.ok()) return absl::OkStatus();
  google::rpc::Status wire;
  // The code and the message of the answer itself are what counts.
  if (!wire.ParseFromString(status.error_details())) wire.Clear();
  wire.set_code(static_cast<int>(status.error_code()));
  wire.set_message(status.error_message());
  return status::FromRpcStatus(wire);
}

}  // namespace athena::rpc
