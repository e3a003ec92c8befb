#ifndef ATHENA_LIBS_DAEMON_DATABASE_H_
#define ATHENA_LIBS_DAEMON_DATABASE_H_

#include <prometheus/gauge.h>
#include <prometheus/registry.h>

#include <cstdint>
#include <memory>
#include <thread>

#include "absl/status/statusor.h"
#include "absl/synchronization/notification.h"
#include "absl/types/span.h"
#include "libs/sql/database.h"
#include "libs/sql/sqlite/sqlite_database.h"

namespace athena::daemon {

// Of a process that found its database broken: restarting will not help, a backup will.
inline constexpr int kExitDatabaseBroken = 65;  // EX_DATAERR of sysexits.h

// The database of a service that keeps one: the file that the flag --database names. What it does
// is counted:
//   athena_commit_group_rows, athena_commit_group_writes, athena_commit_seconds   by COMMIT
//   athena_wal_bytes, athena_queued_writes                                        now and then
// The structure of the file is checked in the background; when it is found broken, the log says
// where and the process ends with kExitDatabaseBroken. Thread-safe.
class Database {
 public:
  // `registry` outlives it. Errors are those of sql::SqliteDatabase::Open, and INVALID_ARGUMENT
  // without --database.
  static absl::StatusOr<std::unique_ptr<Database>> Open(int32_t application_id,
                                                        absl::Span<const sql::Migration> migrations,
                                                        prometheus::Registry& registry);
  ~Database() { Close(); }

  sql::Database& sql() const { return *sqlite_; }
  // Finishes what is under way and closes the file. Idempotent; not to be called twice at once.
  void Close();

 private:
  Database(std::unique_ptr<sql::SqliteDatabase> sqlite, prometheus::Registry& registry);
  void Watch();

  const std::unique_ptr<sql::SqliteDatabase> sqlite_;
  prometheus::Gauge& wal_bytes_;
  prometheus::Gauge& queued_writes_;
  absl::Notification closing_;
  std::thread watch_;
};

}  // namespace athena::daemon

#endif  // ATHENA_LIBS_DAEMON_DATABASE_H_
