#ifndef ATHENA_SERVICES_ATHENACTL_COMMANDS_BACKUPS_STORED_KIND_H_
#define ATHENA_SERVICES_ATHENACTL_COMMANDS_BACKUPS_STORED_KIND_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/sql/backup.h"

namespace athena::athenactl {

// Whose database a file is, by its application_id: "plan", "indicator" or "reporting".
// FAILED_PRECONDITION names `path` when it is none of them.
absl::StatusOr<std::string> KindOf(const std::string& path, const sql::FileIdentity& identity);

// An error of libs/sql for a terminal: its message is made printable, its code stays.
absl::Status PrintableFault(const absl::Status& fault);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_COMMANDS_BACKUPS_STORED_KIND_H_
