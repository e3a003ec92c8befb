#ifndef ATHENA_SERVICES_ATHENACTL_SENDING_IMPORTING_H_
#define ATHENA_SERVICES_ATHENACTL_SENDING_IMPORTING_H_

#include <google/protobuf/message.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "services/athenactl/resources/connections.h"
#include "services/athenactl/resources/kinds.h"

// Creates and updates resources of any kind. Not thread-safe.
namespace athena::athenactl {

struct ImportOptions {
  std::string reason;    // of all changes
  bool update = false;   // update resources that differ; else they are only counted
  bool dry_run = false;  // change nothing
  // The fields in which the resource at an index differs from the present one.
  std::function<std::vector<std::string>(size_t index, const google::protobuf::Message& present)>
      differences;
};

struct ImportResult {
  int64_t created = 0;  // or would be, in a dry run
  int64_t updated = 0;  // likewise
  int64_t unchanged = 0;
  int64_t differing = 0;  // left as they are, for want of `update`
  // The names of those that were created, or would be.
  std::vector<std::string> created_names;
  // "institutions/a/units/bm: time_zone: from "A" to "B"" for each field that was updated or
  // differs.
  std::vector<std::string> changes;
};

// Creates the resources that do not exist, in batches where the contract has them, then updates
// those that differ. Resources carry their names, parents come before their children. Adds to
// `result`, also before an error; the error names the resource.
absl::Status ImportResources(const Connections& connections, const Kind& kind,
                             absl::Span<const google::protobuf::Message* const> resources,
                             const ImportOptions& options, ImportResult* result);

// Updates `fields` of a resource to what `wanted` says, and gets the result into `wanted`; where
// the contract has a method that moves the resource, it changes the parent. `etag` may be empty.
// `decision` names the one that the change carries out, where the contract takes one; may be empty.
absl::Status UpdateResource(const Connections& connections, const Kind& kind,
                            const std::vector<std::string>& fields, const std::string& etag,
                            const std::string& reason, google::protobuf::Message* wanted,
                            const std::string& decision = "");

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_SENDING_IMPORTING_H_
