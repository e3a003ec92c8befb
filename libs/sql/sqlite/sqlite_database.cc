#include "libs/sql/sqlite/sqlite_database.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <exception>
#include <filesystem>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "libs/sql/institution_head.h"
#include "libs/sql/sqlite/database_file.h"
#include "libs/sql/sqlite/sqlite_connection.h"
#include "libs/sql/sqlite/sqlite_schema.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "libs/status/storage.h"

namespace athena::sql {
namespace {

// Whether a statement is the driver's own to run: what would end the group it shares.
bool ControlsTransactions(std::string_view text) {
  const absl::string_view statement =
      absl::StripLeadingAsciiWhitespace(absl::string_view(text.data(), text.size()));
  for (const char* word : {"BEGIN", "COMMIT", "END", "ROLLBACK", "SAVEPOINT", "RELEASE"}) {
    if (absl::StartsWithIgnoreCase(statement, word)) return true;
  }
  return false;
}

// How long the writer waits without work before it empties the WAL.
constexpr absl::Duration kIdleCheckpointAfter = absl::Seconds(1);
// How long a checkpoint that must make room waits for readers: all writers wait with it.
constexpr absl::Duration kCheckpointWait = absl::Milliseconds(250);
constexpr absl::Duration kBusyTimeout = absl::Seconds(5);
// A backup step holds up the writer; so it stops at the first chunk that ends after this time.
constexpr std::chrono::milliseconds kBackupStep{4};
constexpr int kBackupChunkPages = 64;
// A damaged table can have a fault per row; the first ones tell where.
constexpr size_t kMaxReportedFaults = 10;

constexpr Statement kBegin{"BEGIN IMMEDIATE"};
constexpr Statement kCommit{"COMMIT"};
constexpr Statement kRollback{"ROLLBACK"};
constexpr Statement kSavepoint{"SAVEPOINT write_fn"};
constexpr Statement kRelease{"RELEASE write_fn"};
constexpr Statement kRollbackTo{"ROLLBACK TO write_fn"};
constexpr Statement kBeginRead{"BEGIN"};
constexpr Statement kEndRead{"COMMIT"};

// Stores the row as it is: SQLite writes the page all the same.
constexpr Statement kTouch{"UPDATE athena_schema SET name = name WHERE version = 1"};

constexpr Statement kLastKey{"SELECT max(key) FROM institution_head"};
constexpr Statement kStoreHead{R"(
  INSERT INTO institution_head
    (institution, key, lineage, revision, revision_time, journal_hash, definitions, time)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (institution) DO UPDATE SET
    revision = excluded.revision, revision_time = excluded.revision_time,
    journal_hash = excluded.journal_hash, definitions = excluded.definitions,
    time = excluded.time)"};

constexpr Statement kListTables{
    "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name"};

// The database whose writing thread this is, and the one this thread holds a snapshot of: waiting
// for the database from there could wait for oneself.
thread_local const void* t_writing_thread_of = nullptr;
thread_local const void* t_reading_from = nullptr;

[[noreturn]] void AbortOnMisuse(const char* what) {
  std::fprintf(stderr, "athena::sql: %s\n", what);
  std::abort();
}

void ExitProcess(const absl::Status& reason) {
  std::fprintf(stderr,
               "athena::sql: stopping, since it is unknown whether the last commit is on the disk; "
               "the next start recovers: %s\n",
               reason.ToString().c_str());
  std::_Exit(kExitStorageFailed);
}

class SqliteReadTx final : public ReadTx {
 public:
  explicit SqliteReadTx(SqliteConnection& connection) : connection_(connection) {}
  absl::Status Query(const Statement& statement, absl::Span<const Param> params,
                     RowVisitor visit) override {
    return connection_.Query(statement, params, visit);
  }
  absl::Status QueryMany(const Statement& statement, size_t columns, absl::Span<const Param> values,
                         absl::FunctionRef<absl::Status(size_t key, const Row&)> visit) override {
    return connection_.QueryMany(statement, columns, values, visit);
  }
  absl::StatusOr<InstitutionHead> Head(std::string_view institution) override {
    // Most reads are about one institution, and ask for its head again and again.
    if (!known_.has_value() || known_->first != institution) {
      ATHENA_ASSIGN_OR_RETURN(InstitutionHead head, QueryHead(*this, institution));
      known_.emplace(institution, std::move(head));
    }
    return known_->second;
  }

 private:
  SqliteConnection& connection_;
  std::optional<std::pair<std::string, InstitutionHead>> known_;
};

class SqliteWriteTx final : public WriteTx {
 public:
  SqliteWriteTx(SqliteConnection& connection, const std::string& institution, Notes& notes)
      : connection_(connection),
        institution_(institution),
        notes_(notes),
        start_mark_(connection.ChangeMark()) {}

