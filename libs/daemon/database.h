#ifndef ATHENA_LIBS_DAEMON_DATABASE_H_
#define ATHENA_LIBS_DAEMON_DATABASE_H_

#include <prometheus/registry.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/notification.h"
#include "absl/types/span.h"
#include "libs/audit/verify.h"
#include "libs/backup/backups.h"
#include "libs/rpc/method.h"
#include "libs/sql/database.h"
#include "libs/sql/sqlite/sqlite_database.h"

namespace athena::daemon {

// Of a process that found its database broken: restarting will not help, a backup will.
inline constexpr int kExitDatabaseBroken = 65;  // EX_DATAERR of sysexits.h

// What a service keeps in its database.
struct DatabaseContent {
  int32_t application_id = 0;
  absl::Span<const sql::Migration> migrations;
  // What the entries of its journals recorded; outlives the database.
  absl::Span<const audit::Records> records;
  // How its backups are named: "plan".
  std::string_view name = "database";
};

// The database of a service that keeps one: the file that the flag --database names. What it does
// is counted, all of it from the first scrape on:
//   athena_commit_group_rows, athena_commit_group_writes, athena_commit_seconds   by COMMIT
//   athena_wal_bytes, athena_queued_writes                                        now and then
//   athena_database_bytes                    of the file, its WAL not counted
//   athena_database_free_bytes               of its disk, for this user
//   athena_database_writable                 1, or 0 while writes fail
//   athena_storage_faults_total{cause}       disk_full, io_error, replaced, other
//   athena_journal_faults                    what the check of the journals found
// Backups go to the folder of --backup_folder, which keeps the newest --backup_keep of them
// (libs/backup/backups.h, with their metrics).
//
// A thread watches it. When the disk is full, fails, or the file is deleted or replaced, the log
// says so at error, and at info when writes succeed again, which is tried every second. After the
// start the structure of the file is checked; when it is broken, the log says where and the process
// ends with kExitDatabaseBroken. Then the journals are verified; their faults are logged at error,
// and the service goes on. Thread-safe.
class Database {
 public:
  // `registry` outlives it. Errors are those of sql::SqliteDatabase::Open, and INVALID_ARGUMENT
  // without --database or with flags that make no sense.
  static absl::StatusOr<std::unique_ptr<Database>> Open(const DatabaseContent& content,
                                                        prometheus::Registry& registry,
                                                        const std::string& vfs = "");
  ~Database() { Close(); }

  sql::Database& sql() const { return *sqlite_; }
  // athena.common.v1.BackupService. The database outlives the table.
  rpc::ServiceTable BackupTable() { return backups_.Table(); }
  // Why nothing can be stored now, a line; none while writes succeed. For Service::cannot_write.
  std::vector<std::string> CannotWrite() const;
  // Finishes what is under way and closes the file. Idempotent; not to be called twice at once.
  void Close();

 private:
  class Health;

  Database(std::string path, absl::Span<const audit::Records> records,
           std::unique_ptr<sql::SqliteDatabase> sqlite, std::shared_ptr<Health> health,
           backup::BackupOptions backup_options, prometheus::Registry& registry);
  void Watch();
  void CheckStructure();
  void VerifyJournals();

  const std::string path_;
  const absl::Span<const audit::Records> records_;
  const std::unique_ptr<sql::SqliteDatabase> sqlite_;
  const std::shared_ptr<Health> health_;
  backup::Backups backups_;
  absl::Notification closing_;
  std::thread checks_;  // structure, then journals
  std::thread watch_;
};

}  // namespace athena::daemon

#endif  // ATHENA_LIBS_DAEMON_DATABASE_H_
