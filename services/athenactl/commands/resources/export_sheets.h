#ifndef ATHENA_SERVICES_ATHENACTL_COMMANDS_RESOURCES_EXPORT_SHEETS_H_
#define ATHENA_SERVICES_ATHENACTL_COMMANDS_RESOURCES_EXPORT_SHEETS_H_

#include "absl/status/statusor.h"
#include "services/athenactl/commands/commands.h"

namespace athena::athenactl {

// export KIND [PARENT] FILE: writes all resources of a kind to a workbook, or to CSV files.
absl::StatusOr<ExitCode> ExportSheets(Context& context, const Arguments& arguments);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_COMMANDS_RESOURCES_EXPORT_SHEETS_H_