  // Reads the head and takes the transaction's time: `now`, or the first microsecond after all that
  // the institution has had and, in its first transaction, after `floor`. Call it first.
  absl::Status Begin(absl::Time now, absl::Time floor) {
    ATHENA_ASSIGN_OR_RETURN(head_, QueryHead(*this, institution_));
    if (head_.key == 0) {
      ATHENA_ASSIGN_OR_RETURN(const int64_t last, connection_.QueryInt(kLastKey));
      head_.key = last + 1;
      head_.lineage = NewLineage();
      head_.time = floor;
      first_ = true;
    }
    stored_time_ = head_.time;
    head_.time =
        std::max(absl::FromUnixMicros(absl::ToUnixMicros(now)), head_.time + absl::Microseconds(1));
    return absl::OkStatus();
  }

  // Stores the head, if the transaction has changed anything. Call it last.
  absl::Status End() {
    if (!doom_.ok()) return doom_;
    if (!changed_ && !HasWritten()) return absl::OkStatus();
    return Execute(kStoreHead,
                   {std::string_view(institution_), head_.key, head_.lineage, head_.revision,
                    head_.revision == 0 ? int64_t{0} : absl::ToUnixMicros(head_.revision_time),
                    Blob{head_.journal_hash}, head_.definitions, absl::ToUnixMicros(head_.time)})
        .status();
  }

  // Makes the transaction one that only keeps later ones from times up to `as_of`. An institution
  // that was never written to has no row that could keep it: false.
  bool ReserveTime(absl::Time as_of) {
    if (first_) return false;
    changed_ = as_of > stored_time_;
    head_.time = std::max(stored_time_, as_of);
    return true;
  }

  absl::Status Query(const Statement& statement, absl::Span<const Param> params,
                     RowVisitor visit) override {
    if (!doom_.ok()) return doom_;
    absl::Status visited;
    absl::Status status = connection_.Query(statement, params, [&](const Row& row) {
      visited = visit(row);
      return visited;
    });
    if (!status.ok() && visited.ok()) Doom(status);
    return status;
  }

  absl::Status QueryMany(const Statement& statement, size_t columns, absl::Span<const Param> values,
                         absl::FunctionRef<absl::Status(size_t key, const Row&)> visit) override {
    if (!doom_.ok()) return doom_;
    absl::Status visited;
    absl::Status status =
        connection_.QueryMany(statement, columns, values, [&](size_t key, const Row& row) {
          visited = visit(key, row);
          return visited;
        });
    if (!status.ok() && visited.ok()) Doom(status);
    return status;
  }

  absl::StatusOr<InstitutionHead> Head(std::string_view institution) override {
    if (institution == institution_) return head_;
    return QueryHead(*this, institution);
  }

  const std::string& institution() const override { return institution_; }
  const InstitutionHead& head() const override { return head_; }
  void SetRevision(int64_t revision, std::string journal_hash) override {
    head_.revision = revision;
    head_.revision_time = head_.time;
    head_.journal_hash = std::move(journal_hash);
    changed_ = true;
  }
  void SetDefinitions(int64_t revision) override {
    head_.definitions = revision;
    changed_ = true;
  }

  absl::StatusOr<int64_t> Execute(const Statement& statement,
                                  absl::Span<const Param> params) override {
    if (!doom_.ok()) return doom_;
    if (ControlsTransactions(statement.text)) {
      Doom(absl::InternalError("a transaction is begun and ended by the driver alone"));
      return doom_;
    }
    absl::StatusOr<int64_t> changed = connection_.Execute(statement, params);
    if (!changed.ok()) Doom(changed.status());
    return changed;
  }

  absl::Status ExecuteMany(const Statement& statement, size_t columns,
                           absl::Span<const Param> values) override {
    if (!doom_.ok()) return doom_;
    absl::Status status = connection_.ExecuteMany(statement, columns, values);
    if (!status.ok()) Doom(status);
    return status;
  }

  Notes* notes() override { return &notes_; }
  absl::Time time() const override { return head_.time; }
  void OnCommit(absl::AnyInvocable<void() &&> publish) override {
    on_commit_.push_back(std::move(publish));
  }

  bool HasWritten() const { return connection_.ChangeMark() != start_mark_; }
  std::vector<absl::AnyInvocable<void() &&>> TakeOnCommit() { return std::move(on_commit_); }

 private:
  void Doom(const absl::Status& status) {
    if (doom_.ok()) doom_ = status;
  }

