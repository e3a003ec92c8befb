#ifndef ATHENA_LIBS_SQL_SQLITE_ENGINE_H_
#define ATHENA_LIBS_SQL_SQLITE_ENGINE_H_

#include <sqlite3.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/any_invocable.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "libs/sql/backup.h"
#include "libs/sql/database.h"
#include "libs/sql/sqlite/file/database_file.h"
#include "libs/sql/sqlite/sqlite_connection.h"
#include "libs/sql/sqlite/sqlite_database.h"

namespace athena::sql {

// What runs behind a SqliteDatabase that is open: the queue of writes, the thread that commits them
// in groups and checkpoints, and the pool of reading connections. Its public methods are those of
// SqliteDatabase, which documents them. Thread-safe.
class SqliteEngine {
 public:
  // The connections are configured; the file is locked.
  SqliteEngine(SqliteOptions options, DatabaseFile file, std::unique_ptr<SqliteConnection> writer,
               std::vector<std::unique_ptr<SqliteConnection>> readers);
  ~SqliteEngine() { Close(); }

  static SqliteConnection::Settings SettingsOf(const SqliteOptions& options, bool writer);

  absl::Status Write(std::string_view institution, WriteFn write);
  void WriteAsync(std::string_view institution, size_t rows, WriteFn write,
                  absl::AnyInvocable<void(absl::Status) &&> done);
  absl::Status Read(ReadFn read);
  absl::Status AwaitPast(std::string_view institution, absl::Time as_of);
  void Close();
  SqliteStats stats() const;
  absl::Status TryWrite();
  absl::Status CheckInPlace();
  absl::Status QuickCheck();
  absl::StatusOr<BackupCopy> Backup(const std::string& path,
                                    absl::FunctionRef<absl::Status()> go_on);

 private:
  struct Pending {
    std::string institution;
    size_t rows;
    WriteFn write;
    absl::AnyInvocable<void(absl::Status) &&> done;
    absl::Status result = {};
    std::vector<absl::AnyInvocable<void()&&>> on_commit = {};
    bool ended_the_transaction = false;  // by ON CONFLICT ROLLBACK: it is not run again
  };

  // What became of one run over a group.
  enum class Attempt { kReady, kReplay, kFailed };

  // A copy under way, driven by the writing thread.
  struct CopyJob {
    SqliteConnection* target = nullptr;
    sqlite3_backup* backup = nullptr;
    int remaining = 0;  // pages, after the last step
    int restarts = 0;
    absl::Status wanted;  // why the copy is not wanted any more; guarded by mu_
    bool finished = false;
    absl::Status result;
    absl::Time as_of;  // when the last step ended
  };

  // The queue.
  bool Fits(size_t rows) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  absl::Status Refusal() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void Enqueue(Pending pending) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  // Moves what waits into `group`, as far as its row limit allows; false if that is nothing.
  bool TakeInto(std::vector<Pending>& group, size_t& rows);

  // The writing thread's.
  void RunWriter();
  void RunGroup(std::vector<Pending>& group, size_t& rows);
  Attempt RunOptimistic(std::vector<Pending>& group, size_t& rows);
  Attempt RunIsolated(std::vector<Pending>& group);
  // Runs one write in the open transaction. An error that leaves the group's transaction unharmed
  // is the write's own; `wrote` says whether there is something to undo.
  absl::Status RunOne(Pending& pending, bool& wrote);
  bool Commit(std::vector<Pending>& group, size_t rows, int64_t start_mark);
  void RollBack();
  void FailGroup(std::vector<Pending>& group, const absl::Status& reason);
  // After a commit of which nobody knows whether it is on the disk.
  void Die(const absl::Status& reason);
  // Refuses every write from here on.
  void StopWriting(const absl::Status& reason);
  void ReportFault(const absl::Status& fault) {
    if (options_.on_storage_fault) options_.on_storage_fault(fault);
  }
  bool IsDead() const {
    absl::MutexLock hold(&mu_);
    return !dead_.ok();
  }
  void CheckpointIfLarge();
  bool Checkpoint(int mode, absl::Duration wait);
  static int AfterCommit(void* self, sqlite3* handle, const char* name, int pages);

  // Backups and checks.
  absl::Status CheckStructure();
  // Copies for some milliseconds; called by the writing thread between groups. The copy is made
  // from the connection that writes, so that SQLite mirrors later writes into it. A transaction
  // that is rolled back makes SQLite begin the copy anew; ABORTED after some of them.
  void StepCopy();
  void FinishCopy(absl::Status result);
  absl::StatusOr<absl::Time> Copy(SqliteConnection& target,
                                  absl::FunctionRef<absl::Status()> go_on);
  // Copies from a snapshot of its own instead, on the calling thread. Nothing makes it begin anew,
  // but the WAL grows until it ends.
  absl::StatusOr<absl::Time> CopySnapshot(SqliteConnection& target,
                                          absl::FunctionRef<absl::Status()> go_on);
  // Begins and ends what Close waits for.
  absl::Status BeginCheck();
  void EndCheck();

  SqliteOptions options_;
  const DatabaseFile file_;
  std::thread thread_;
  std::atomic<bool> backing_up_{false};  // one at a time

  // The writing thread's own.
  std::unique_ptr<SqliteConnection> writer_;
  Notes notes_;
  bool unknown_commit_ = false;  // whether a commit failed that may be on the disk
  // The first transaction of an institution has a later time: an earlier one was read as of.
  absl::Time floor_ = absl::UnixEpoch();
  const size_t reader_count_;
  int64_t next_checkpoint_at_;
  int64_t wal_bytes_ = 0;

  mutable absl::Mutex mu_;
  absl::CondVar work_;            // for the writing thread
  absl::CondVar room_;            // in the queue
  absl::CondVar reader_free_;     // for Read
  absl::CondVar reader_back_;     // for Close
  absl::CondVar copy_done_;       // for Backup
  absl::CondVar closed_changed_;  // for a second Close
  std::deque<Pending> queue_ ABSL_GUARDED_BY(mu_);
  size_t queued_rows_ ABSL_GUARDED_BY(mu_) = 0;
  bool writer_waits_ ABSL_GUARDED_BY(mu_) = false;
  bool closing_ ABSL_GUARDED_BY(mu_) = false;
  bool readers_closed_ ABSL_GUARDED_BY(mu_) = false;
  bool closed_ ABSL_GUARDED_BY(mu_) = false;
  absl::Status dead_ ABSL_GUARDED_BY(mu_);
  std::vector<std::unique_ptr<SqliteConnection>> free_readers_ ABSL_GUARDED_BY(mu_);
  int checks_ ABSL_GUARDED_BY(mu_) = 0;  // QuickChecks and Backups under way
  CopyJob* copy_ ABSL_GUARDED_BY(mu_) = nullptr;
  SqliteStats stats_ ABSL_GUARDED_BY(mu_);
};

}  // namespace athena::sql

#endif  // ATHENA_LIBS_SQL_SQLITE_ENGINE_H_
