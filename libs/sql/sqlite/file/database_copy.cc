#include "libs/sql/sqlite/file/database_copy.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "libs/sql/database.h"
#include "libs/status/macros.h"
#include "libs/status/storage.h"

namespace athena::sql {
namespace {

// A damaged table can have a fault per row; the first ones tell where.
constexpr size_t kMaxReportedFaults = 10;

constexpr Statement kListTables{
    "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name"};

constexpr Statement kListHeads{R"(
  SELECT institution, revision, lineage, journal_hash
  FROM institution_head WHERE revision > 0 ORDER BY institution)"};
constexpr Statement kForgetLineages{"UPDATE institution_head SET lineage = 0"};
constexpr Statement kNoWal{"PRAGMA journal_mode = DELETE"};
constexpr Statement kIntegrityCheck{"PRAGMA integrity_check(10)"};  // kMaxReportedFaults

// How many steps of SQLite's virtual machine lie between two questions whether its work is wanted:
// some milliseconds.
constexpr int kStepsBetween = 100'000;

using Wanted = absl::FunctionRef<absl::Status()>;

// integrity_check lists a page that could not be read among the faults of the database; a row of it
// may have several lines.
bool IsReadError(std::string_view faults) {
  constexpr std::string_view kCode = "error code=";
  if (faults.find("failed to get page") != std::string_view::npos) return true;
  for (size_t at = faults.find(kCode); at != std::string_view::npos; at = faults.find(kCode, at)) {
    at += kCode.size();
    int code = 0;
    std::from_chars(faults.data() + at, faults.data() + faults.size(), code);
    if (IsStorageFault(code)) return true;
  }
  return false;
}

// Fills, checks and syncs the file, which does not exist yet.
absl::StatusOr<BackupCopy> FillCopy(
    const std::string& path, const std::string& vfs, Wanted wanted,
    absl::FunctionRef<absl::StatusOr<absl::Time>(SqliteConnection& copy)> fill) {
  // SQLite would make it readable by everybody.
  const int made = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (made < 0) {
    return status::StorageFault(errno == ENOSPC || errno == EDQUOT ? status::StorageCause::kDiskFull
                                                                   : status::StorageCause::kIoError,
                                absl::StrCat("cannot make ", path, ": ", std::strerror(errno)));
  }
  ::close(made);
  BackupCopy made_copy;
  {
    SqliteConnection::Settings settings;
    settings.path = path;
    settings.vfs = vfs;
    settings.writer = true;
    ATHENA_ASSIGN_OR_RETURN(const auto copy, SqliteConnection::Open(settings));
    // A crash leaves a ".partial" to throw away; what counts is synced below, once.
    ATHENA_RETURN_IF_ERROR(copy->RunScript("PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF"));
    ATHENA_ASSIGN_OR_RETURN(made_copy.as_of, fill(*copy));
    ATHENA_ASSIGN_OR_RETURN(made_copy.heads, Detach(*copy));
    ATHENA_RETURN_IF_ERROR(CheckIntegrity(*copy, "the copy", wanted));
  }
  ATHENA_RETURN_IF_ERROR(wanted());
  ATHENA_RETURN_IF_ERROR(SyncPath(path, O_RDONLY));
  std::error_code error;
  made_copy.bytes = static_cast<int64_t>(std::filesystem::file_size(path, error));
  return made_copy;
}

}  // namespace

absl::Status SyncPath(const std::string& path, int flags) {
  const int fd = ::open(path.c_str(), flags | O_CLOEXEC);
  const bool synced = fd >= 0 && ::fsync(fd) == 0;
  const int error = errno;
  if (fd >= 0) ::close(fd);
  if (synced) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat("cannot sync ", path, ": ", std::strerror(error)));
}

std::string FolderOf(const std::string& path) {
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  return folder.empty() ? "." : folder.string();
}

absl::Status CheckIntegrity(SqliteConnection& database, const std::string& path, Wanted wanted) {
  sqlite3_progress_handler(
      database.handle(), kStepsBetween,
      [](void* ask) { return (*static_cast<Wanted*>(ask))().ok() ? 0 : 1; }, &wanted);
  std::vector<std::string> faults;
  const absl::Status checked = database.Query(kIntegrityCheck, {}, [&](const Row& row) {
    if (row.Text(0) != "ok") faults.emplace_back(row.Text(0));
    return absl::OkStatus();
  });
  sqlite3_progress_handler(database.handle(), 0, nullptr, nullptr);
  if (!checked.ok()) {
    ATHENA_RETURN_IF_ERROR(wanted());
    if (!absl::IsInternal(checked)) return checked;
    faults.emplace_back(checked.message());  // it is too damaged to be checked
  }
  if (faults.empty()) return absl::OkStatus();
  const std::string text = absl::StrJoin(faults, "; ");
  if (IsReadError(text)) {
    return status::StorageFault(status::StorageCause::kIoError,
                                absl::StrCat(path, " cannot be read: ", text));
  }
  return absl::DataLossError(absl::StrCat(path, " is damaged: ", text));
}

absl::StatusOr<std::vector<BackupHead>> Detach(SqliteConnection& copy) {
  ATHENA_ASSIGN_OR_RETURN(std::vector<BackupHead> heads, ReadHeads(copy));
  ATHENA_RETURN_IF_ERROR(copy.Execute(kForgetLineages, {}).status());
  // A database that was open says that it is in WAL mode, which takes files beside it.
  std::string mode;
  ATHENA_RETURN_IF_ERROR(copy.Query(kNoWal, {}, [&](const Row& row) {
    mode = std::string(row.Text(0));
    return absl::OkStatus();
  }));
  if (mode != "delete") {
    return absl::UnavailableError(absl::StrCat("the copy cannot leave the journal mode ", mode));
  }
  return heads;
}

void RemoveDatabase(const std::string& path) {
  for (const char* const suffix : {"", "-wal", "-shm", "-journal"}) {
    std::error_code ignored;
    std::filesystem::remove(absl::StrCat(path, suffix), ignored);
  }
}

absl::StatusOr<std::vector<BackupHead>> ReadHeads(SqliteConnection& database) {
  std::vector<BackupHead> heads;
  ATHENA_RETURN_IF_ERROR(database.Query(kListHeads, {}, [&](const Row& row) {
    heads.push_back({std::string(row.Text(0)), row.Int(1), row.Int(2), std::string(row.Bytes(3))});
    return absl::OkStatus();
  }));
  return heads;
}

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

absl::StatusOr<BackupCopy> MakeCopy(
    const std::string& path, const std::string& vfs, Wanted wanted,
    absl::FunctionRef<absl::StatusOr<absl::Time>(SqliteConnection& copy)> fill) {
  const std::string partial = absl::StrCat(path, ".partial");
  RemoveDatabase(partial);
  absl::StatusOr<BackupCopy> copy = FillCopy(partial, vfs, wanted, fill);
  if (copy.ok() && std::rename(partial.c_str(), path.c_str()) != 0) {
    copy = absl::UnavailableError(
        absl::StrCat("cannot rename ", partial, " to ", path, ": ", std::strerror(errno)));
  }
  if (!copy.ok()) {
    RemoveDatabase(partial);
    return copy;
  }
  ATHENA_RETURN_IF_ERROR(SyncPath(FolderOf(path), O_RDONLY | O_DIRECTORY));
  return copy;
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