  SqliteConnection& connection_;
  const std::string& institution_;
  Notes& notes_;
  const int64_t start_mark_;
  InstitutionHead head_;
  absl::Time stored_time_;  // of the head as it was found
  bool first_ = false;      // whether there was no head
  bool changed_ = false;    // whether the head was changed
  absl::Status doom_;
  std::vector<absl::AnyInvocable<void() &&>> on_commit_;
};

// Runs `function`, and turns an exception into an error: one request must not end the writer.
template <typename Function, typename Tx>
absl::Status RunGuarded(Function&& function, Tx& tx) {
  try {
    return function(tx);
  } catch (const std::exception& error) {
    return absl::InternalError(absl::StrCat("exception in a transaction: ", error.what()));
  }
}

absl::Status SyncPath(const std::string& path, int flags) {
  const int fd = ::open(path.c_str(), flags | O_CLOEXEC);
  const bool synced = fd >= 0 && ::fsync(fd) == 0;
  const int error = errno;
  if (fd >= 0) ::close(fd);
  if (synced) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat("cannot sync ", path, ": ", std::strerror(error)));
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

class SqliteDatabase::Engine {
 public:
  Engine(SqliteOptions options, std::string path, DatabaseFile file,
         std::unique_ptr<SqliteConnection> writer,
         std::vector<std::unique_ptr<SqliteConnection>> readers)
      : options_(std::move(options)),
        path_(std::move(path)),
        file_(std::move(file)),
        writer_(std::move(writer)),
        reader_count_(readers.size()),
        next_checkpoint_at_(options_.checkpoint_bytes),
        free_readers_(std::move(readers)) {
    sqlite3_wal_hook(writer_->handle(), &Engine::AfterCommit, this);
    thread_ = std::thread([this] { RunWriter(); });
  }

  ~Engine() { Close(); }

  absl::Status TryWrite() {
    return Write("", [](WriteTx& tx) { return tx.Execute(kTouch, {}).status(); });
  }

  absl::Status CheckInPlace() {
    absl::Status in_place = file_.CheckInPlace();
    {
      // Closing deletes the WAL.
      absl::MutexLock hold(&mu_);
      if (in_place.ok() || closing_ || !dead_.ok()) return dead_;
    }
    StopWriting(in_place);
    return in_place;
  }

  // Reader connections and a writer connection share their settings.
  static SqliteConnection::Settings SettingsOf(const SqliteOptions& options, bool writer) {
    SqliteConnection::Settings settings;
    settings.path = options.path;
    settings.vfs = options.vfs;
    settings.writer = writer;
    settings.cache_kib = writer ? options.writer_cache_kib : options.reader_cache_kib;
    settings.busy_timeout = kBusyTimeout;
    settings.journal_size_limit = options.checkpoint_bytes;
    settings.sync_each_commit = options.sync_each_commit;
    return settings;
  }

  absl::Status Write(std::string_view institution, WriteFn write) {
    if (t_writing_thread_of == this || t_reading_from == this) {
      return absl::InternalError("Write called from inside a transaction of the same database");
    }
    absl::Notification finished;
    absl::Status result;
    Pending pending{std::string(institution), 1, std::move(write), [&](absl::Status status) {
                      result = std::move(status);
                      finished.Notify();
                    }};
    {
      absl::MutexLock hold(&mu_);
      while (!closing_ && !Fits(pending.rows)) room_.Wait(&mu_);
      if (absl::Status refused = Refusal(); !refused.ok()) return refused;
      Enqueue(std::move(pending));
    }
    finished.WaitForNotification();
    return result;
  }

  void WriteAsync(std::string_view institution, size_t rows, WriteFn write,
                  absl::AnyInvocable<void(absl::Status) &&> done) {
    absl::Status refused;
    {
      absl::MutexLock hold(&mu_);
      refused = Refusal();
      if (refused.ok() && !Fits(std::max<size_t>(rows, 1))) {
        refused = absl::ResourceExhaustedError(absl::StrCat(
            "the write queue is full: ", queue_.size(), " writes, ", queued_rows_, " rows"));
      }
      if (refused.ok()) {
        Enqueue({std::string(institution), std::max<size_t>(rows, 1), std::move(write),
                 std::move(done)});
        return;
      }
    }
    std::move(done)(std::move(refused));
  }

  absl::Status Read(ReadFn read) {
    if (t_writing_thread_of == this || t_reading_from == this) {
      return absl::InternalError("Read called from inside a transaction of the same database");
    }
    std::unique_ptr<SqliteConnection> connection;
    {
      absl::MutexLock hold(&mu_);
      while (!closing_ && free_readers_.empty()) reader_free_.Wait(&mu_);
      if (closing_) return absl::UnavailableError("the database is closed");
      connection = std::move(free_readers_.back());
      free_readers_.pop_back();
    }
    const void* const outer = std::exchange(t_reading_from, this);
    absl::Status status = connection->Execute(kBeginRead, {}).status();
    if (status.ok()) {
      SqliteReadTx tx(*connection);
      connection->AllowControl(false);
      status = RunGuarded(read, tx);
      connection->AllowControl(true);
      // The snapshot must not outlive the call; a failing COMMIT of a read ends it all the same.
      const absl::Status ended = connection->Execute(kEndRead, {}).status();
      if (!ended.ok() && connection->InTransaction()) {
        connection->Execute(kRollback, {}).IgnoreError();
      }
    }
    t_reading_from = outer;
    if (const absl::Status fault = connection->fault(); !fault.ok()) ReportFault(fault);
    connection->ClearFault();
    absl::MutexLock hold(&mu_);
    free_readers_.push_back(std::move(connection));
    reader_free_.Signal();
    if (closing_) reader_back_.SignalAll();
    return status;
  }

