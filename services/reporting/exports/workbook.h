#ifndef ATHENA_SERVICES_REPORTING_EXPORTS_WORKBOOK_H_
#define ATHENA_SERVICES_REPORTING_EXPORTS_WORKBOOK_H_

#include <string>

#include "absl/status/statusor.h"
#include "services/reporting/exports/exported.h"

namespace athena::reporting {

// The scorecard as a workbook, as v1::EXPORT_FORMAT_XLSX says. UNAVAILABLE when there is no room
// for temporary files. Thread-safe.
absl::StatusOr<std::string> WriteWorkbook(const Exported& exported);

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_EXPORTS_WORKBOOK_H_
