#include "libs/resource/rows.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <grpcpp/impl/codegen/proto_buffer_reader.h>

#include <algorithm>

#include "libs/resource/methods.h"

namespace athena::resource {
namespace {

using google::protobuf::Message;

const Message& Prototype(const google::protobuf::Descriptor* type) {
  return *google::protobuf::MessageFactory::generated_factory()->GetPrototype(type);
}

// A row whose messages are made from their descriptors, on the call's arena.
rpc::Method RowOf(const StandardMethod& method, std::shared_ptr<const AnyKind> kind,
                  auth::Roles roles, const Resources& resources) {
  rpc::Method row;
  row.name = method.rpc->name();
  row.roles = roles;
  row.serve = [&request_type = Prototype(method.rpc->input_type()),
               &response_type = Prototype(method.rpc->output_type()), handler = method.handler,
               kind = std::move(kind),
               &resources](const rpc::Call& call, const grpc::ByteBuffer& bytes, rpc::Answer answer,
                           const std::function<void()>& decoded) {
    Message* const request = request_type.New(&call.arena());
    grpc::ByteBuffer read = bytes;
    grpc::ProtoBufferReader reader(&read);
    const bool parsed = reader.status().ok() && request->ParseFromZeroCopyStream(&reader);
    decoded();
    if (!parsed) return std::move(answer)(rpc::NotAMessage(), grpc::ByteBuffer());
    Message* const response = response_type.New(&call.arena());
    const absl::Status done = (resources.*handler)(call.principal(), *kind, *request, response);
    std::move(answer)(done, done.ok() ? rpc::Serialise(*response) : grpc::ByteBuffer());
  };
  return row;
}

}  // namespace

void Rows::operator()(const std::shared_ptr<const AnyKind>& kind, auth::Roles writers,
                      std::initializer_list<std::string_view> by_hand) {
  resources_.Register(kind);
  const auto* service =
      google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(table_.service);
  if (service == nullptr) return;  // rpc::TableFaults tells
  for (const StandardMethod& method : StandardMethods(*kind, service)) {
    if (std::find(by_hand.begin(), by_hand.end(), method.rpc->name()) != by_hand.end()) continue;
    table_.methods.push_back(
        RowOf(method, kind, method.writes ? writers : auth::Roles::Any(), resources_));
  }
}

std::string Rows::VerbOf(const google::protobuf::Descriptor* request) {
  const std::string& name = request->name();
  return name.substr(0, name.size() - std::string("Request").size());
}

}  // namespace athena::resource