  absl::Status AwaitPast(std::string_view institution, absl::Time as_of) {
    // Times are whole microseconds.
    as_of = absl::FromUnixMicros(absl::ToUnixMicros(std::min(as_of, options_.clock->Now())));
    InstitutionHead head;
    ATHENA_RETURN_IF_ERROR(Read([&](ReadTx& tx) -> absl::Status {
      ATHENA_ASSIGN_OR_RETURN(head, tx.Head(institution));
      return absl::OkStatus();
    }));
    if (as_of <= head.time) return absl::OkStatus();
    // Transactions run one after the other: one more ends after all that may have an earlier time.
    return Write(institution, [this, as_of](WriteTx& tx) {
      if (!static_cast<SqliteWriteTx&>(tx).ReserveTime(as_of)) floor_ = std::max(floor_, as_of);
      return absl::OkStatus();
    });
  }

  void Close() {
    if (t_writing_thread_of == this || t_reading_from == this) {
      AbortOnMisuse("Close called from inside a transaction or callback of the same database");
    }
    {
      absl::MutexLock hold(&mu_);
      if (closing_) {
        while (!closed_) closed_changed_.Wait(&mu_);
        return;
      }
      closing_ = true;
      work_.SignalAll();
      room_.SignalAll();
      reader_free_.SignalAll();
      while (free_readers_.size() != reader_count_ || checks_ != 0) reader_back_.Wait(&mu_);
      free_readers_.clear();
      readers_closed_ = true;
      work_.SignalAll();
    }
    thread_.join();
    absl::MutexLock hold(&mu_);
    closed_ = true;
    closed_changed_.SignalAll();
  }

  SqliteStats stats() const {
    absl::MutexLock hold(&mu_);
    SqliteStats stats = stats_;
    stats.queued_writes = static_cast<int64_t>(queue_.size());
    stats.queued_rows = static_cast<int64_t>(queued_rows_);
    if (!dead_.ok()) stats.write_fault = dead_;
    return stats;
  }

  absl::Status QuickCheck() {
    {
      absl::MutexLock hold(&mu_);
      if (closing_) return absl::UnavailableError("the database is closed");
      ++checks_;
    }
    absl::Status status = CheckTables();
    absl::MutexLock hold(&mu_);
    --checks_;
    reader_back_.SignalAll();
    return status;
  }

  absl::Status Backup(const std::string& path);

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
    SQLite::Database* target = nullptr;
    sqlite3_backup* backup = nullptr;
    bool finished = false;
    absl::Status result;
  };

  bool Fits(size_t rows) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) {
    if (queue_.empty()) return true;
    return queue_.size() < options_.max_queued_writes &&
           queued_rows_ + rows <= options_.max_queued_rows;
  }

  absl::Status Refusal() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) {
    if (closing_) return absl::UnavailableError("the database is closed");
    if (!dead_.ok()) return dead_;
    return absl::OkStatus();
  }

  void Enqueue(Pending pending) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) {
    queued_rows_ += pending.rows;
    queue_.push_back(std::move(pending));
    if (writer_waits_) work_.Signal();
  }

  // Moves what waits into `group`, as far as its row limit allows; false if that is nothing.
  bool TakeInto(std::vector<Pending>& group, size_t& rows) {
    absl::MutexLock hold(&mu_);
    const size_t before = group.size();
    while (!queue_.empty() &&
           (group.empty() || rows + queue_.front().rows <= options_.max_group_rows)) {
      rows += queue_.front().rows;
      queued_rows_ -= queue_.front().rows;
      group.push_back(std::move(queue_.front()));
      queue_.pop_front();
    }
    if (group.size() == before) return false;
    room_.SignalAll();
    return true;
  }

  void RunWriter();
  void RunGroup(std::vector<Pending>& group, size_t& rows);
  Attempt RunOptimistic(std::vector<Pending>& group, size_t& rows);
  Attempt RunIsolated(std::vector<Pending>& group);
  absl::Status RunOne(Pending& pending, bool& wrote);
  bool Commit(std::vector<Pending>& group, size_t rows, int64_t start_mark);
  void RollBack();
  void FailGroup(std::vector<Pending>& group, const absl::Status& reason);
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
  absl::Status CheckTables();
  void StepCopy();
  void FinishCopy(absl::Status result);
  absl::Status Copy(SQLite::Database& target);

  SqliteOptions options_;
  const std::string path_;
  const DatabaseFile file_;
  std::thread thread_;

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

