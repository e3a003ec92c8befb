#ifndef ATHENA_TESTS_FUZZ_RPC_INPUT_H_
#define ATHENA_TESTS_FUZZ_RPC_INPUT_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// The inputs of rpc_fuzzer: a byte that says which RPC, and its request. An ASCII character is
// followed by the request in protobuf's text format, which people write; the same letter with its
// highest bit set by its bytes, as a client sends it.
namespace athena::fuzz {

// The letter of an RPC. It stays what it is, so that inputs keep their meaning.
struct RpcLetter {
  char letter;
  const google::protobuf::MethodDescriptor* method;
};

// All RPCs of the services. Ends the process when one has no letter.
const std::vector<RpcLetter>& RpcLetters();

struct RpcInput {
  const google::protobuf::MethodDescriptor* method = nullptr;
  bool is_text = false;
  std::string_view request;
};

// nullopt where no RPC has that letter.
std::optional<RpcInput> ReadRpcInput(std::string_view input);

// The request as a message, and as bytes; nullptr and nullopt for a text that is none. Bytes need
// not be a message.
std::unique_ptr<google::protobuf::Message> RequestMessage(const RpcInput& input);
std::optional<std::string> RequestBytes(const RpcInput& input);

// The input of a request.
std::string WriteRpcInput(char letter, bool is_text, const google::protobuf::Message& request);

}  // namespace athena::fuzz

#endif  // ATHENA_TESTS_FUZZ_RPC_INPUT_H_
