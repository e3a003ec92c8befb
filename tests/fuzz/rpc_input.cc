#include "tests/fuzz/rpc_input.h"

#include <google/protobuf/text_format.h>

#include <cstdio>
#include <cstdlib>
#include <map>

#include "athena/common/v1/history_service.pb.h"
#include "athena/indicator/v1/indicator_service.pb.h"
#include "athena/plan/v1/follow_up_service.pb.h"
#include "athena/plan/v1/operations_service.pb.h"
#include "athena/plan/v1/plan_service.pb.h"

namespace athena::fuzz {
namespace {

using google::protobuf::Message;
using google::protobuf::MessageFactory;
using google::protobuf::MethodDescriptor;
using google::protobuf::ServiceDescriptor;
using google::protobuf::TextFormat;

// The only service of the file that declares `Request`.
template <typename Request>
const ServiceDescriptor& ServiceOf() {
  return *Request::descriptor()->file()->service(0);
}

std::map<std::string, const MethodDescriptor*, std::less<>> RpcsByName() {
  std::map<std::string, const MethodDescriptor*, std::less<>> rpcs;
  for (const ServiceDescriptor* service :
       {&ServiceOf<indicator::v1::CreateIndicatorRequest>(),
        &ServiceOf<plan::v1::CreateInstitutionRequest>(), &ServiceOf<plan::v1::CreateRiskRequest>(),
        &ServiceOf<plan::v1::CreateDecisionRequest>(),
        &ServiceOf<common::v1::ListRevisionsRequest>()}) {
    for (int i = 0; i < service->method_count(); ++i) {
      const MethodDescriptor* method = service->method(i);
      if (rpcs.emplace(method->name(), method).second) continue;
      std::fprintf(stderr, "%s: another RPC has that name\n", method->full_name().c_str());
      std::abort();
    }
  }
  return rpcs;
}

std::unique_ptr<Message> Empty(const MethodDescriptor& method) {
  MessageFactory& factory = *MessageFactory::generated_factory();
  return std::unique_ptr<Message>(factory.GetPrototype(method.input_type())->New());
}

}  // namespace

const std::vector<const MethodDescriptor*>& Rpcs() {
  static const auto& rpcs = *[] {
    auto* all = new std::vector<const MethodDescriptor*>;
    for (const auto& [name, method] : RpcsByName()) all->push_back(method);
    return all;
  }();
  return rpcs;
}

std::optional<RpcInput> ReadRpcInput(std::string_view input) {
  static const auto& rpcs = *new auto(RpcsByName());
  const size_t end = input.find_first_of(std::string_view("\n\0", 2));
  const auto found = rpcs.find(input.substr(0, end));
  if (end == input.npos || found == rpcs.end()) return std::nullopt;
  return RpcInput{found->second, input[end] == '\n', input.substr(end + 1)};
}

std::unique_ptr<Message> RequestMessage(const RpcInput& input) {
  std::unique_ptr<Message> message = Empty(*input.method);
  const std::string request(input.request);
  const bool is_message = input.is_text ? TextFormat::ParseFromString(request, message.get())
                                        : message->ParseFromString(request);
  if (!is_message) message.reset();
  return message;
}

std::optional<std::string> RequestBytes(const RpcInput& input) {
  if (!input.is_text) return std::string(input.request);
  const std::unique_ptr<Message> message = RequestMessage(input);
  if (message == nullptr) return std::nullopt;
  return message->SerializeAsString();
}

std::string WriteRpcInput(const MethodDescriptor& method, bool is_text, const Message& request) {
  if (!is_text) return method.name() + '\0' + request.SerializePartialAsString();
  TextFormat::Printer printer;
  printer.SetSingleLineMode(true);
  std::string text;
  printer.PrintToString(request, &text);
  return method.name() + '\n' + text;
}

}  // namespace athena::fuzz