void SqliteDatabase::Engine::RunWriter() {
  t_writing_thread_of = this;
  std::vector<Pending> group;
  bool idle_checkpoint_due = false;
  while (true) {
    group.clear();
    size_t rows = 0;
    if (TakeInto(group, rows)) {
      RunGroup(group, rows);
      for (Pending& pending : group) std::move(pending.done)(std::move(pending.result));
      idle_checkpoint_due = true;
      CheckpointIfLarge();
      StepCopy();
      continue;
    }
    StepCopy();
    bool timed_out = false;
    {
      absl::MutexLock hold(&mu_);
      if (!queue_.empty() || copy_ != nullptr) continue;
      if (readers_closed_) break;
      writer_waits_ = true;
      const absl::Time deadline = absl::Now() + kIdleCheckpointAfter;
      while (queue_.empty() && copy_ == nullptr && !readers_closed_ && !timed_out) {
        if (idle_checkpoint_due) {
          timed_out = work_.WaitWithDeadline(&mu_, deadline);
        } else {
          work_.Wait(&mu_);
        }
      }
      writer_waits_ = false;
      timed_out = timed_out && queue_.empty();
    }
    // A reader may keep the WAL from being emptied; then again after the next pause.
    if (timed_out)
      idle_checkpoint_due = !Checkpoint(SQLITE_CHECKPOINT_TRUNCATE, absl::ZeroDuration());
  }
  // The readers are gone, so nothing keeps the WAL. Closing then deletes it; without the checkpoint
  // it stays, to be recovered at the next start.
  if (Checkpoint(SQLITE_CHECKPOINT_TRUNCATE, kCheckpointWait)) {
    sqlite3_db_config(writer_->handle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, nullptr);
  }
  writer_.reset();
  t_writing_thread_of = nullptr;
}

void SqliteDatabase::Engine::RunGroup(std::vector<Pending>& group, size_t& rows) {
  if (IsDead()) {
    absl::MutexLock hold(&mu_);
    for (Pending& pending : group) pending.result = dead_;
    return;
  }
  writer_->ClearFault();
  int64_t start_mark = writer_->ChangeMark();
  Attempt attempt = RunOptimistic(group, rows);
  if (attempt == Attempt::kReplay) {
    {
      absl::MutexLock hold(&mu_);
      ++stats_.groups_replayed;
    }
    // Each round without success leaves one write out for good, so that it ends.
    do {
      start_mark = writer_->ChangeMark();
      attempt = RunIsolated(group);
    } while (attempt == Attempt::kReplay);
  }
  const bool committed = attempt == Attempt::kReady && Commit(group, rows, start_mark);
  if (!committed) FailGroup(group, writer_->fault());
  for (Pending& pending : group) {
    if (committed && pending.result.ok()) {
      for (auto& publish : pending.on_commit) std::move(publish)();
    }
    pending.on_commit.clear();
  }
}

// Runs one write in the open transaction. An error that leaves the group's transaction unharmed is
// the write's own; `wrote` says whether there is something to undo.
absl::Status SqliteDatabase::Engine::RunOne(Pending& pending, bool& wrote) {
  SqliteWriteTx tx(*writer_, pending.institution, notes_);
  writer_->AllowControl(false);
  absl::Status status = tx.Begin(options_.clock->Now(), floor_);
  if (status.ok()) status = RunGuarded(pending.write, tx);
  if (status.ok()) status = tx.End();
  writer_->AllowControl(true);
  wrote = tx.HasWritten();
  if (status.ok() && wrote && writer_->HasUnresolvedForeignKeys()) {
    status = absl::FailedPreconditionError("SQLite: FOREIGN KEY constraint failed at the end");
  }
  pending.on_commit.clear();
  if (status.ok()) pending.on_commit = tx.TakeOnCommit();
  if (!writer_->InTransaction() && writer_->fault().ok()) {
    pending.ended_the_transaction = true;
    if (status.ok()) status = absl::InternalError("a statement rolled back the whole transaction");
  }
  // Some of what it noted may be undone.
  if (!status.ok()) notes_.Clear();
  return status;
}

SqliteDatabase::Engine::Attempt SqliteDatabase::Engine::RunOptimistic(std::vector<Pending>& group,
                                                                      size_t& rows) {
  if (!writer_->Execute(kBegin, {}).ok()) return Attempt::kFailed;
  size_t next = 0;
  do {
    for (; next < group.size(); ++next) {
      Pending& pending = group[next];
      bool wrote = false;
      pending.result = RunOne(pending, wrote);
      if (!writer_->fault().ok()) return Attempt::kFailed;
      if (pending.ended_the_transaction) return Attempt::kReplay;
      if (!pending.result.ok() && wrote) {
        RollBack();
        return writer_->fault().ok() ? Attempt::kReplay : Attempt::kFailed;
      }
    }
  } while (TakeInto(group, rows));  // what arrived meanwhile shares the fsync
  return Attempt::kReady;
}

