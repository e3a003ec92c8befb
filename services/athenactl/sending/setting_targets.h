#ifndef ATHENA_SERVICES_ATHENACTL_SENDING_SETTING_TARGETS_H_
#define ATHENA_SERVICES_ATHENACTL_SENDING_SETTING_TARGETS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "athena/indicator/v1/target.pb.h"
#include "services/athenactl/resources/connections.h"

namespace athena::athenactl {

struct TargetToSet {
  athena::indicator::v1::Target target;  // declared_original: declares it instead
  std::string label;                     // for errors and changes
};

struct TargetOptions {
  std::string reason;
  bool update = false;   // set those that differ; else they are only counted
  bool dry_run = false;  // set nothing
};

struct TargetsSet {
  int64_t created = 0;
  int64_t updated = 0;
  int64_t unchanged = 0;
  int64_t differing = 0;  // left as they are, for want of `update`
  // "LABEL: margin: from 10 to 5" for each field of those that were updated or differ.
  std::vector<std::string> changes;
};

// Sets the targets of an institution ("institutions/gob") that do not exist and, with `update`,
// those that differ from the present ones, in batches; each batch is set whole or not at all. A dry
// run compares, without the service's checks. The error names the target. Not thread-safe.
absl::StatusOr<TargetsSet> SetTargets(const Connections& connections,
                                      const std::string& institution,
                                      absl::Span<const TargetToSet> targets,
                                      const TargetOptions& options);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_SENDING_SETTING_TARGETS_H_
