#include "libs/sql/sqlite/file/database_copy.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "libs/sql/database.h"
#include "libs/status/macros.h"

namespace athena::sql {
namespace {

// A damaged table can have a fault per row; the first ones tell where.
constexpr size_t kMaxReportedFaults = 10;

constexpr Statement kListTables{
    "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name"};

absl::Status SyncPath(const std::string& path, int flags) {
  const int fd = ::open(path.c_str(), flags | O_CLOEXEC);
  const bool synced = fd >= 0 && ::fsync(fd) == 0;
  const int error = errno;
  if (fd >= 0) ::close(fd);
  if (synced) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat("cannot sync ", path, ": ", std::strerror(error)));
}

// Fills, checks and syncs the file, which does not exist yet.
absl::Status FillCopy(const std::string& path, const std::string& vfs,
                      absl::FunctionRef<absl::Status(SQLite::Database& copy)> fill) {
  // SQLite would make it readable by everybody.
  const int made = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (made >= 0) ::close(made);
  try {
    SQLite::Database copy(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, 0, vfs);
    // A crash leaves a ".partial" to throw away; what counts is synced below, once.
    copy.exec("PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF");
    ATHENA_RETURN_IF_ERROR(fill(copy));
    // The copy says that it is in WAL mode; a file that stands alone is easier to move about.
    // Whoever opens the copy goes on with a history of its own (sqlite_schema.h).
    copy.exec("UPDATE institution_head SET lineage = 0");
    copy.exec("PRAGMA journal_mode = DELETE");
    const std::string verdict = copy.execAndGet("PRAGMA integrity_check(1)").getString();
    if (verdict != "ok") return absl::DataLossError(absl::StrCat("the copy: ", verdict));
  } catch (const SQLite::Exception& error) {
    return SqliteStatus(error.getErrorCode(), absl::StrCat(path, ": ", error.what()));
  }
  return SyncPath(path, O_RDONLY);
}

}  // namespace

absl::Status CheckIsElsewhere(const std::string& path, const std::string& database) {
  for (const std::string& written : {path, absl::StrCat(path, ".partial")}) {
    std::error_code error;
    const std::filesystem::path target = std::filesystem::weakly_canonical(written, error);
    for (const char* const suffix : {"", "-wal", "-shm", "-journal", ".lock"}) {
      const std::string live = absl::StrCat(database, suffix);
      std::error_code missing;
      if ((error || target != live) && !std::filesystem::equivalent(written, live, missing)) {
        continue;
      }
      return absl::InvalidArgumentError(
          absl::StrCat("a backup to ", path, " would replace ", live, ", which is in use"));
    }
  }
  return absl::OkStatus();
}

absl::Status MakeCopy(const std::string& path, const std::string& vfs,
                      absl::FunctionRef<absl::Status(SQLite::Database& copy)> fill) {
  const std::string partial = absl::StrCat(path, ".partial");
  std::error_code ignored;
  std::filesystem::remove(partial, ignored);
  absl::Status status = FillCopy(partial, vfs, fill);
  if (status.ok() && std::rename(partial.c_str(), path.c_str()) != 0) {
    status = absl::UnavailableError(
        absl::StrCat("cannot rename ", partial, " to ", path, ": ", std::strerror(errno)));
  }
  if (!status.ok()) {
    std::filesystem::remove(partial, ignored);
    return status;
  }
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  return SyncPath(folder.empty() ? "." : folder.string(), O_RDONLY | O_DIRECTORY);
}

absl::Status CheckTables(SqliteConnection& connection, const std::string& path,
                         absl::FunctionRef<bool()> wanted) {
  std::vector<std::string> tables;
  ATHENA_RETURN_IF_ERROR(connection.Query(kListTables, {}, [&](const Row& row) {
    tables.emplace_back(row.Text(0));
    return absl::OkStatus();
  }));
  std::vector<std::string> faults;
  for (const std::string& table : tables) {
    if (!wanted()) return absl::UnavailableError("the database is closed");
    // A pragma takes no parameters.
    const std::string check =
        absl::StrCat("PRAGMA quick_check(\"", absl::StrReplaceAll(table, {{"\"", "\"\""}}), "\")");
    const absl::Status status = connection.Query({check}, {}, [&](const Row& row) {
      if (row.Text(0) != "ok" && faults.size() < kMaxReportedFaults) {
        faults.push_back(absl::StrCat(table, ": ", std::string(row.Text(0))));
      }
      return absl::OkStatus();
    });
    if (status.code() == absl::StatusCode::kInternal) {
      faults.push_back(absl::StrCat(table, ": ", status.message()));
    } else if (!status.ok()) {
      return status;
    }
  }
  if (faults.empty()) return absl::OkStatus();
  return absl::DataLossError(
      absl::StrCat(path, " is damaged; stop the service, keep the file, restore a backup. ",
                   absl::StrJoin(faults, "; ")));
}

}  // namespace athena::sql