SqliteDatabase::Engine::Attempt SqliteDatabase::Engine::RunIsolated(std::vector<Pending>& group) {
  if (!writer_->Execute(kBegin, {}).ok()) return Attempt::kFailed;
  for (Pending& pending : group) {
    if (pending.ended_the_transaction) continue;
    if (!writer_->Execute(kSavepoint, {}).ok()) return Attempt::kFailed;
    bool wrote = false;
    pending.result = RunOne(pending, wrote);
    if (!writer_->fault().ok()) return Attempt::kFailed;
    if (pending.ended_the_transaction) return Attempt::kReplay;
    if (!pending.result.ok() && wrote && !writer_->Execute(kRollbackTo, {}).ok()) {
      return Attempt::kFailed;
    }
    if (!writer_->Execute(kRelease, {}).ok()) return Attempt::kFailed;
  }
  return Attempt::kReady;
}

bool SqliteDatabase::Engine::Commit(std::vector<Pending>& group, size_t rows, int64_t start_mark) {
  const bool wrote = writer_->ChangeMark() != start_mark;
  if (const absl::Status in_place = wrote ? file_.CheckInPlace() : absl::OkStatus();
      !in_place.ok()) {
    StopWriting(in_place);
    return false;
  }
  const auto begun = std::chrono::steady_clock::now();
  const absl::Status status = writer_->Execute(kCommit, {}).status();
  const absl::Duration commit_time = absl::FromChrono(std::chrono::steady_clock::now() - begun);
  if (!status.ok()) {
    // A full disk is known to have stopped before the commit's last frame. Of anything else it is
    // not known whether the frames are on the disk, and a later fsync that succeeds proves nothing.
    if (wrote && (sqlite3_extended_errcode(writer_->handle()) & 0xff) != SQLITE_FULL) Die(status);
    return false;
  }
  SqliteGroup committed;
  for (const Pending& pending : group) committed.writes += pending.result.ok() ? 1 : 0;
  committed.rows = rows;
  committed.commit_time = commit_time;
  committed.wal_bytes = wal_bytes_;
  {
    absl::MutexLock hold(&mu_);
    ++stats_.groups_committed;
    stats_.writes_committed += static_cast<int64_t>(committed.writes);
    stats_.last_group_writes = static_cast<int64_t>(committed.writes);
    stats_.last_group_rows = static_cast<int64_t>(rows);
    stats_.last_commit_time = commit_time;
    stats_.commit_time += commit_time;
    stats_.wal_bytes = wal_bytes_;
    if (wrote) stats_.write_fault = absl::OkStatus();
  }
  if (options_.on_group) options_.on_group(committed);
  return true;
}

void SqliteDatabase::Engine::RollBack() {
  notes_.Clear();
  if (writer_->InTransaction()) writer_->Execute(kRollback, {}).IgnoreError();
  if (writer_->InTransaction()) Die(absl::UnavailableError("ROLLBACK failed"));
}

void SqliteDatabase::Engine::FailGroup(std::vector<Pending>& group, const absl::Status& reason) {
  absl::Status status = reason;
  if (status.ok()) {
    absl::MutexLock hold(&mu_);
    status = dead_.ok() ? absl::UnavailableError("the transaction could not be committed") : dead_;
  }
  // A page can leave the cache before its commit, and have the WAL's new header synced.
  if (writer_->sync_failed()) Die(status);
  RollBack();
  ReportFault(status);
  // Of all: an error of one write may have come from what another had written.
  const bool known = !unknown_commit_;
  for (Pending& pending : group) {
    pending.result = known
                         ? status
                         : absl::UnknownError(absl::StrCat(
                               "it is not known whether the write is stored: ", status.message()));
  }
  absl::MutexLock hold(&mu_);
  ++stats_.groups_failed;
  stats_.write_fault = status;
}

void SqliteDatabase::Engine::Die(const absl::Status& reason) {
  unknown_commit_ = true;
  if (IsDead()) return;
  StopWriting(status::StorageFault(
      status::CauseOf(reason),
      absl::StrCat("the database stopped writing after a failed commit: ", reason.message())));
  options_.on_fatal(reason);
}

void SqliteDatabase::Engine::StopWriting(const absl::Status& reason) {
  {
    absl::MutexLock hold(&mu_);
    if (!dead_.ok()) return;
    dead_ = reason;
    room_.SignalAll();
  }
  ReportFault(reason);
}

int SqliteDatabase::Engine::AfterCommit(void* self, sqlite3* handle, const char*, int pages) {
  static_cast<void>(handle);
  // The format of a WAL: a header of 32 bytes, then per page a header of 24 bytes and its content.
  constexpr int64_t kFrameBytes = 24 + 4096;
  auto* const engine = static_cast<Engine*>(self);
  const int64_t bytes = 32 + pages * kFrameBytes;
  if (bytes < engine->wal_bytes_) engine->next_checkpoint_at_ = engine->options_.checkpoint_bytes;
  engine->wal_bytes_ = bytes;
  return SQLITE_OK;
}

