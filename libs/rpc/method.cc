#include "libs/rpc/method.h"

#include <google/protobuf/arena.h>
#include <google/protobuf/descriptor.h>

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

grpc::ByteBuffer Assemble(const PreparedAnswer& answer) {
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
