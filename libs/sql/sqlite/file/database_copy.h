#ifndef ATHENA_LIBS_SQL_SQLITE_FILE_DATABASE_COPY_H_
#define ATHENA_LIBS_SQL_SQLITE_FILE_DATABASE_COPY_H_

#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/sql/backup.h"
#include "libs/sql/sqlite/sqlite_connection.h"

// What a backup and a check of a running database do without its writing thread.
namespace athena::sql {

// INVALID_ARGUMENT when a copy to `path` would replace a file of the database, by any of its names.
absl::Status CheckIsElsewhere(const std::string& path, const std::string& database);

// Makes a copy in `path`.partial: `fill` copies the pages into it and returns the time they are
// true at; then it is checked, synced and renamed to `path`, replacing a file of that name. On an
// error nothing is left of it. Gives up with the error of `wanted`, which is asked now and then.
// Errors are those of SqliteDatabase::Backup.
absl::StatusOr<BackupCopy> MakeCopy(
    const std::string& path, const std::string& vfs, absl::FunctionRef<absl::Status()> wanted,
    absl::FunctionRef<absl::StatusOr<absl::Time>(SqliteConnection& copy)> fill);

// Syncs a file, or with O_DIRECTORY among `flags` a folder: what was renamed in it.
absl::Status SyncPath(const std::string& path, int flags);
// The folder of a file; "." where the path names none.
std::string FolderOf(const std::string& path);

// SQLite's integrity_check: DATA_LOSS lists the first faults, and names `path`. Gives up with the
// error of `wanted`.
absl::Status CheckIntegrity(SqliteConnection& database, const std::string& path,
                            absl::FunctionRef<absl::Status()> wanted);

// Makes `copy` a file that stands alone, and whose institutions get new lineages when it is opened
// (sqlite_schema.h). Returns the institutions that it has, with the lineages that they had.
absl::StatusOr<std::vector<BackupHead>> Detach(SqliteConnection& copy);

// Removes what was begun: `path`, and what SQLite keeps beside it.
void RemoveDatabase(const std::string& path);

// The institutions that have a revision, by id.
absl::StatusOr<std::vector<BackupHead>> ReadHeads(SqliteConnection& database);

// SQLite's quick_check of each table, one after the other, as long as `wanted` holds. `path` names
// the database in DATA_LOSS; UNAVAILABLE when it is no longer wanted.
absl::Status CheckTables(SqliteConnection& connection, const std::string& path,
                         absl::FunctionRef<bool()> wanted);

}  // namespace athena::sql

#endif  // ATHENA_LIBS_SQL_SQLITE_FILE_DATABASE_COPY_H_
