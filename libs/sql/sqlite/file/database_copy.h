#ifndef ATHENA_LIBS_SQL_SQLITE_FILE_DATABASE_COPY_H_
#define ATHENA_LIBS_SQL_SQLITE_FILE_DATABASE_COPY_H_

#include <SQLiteCpp/Database.h>

#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "libs/sql/sqlite/sqlite_connection.h"

// What a backup and a check of a running database do without its writing thread.
namespace athena::sql {

// INVALID_ARGUMENT when a copy to `path` would replace a file of the database, by any of its names.
absl::Status CheckIsElsewhere(const std::string& path, const std::string& database);

// Makes a copy in `path`.partial: `fill` copies the pages into it; then it is checked, synced and
// renamed to `path`, replacing a file of that name. On an error nothing is left of it. Errors are
// those of SqliteDatabase::Backup.
absl::Status MakeCopy(const std::string& path, const std::string& vfs,
                      absl::FunctionRef<absl::Status(SQLite::Database& copy)> fill);

// SQLite's quick_check of each table, one after the other, as long as `wanted` holds. `path` names
// the database in DATA_LOSS; UNAVAILABLE when it is no longer wanted.
absl::Status CheckTables(SqliteConnection& connection, const std::string& path,
                         absl::FunctionRef<bool()> wanted);

}  // namespace athena::sql

#endif  // ATHENA_LIBS_SQL_SQLITE_FILE_DATABASE_COPY_H_