void SqliteDatabase::Engine::CheckpointIfLarge() {
  if (wal_bytes_ < next_checkpoint_at_) return;
  if (wal_bytes_ < 4 * options_.checkpoint_bytes) {
    Checkpoint(SQLITE_CHECKPOINT_PASSIVE, absl::ZeroDuration());
  } else {
    Checkpoint(SQLITE_CHECKPOINT_RESTART, kCheckpointWait);
  }
  // The next commit begins the WAL anew, unless a reader or a fault prevented that.
  next_checkpoint_at_ = wal_bytes_ + options_.checkpoint_bytes / 4;
}

bool SqliteDatabase::Engine::Checkpoint(int mode, absl::Duration wait) {
  if (IsDead()) return false;
  sqlite3* const handle = writer_->handle();
  sqlite3_busy_timeout(handle, static_cast<int>(absl::ToInt64Milliseconds(wait)));
  const int code = sqlite3_wal_checkpoint_v2(handle, nullptr, mode, nullptr, nullptr);
  sqlite3_busy_timeout(handle, static_cast<int>(absl::ToInt64Milliseconds(kBusyTimeout)));
  if (IsSyncFault(code)) {
    // Only the WAL still has the pages that the kernel may have dropped, and only recovery reads it
    // again.
    Die(SqliteStatus(code, "checkpoint"));
  }
  if (code != SQLITE_OK && code != SQLITE_BUSY) {
    ReportFault(SqliteStatus(code, absl::StrCat("checkpoint: ", sqlite3_errmsg(handle)),
                             sqlite3_system_errno(handle)));
  }
  if (code == SQLITE_OK && mode == SQLITE_CHECKPOINT_TRUNCATE) {
    wal_bytes_ = 0;
    next_checkpoint_at_ = options_.checkpoint_bytes;
  }
  absl::MutexLock hold(&mu_);
  stats_.wal_bytes = wal_bytes_;
  ++(code == SQLITE_OK || code == SQLITE_BUSY ? stats_.checkpoints : stats_.checkpoints_failed);
  return code == SQLITE_OK;
}

