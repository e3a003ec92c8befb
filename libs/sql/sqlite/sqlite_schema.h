#ifndef ATHENA_LIBS_SQL_SQLITE_SCHEMA_H_
#define ATHENA_LIBS_SQL_SQLITE_SCHEMA_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "libs/sql/database.h"
#include "libs/sql/sqlite/sqlite_connection.h"

namespace athena::sql {

// Whose file it is. FAILED_PRECONDITION when the file is another program's: nothing was changed in
// it then. A file without tables and without an application_id is new, and fits.
absl::Status CheckIdentity(SqliteConnection& connection, const std::string& path,
                           int32_t application_id);

// Brings the schema to the last of `migrations`, each in a transaction of its own, and stamps the
// file with `application_id`. Keeps two tables of its own: athena_schema (what ran, when, with
// which checksum) and institution_head (institution_head.h), where the institutions of a backup get
// new lineages.
//   INVALID_ARGUMENT     the migrations are not numbered 1, 2, 3 ...
//   FAILED_PRECONDITION  the file is newer than the binary, or a migration was changed after it
//   ran;
//                        the message says what to do.
absl::Status Migrate(SqliteConnection& connection, const std::string& path, int32_t application_id,
                     absl::Span<const Migration> migrations, absl::Time now);

// Compares the tables and indexes of a migrated file with what `migrations` make of an empty one.
// DATA_LOSS names those that are missing or differ; others do not matter.
absl::Status CheckSchema(SqliteConnection& connection, const std::string& path,
                         absl::Span<const Migration> migrations);

// A digest of a migration's script (FNV-1a, 64 bits, in hexadecimal): it finds an edit made by
// mistake, and is no protection against an attacker.
std::string ScriptChecksum(std::string_view script);

}  // namespace athena::sql

#endif  // ATHENA_LIBS_SQL_SQLITE_SCHEMA_H_
