#ifndef ATHENA_LIBS_SQL_BACKUP_H_
#define ATHENA_LIBS_SQL_BACKUP_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/sql/database.h"

// Backups of a database, as files that stand alone. Making one is the driver's
// (SqliteDatabase::Backup); what is here needs no process that has the database open.
namespace athena::sql {

// An institution in a backup.
struct BackupHead {
  std::string institution;  // id
  int64_t revision = 0;     // the newest one that the backup has
  int64_t lineage = 0;      // of the database that was copied; 0 in the file (see Restore)
  std::string journal_hash;
};

// A backup that was made.
struct BackupCopy {
  int64_t bytes = 0;
  absl::Time as_of;               // it has what was acknowledged before, and nothing later
  std::vector<BackupHead> heads;  // by institution, of those that have a revision
};

// What a database file says of itself.
struct FileIdentity {
  int32_t application_id = 0;  // which program's it is
  int64_t schema_version = 0;  // how many migrations it has had
};

// A database file that no process has open, for reading: a backup, or the database of a service
// that was stopped. Reads of any number of threads; nothing is ever written, no file is made beside
// it, and whoever writes it meanwhile is not noticed. Writes are refused (FAILED_PRECONDITION).
class ClosedFile : public Database {
 public:
  //   NOT_FOUND            there is no such file
  //   FAILED_PRECONDITION  it is no database of this product; a file beside it (-wal, -journal)
  //                        holds a part of its data
  //   UNAVAILABLE          the disk failed
  static absl::StatusOr<std::unique_ptr<ClosedFile>> Open(const std::string& path);

  virtual const FileIdentity& identity() const = 0;
  virtual int64_t bytes() const = 0;
  // SQLite's integrity_check of the whole file: DATA_LOSS lists the first faults found.
  virtual absl::Status CheckIntegrity() = 0;
  // The institutions that have a revision, by id.
  virtual absl::StatusOr<std::vector<BackupHead>> Heads() = 0;
};

// What Restore did.
struct Restored {
  FileIdentity identity;
  int64_t bytes = 0;
  std::vector<BackupHead> heads;
  std::string replaced;  // where the database that was there before is now; empty: there was none
};

// Puts a copy of the database file `backup` in the place of `database`, as a history of its own:
// its institutions get new lineages when it is opened. The copy is checked (CheckIntegrity) before
// anything is replaced. The database that was there is kept beside it, with what a killed process
// left in its WAL, as DATABASE.replaced-`suffix`; the same file, under another name. A process that
// ends in the middle leaves either the old database, or none in its place: then services refuse to
// start, and Restore can be repeated. Run by root, the files get the owner of the folder.
//   NOT_FOUND            there is no such backup
//   INVALID_ARGUMENT     both are the same file
//   FAILED_PRECONDITION  as ClosedFile::Open; a process has the database open; `database` is of
//                        another program (what cannot be read as a database is replaced); its
//                        folder is missing; the file that it would be kept as is there already
//   DATA_LOSS            the backup is damaged
//   UNAVAILABLE          the disk failed or is full
absl::StatusOr<Restored> Restore(const std::string& backup, const std::string& database,
                                 std::string_view suffix);

}  // namespace athena::sql

#endif  // ATHENA_LIBS_SQL_BACKUP_H_
