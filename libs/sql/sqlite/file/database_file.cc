#include "libs/sql/sqlite/file/database_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "libs/status/macros.h"
#include "libs/status/storage.h"

namespace athena::sql {
namespace {

constexpr mode_t kOwnerOnly = 0600;

// What PATH.lock holds: nothing before a database is made.
constexpr std::string_view kMaking = "making\n";  // the process may have ended before it was done
constexpr std::string_view kMade = "made\n";

absl::Status CannotOpen(const std::string& path) {
  return absl::FailedPreconditionError(
      absl::StrCat("cannot open ", path, ": ", std::strerror(errno),
                   ". The folder must exist and be writable by this process's user."));
}

absl::Status Lock(int file, const std::string& path) {
  if (::flock(file, LOCK_EX | LOCK_NB) == 0) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat(path,
                   " is locked: another process has this database open, by this name or another. "
                   "Stop it first, or give this one a database of its own."));
}

std::string ReadMark(int lock) {
  std::array<char, 16> bytes{};
  const ssize_t size = ::pread(lock, bytes.data(), bytes.size(), 0);
  return size > 0 ? std::string(bytes.data(), static_cast<size_t>(size)) : std::string();
}

absl::Status WriteMark(int lock, const std::string& path, std::string_view mark) {
  if (ReadMark(lock) == mark) return absl::OkStatus();
  if (::ftruncate(lock, 0) == 0 &&
      ::pwrite(lock, mark.data(), mark.size(), 0) == static_cast<ssize_t>(mark.size())) {
    return absl::OkStatus();
  }
  const auto cause = errno == ENOSPC || errno == EDQUOT ? status::StorageCause::kDiskFull
                                                        : status::StorageCause::kIoError;
  return status::StorageFault(cause,
                              absl::StrCat("cannot write ", path, ".lock: ", std::strerror(errno)));
}

bool SameFile(const struct stat& a, const struct stat& b) {
  return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

}  // namespace

absl::StatusOr<DatabaseFile> DatabaseFile::Open(const std::string& path, bool create) {
  const std::string lock_path = absl::StrCat(path, ".lock");
  DatabaseFile opened(path, -1, -1);
  opened.lock_ = ::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kOwnerOnly);
  if (opened.lock_ < 0) return CannotOpen(lock_path);
  ATHENA_RETURN_IF_ERROR(Lock(opened.lock_, lock_path));

  struct stat found {};
  const bool exists = ::stat(path.c_str(), &found) == 0;
  if (!exists && errno != ENOENT) return CannotOpen(path);
  if (!exists || found.st_size == 0) {
    const std::string mark = ReadMark(opened.lock_);
    struct stat wal {};
    const bool has_wal = ::stat(absl::StrCat(path, "-wal").c_str(), &wal) == 0 && wal.st_size > 0;
    // An empty file is nobody's first database: somebody, or a full disk, emptied it.
    const bool was_there = mark == kMade || (mark != kMaking && (exists || has_wal));
    if (was_there && !create) {
      return absl::FailedPreconditionError(absl::StrCat(
          path, exists ? " is empty" : " is missing",
          ", though there was a database: restore a backup, or check the configured path. A new "
          "database is made here with --create."));
    }
    ATHENA_RETURN_IF_ERROR(WriteMark(opened.lock_, path, kMaking));
  }
  opened.file_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kOwnerOnly);
  if (opened.file_ < 0) return CannotOpen(path);
  ATHENA_RETURN_IF_ERROR(Lock(opened.file_, path));
  return opened;
}

absl::StatusOr<DatabaseFile> DatabaseFile::HoldForReplacing(const std::string& path) {
  const std::string lock_path = absl::StrCat(path, ".lock");
  DatabaseFile held(path, -1, -1);
  held.lock_ = ::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kOwnerOnly);
  if (held.lock_ < 0) return CannotOpen(lock_path);
  ATHENA_RETURN_IF_ERROR(Lock(held.lock_, lock_path));
  held.file_ = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  if (held.file_ < 0) {
    if (errno != ENOENT) return CannotOpen(path);
    return held;
  }
  ATHENA_RETURN_IF_ERROR(Lock(held.file_, path));
  ATHENA_RETURN_IF_ERROR(WriteMark(held.lock_, path, kMade));
  return held;
}

DatabaseFile::DatabaseFile(DatabaseFile&& other) noexcept
    : path_(std::move(other.path_)),
      lock_(std::exchange(other.lock_, -1)),
      file_(std::exchange(other.file_, -1)),
      wal_(other.wal_) {}

DatabaseFile::~DatabaseFile() {
  if (file_ >= 0) ::close(file_);
  if (lock_ >= 0) ::close(lock_);
}

absl::Status DatabaseFile::MarkMade() {
  if (::stat(absl::StrCat(path_, "-wal").c_str(), &wal_) != 0) {
    return status::StorageFault(
        status::StorageCause::kIoError,
        absl::StrCat("there is no ", path_, "-wal: ", std::strerror(errno)));
  }
  return WriteMark(lock_, path_, kMade);
}

absl::Status DatabaseFile::CheckInPlace() const {
  const auto gone = [](const std::string& path) {
    return status::StorageFault(
        status::StorageCause::kReplaced,
        absl::StrCat(path,
                     " was deleted or replaced while the database is open; nothing more is stored. "
                     "What it held is in the process's open files (/proc/PID/fd): save them, then "
                     "restart on a whole database"));
  };
  struct stat open_file {};
  struct stat named {};
  if (::fstat(file_, &open_file) != 0 || ::stat(path_.c_str(), &named) != 0 ||
      !SameFile(open_file, named)) {
    return gone(path_);
  }
  const std::string wal_path = absl::StrCat(path_, "-wal");
  struct stat wal {};
  const bool in_place = ::stat(wal_path.c_str(), &wal) == 0 && SameFile(wal_, wal);
  return in_place ? absl::OkStatus() : gone(wal_path);
}

}  // namespace athena::sql
