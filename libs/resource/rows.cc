#include "libs/resource/rows.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>

#include "libs/resource/methods.h"

namespace athena::resource {
void Rows::operator()(const std::shared_ptr<const AnyKind>& kind, auth::Roles writers,
                      std::initializer_list<std::string_view> by_hand) {
  resources_.Register(kind);
  const auto* service =
      google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(table_.service);
  if (service == nullptr) return;  // rpc::TableFaults tells
  for (const StandardMethod& method : StandardMethods(*kind, service)) {
    if (std::find(by_hand.begin(), by_hand.end(), method.rpc->name()) != by_hand.end()) continue;
    table_.methods.push_back(
        rpc::UnaryByDescriptor(*method.rpc, method.writes ? writers : auth::Roles::Any(),
                               [kind, handler = method.handler, &resources = resources_](
                                   const rpc::Call& call, const google::protobuf::Message& request,
                                   google::protobuf::Message* response) {
                                 return (resources.*handler)(call, *kind, request, response);
                               }));
  }
}

std::string Rows::VerbOf(const google::protobuf::Descriptor* request) {
  const std::string& name = request->name();
  return name.substr(0, name.size() - std::string("Request").size());
}

}  // namespace athena::resource
