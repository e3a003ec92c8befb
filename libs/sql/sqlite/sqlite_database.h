#ifndef ATHENA_LIBS_SQL_SQLITE_DATABASE_H_
#define ATHENA_LIBS_SQL_SQLITE_DATABASE_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "absl/functional/any_invocable.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "libs/clock/clock.h"
#include "libs/sql/backup.h"
#include "libs/sql/database.h"

namespace athena::sql {

// The exit code of a process that stopped because a commit may or may not be on the disk.
inline constexpr int kExitStorageFailed = 74;  // EX_IOERR of sysexits.h

// What one COMMIT carried, for histograms.
struct SqliteGroup {
  size_t writes = 0;
  size_t rows = 0;
  absl::Duration commit_time;  // of the COMMIT alone, the fsync included
  int64_t wal_bytes = 0;
};

struct SqliteOptions {
  // The database file; beside it lie PATH-wal, PATH-shm and PATH.lock. Its folder must exist, on a
  // local file system.
  std::string path;
  // Stamped into the file: a program opens only its own files.
  int32_t application_id = 0;
  // Used by Open only.
  absl::Span<const Migration> migrations;
  // Used by Open only: whether a new database is made where there was one, of which the file is
  // missing or empty. One that was never there is made in any case.
  bool create = false;

  // How many threads can read at the same time; the next one waits.
  int readers = 4;
  // A commit takes on no further write once it has this many rows: it bounds the time to the
  // acknowledgement and the memory of a transaction.
  size_t max_group_rows = 50'000;
  // The queue's bounds. A single write larger than max_queued_rows is taken when the queue is
  // empty.
  size_t max_queued_writes = 10'000;
  size_t max_queued_rows = 500'000;
  // The WAL is checkpointed when it holds more than this, and whenever the database is idle. At
  // four times this the writer waits (at most a quarter of a second) for readers to leave the WAL.
  int64_t checkpoint_bytes = int64_t{64} << 20;
  // How long a backup may hold up the writer at a time. At least a few hundred KiB are copied then.
  absl::Duration backup_step = absl::Milliseconds(4);
  // Page caches. The writer's is large enough for a group not to spill before its COMMIT.
  int writer_cache_kib = 32 * 1024;
  int reader_cache_kib = 4 * 1024;

  // Outlives the database.
  const Clock* clock = &Clock::System();
  // The name of a registered sqlite3_vfs; empty: SQLite's default.
  std::string vfs;
  // Called when a commit failed in a way that leaves open whether it is on the disk (a failed
  // fsync, mostly). By default writes the reason to stderr and ends the process with
  // kExitStorageFailed; the next start recovers. When it returns (in tests), the database refuses
  // every write from then on.
  absl::AnyInvocable<void(const absl::Status& reason)> on_fatal;
  // Called when the storage failed a write, a checkpoint or a read (a full disk, an I/O error, a
  // file that was replaced), each time, from any thread. Must not block, nor use the database.
  std::function<void(const absl::Status& fault)> on_storage_fault;
  // Called on the writing thread after each COMMIT. Must not block.
  absl::AnyInvocable<void(const SqliteGroup& group)> on_group;
  // Tests only: false leaves out the fsync of each commit (synchronous=NORMAL), so that a test can
  // show that it sees the difference.
  bool sync_each_commit = true;
};

// Counters since Open, and gauges.
struct SqliteStats {
  int64_t groups_committed = 0;
  int64_t groups_replayed = 0;  // run again one by one, since one of them failed after writing
  int64_t groups_failed = 0;    // rolled back by a storage fault
  int64_t writes_committed = 0;
  int64_t last_group_writes = 0;
  int64_t last_group_rows = 0;
  absl::Duration last_commit_time;
  absl::Duration commit_time;  // sum over all groups
  int64_t checkpoints = 0;
  int64_t checkpoints_failed = 0;
  int64_t wal_bytes = 0;  // in use
  int64_t queued_writes = 0;
  int64_t queued_rows = 0;
  // Why the last write could not be stored; OK when it was, or is not to blame on the storage.
  absl::Status write_fault;
};

class SqliteEngine;

// The embedded driver: one file, one process, one writing thread with the only connection that
// commits and checkpoints (SQLite before 3.50.7 can corrupt a WAL when one connection commits while
// another checkpoints), and a pool of reading connections.
//
// Writes are grouped: all that wait in the queue share one COMMIT and one fsync. They run one after
// the other without a savepoint; when one fails after it has written, the group is rolled back and
// replayed with a savepoint each, so that it fails alone. A full disk, an I/O error or a lack of
// memory fails the whole group with UNAVAILABLE, and later groups try again; when it is unknown
// whether a commit reached the disk, on_fatal ends the process. A commit into a file that was
// deleted or replaced is refused: nobody would find it again. The files are made with mode 600.
class SqliteDatabase final : public Database {
 public:
  // Locks, recovers, moves what a crash left in the WAL into the file (a second or so for the
  // largest), checks identity and schema, migrates. Errors say what to do:
  //   FAILED_PRECONDITION  another process has it open; not this program's file; a newer schema; a
  //                        released migration was changed; no WAL on this file system; missing or
  //                        empty, though there was a database (SqliteOptions::create)
  //   DATA_LOSS            a table or index is missing or was changed
  //   INVALID_ARGUMENT     the options are wrong
  //   UNAVAILABLE          the disk failed or is full
  static absl::StatusOr<std::unique_ptr<SqliteDatabase>> Open(SqliteOptions options);
  ~SqliteDatabase() override;  // closes

