#ifndef ATHENA_TESTS_FUZZ_RPC_SERVICES_H_
#define ATHENA_TESTS_FUZZ_RPC_SERVICES_H_

#include <google/protobuf/descriptor.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "libs/auth/principal.h"
#include "libs/clock/clock.h"
#include "libs/rpc/method.h"
#include "libs/rpc/testing/direct_call.h"
#include "libs/sql/database.h"

namespace athena::fuzz {

// One service in this process, over a file of its own; its clock stands still.
class RunningService {
 public:
  virtual ~RunningService() = default;
  virtual sql::Database& database() = 0;
  virtual std::vector<rpc::ServiceTable> Tables() = 0;
};

// The plan and the indicator service, with a small institution `gob` in each: something for every
// RPC to read, change and trip over. Not thread-safe.
class RpcServices {
 public:
  RpcServices();
  ~RpcServices();

  // Calls an RPC as somebody who may do everything in gob.
  rpc::testing::DirectCall Call(const google::protobuf::MethodDescriptor& method,
                                std::string_view request);
  // The last revision of gob in the RPC's service. Ends the process when its journal is not sound.
  int64_t Revision(const google::protobuf::MethodDescriptor& method);
  // Puts the RPC's service back to the state in which it began.
  void Restore(const google::protobuf::MethodDescriptor& method);

 private:
  using Start = std::unique_ptr<RunningService> (*)(const std::string& path, const Clock& clock);
  struct Service {
    Start start;
    std::string pristine;  // the file to begin with
    std::string path;
    std::unique_ptr<RunningService> running;
    std::vector<rpc::ServiceTable> tables;
  };

  Service& Of(const google::protobuf::MethodDescriptor& method);
  void Begin(Service& service);
  void Settle(Service& service, const std::vector<std::string>& inputs);

  const std::string folder_;
  const FakeClock clock_;
  const std::shared_ptr<const auth::Principal> principal_;
  std::vector<Service> services_;
};

}  // namespace athena::fuzz

#endif  // ATHENA_TESTS_FUZZ_RPC_SERVICES_H_
