#ifndef ATHENA_TESTS_FUZZ_RPC_INPUT_H_
#define ATHENA_TESTS_FUZZ_RPC_INPUT_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// The inputs of rpc_fuzzer: the name of an RPC ("GetPlan") and its request. A line end after the
// name is followed by the request in protobuf's text format, which people write; a zero byte by its
// bytes, as a client sends it.
namespace athena::fuzz {

// All RPCs of the services. No two have the same name.
const std::vector<const google::protobuf::MethodDescriptor*>& Rpcs();

struct RpcInput {
  const google::protobuf::MethodDescriptor* method = nullptr;
  bool is_text = false;
  std::string_view request;
};

// nullopt where no RPC has that name.
std::optional<RpcInput> ReadRpcInput(std::string_view input);

// The request as a message, and as bytes; nullptr and nullopt for a text that is none. Bytes need
// not be a message.
std::unique_ptr<google::protobuf::Message> RequestMessage(const RpcInput& input);
std::optional<std::string> RequestBytes(const RpcInput& input);

// The input of a request of that RPC.
std::string WriteRpcInput(const google::protobuf::MethodDescriptor& method, bool is_text,
                          const google::protobuf::Message& request);

}  // namespace athena::fuzz

#endif  // ATHENA_TESTS_FUZZ_RPC_INPUT_H_
