#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "libs/sql/backup.h"
#include "libs/sql/sqlite/file/database_copy.h"
#include "libs/sql/sqlite/file/database_file.h"
#include "libs/sql/sqlite/sqlite_connection.h"
#include "libs/status/macros.h"
#include "libs/status/storage.h"

namespace athena::sql {
namespace {

namespace fs = std::filesystem;

constexpr size_t kCopyAtOnce = size_t{1} << 20;

absl::Status Failed(std::string_view what) {
  const int error = errno;
  return status::StorageFault(
      error == ENOSPC || error == EDQUOT ? status::StorageCause::kDiskFull
                                         : status::StorageCause::kIoError,
      absl::StrCat("cannot ", std::string(what), ": ", std::strerror(error)));
}

// Where SQLite's format has the application_id, which also a file that SQLite cannot read any more
// may still have; nullopt: it is no such file.
std::optional<int32_t> ApplicationIdIn(const std::string& path) {
  constexpr std::string_view kMagic("SQLite format 3\0", 16);
  constexpr size_t kIdAt = 68;
  std::array<char, kIdAt + 4> header{};
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return std::nullopt;
  const ssize_t size = ::read(file, header.data(), header.size());
  ::close(file);
  if (size != static_cast<ssize_t>(header.size()) ||
      std::string_view(header.data(), kMagic.size()) != kMagic) {
    return std::nullopt;
  }
  uint32_t id = 0;
  for (size_t i = kIdAt; i < header.size(); ++i) {
    id = id << 8 | static_cast<unsigned char>(header[i]);
  }
  return static_cast<int32_t>(id);
}

// Files that root makes must be the service's.
absl::Status GiveToOwnerOfFolder(const std::string& path) {
  struct stat folder {};
  if (::geteuid() != 0) return absl::OkStatus();
  if (::stat(FolderOf(path).c_str(), &folder) != 0 ||
      ::chown(path.c_str(), folder.st_uid, folder.st_gid) != 0) {
    return Failed(absl::StrCat("give ", path, " to the owner of its folder"));
  }
  return absl::OkStatus();
}

absl::Status CopyBytes(const std::string& from, const std::string& to) {
  const int source = ::open(from.c_str(), O_RDONLY | O_CLOEXEC);
  if (source < 0) return Failed(absl::StrCat("read ", from));
  const absl::Cleanup close_source = [&] { ::close(source); };
  const int target = ::open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (target < 0) return Failed(absl::StrCat("make ", to));
  const absl::Cleanup close_target = [&] { ::close(target); };
  std::string buffer(kCopyAtOnce, '\0');
  while (true) {
    const ssize_t size = ::read(source, buffer.data(), buffer.size());
    if (size < 0) return Failed(absl::StrCat("read ", from));
    if (size == 0) return absl::OkStatus();
    for (ssize_t at = 0; at < size;) {
      const ssize_t written = ::write(target, buffer.data() + at, static_cast<size_t>(size - at));
      if (written < 0) return Failed(absl::StrCat("write ", to));
      at += written;
    }
  }
}

// Makes a copy of `backup` at `path` that is checked, stands alone and is on the disk.
absl::Status Prepare(const std::string& backup, const std::string& path, Restored* restored) {
  ATHENA_RETURN_IF_ERROR(CopyBytes(backup, path));
  SqliteConnection::Settings settings;
  settings.path = path;
  settings.writer = true;
  {
    ATHENA_ASSIGN_OR_RETURN(const auto copy, SqliteConnection::Open(settings));
    // A crash leaves a file to throw away; what counts is synced below, once.
    ATHENA_RETURN_IF_ERROR(copy->RunScript("PRAGMA synchronous = OFF"));
    ATHENA_RETURN_IF_ERROR(CheckIntegrity(*copy, backup, [] { return absl::OkStatus(); }));
    ATHENA_ASSIGN_OR_RETURN(restored->heads, Detach(*copy));
  }
  ATHENA_RETURN_IF_ERROR(GiveToOwnerOfFolder(path));
  return SyncPath(path, O_RDONLY);
}

// Gives the files of a database second names, so that they outlast their first ones. The WAL of a
// process that was killed belongs to the database.
absl::Status KeepAside(const std::string& database, const std::string& aside) {
  for (const char* const suffix : {"", "-wal", "-journal"}) {
    const std::string file = absl::StrCat(database, suffix);
    const std::string kept = absl::StrCat(aside, suffix);
    if (::link(file.c_str(), kept.c_str()) == 0) continue;
    if (errno == ENOENT && *suffix != '\0') continue;
    if (errno == EEXIST) {
      return absl::FailedPreconditionError(
          absl::StrCat(kept, " is there already: try again a second later, or move it away"));
    }
    return Failed(absl::StrCat("keep ", file, " as ", kept));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Restored> Restore(const std::string& backup, const std::string& database,
                                 std::string_view suffix) {
  std::error_code error;
  if (fs::equivalent(backup, database, error)) {
    return absl::InvalidArgumentError(
        absl::StrCat(backup, " and ", database, " are the same file"));
  }
  // The WAL lies beside the file itself, not beside a symbolic link to it.
  const fs::path canonical = fs::weakly_canonical(database, error);
  const std::string path = error ? database : canonical.string();
  if (!fs::is_directory(FolderOf(path), error)) {
    return absl::FailedPreconditionError(absl::StrCat(
        "the folder of ", database, " does not exist: make it, for the user of the service alone"));
  }
  Restored restored;
  {
    ATHENA_ASSIGN_OR_RETURN(const auto file, ClosedFile::Open(backup));
    restored.identity = file->identity();
    restored.bytes = file->bytes();
  }
  ATHENA_ASSIGN_OR_RETURN(const DatabaseFile held, DatabaseFile::HoldForReplacing(path));
  ATHENA_RETURN_IF_ERROR(GiveToOwnerOfFolder(absl::StrCat(path, ".lock")));
  const std::optional<int32_t> present = ApplicationIdIn(path);
  if (present.value_or(0) != 0 && *present != restored.identity.application_id) {
    return absl::FailedPreconditionError(absl::StrCat(
        database, " belongs to another program than ", backup, ": application_id 0x",
        absl::Hex(*present), ", the backup has 0x", absl::Hex(restored.identity.application_id)));
  }

  const std::string prepared = absl::StrCat(path, ".restoring");
  RemoveDatabase(prepared);
  const absl::Cleanup remove_prepared = [&] { RemoveDatabase(prepared); };
  ATHENA_RETURN_IF_ERROR(Prepare(backup, prepared, &restored));
  if (fs::exists(path, error)) {
    restored.replaced = absl::StrCat(path, ".replaced-", std::string(suffix));
    ATHENA_RETURN_IF_ERROR(KeepAside(path, restored.replaced));
    ATHENA_RETURN_IF_ERROR(SyncPath(FolderOf(path), O_RDONLY | O_DIRECTORY));
  }
  // The old file goes first, so that its WAL is never beside a database that it does not belong to.
  for (const char* const beside : {"", "-wal", "-shm", "-journal"}) {
    const std::string file = absl::StrCat(path, beside);
    if (::unlink(file.c_str()) != 0 && errno != ENOENT) {
      return Failed(absl::StrCat("remove ", file));
    }
  }
  if (::rename(prepared.c_str(), path.c_str()) != 0) {
    return Failed(absl::StrCat("rename ", prepared, " to ", path));
  }
  ATHENA_RETURN_IF_ERROR(SyncPath(FolderOf(path), O_RDONLY | O_DIRECTORY));
  return restored;
}

}  // namespace athena::sql
