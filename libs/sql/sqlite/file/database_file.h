#ifndef ATHENA_LIBS_SQL_SQLITE_FILE_DATABASE_FILE_H_
#define ATHENA_LIBS_SQL_SQLITE_FILE_DATABASE_FILE_H_

#include <sys/stat.h>

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace athena::sql {

// The file of a database, held by one process: made with mode 600 where it is new, and locked.
//
// There are two locks, dropped by the kernel when the process ends, however it ends. That of
// PATH.lock belongs to the name: another file of this name must not share PATH-wal with this one.
// That of the database file belongs to the file, whatever links lead to it. It is an flock(), which
// does not meet the fcntl() locks of SQLite. Closing a descriptor drops all fcntl() locks that the
// process holds on its file, so a DatabaseFile must outlive every connection to it.
//
// PATH.lock also says whether there was a database: a file that is missing or empty then is not
// taken for a new one.
class DatabaseFile {
 public:
  // Opens or makes the file. `create`: also makes a new one where there was a database.
  //   FAILED_PRECONDITION  another process has it open; there was a database, and the file is
  //                        missing or empty; the folder is missing or may not be written to
  static absl::StatusOr<DatabaseFile> Open(const std::string& path, bool create);

  // Locks the name and, if it is there, the file, which is about to be replaced: whoever finds the
  // file missing from now on knows that there was one. FAILED_PRECONDITION as Open.
  static absl::StatusOr<DatabaseFile> HoldForReplacing(const std::string& path);

  DatabaseFile(DatabaseFile&& other) noexcept;
  DatabaseFile& operator=(DatabaseFile&&) = delete;
  ~DatabaseFile();

  // The database has its tables and a WAL now. Call it once, before CheckInPlace.
  absl::Status MarkMade();

  // Whether PATH is still this file, and PATH-wal the one of MarkMade: UNAVAILABLE
  // (StorageCause::kReplaced) when one was deleted or replaced. What is committed then would be
  // lost. Thread-safe.
  absl::Status CheckInPlace() const;

 private:
  DatabaseFile(std::string path, int lock, int file)
      : path_(std::move(path)), lock_(lock), file_(file) {}

  std::string path_;
  int lock_;  // descriptors; -1: none
  int file_;
  struct stat wal_ {};
};

}  // namespace athena::sql

#endif  // ATHENA_LIBS_SQL_SQLITE_FILE_DATABASE_FILE_H_
