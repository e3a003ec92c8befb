#ifndef ATHENA_SERVICES_ATHENACTL_RESOURCES_RESOURCE_FILE_H_
#define ATHENA_SERVICES_ATHENACTL_RESOURCES_RESOURCE_FILE_H_

#include <google/protobuf/message.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace athena::athenactl {

struct FileResource {
  std::unique_ptr<google::protobuf::Message> message;
  std::vector<std::string> fields;  // the top-level fields that the file has, also with null
};

// Reads resources of a type from protobuf's JSON: a list of them, one alone, or a list's answer,
// {"units": [...]}, whose field is `listed`. INVALID_ARGUMENT names `path`, the resource ("[2]",
// from 0) and what is wrong with it: no JSON, an unknown field, no name, the name of another. Pure.
absl::StatusOr<std::vector<FileResource>> ReadResources(const std::string& path,
                                                        std::string_view json,
                                                        const google::protobuf::Message& prototype,
                                                        const std::string& listed);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_RESOURCES_RESOURCE_FILE_H_
