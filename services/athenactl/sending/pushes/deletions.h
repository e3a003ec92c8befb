#ifndef ATHENA_SERVICES_ATHENACTL_SENDING_PUSHES_DELETIONS_H_
#define ATHENA_SERVICES_ATHENACTL_SENDING_PUSHES_DELETIONS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "services/athenactl/files/observation_file.h"
#include "services/athenactl/resources/connections.h"

namespace athena::athenactl {

// Lists the cells of `institution` ("institutions/gob") that bulk deletions match, and returns a
// retraction for each, with the line of the deletion. Cells in `rows` are left out: a row for a
// cell overrides a bulk deletion. Not thread-safe. The error of an indicator that cannot be listed
// names the line.
absl::StatusOr<std::vector<ObservationRow>> RetractionsOf(const Connections& connections,
                                                          const std::string& institution,
                                                          absl::Span<const BulkDeletion> deletions,
                                                          absl::Span<const ObservationRow> rows);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_SENDING_PUSHES_DELETIONS_H_
