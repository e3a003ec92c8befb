#include "libs/daemon/database.h"

#include <prometheus/histogram.h>

#include <cstdlib>
#include <string>
#include <utility>

#include "absl/flags/flag.h"
#include "absl/time/time.h"
#include "libs/log/log.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"

ABSL_FLAG(std::string, database, "",
          "the database file, made when it is not there; on a local file system");

namespace athena::daemon {
namespace {

// How old athena_wal_bytes may be: below the usual scrape interval.
constexpr absl::Duration kGaugeEvery = absl::Seconds(5);

prometheus::Histogram& Histogram(prometheus::Registry& registry, const char* name, const char* help,
                                 const prometheus::Histogram::BucketBoundaries& buckets) {
  return prometheus::BuildHistogram().Name(name).Help(help).Register(registry).Add({}, buckets);
}

prometheus::Gauge& Gauge(prometheus::Registry& registry, const char* name, const char* help) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(registry).Add({});
}

}  // namespace

absl::StatusOr<std::unique_ptr<Database>> Database::Open(
    int32_t application_id, absl::Span<const sql::Migration> migrations,
    prometheus::Registry& registry) {
  sql::SqliteOptions options;
  options.path = absl::GetFlag(FLAGS_database);
  if (options.path.empty()) {
    return status::InvalidField("--database", "nothing", "the path of the database file");
  }
  options.application_id = application_id;
  options.migrations = migrations;
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
  ATHENA_ASSIGN_OR_RETURN(auto sqlite, sql::SqliteDatabase::Open(std::move(options)));
  return std::unique_ptr<Database>(new Database(std::move(sqlite), registry));
}

Database::Database(std::unique_ptr<sql::SqliteDatabase> sqlite, prometheus::Registry& registry)
    : sqlite_(std::move(sqlite)),
      wal_bytes_(Gauge(registry, "athena_wal_bytes",
                       "The write-ahead log in use: what readers and the next checkpoint hold.")),
      queued_writes_(Gauge(registry, "athena_queued_writes", "Transactions that wait to be run.")),
      watch_([this] { Watch(); }) {}

void Database::Close() {
  if (closing_.HasBeenNotified()) return;
  closing_.Notify();
  sqlite_->Close();
  watch_.join();
}

void Database::Watch() {
  const absl::Status sound = sqlite_->QuickCheck();
  if (absl::IsDataLoss(sound)) {
    log::Error("database broken", {{"message", sound.message()}});
    // Nothing that is read from it can be trusted, and nothing should be added to it.
    log::Flush(absl::Seconds(1));
    std::_Exit(kExitDatabaseBroken);
  }
  if (sound.ok()) log::Info("database checked");
  do {
    const sql::SqliteStats stats = sqlite_->stats();
    wal_bytes_.Set(static_cast<double>(stats.wal_bytes));
    queued_writes_.Set(static_cast<double>(stats.queued_writes));
  } while (!closing_.WaitForNotificationWithTimeout(kGaugeEvery));
}

}  // namespace athena::daemon
