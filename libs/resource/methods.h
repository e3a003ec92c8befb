#ifndef ATHENA_LIBS_RESOURCE_METHODS_H_
#define ATHENA_LIBS_RESOURCE_METHODS_H_

#include <google/protobuf/descriptor.h>

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "libs/resource/resources.h"

namespace athena::resource {

// A standard method of a kind, as its service has it.
struct StandardMethod {
  using Handler = absl::Status (Resources::*)(const Caller&, const AnyKind&,
                                              const google::protobuf::Message& request,
                                              google::protobuf::Message* response) const;
  const google::protobuf::MethodDescriptor* rpc;
  Handler handler;
  bool writes;
};

// Those that the service has, found by AIP naming. Pure.
std::vector<StandardMethod> StandardMethods(const AnyKind& kind,
                                            const google::protobuf::ServiceDescriptor* service);

// Returns the faults of the kind's contract, one sentence each: fields of the message, or of the
// requests and responses of `methods`, that the kit needs and that are missing or have another
// type. The conformance suite expects none.
std::vector<std::string> ContractFaults(const AnyKind& kind,
                                        const std::vector<StandardMethod>& methods);

}  // namespace athena::resource

#endif  // ATHENA_LIBS_RESOURCE_METHODS_H_
