#ifndef ATHENA_SERVICES_ATHENACTL_DIFFERENCES_H_
#define ATHENA_SERVICES_ATHENACTL_DIFFERENCES_H_

#include <google/protobuf/message.h>

#include <string>
#include <vector>

// What a resource in a file says otherwise than the service. Pure and thread-safe.
namespace athena::athenactl {

// The fields of a resource (an Institution, Unit, Plan, Element, Indicator or Target; both of one
// type) in which `wanted` differs from `present`, in the order of their numbers: an update_mask. A
// field that is not set means its documented default; the name and what is output only do not
// count.
std::vector<std::string> Differences(const google::protobuf::Message& wanted,
                                     const google::protobuf::Message& present);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_DIFFERENCES_H_
