#ifndef ATHENA_SERVICES_REPORTING_EXPORTS_OBSERVATIONS_OBSERVATION_FILE_H_
#define ATHENA_SERVICES_REPORTING_EXPORTS_OBSERVATIONS_OBSERVATION_FILE_H_

#include <memory>

#include "absl/status/statusor.h"
#include "athena/reporting/v1/export.pb.h"
#include "libs/rpc/call.h"
#include "libs/rpc/method.h"
#include "services/reporting/exports/observations/behind.h"
#include "services/reporting/reading/dependencies.h"

namespace athena::reporting {

// The cells as SDMX-CSV 2.0, read page by page while they are sent, for several indicators at a
// time: memory is bounded. What is borrowed outlives it. COLUMN_NAME_TAKEN.
absl::StatusOr<std::unique_ptr<rpc::PageSource<v1::ExportObservationsResponse>>>
MakeObservationFile(const Dependencies& dependencies, const rpc::Call& call, v1::ExportedFile file,
                    CellsBehind behind, bool guard);

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_EXPORTS_OBSERVATIONS_OBSERVATION_FILE_H_
