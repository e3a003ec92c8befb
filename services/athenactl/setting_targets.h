#ifndef ATHENA_SERVICES_ATHENACTL_SETTING_TARGETS_H_
#define ATHENA_SERVICES_ATHENACTL_SETTING_TARGETS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "athena/indicator/v1/target.pb.h"
#include "services/athenactl/connections.h"

namespace athena::athenactl {

struct TargetToSet {
  athena::indicator::v1::Target target;
  std::string called;  // what errors and changes call it
};

struct TargetsSet {
  int64_t created = 0;
  int64_t updated = 0;
  int64_t unchanged = 0;
  // "CALLED: anchors, margin" for each one that was updated.
  std::vector<std::string> changes;
};

// Sets those targets of an institution ("institutions/gob") that are not there or differ from what
// is there, in batches of which each is set whole or not at all. With `dry_run` nothing is set: it
// says what would be, as far as that can be told without the service's own checks. An error names
// the target. Not thread-safe.
absl::StatusOr<TargetsSet> SetTargets(Connections& connections, const std::string& institution,
                                      absl::Span<const TargetToSet> targets,
                                      const std::string& reason, bool dry_run);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_SETTING_TARGETS_H_