  absl::Status Write(std::string_view institution, WriteFn write) override;
  void WriteAsync(std::string_view institution, size_t rows, WriteFn write,
                  absl::AnyInvocable<void(absl::Status) &&> done) override;
  absl::Status Read(ReadFn read) override;
  absl::Status AwaitPast(std::string_view institution, absl::Time as_of) override;
  // Also moves the WAL into the database file, so that a copy of that one file is complete.
  void Close() override;

  SqliteStats stats() const;

  // Stores something that changes nothing: OK when the database can be written to. Errors as Write.
  absl::Status TryWrite();
  // UNAVAILABLE (StorageCause::kReplaced) when the file was deleted or replaced since Open. Then
  // nothing is written any more. Commits find this themselves; this is for times without any.
  absl::Status CheckInPlace();

  // Checks the structure of every table and its indexes (SQLite's quick_check), one after the
  // other, each in a snapshot of its own, on a connection of its own. About 6 s per GiB. DATA_LOSS
  // lists the first faults found.
  absl::Status QuickCheck();

  // Writes a copy of the database to `path` while it runs: in steps of some milliseconds between
  // groups (SqliteOptions::backup_step), as of the moment the last step ends; then checks the copy
  // (SQLite's integrity_check, which unlike quick_check finds an index that does not fit its table:
  // it holds up nobody), syncs it, and renames it into place. An existing file is replaced. Whoever
  // opens the copy goes on with a lineage of its own. Blocks the caller, not the writers. Asks
  // `go_on` some times a second, and gives up with its error; `go_on` must neither block nor use
  // the database. On an error nothing is left under `path`, and what was there before stays.
  //   UNAVAILABLE          the disk failed or is full, or the database is closed meanwhile
  //   FAILED_PRECONDITION  another backup is under way
  //   DATA_LOSS            the copy is not sound
  //   INVALID_ARGUMENT     `path` is a file of this database, by whatever name
  absl::StatusOr<BackupCopy> Backup(
      const std::string& path,
      absl::FunctionRef<absl::Status()> go_on = [] { return absl::OkStatus(); });

 private:
  explicit SqliteDatabase(std::unique_ptr<SqliteEngine> engine);
  std::unique_ptr<SqliteEngine> engine_;
};

}  // namespace athena::sql

#endif  // ATHENA_LIBS_SQL_SQLITE_DATABASE_H_
