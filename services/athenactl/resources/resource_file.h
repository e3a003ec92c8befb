#ifndef ATHENA_SERVICES_ATHENACTL_RESOURCES_RESOURCE_FILE_H_
#define ATHENA_SERVICES_ATHENACTL_RESOURCES_RESOURCE_FILE_H_

#include <google/protobuf/message.h>

#include <cstdint>
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

// Resources of a JSON file.
struct ResourceList {
  std::vector<FileResource> resources;
  // "[2].unit: ...", from 0: all faults of all resources, in their order. A file with faults should
  // not be imported in part.
  std::vector<std::string> faults;
  int64_t listed = 0;
  int64_t faulty = 0;  // of those listed
};

// Reads resources of a type from protobuf's JSON: a list of them, one alone, or a list's answer,
// {"units": [...]}, whose field is `listed`. Their faults are an unknown field, a value that the
// field cannot have, no name, the name of another. INVALID_ARGUMENT, which names `path`, when the
// text is no JSON. Pure.
absl::StatusOr<ResourceList> ReadResources(const std::string& path, std::string_view json,
                                           const google::protobuf::Message& prototype,
                                           const std::string& listed);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_RESOURCES_RESOURCE_FILE_H_
