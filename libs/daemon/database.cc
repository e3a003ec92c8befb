#include "libs/daemon/database.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <array>
#include <cstdlib>
#include <string>
#include <utility>

#include "absl/flags/flag.h"
#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "libs/clock/clock.h"
#include "libs/log/log.h"
#include "libs/sql/institution_head.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "libs/status/storage.h"

ABSL_FLAG(std::string, database, "", "the database file, on a local file system");
ABSL_FLAG(bool, create, false, "make a database anew that is missing or empty");
ABSL_FLAG(std::string, backup_folder, "", "where CreateBackup puts backups");
ABSL_FLAG(int32_t, backup_keep, 14, "how many backups stay, 1 to 100000");

namespace athena::daemon {
namespace {

constexpr int32_t kMaxBackupsKept = 100'000;

// How often the storage is looked at, and how old gauges may be.
constexpr absl::Duration kWatchEvery = absl::Seconds(1);

prometheus::Histogram& Histogram(prometheus::Registry& registry, const char* name, const char* help,
                                 const prometheus::Histogram::BucketBoundaries& buckets) {
  return prometheus::BuildHistogram().Name(name).Help(help).Register(registry).Add({}, buckets);
}

prometheus::Gauge& Gauge(prometheus::Registry& registry, const char* name, const char* help) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(registry).Add({});
}

constexpr status::StorageCause kCauses[] = {
    status::StorageCause::kDiskFull, status::StorageCause::kIoError,
    status::StorageCause::kReplaced, status::StorageCause::kOther};

// What an operator is told of each cause.
std::string_view Advice(status::StorageCause cause) {
  switch (cause) {
    case status::StorageCause::kDiskFull:
      return "the disk is full: make room; writes then succeed without a restart";
    case status::StorageCause::kIoError:
      return "the disk reports an I/O error: see the kernel's log";
    case status::StorageCause::kReplaced:
      return "the database file was deleted or replaced: put it back, then restart";
    case status::StorageCause::kOther:
      break;
  }
  return "the database cannot be written to";
}

}  // namespace

// Counts and logs what befalls the storage. Thread-safe.
class Database::Health {
 public:
  explicit Health(prometheus::Registry& registry)
      : wal_bytes(Gauge(registry, "athena_wal_bytes",
                        "The write-ahead log in use: what readers and the next checkpoint hold.")),
        queued_writes(Gauge(registry, "athena_queued_writes", "Transactions that wait to be run.")),
        bytes(Gauge(registry, "athena_database_bytes",
                    "The size of the database file, its write-ahead log not counted.")),
        free_bytes(Gauge(registry, "athena_database_free_bytes",
                         "What is free on the disk of the database.")),
        writable(Gauge(registry, "athena_database_writable",
                       "1; 0 while writes fail, as on a full disk.")),
        journal_faults(Gauge(registry, "athena_journal_faults",
                             "Faults that the check of the journals after the start found.")) {
    writable.Set(1);
    auto& family = prometheus::BuildCounter()
                       .Name("athena_storage_faults_total")
                       .Help("Writes, checkpoints and reads that the storage failed, by cause.")
                       .Register(registry);
    for (const status::StorageCause cause : kCauses) {
      faults_[static_cast<size_t>(cause)] =
          &family.Add({{"cause", std::string(status::CauseName(cause))}});
    }
  }

  // A write, a checkpoint or a read failed. Logged once for each cause until Recovered, since a
  // full disk refuses every write.
  void Fault(const absl::Status& fault) {
    const status::StorageCause cause = status::CauseOf(fault);
    faults_[static_cast<size_t>(cause)]->Increment();
    {
      absl::MutexLock lock(&mutex_);
      if (std::exchange(logged_[static_cast<size_t>(cause)], true)) return;
    }
    log::Error("storage fault", {{"cause", status::CauseName(cause)},
                                 {"advice", Advice(cause)},
                                 {"message", fault.message()}});
  }

  // A write succeeded.
  void Recovered() {
    absl::MutexLock lock(&mutex_);
    bool any = false;
    for (bool& logged : logged_) any = std::exchange(logged, false) || any;
    if (any) log::Info("storage works again");
  }

  prometheus::Gauge& wal_bytes;
  prometheus::Gauge& queued_writes;
  prometheus::Gauge& bytes;
  prometheus::Gauge& free_bytes;
  prometheus::Gauge& writable;
  prometheus::Gauge& journal_faults;

 private:
  std::array<prometheus::Counter*, 4> faults_{};  // by cause
  absl::Mutex mutex_;
  std::array<bool, 4> logged_ ABSL_GUARDED_BY(mutex_){};  // by cause
};

