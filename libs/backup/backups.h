#ifndef ATHENA_LIBS_BACKUP_BACKUPS_H_
#define ATHENA_LIBS_BACKUP_BACKUPS_H_

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>

#include <atomic>
#include <functional>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "athena/common/v1/backup_service.pb.h"
#include "libs/backup/backup_folder.h"
#include "libs/clock/clock.h"
#include "libs/rpc/call.h"
#include "libs/rpc/method.h"
#include "libs/sql/backup.h"

namespace athena::backup {

struct BackupOptions {
  std::string service;  // in the names of files: "plan"
  std::string folder;   // where they go; empty: nowhere, so that none can be made
  int keep = 14;        // how many stay, at least 1; older ones are deleted after a success
};

// Makes a copy of the database in a new file. Asks `go_on` now and then, and gives up with its
// error. As sql::SqliteDatabase::Backup.
using MakeCopy = std::function<absl::StatusOr<sql::BackupCopy>(
    const std::string& path, absl::FunctionRef<absl::Status()> go_on)>;

// athena.common.v1.BackupService of a service. Exports, from the first scrape on,
//   athena_backup_last_success_timestamp_seconds   by the name of the newest file; 0: there is none
//   athena_backup_bytes                            its size
//   athena_backup_failures_total                   calls that should have made one and did not
// Thread-safe.
class Backups {
 public:
  // The clock and the registry outlive it. A folder that cannot be read is logged at error, and
  // does not keep the service from starting: it may be on a disk that is not there yet.
  Backups(BackupOptions options, MakeCopy make_copy, const Clock& clock,
          prometheus::Registry& registry);

  // The RPC, with who may call it. Outlives the table.
  rpc::ServiceTable Table();

  absl::StatusOr<common::v1::CreateBackupResponse> CreateBackup(
      const rpc::Call& call, const common::v1::CreateBackupRequest& request);

 private:
  absl::StatusOr<common::v1::CreateBackupResponse> Make(const rpc::Call& call);
  // Where the next backup goes: a name that no file has.
  BackupFile NextFile() const;
  void DeletePartial() const;  // what killed processes left
  void DeleteOld() const;      // all but the newest `keep`
  void Show(const BackupFile& newest);

  const BackupOptions options_;
  const MakeCopy make_copy_;
  const Clock& clock_;
  prometheus::Gauge& last_success_;
  prometheus::Gauge& bytes_;
  prometheus::Counter& failures_;
  std::atomic<bool> under_way_{false};
};

}  // namespace athena::backup

#endif  // ATHENA_LIBS_BACKUP_BACKUPS_H_
