#ifndef ATHENA_LIBS_RPC_CALLS_TABLE_SERVICE_H_
#define ATHENA_LIBS_RPC_CALLS_TABLE_SERVICE_H_

#include <grpcpp/grpcpp.h>
#include <grpcpp/impl/service_type.h>

#include <memory>
#include <string>
#include <vector>

#include "libs/rpc/calls/server_call.h"

namespace athena::rpc {

// A table of RPCs as a gRPC service. Internal to libs/rpc. It registers its methods as generated
// code does, but takes requests as bytes, so that nothing is parsed before it is admitted.
class TableService : public grpc::Service {
 public:
  // `core` outlives the service.
  TableService(ServerCore& core, ServiceTable table);

 private:
  std::vector<std::unique_ptr<BoundMethod>> methods_;
  std::vector<std::string> paths_;  // "/package.Service/Method"; gRPC borrows them
};

}  // namespace athena::rpc

#endif  // ATHENA_LIBS_RPC_CALLS_TABLE_SERVICE_H_
