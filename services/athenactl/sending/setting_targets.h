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
  athena::indicator::v1::Target target;
  std::string label;  // for errors and changes
};

struct TargetsSet {
  int64_t created = 0;
  int64_t updated = 0;
  int64_t unchanged = 0;
  // "LABEL: anchors, margin" for each one that was updated.
  std::vector<std::string> changes;
};

// Sets the targets of an institution ("institutions/gob") that do not exist or differ from the
// present ones, in batches; each batch is set whole or not at all. With `dry_run` it only compares,
// without the service's checks. The error names the target. Not thread-safe.
absl::StatusOr<TargetsSet> SetTargets(Connections& connections, const std::string& institution,
                                      absl::Span<const TargetToSet> targets,
                                      const std::string& reason, bool dry_run);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_SENDING_SETTING_TARGETS_H_
