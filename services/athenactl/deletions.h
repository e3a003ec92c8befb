#ifndef ATHENA_SERVICES_ATHENACTL_DELETIONS_H_
#define ATHENA_SERVICES_ATHENACTL_DELETIONS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "services/athenactl/connections.h"
#include "services/athenactl/observation_file.h"

namespace athena::athenactl {

// The retractions that bulk deletions amount to: one for each cell of `institution`
// ("institutions/gob") that is there now and that they cover, with the deletion's line. Cells that
// `rows` name are left out: what a file says of a cell itself counts. Not thread-safe. The error
// of an indicator that cannot be listed names the line.
absl::StatusOr<std::vector<ObservationRow>> RetractionsOf(const Connections& connections,
                                                          const std::string& institution,
                                                          absl::Span<const BulkDeletion> deletions,
                                                          absl::Span<const ObservationRow> rows);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_DELETIONS_H_
