#include "libs/sql/sqlite/sqlite_engine.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "libs/sql/institution_head.h"
#include "libs/sql/sqlite/file/database_copy.h"
#include "libs/sql/sqlite/sqlite_transactions.h"
#include "libs/status/macros.h"
#include "libs/status/storage.h"

namespace athena::sql {
namespace {

// How long the writer waits without work before it empties the WAL.
constexpr absl::Duration kIdleCheckpointAfter = absl::Seconds(1);
// How long a checkpoint that must make room waits for readers: all writers wait with it.
constexpr absl::Duration kCheckpointWait = absl::Milliseconds(250);
constexpr absl::Duration kBusyTimeout = absl::Seconds(5);
// A backup is copied in chunks, of which a step takes as many as SqliteOptions::backup_step allows.
constexpr int kBackupChunkPages = 64;
// A backup that was begun anew so often is made from a snapshot instead.
constexpr int kMaxBackupRestarts = 3;
// How often the caller of a backup is asked whether it still wants it.
constexpr absl::Duration kAskEvery = absl::Milliseconds(100);

constexpr Statement kBegin{"BEGIN IMMEDIATE"};
constexpr Statement kCommit{"COMMIT"};
constexpr Statement kRollback{"ROLLBACK"};
constexpr Statement kSavepoint{"SAVEPOINT write_fn"};
constexpr Statement kRelease{"RELEASE write_fn"};
constexpr Statement kRollbackTo{"ROLLBACK TO write_fn"};
constexpr Statement kBeginRead{"BEGIN"};
constexpr Statement kEndRead{"COMMIT"};
constexpr Statement kCountTables{"SELECT count(*) FROM sqlite_schema"};

// Stores the row as it is: SQLite writes the page all the same.
constexpr Statement kTouch{"UPDATE athena_schema SET name = name WHERE version = 1"};

// The database whose writing thread this is, and the one this thread holds a snapshot of: waiting
// for the database from there could wait for oneself.
thread_local const void* t_writing_thread_of = nullptr;
thread_local const void* t_reading_from = nullptr;

[[noreturn]] void AbortOnMisuse(const char* what) {
  std::fprintf(stderr, "athena::sql: %s\n", what);
  std::abort();
}

}  // namespace

SqliteEngine::SqliteEngine(SqliteOptions options, DatabaseFile file,
                           std::unique_ptr<SqliteConnection> writer,
                           std::vector<std::unique_ptr<SqliteConnection>> readers)
    : options_(std::move(options)),
      file_(std::move(file)),
      writer_(std::move(writer)),
      reader_count_(readers.size()),
      next_checkpoint_at_(options_.checkpoint_bytes),
      free_readers_(std::move(readers)) {
  sqlite3_wal_hook(writer_->handle(), &SqliteEngine::AfterCommit, this);
  thread_ = std::thread([this] { RunWriter(); });
}

SqliteConnection::Settings SqliteEngine::SettingsOf(const SqliteOptions& options, bool writer) {
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

absl::Status SqliteEngine::TryWrite() {
  return Write("", [](WriteTx& tx) { return tx.Execute(kTouch, {}).status(); });
}

absl::Status SqliteEngine::CheckInPlace() {
  absl::Status in_place = file_.CheckInPlace();
  {
    // Closing deletes the WAL.
    absl::MutexLock hold(&mu_);
    if (in_place.ok() || closing_ || !dead_.ok()) return dead_;
  }
  StopWriting(in_place);
  return in_place;
}

absl::Status SqliteEngine::Write(std::string_view institution, WriteFn write) {
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
    ATHENA_RETURN_IF_ERROR(Refusal());
    Enqueue(std::move(pending));
  }
  finished.WaitForNotification();
  return result;
}

void SqliteEngine::WriteAsync(std::string_view institution, size_t rows, WriteFn write,
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
      Enqueue(
          {std::string(institution), std::max<size_t>(rows, 1), std::move(write), std::move(done)});
      return;
    }
  }
  std::move(done)(std::move(refused));
}