absl::Status SqliteDatabase::Engine::CheckTables() {
  const SqliteConnection::Settings settings = SettingsOf(options_, /*writer=*/false);
  absl::StatusOr<std::unique_ptr<SqliteConnection>> connection = SqliteConnection::Open(settings);
  if (!connection.ok()) return connection.status();
  if (absl::Status status = (*connection)->Configure(settings); !status.ok()) return status;
  std::vector<std::string> tables;
  absl::Status status = (*connection)->Query(kListTables, {}, [&](const Row& row) {
    tables.emplace_back(row.Text(0));
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  std::vector<std::string> faults;
  for (const std::string& table : tables) {
    {
      absl::MutexLock hold(&mu_);
      if (closing_) return absl::UnavailableError("the database is closed");
    }
    // A pragma takes no parameters.
    const std::string check =
        absl::StrCat("PRAGMA quick_check(\"", absl::StrReplaceAll(table, {{"\"", "\"\""}}), "\")");
    status = (*connection)->Query({check}, {}, [&](const Row& row) {
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
      absl::StrCat(path_, " is damaged; stop the service, keep the file, restore a backup. ",
                   absl::StrJoin(faults, "; ")));
}

// Copies for some milliseconds; called by the writing thread between groups. The copy is made from
// the connection that writes, so that SQLite mirrors later writes into it and it never restarts.
void SqliteDatabase::Engine::StepCopy() {
  CopyJob* job = nullptr;
  bool closing = false;
  {
    absl::MutexLock hold(&mu_);
    job = copy_;
    closing = closing_;
  }
  if (job == nullptr) return;
  if (closing) return FinishCopy(absl::UnavailableError("the database is closed"));
  if (job->backup == nullptr) {
    job->backup = sqlite3_backup_init(job->target->getHandle(), "main", writer_->handle(), "main");
    if (job->backup == nullptr) {
      return FinishCopy(SqliteStatus(sqlite3_extended_errcode(job->target->getHandle()),
                                     "cannot begin the copy"));
    }
  }
  const auto begun = std::chrono::steady_clock::now();
  int code = SQLITE_OK;
  while (code == SQLITE_OK && std::chrono::steady_clock::now() - begun < kBackupStep) {
    code = sqlite3_backup_step(job->backup, kBackupChunkPages);
  }
  if (code == SQLITE_OK) return;
  FinishCopy(code == SQLITE_DONE ? absl::OkStatus() : SqliteStatus(code, "copying failed"));
}

void SqliteDatabase::Engine::FinishCopy(absl::Status result) {
  absl::MutexLock hold(&mu_);
  CopyJob* const job = std::exchange(copy_, nullptr);
  if (job->backup != nullptr) {
    const int code = sqlite3_backup_finish(job->backup);
    if (result.ok() && code != SQLITE_OK) result = SqliteStatus(code, "finishing the copy failed");
  }
  job->result = std::move(result);
  job->finished = true;
  copy_done_.SignalAll();
}

absl::Status SqliteDatabase::Engine::Copy(SQLite::Database& target) {
  CopyJob job;
  job.target = &target;
  absl::MutexLock hold(&mu_);
  if (copy_ != nullptr) return absl::FailedPreconditionError("another backup is under way");
  copy_ = &job;
  work_.Signal();
  while (!job.finished) copy_done_.Wait(&mu_);
  return job.result;
}

namespace {

// INVALID_ARGUMENT when a copy to `path` would replace a file of the database, by any of its names.
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

}  // namespace

absl::Status SqliteDatabase::Engine::Backup(const std::string& path) {
  if (t_writing_thread_of == this || t_reading_from == this) {
    return absl::InternalError("Backup called from inside a transaction of the same database");
  }
  ATHENA_RETURN_IF_ERROR(CheckIsElsewhere(path, path_));
  {
    absl::MutexLock hold(&mu_);
    if (closing_) return absl::UnavailableError("the database is closed");
    if (checks_ != 0 && copy_ != nullptr) {
      return absl::FailedPreconditionError("another backup is under way");
    }
    ++checks_;
  }
  const std::string partial = absl::StrCat(path, ".partial");
  std::error_code ignored;
  std::filesystem::remove(partial, ignored);
  // SQLite would make it readable by everybody.
  const int made = ::open(partial.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (made >= 0) ::close(made);
  absl::Status status;
  try {
    SQLite::Database target(partial, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, 0, options_.vfs);
    // A crash leaves a ".partial" to throw away; what counts is synced below, once.
    target.exec("PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF");
    status = Copy(target);
    if (status.ok()) {
      // The copy says that it is in WAL mode; a file that stands alone is easier to move about.
      // Whoever opens the copy goes on with a history of its own (sqlite_schema.h).
      target.exec("UPDATE institution_head SET lineage = 0");
      target.exec("PRAGMA journal_mode = DELETE");
      const std::string verdict = target.execAndGet("PRAGMA integrity_check(1)").getString();
      if (verdict != "ok") status = absl::DataLossError(absl::StrCat("the copy: ", verdict));
    }
  } catch (const SQLite::Exception& error) {
    status = SqliteStatus(error.getErrorCode(), absl::StrCat(partial, ": ", error.what()));
  }
  if (status.ok()) status = SyncPath(partial, O_RDONLY);
  if (status.ok() && std::rename(partial.c_str(), path.c_str()) != 0) {
    status = absl::UnavailableError(
        absl::StrCat("cannot rename ", partial, " to ", path, ": ", std::strerror(errno)));
  }
  if (status.ok()) {
    const std::filesystem::path folder = std::filesystem::path(path).parent_path();
    status = SyncPath(folder.empty() ? "." : folder.string(), O_RDONLY | O_DIRECTORY);
  } else {
    std::filesystem::remove(partial, ignored);
  }
  absl::MutexLock hold(&mu_);
  --checks_;
  reader_back_.SignalAll();
  return status;
}

SqliteDatabase::SqliteDatabase(std::unique_ptr<Engine> engine) : engine_(std::move(engine)) {}
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

  absl::StatusOr<DatabaseFile> file = DatabaseFile::Open(options.path, options.create);
  if (!file.ok()) return file.status();
  const SqliteConnection::Settings settings = Engine::SettingsOf(options, /*writer=*/true);
  absl::StatusOr<std::unique_ptr<SqliteConnection>> writer = SqliteConnection::Open(settings);
  if (!writer.ok()) return writer.status();
  absl::Status status = CheckIdentity(**writer, options.path, options.application_id);
  if (status.ok()) status = (*writer)->Configure(settings);
  if (status.ok()) status = SettleWal(**writer, options.path);
  if (status.ok()) {
    status = Migrate(**writer, options.path, options.application_id, options.migrations,
                     options.clock->Now());
  }
  if (status.ok()) status = CheckSchema(**writer, options.path, options.migrations);
  if (status.ok()) status = file->MarkMade();
  if (!status.ok()) return status;
  options.migrations = {};
  std::vector<std::unique_ptr<SqliteConnection>> readers;
  for (int i = 0; i < options.readers; ++i) {
    const SqliteConnection::Settings reader_settings = Engine::SettingsOf(options, false);
    absl::StatusOr<std::unique_ptr<SqliteConnection>> reader =
        SqliteConnection::Open(reader_settings);
    if (!reader.ok()) return reader.status();
    status = (*reader)->Configure(reader_settings);
    if (!status.ok()) return status;
    readers.push_back(*std::move(reader));
  }
  std::string path = options.path;
  return std::unique_ptr<SqliteDatabase>(new SqliteDatabase(
      std::make_unique<Engine>(std::move(options), std::move(path), *std::move(file),
                               *std::move(writer), std::move(readers))));
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
absl::Status SqliteDatabase::Backup(const std::string& path) { return engine_->Backup(path); }

}  // namespace athena::sql
