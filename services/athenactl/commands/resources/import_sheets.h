#ifndef ATHENA_SERVICES_ATHENACTL_COMMANDS_RESOURCES_IMPORT_SHEETS_H_
#define ATHENA_SERVICES_ATHENACTL_COMMANDS_RESOURCES_IMPORT_SHEETS_H_

#include <string>

#include "absl/status/statusor.h"
#include "services/athenactl/commands/commands.h"
#include "services/athenactl/resources/kinds.h"

namespace athena::athenactl {

// import KIND FILE of a workbook, or of CSV files. `reason` is that of the changes.
absl::StatusOr<ExitCode> ImportSheets(Context& context, const Arguments& arguments,
                                      const Kind& kind, const std::string& path,
                                      const std::string& reason);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_COMMANDS_RESOURCES_IMPORT_SHEETS_H_
