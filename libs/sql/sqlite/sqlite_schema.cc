#include "libs/sql/sqlite/sqlite_schema.h"

#include <map>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "libs/sql/institution_head.h"
#include "libs/sql/sqlite/sqlite_dialect.h"
#include "libs/status/macros.h"

namespace athena::sql {
namespace {

constexpr Statement kApplicationId{"PRAGMA application_id"};
constexpr Statement kCountTables{"SELECT count(*) FROM sqlite_schema"};
constexpr Statement kCountOwnTables{
    "SELECT count(*) FROM sqlite_schema WHERE name = 'athena_schema'"};
constexpr Statement kBegin{"BEGIN IMMEDIATE"};
constexpr Statement kCommit{"COMMIT"};
constexpr Statement kRollback{"ROLLBACK"};

// Portable, as the script of a migration.
constexpr std::string_view kSchemaTable = R"sql(
CREATE TABLE athena_schema (
  version BIGINT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  checksum TEXT NOT NULL,
  applied_at BIGINT NOT NULL  -- microseconds since 1970, UTC
);
)sql";

// In a backup the lineages are 0. SQLite's random() may be negative.
constexpr Statement kNewLineages{R"(
  UPDATE institution_head SET lineage = (random() & 9223372036854775807) | 1
  WHERE lineage = 0)"};

constexpr Statement kListMigrations{R"(
  SELECT version, checksum FROM athena_schema ORDER BY version)"};

constexpr Statement kInsertMigration{R"(
  INSERT INTO athena_schema (version, name, checksum, applied_at) VALUES (?, ?, ?, ?))"};

constexpr Statement kListSchema{R"(
  SELECT type || ' ' || name, sql FROM sqlite_schema WHERE sql IS NOT NULL)"};

// The definition of each table and index, by its type and name.
absl::StatusOr<std::map<std::string, std::string>> ReadSchema(SqliteConnection& connection) {
  std::map<std::string, std::string> schema;
  ATHENA_RETURN_IF_ERROR(connection.Query(kListSchema, {}, [&](const Row& row) {
    schema.emplace(row.Text(0), row.Text(1));
    return absl::OkStatus();
  }));
  return schema;
}

// Runs `body` in a transaction.
template <typename Body>
absl::Status InTransaction(SqliteConnection& connection, Body body) {
  absl::Status status = connection.Execute(kBegin, {}).status();
  if (status.ok()) status = body();
  if (status.ok()) status = connection.Execute(kCommit, {}).status();
  if (!status.ok() && connection.InTransaction()) {
    connection.Execute(kRollback, {}).IgnoreError();
  }
  return status;
}

absl::Status RunMigration(SqliteConnection& connection, const Migration& migration,
                          absl::Time now) {
  // A script that commits by itself would not be one step any more.
  connection.AllowControl(false);
  absl::Status status = connection.RunScript(ToSqliteScript(migration.script));
  connection.AllowControl(true);
  ATHENA_RETURN_IF_ERROR(status);
  const std::string checksum = ScriptChecksum(migration.script);
  return connection
      .Execute(kInsertMigration, {int64_t{migration.version}, migration.name,
                                  std::string_view(checksum), absl::ToUnixMicros(now)})
      .status();
}

}  // namespace

std::string ScriptChecksum(std::string_view script) {
  uint64_t hash = 0xcbf29ce484222325;
  for (const char byte : script) {
    hash ^= static_cast<unsigned char>(byte);
    hash *= 0x100000001b3;
  }
  return absl::StrCat(absl::Hex(hash, absl::kZeroPad16));
}

absl::Status CheckIdentity(SqliteConnection& connection, const std::string& path,
                           int32_t application_id) {
  const absl::StatusOr<int64_t> found = connection.QueryInt(kApplicationId);
  const absl::StatusOr<int64_t> tables = connection.QueryInt(kCountTables);
  for (const absl::Status& status : {found.status(), tables.status()}) {
    if (status.code() == absl::StatusCode::kInternal) {
      return absl::FailedPreconditionError(
          absl::StrCat(path, " cannot be read as a database (", status.message(),
                       "): check the configured path, or restore a backup"));
    }
    if (!status.ok()) return status;
  }
  if (*found == application_id || (*found == 0 && *tables == 0)) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat(path, " belongs to another program: application_id 0x", absl::Hex(*found),
                   ", want 0x", absl::Hex(application_id), ". Check the configured path."));
}

