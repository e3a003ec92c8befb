#include "libs/sql/sqlite/sqlite_database.h"

#include <sqlite3.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/sql/sqlite/file/database_file.h"
#include "libs/sql/sqlite/sqlite_connection.h"
#include "libs/sql/sqlite/sqlite_engine.h"
#include "libs/sql/sqlite/sqlite_schema.h"
#include "libs/status/macros.h"

namespace athena::sql {
namespace {

void ExitProcess(const absl::Status& reason) {
  std::fprintf(stderr,
               "athena::sql: stopping, since it is unknown whether the last commit is on the disk; "
               "the next start recovers: %s\n",
               reason.ToString().c_str());
  std::_Exit(kExitStorageFailed);
}

// Moves into the database file what an earlier process left in the WAL. It may have ended because
// an fsync failed: the WAL then reads well from the kernel's cache while the disk has a gap in it,
// no later fsync closes the gap, and the next loss of power would take every commit after it along.
// Moving it writes all of it anew, and the next commit begins an empty WAL.
absl::Status SettleWal(SqliteConnection& writer, const std::string& path) {
  const int code = sqlite3_wal_checkpoint_v2(writer.handle(), nullptr, SQLITE_CHECKPOINT_TRUNCATE,
                                             nullptr, nullptr);
  return SqliteStatus(
      code, absl::StrCat("cannot move ", path,
                         "-wal into the database: free disk space or mend the disk, then start "
                         "again; nothing is lost"));
}

}  // namespace

SqliteDatabase::SqliteDatabase(std::unique_ptr<SqliteEngine> engine) : engine_(std::move(engine)) {}
SqliteDatabase::~SqliteDatabase() = default;

absl::StatusOr<std::unique_ptr<SqliteDatabase>> SqliteDatabase::Open(SqliteOptions options) {
  if (options.path.empty() || options.path == ":memory:") {
    return absl::InvalidArgumentError(
        "the database must be a file: a database in memory has no WAL to read from");
  }
  if (options.readers < 1) {
    return absl::InvalidArgumentError(absl::StrCat("readers: ", options.readers, ", want >= 1"));
  }
  if (options.application_id == 0) {
    return absl::InvalidArgumentError("application_id: 0, want a number of the program's own");
  }
  if (!options.on_fatal) options.on_fatal = ExitProcess;
  // The WAL lies beside the file itself, not beside a symbolic link to it.
  std::error_code error;
  const std::filesystem::path canonical = std::filesystem::weakly_canonical(options.path, error);
  if (!error) options.path = canonical.string();

  ATHENA_ASSIGN_OR_RETURN(DatabaseFile file, DatabaseFile::Open(options.path, options.create));
  const SqliteConnection::Settings settings = SqliteEngine::SettingsOf(options, /*writer=*/true);
  ATHENA_ASSIGN_OR_RETURN(std::unique_ptr<SqliteConnection> writer,
                          SqliteConnection::Open(settings));
  ATHENA_RETURN_IF_ERROR(CheckIdentity(*writer, options.path, options.application_id));
  ATHENA_RETURN_IF_ERROR(writer->Configure(settings));
  ATHENA_RETURN_IF_ERROR(SettleWal(*writer, options.path));
  ATHENA_RETURN_IF_ERROR(Migrate(*writer, options.path, options.application_id, options.migrations,
                                 options.clock->Now()));
  ATHENA_RETURN_IF_ERROR(CheckSchema(*writer, options.path, options.migrations));
  ATHENA_RETURN_IF_ERROR(file.MarkMade());
  options.migrations = {};
  const SqliteConnection::Settings reader_settings = SqliteEngine::SettingsOf(options, false);
  std::vector<std::unique_ptr<SqliteConnection>> readers;
  for (int i = 0; i < options.readers; ++i) {
    ATHENA_ASSIGN_OR_RETURN(readers.emplace_back(), SqliteConnection::Open(reader_settings));
    ATHENA_RETURN_IF_ERROR(readers.back()->Configure(reader_settings));
  }
  return std::unique_ptr<SqliteDatabase>(new SqliteDatabase(std::make_unique<SqliteEngine>(
      std::move(options), std::move(file), std::move(writer), std::move(readers))));
}

absl::Status SqliteDatabase::Write(std::string_view institution, WriteFn write) {
  return engine_->Write(institution, std::move(write));
}
void SqliteDatabase::WriteAsync(std::string_view institution, size_t rows, WriteFn write,
                                absl::AnyInvocable<void(absl::Status) &&> done) {
  engine_->WriteAsync(institution, rows, std::move(write), std::move(done));
}
absl::Status SqliteDatabase::Read(ReadFn read) { return engine_->Read(read); }
absl::Status SqliteDatabase::AwaitPast(std::string_view institution, absl::Time as_of) {
  return engine_->AwaitPast(institution, as_of);
}
void SqliteDatabase::Close() { engine_->Close(); }
SqliteStats SqliteDatabase::stats() const { return engine_->stats(); }
absl::Status SqliteDatabase::TryWrite() { return engine_->TryWrite(); }
absl::Status SqliteDatabase::CheckInPlace() { return engine_->CheckInPlace(); }
absl::Status SqliteDatabase::QuickCheck() { return engine_->QuickCheck(); }
absl::StatusOr<BackupCopy> SqliteDatabase::Backup(const std::string& path,
                                                  absl::FunctionRef<absl::Status()> go_on) {
  return engine_->Backup(path, go_on);
}

}  // namespace athena::sql
