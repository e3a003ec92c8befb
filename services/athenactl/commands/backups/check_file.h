#ifndef ATHENA_SERVICES_ATHENACTL_COMMANDS_BACKUPS_CHECK_FILE_H_
#define ATHENA_SERVICES_ATHENACTL_COMMANDS_BACKUPS_CHECK_FILE_H_

#include "absl/status/statusor.h"
#include "services/athenactl/commands/commands.h"

namespace athena::athenactl {

// `check --database FILE`: whether a backup is sound, without any service. Exit code 1 when it is
// not.
absl::StatusOr<ExitCode> CheckDatabaseFile(Context& context, const Arguments& arguments);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_COMMANDS_BACKUPS_CHECK_FILE_H_