absl::Status SqliteEngine::Read(ReadFn read) {
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

absl::Status SqliteEngine::AwaitPast(std::string_view institution, absl::Time as_of) {
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

void SqliteEngine::Close() {
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

SqliteStats SqliteEngine::stats() const {
  absl::MutexLock hold(&mu_);
  SqliteStats stats = stats_;
  stats.queued_writes = static_cast<int64_t>(queue_.size());
  stats.queued_rows = static_cast<int64_t>(queued_rows_);
  if (!dead_.ok()) stats.write_fault = dead_;
  return stats;
}

absl::Status SqliteEngine::BeginCheck() {
  absl::MutexLock hold(&mu_);
  if (closing_) return absl::UnavailableError("the database is closed");
  ++checks_;
  return absl::OkStatus();
}

void SqliteEngine::EndCheck() {
  absl::MutexLock hold(&mu_);
  --checks_;
  reader_back_.SignalAll();
}

absl::Status SqliteEngine::QuickCheck() {
  ATHENA_RETURN_IF_ERROR(BeginCheck());
  absl::Status status = CheckStructure();
  EndCheck();
  return status;
}

absl::Status SqliteEngine::CheckStructure() {
  const SqliteConnection::Settings settings = SettingsOf(options_, /*writer=*/false);
  ATHENA_ASSIGN_OR_RETURN(const auto connection, SqliteConnection::Open(settings));
  ATHENA_RETURN_IF_ERROR(connection->Configure(settings));
  return CheckTables(*connection, options_.path, [this] {
    absl::MutexLock hold(&mu_);
    return !closing_;
  });
}

absl::StatusOr<BackupCopy> SqliteEngine::Backup(const std::string& path,
                                                absl::FunctionRef<absl::Status()> go_on) {
  if (t_writing_thread_of == this || t_reading_from == this) {
    return absl::InternalError("Backup called from inside a transaction of the same database");
  }
  ATHENA_RETURN_IF_ERROR(CheckIsElsewhere(path, options_.path));
  ATHENA_RETURN_IF_ERROR(BeginCheck());
  const absl::Cleanup unblock_close = [this] { EndCheck(); };
  if (backing_up_.exchange(true)) {
    return absl::FailedPreconditionError("another backup is under way");
  }
  const absl::Cleanup ended = [this] { backing_up_ = false; };
  const auto wanted = [&]() -> absl::Status {
    {
      absl::MutexLock hold(&mu_);
      if (closing_) return absl::UnavailableError("the database is closed");
    }
    return go_on();
  };
  ATHENA_RETURN_IF_ERROR(wanted());
  absl::StatusOr<BackupCopy> copy = MakeCopy(
      path, options_.vfs, wanted, [&](SqliteConnection& target) { return Copy(target, go_on); });
  if (!absl::IsAborted(copy.status())) return copy;
  return MakeCopy(path, options_.vfs, wanted,
                  [&](SqliteConnection& target) { return CopySnapshot(target, wanted); });
}

bool SqliteEngine::Fits(size_t rows) const {
  if (queue_.empty()) return true;
  return queue_.size() < options_.max_queued_writes &&
         queued_rows_ + rows <= options_.max_queued_rows;
}

absl::Status SqliteEngine::Refusal() const {
  if (closing_) return absl::UnavailableError("the database is closed");
  if (!dead_.ok()) return dead_;
  return absl::OkStatus();
}

void SqliteEngine::Enqueue(Pending pending) {
  queued_rows_ += pending.rows;
  queue_.push_back(std::move(pending));
  if (writer_waits_) work_.Signal();
}

bool SqliteEngine::TakeInto(std::vector<Pending>& group, size_t& rows) {
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

void SqliteEngine::RunWriter() {
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

void SqliteEngine::RunGroup(std::vector<Pending>& group, size_t& rows) {
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

absl::Status SqliteEngine::RunOne(Pending& pending, bool& wrote) {
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

SqliteEngine::Attempt SqliteEngine::RunOptimistic(std::vector<Pending>& group, size_t& rows) {
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

SqliteEngine::Attempt SqliteEngine::RunIsolated(std::vector<Pending>& group) {
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

bool SqliteEngine::Commit(std::vector<Pending>& group, size_t rows, int64_t start_mark) {
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

void SqliteEngine::RollBack() {
  notes_.Clear();
  if (writer_->InTransaction()) writer_->Execute(kRollback, {}).IgnoreError();
  if (writer_->InTransaction()) Die(absl::UnavailableError("ROLLBACK failed"));
}

void SqliteEngine::FailGroup(std::vector<Pending>& group, const absl::Status& reason) {
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

void SqliteEngine::Die(const absl::Status& reason) {
  unknown_commit_ = true;
  if (IsDead()) return;
  StopWriting(status::StorageFault(
      status::CauseOf(reason),
      absl::StrCat("the database stopped writing after a failed commit: ", reason.message())));
  options_.on_fatal(reason);
}

void SqliteEngine::StopWriting(const absl::Status& reason) {
  {
    absl::MutexLock hold(&mu_);
    if (!dead_.ok()) return;
    dead_ = reason;
    room_.SignalAll();
  }
  ReportFault(reason);
}

int SqliteEngine::AfterCommit(void* self, sqlite3* handle, const char*, int pages) {
  static_cast<void>(handle);
  // The format of a WAL: a header of 32 bytes, then per page a header of 24 bytes and its content.
  constexpr int64_t kFrameBytes = 24 + 4096;
  auto* const engine = static_cast<SqliteEngine*>(self);
  const int64_t bytes = 32 + pages * kFrameBytes;
  if (bytes < engine->wal_bytes_) engine->next_checkpoint_at_ = engine->options_.checkpoint_bytes;
  engine->wal_bytes_ = bytes;
  return SQLITE_OK;
}

void SqliteEngine::CheckpointIfLarge() {
  if (wal_bytes_ < next_checkpoint_at_) return;
  if (wal_bytes_ < 4 * options_.checkpoint_bytes) {
    Checkpoint(SQLITE_CHECKPOINT_PASSIVE, absl::ZeroDuration());
  } else {
    Checkpoint(SQLITE_CHECKPOINT_RESTART, kCheckpointWait);
  }
  // The next commit begins the WAL anew, unless a reader or a fault prevented that.
  next_checkpoint_at_ = wal_bytes_ + options_.checkpoint_bytes / 4;
}

bool SqliteEngine::Checkpoint(int mode, absl::Duration wait) {
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

void SqliteEngine::StepCopy() {
  CopyJob* job = nullptr;
  absl::Status wanted;
  {
    absl::MutexLock hold(&mu_);
    job = copy_;
    if (job == nullptr) return;
    wanted = closing_ ? absl::UnavailableError("the database is closed") : job->wanted;
  }
  if (!wanted.ok()) return FinishCopy(std::move(wanted));
  if (job->backup == nullptr) {
    job->backup = sqlite3_backup_init(job->target->handle(), "main", writer_->handle(), "main");
    if (job->backup == nullptr) {
      return FinishCopy(
          SqliteStatus(sqlite3_extended_errcode(job->target->handle()), "cannot begin the copy"));
    }
  }
  const auto begun = std::chrono::steady_clock::now();
  int code = SQLITE_OK;
  do {
    code = sqlite3_backup_step(job->backup, kBackupChunkPages);
  } while (code == SQLITE_OK &&
           absl::FromChrono(std::chrono::steady_clock::now() - begun) < options_.backup_step);
  if (code == SQLITE_DONE) return FinishCopy(absl::OkStatus());
  if (code != SQLITE_OK) return FinishCopy(SqliteStatus(code, "copying failed"));
  // Each step leaves fewer pages, but for one that began anew. (A database that grows by more than
  // a step copies looks the same, and is better copied from a snapshot, too.)
  const int remaining = sqlite3_backup_remaining(job->backup);
  if (job->remaining > 0 && remaining >= job->remaining && ++job->restarts > kMaxBackupRestarts) {
    return FinishCopy(absl::AbortedError("the copy was begun anew too often"));
  }
  job->remaining = remaining;
}

void SqliteEngine::FinishCopy(absl::Status result) {
  CopyJob* job = nullptr;
  {
    absl::MutexLock hold(&mu_);
    job = copy_;
  }
  if (job->backup != nullptr) {
    const int code = sqlite3_backup_finish(job->backup);
    if (result.ok() && code != SQLITE_OK) result = SqliteStatus(code, "finishing the copy failed");
  }
  absl::MutexLock hold(&mu_);
  copy_ = nullptr;
  job->result = std::move(result);
  job->as_of = options_.clock->Now();
  job->finished = true;
  copy_done_.SignalAll();
}

absl::StatusOr<absl::Time> SqliteEngine::Copy(SqliteConnection& target,
                                              absl::FunctionRef<absl::Status()> go_on) {
  CopyJob job;
  job.target = &target;
  absl::MutexLock hold(&mu_);
  copy_ = &job;
  work_.Signal();
  while (!job.finished) {
    copy_done_.WaitWithTimeout(&mu_, kAskEvery);
    if (job.wanted.ok()) job.wanted = go_on();
  }
  ATHENA_RETURN_IF_ERROR(job.result);
  return job.as_of;
}

absl::StatusOr<absl::Time> SqliteEngine::CopySnapshot(SqliteConnection& target,
                                                      absl::FunctionRef<absl::Status()> go_on) {
  const SqliteConnection::Settings settings = SettingsOf(options_, /*writer=*/false);
  ATHENA_ASSIGN_OR_RETURN(const auto source, SqliteConnection::Open(settings));
  ATHENA_RETURN_IF_ERROR(source->Configure(settings));
  // The first read takes the snapshot, which closing the connection ends.
  ATHENA_RETURN_IF_ERROR(source->Execute(kBeginRead, {}).status());
  ATHENA_RETURN_IF_ERROR(source->QueryInt(kCountTables).status());
  const absl::Time as_of = options_.clock->Now();
  sqlite3_backup* const backup =
      sqlite3_backup_init(target.handle(), "main", source->handle(), "main");
  if (backup == nullptr) {
    return SqliteStatus(sqlite3_extended_errcode(target.handle()), "cannot begin the copy");
  }
  absl::Status wanted;
  int code = SQLITE_OK;
  while (code == SQLITE_OK && wanted.ok()) {
    code = sqlite3_backup_step(backup, kBackupChunkPages);
    wanted = go_on();
  }
  const int finished = sqlite3_backup_finish(backup);
  ATHENA_RETURN_IF_ERROR(wanted);
  if (code != SQLITE_DONE) return SqliteStatus(code, "copying failed");
  ATHENA_RETURN_IF_ERROR(SqliteStatus(finished, "finishing the copy failed"));
  return as_of;
}

}  // namespace athena::sql