absl::Status CheckSchema(SqliteConnection& connection, const std::string& path,
                         absl::Span<const Migration> migrations) {
  SqliteConnection::Settings in_memory;
  in_memory.path = ":memory:";
  in_memory.writer = true;
  in_memory.sync_each_commit = false;
  ATHENA_ASSIGN_OR_RETURN(const auto empty, SqliteConnection::Open(in_memory));
  std::string scripts =
      absl::StrCat(ToSqliteScript(kSchemaTable), ToSqliteScript(kInstitutionHeadSchema));
  for (const Migration& migration : migrations) scripts += ToSqliteScript(migration.script) + "\n";
  ATHENA_RETURN_IF_ERROR(empty->RunScript(scripts));
  ATHENA_ASSIGN_OR_RETURN(const auto expected, ReadSchema(*empty));
  ATHENA_ASSIGN_OR_RETURN(const auto found, ReadSchema(connection));
  std::vector<std::string> faults;
  for (const auto& [name, definition] : expected) {
    const auto same = found.find(name);
    if (same == found.end()) {
      faults.push_back(absl::StrCat(name, " is missing"));
    } else if (same->second != definition) {
      faults.push_back(absl::StrCat(name, " is not as it was made"));
    }
  }
  if (faults.empty()) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat(
      path, " was changed by something else: ", absl::StrJoin(faults, ", "), "; restore a backup"));
}

absl::Status Migrate(SqliteConnection& connection, const std::string& path, int32_t application_id,
                     absl::Span<const Migration> migrations, absl::Time now) {
  for (size_t i = 0; i < migrations.size(); ++i) {
    if (migrations[i].version != static_cast<int>(i) + 1) {
      return absl::InvalidArgumentError(
          absl::StrCat("migration \"", std::string(migrations[i].name), "\" has version ",
                       migrations[i].version, ", want ", i + 1));
    }
  }
  ATHENA_ASSIGN_OR_RETURN(const int64_t own_tables, connection.QueryInt(kCountOwnTables));
  if (own_tables == 0) {
    ATHENA_RETURN_IF_ERROR(InTransaction(connection, [&] {
      return connection.RunScript(absl::StrCat("PRAGMA application_id = ", application_id, ";",
                                               ToSqliteScript(kSchemaTable),
                                               ToSqliteScript(kInstitutionHeadSchema)));
    }));
  }

  std::vector<std::string> applied;
  ATHENA_RETURN_IF_ERROR(connection.Query(kListMigrations, {}, [&](const Row& row) {
    applied.emplace_back(row.Text(1));
    return absl::OkStatus();
  }));
  if (applied.size() > migrations.size()) {
    return absl::FailedPreconditionError(absl::StrCat(
        path, " is at schema version ", applied.size(), ", this binary knows ", migrations.size(),
        ": upgrade the binary, or restore a backup that this binary wrote"));
  }
  for (size_t i = 0; i < applied.size(); ++i) {
    if (applied[i] == ScriptChecksum(migrations[i].script)) continue;
    return absl::FailedPreconditionError(absl::StrCat(
        path, ": migration ", i + 1, " \"", std::string(migrations[i].name),
        "\" differs from the one that was applied (checksum ", ScriptChecksum(migrations[i].script),
        ", applied ", applied[i],
        "): run the released binary; a released migration never changes, add a new one"));
  }
  for (size_t i = applied.size(); i < migrations.size(); ++i) {
    const absl::Status status =
        InTransaction(connection, [&] { return RunMigration(connection, migrations[i], now); });
    if (!status.ok()) {
      return absl::Status(
          status.code(),
          absl::StrCat(path, ": migration ", i + 1, " \"", std::string(migrations[i].name),
                       "\" failed, nothing of it is stored: ", status.message()));
    }
  }
  return InTransaction(connection, [&] { return connection.Execute(kNewLineages, {}).status(); });
}

}  // namespace athena::sql