absl::StatusOr<std::unique_ptr<Database>> Database::Open(const DatabaseContent& content,
                                                         prometheus::Registry& registry,
                                                         const std::string& vfs) {
  sql::SqliteOptions options;
  options.path = absl::GetFlag(FLAGS_database);
  backup::BackupOptions backups;
  backups.service = std::string(content.name);
  backups.folder = absl::GetFlag(FLAGS_backup_folder);
  backups.keep = absl::GetFlag(FLAGS_backup_keep);
  status::FieldFaults faults;
  if (options.path.empty()) faults.Missing("--database", "the path of the database file");
  if (backups.keep < 1 || backups.keep > kMaxBackupsKept) {
    faults.Add("--backup_keep", backups.keep, absl::StrCat("a number from 1 to ", kMaxBackupsKept));
  }
  ATHENA_RETURN_IF_ERROR(faults.ToStatus());
  options.application_id = content.application_id;
  options.migrations = content.migrations;
  options.create = absl::GetFlag(FLAGS_create);
  options.vfs = vfs;
  auto& rows = Histogram(registry, "athena_commit_group_rows", "Rows that one COMMIT carried.",
                         {1, 10, 100, 1'000, 5'000, 10'000, 20'000, 50'000, 100'000});
  auto& writes = Histogram(registry, "athena_commit_group_writes",
                           "Transactions that one COMMIT carried.", {1, 2, 4, 8, 16, 32, 64, 128});
  auto& seconds = Histogram(registry, "athena_commit_seconds", "A COMMIT, its fsync included.",
                            {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5});
  options.on_group = [&rows, &writes, &seconds](const sql::SqliteGroup& group) {
    rows.Observe(static_cast<double>(group.rows));
    writes.Observe(static_cast<double>(group.writes));
    seconds.Observe(absl::ToDoubleSeconds(group.commit_time));
  };
  auto health = std::make_shared<Health>(registry);
  options.on_storage_fault = [health](const absl::Status& fault) { health->Fault(fault); };
  options.on_fatal = [](const absl::Status& reason) {
    log::Error("stopping", {{"message",
                             "it is unknown whether the last commit is on the disk; the next start "
                             "recovers"},
                            {"cause", reason.message()}});
    log::Flush(absl::Seconds(1));
    std::_Exit(sql::kExitStorageFailed);
  };
  std::string path = options.path;
  ATHENA_ASSIGN_OR_RETURN(auto sqlite, sql::SqliteDatabase::Open(std::move(options)));
  return std::unique_ptr<Database>(new Database(std::move(path), content.records, std::move(sqlite),
                                                std::move(health), std::move(backups), registry));
}

Database::Database(std::string path, absl::Span<const audit::Records> records,
                   std::unique_ptr<sql::SqliteDatabase> sqlite, std::shared_ptr<Health> health,
                   backup::BackupOptions backup_options, prometheus::Registry& registry)
    : path_(std::move(path)),
      records_(records),
      sqlite_(std::move(sqlite)),
      health_(std::move(health)),
      backups_(
          std::move(backup_options),
          [this](const std::string& to, absl::FunctionRef<absl::Status()> go_on) {
            return sqlite_->Backup(to, go_on);
          },
          Clock::System(), registry),
      checks_([this] {
        CheckStructure();
        VerifyJournals();
      }),
      watch_([this] { Watch(); }) {}

std::vector<std::string> Database::CannotWrite() const {
  const absl::Status fault = sqlite_->stats().write_fault;
  if (fault.ok()) return {};
  return {absl::StrCat("writes: ", std::string(Advice(status::CauseOf(fault))))};
}

void Database::Close() {
  if (closing_.HasBeenNotified()) return;
  closing_.Notify();
  sqlite_->Close();
  checks_.join();
  watch_.join();
}

void Database::CheckStructure() {
  const absl::Status sound = sqlite_->QuickCheck();
  if (absl::IsDataLoss(sound)) {
    log::Error("database broken", {{"message", sound.message()}});
    // Nothing that is read from it can be trusted, and nothing should be added to it.
    log::Flush(absl::Seconds(1));
    std::_Exit(kExitDatabaseBroken);
  }
  if (sound.ok()) log::Info("database checked");
}

void Database::VerifyJournals() {
  const absl::StatusOr<std::vector<sql::InstitutionRevision>> institutions =
      sql::ListRevisions(*sqlite_);
  if (!institutions.ok()) return;
  const auto go_on = [this] {
    return closing_.HasBeenNotified() ? absl::CancelledError() : absl::OkStatus();
  };
  size_t faults = 0;
  for (const sql::InstitutionRevision& institution : *institutions) {
    const absl::StatusOr<audit::Verdict> verdict =
        audit::VerifyInstitution(*sqlite_, institution.institution, records_, {}, go_on);
    if (!verdict.ok()) return;
    for (const audit::Fault& fault : verdict->faults) {
      log::Error("journal broken",
                 {{"institution", institution.institution}, {"message", fault.description}});
    }
    faults += verdict->faults.size();
    health_->journal_faults.Set(static_cast<double>(faults));
  }
  if (faults == 0) log::Info("journals verified");
}

void Database::Watch() {
  do {
    // Each finds a fault that no write of a caller has found, and reports it.
    sqlite_->CheckInPlace().IgnoreError();
    if (!sqlite_->stats().write_fault.ok()) sqlite_->TryWrite().IgnoreError();
    const sql::SqliteStats stats = sqlite_->stats();
    if (stats.write_fault.ok()) health_->Recovered();
    health_->writable.Set(stats.write_fault.ok() ? 1 : 0);
    health_->wal_bytes.Set(static_cast<double>(stats.wal_bytes));
    health_->queued_writes.Set(static_cast<double>(stats.queued_writes));
    struct stat file {};
    if (::stat(path_.c_str(), &file) == 0) health_->bytes.Set(static_cast<double>(file.st_size));
    struct statvfs disk {};
    if (::statvfs(path_.c_str(), &disk) == 0) {
      health_->free_bytes.Set(static_cast<double>(disk.f_bavail) *
                              static_cast<double>(disk.f_frsize));
    }
  } while (!closing_.WaitForNotificationWithTimeout(kWatchEvery));
}

}  // namespace athena::daemon
