#include "libs/rpc/method.h"

#include <google/protobuf/arena.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <grpcpp/support/proto_buffer_reader.h>

#include <algorithm>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"

namespace athena::rpc {
namespace {

Method::Shape ShapeOf(const google::protobuf::MethodDescriptor& method) {
  if (method.client_streaming()) return Method::Shape::kBidi;
  return method.server_streaming() ? Method::Shape::kPages : Method::Shape::kUnary;
}

bool SameOnTheWire(Method::Shape table, Method::Shape proto) {
  return table == proto || (table == Method::Shape::kWatch && proto == Method::Shape::kPages);
}

}  // namespace

absl::Status NotAMessage() {
  return status::Refusal(absl::StatusCode::kInvalidArgument, "MALFORMED_REQUEST",
                         "the request's bytes are not a message of the type this RPC takes (a text "
                         "field that is not UTF-8 does this, too)");
}

grpc::ByteBuffer Serialise(const google::protobuf::MessageLite& message) {
  grpc::Slice slice(message.ByteSizeLong());
  message.SerializeWithCachedSizesToArray(const_cast<uint8_t*>(slice.begin()));
  return grpc::ByteBuffer(&slice, 1);
}

bool Parse(const grpc::ByteBuffer& bytes, google::protobuf::MessageLite* message) {
  grpc::ByteBuffer shared = bytes;  // the reader takes it over
  grpc::ProtoBufferReader reader(&shared);
  return reader.status().ok() && message->ParseFromZeroCopyStream(&reader);
}

void GiveRequestId(const Call& call, google::protobuf::Message* request) {
  using google::protobuf::FieldDescriptor;
  const FieldDescriptor* const field = request->GetDescriptor()->FindFieldByName("request_id");
  if (field == nullptr || field->type() != FieldDescriptor::TYPE_STRING || field->is_repeated()) {
    return;
  }
  const google::protobuf::Reflection& fields = *request->GetReflection();
  if (!fields.GetString(*request, field).empty()) return;
  fields.SetString(request, field, call.GeneratedRequestId());
}

std::optional<std::string_view> WholeOnArena(const Call& call, const grpc::ByteBuffer& bytes) {
  std::vector<grpc::Slice> slices;
  if (!bytes.Dump(&slices).ok()) return std::nullopt;
  // The buffer's own length would be that before it was decompressed.
  size_t size = 0;
  for (const grpc::Slice& slice : slices) size += slice.size();
  char* const whole = google::protobuf::Arena::CreateArray<char>(&call.arena(), size);
  char* end = whole;
  for (const grpc::Slice& slice : slices) end = std::copy(slice.begin(), slice.end(), end);
  return std::string_view(whole, size);
}

grpc::ByteBuffer Serialise(const PreparedAnswer& answer) {
  std::vector<grpc::Slice> slices;
  slices.reserve(answer.pieces.size());
  for (const std::shared_ptr<const std::string>& piece : answer.pieces) {
    auto* kept = new std::shared_ptr<const std::string>(piece);
    slices.emplace_back(
        const_cast<char*>(piece->data()), piece->size(),
        [](void* shared) { delete static_cast<std::shared_ptr<const std::string>*>(shared); },
        kept);
  }
  return grpc::ByteBuffer(slices.data(), slices.size());
}

namespace internal {

void SetResourceOf(const google::protobuf::Message& request, const Call& call) {
  using google::protobuf::FieldDescriptor;
  const auto text_of = [](const google::protobuf::Message& message, const char* field) {
    const FieldDescriptor* const found = message.GetDescriptor()->FindFieldByName(field);
    return found == nullptr || found->type() != FieldDescriptor::TYPE_STRING || found->is_repeated()
               ? std::string()
               : message.GetReflection()->GetString(message, found);
  };
  std::string name = text_of(request, "name");
  if (name.empty()) name = text_of(request, "parent");
  const google::protobuf::Descriptor& type = *request.GetDescriptor();
  for (int i = 0; i < type.field_count() && name.empty(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    if (field.type() == FieldDescriptor::TYPE_MESSAGE && !field.is_repeated()) {
      name = text_of(request.GetReflection()->GetMessage(request, &field), "name");
    }
  }
  if (!name.empty()) call.SetResource(name);
}

}  // namespace internal

Method UnaryByDescriptor(const google::protobuf::MethodDescriptor& rpc, auth::Roles roles,
                         MessageHandler handler) {
  google::protobuf::MessageFactory& factory =
      *google::protobuf::MessageFactory::generated_factory();
  const google::protobuf::Message& request_type = *factory.GetPrototype(rpc.input_type());
  const google::protobuf::Message& response_type = *factory.GetPrototype(rpc.output_type());
  Method method;
  method.name = rpc.name();
  method.roles = roles;
  method.serve = [&request_type, &response_type, handler = std::move(handler)](
                     const Call& call, const grpc::ByteBuffer& bytes, Answer answer,
                     const std::function<void()>& decoded) {
    google::protobuf::Message* request = request_type.New(&call.arena());
    const bool parsed = Parse(bytes, request);
    decoded();
    if (!parsed) return std::move(answer)(NotAMessage(), grpc::ByteBuffer());
    GiveRequestId(call, request);
    internal::SetResourceOf(*request, call);
    google::protobuf::Message* response = response_type.New(&call.arena());
    absl::Status status = handler(call, *request, response);
    grpc::ByteBuffer answered = status.ok() ? Serialise(*response) : grpc::ByteBuffer();
    std::move(answer)(std::move(status), answered);
  };
  return method;
}

std::vector<std::string> TableFaults(const ServiceTable& table) {
  std::vector<std::string> faults;
  const google::protobuf::ServiceDescriptor* service =
      google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(table.service);
  if (service == nullptr) return {absl::StrCat(table.service, " is not a service of these protos")};
  absl::flat_hash_set<std::string> seen;
  for (const Method& line : table.methods) {
    const google::protobuf::MethodDescriptor* method = service->FindMethodByName(line.name);
    if (method == nullptr) {
      faults.push_back(absl::StrCat(table.service, " has no RPC ", line.name));
    } else if (!SameOnTheWire(line.shape, ShapeOf(*method))) {
      faults.push_back(absl::StrCat(line.name, " has another shape in the proto"));
    }
    if (line.roles.empty()) faults.push_back(absl::StrCat(line.name, " is nobody's to call"));
    if (!seen.insert(line.name).second) faults.push_back(absl::StrCat(line.name, " stands twice"));
  }
  for (int i = 0; i < service->method_count(); ++i) {
    if (!seen.contains(service->method(i)->name())) {
      faults.push_back(absl::StrCat(service->method(i)->name(), " is missing from the table"));
    }
  }
  return faults;
}

}  // namespace athena::rpc
