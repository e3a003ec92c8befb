#ifndef ATHENA_LIBS_DAEMON_INSTITUTION_WAKEUPS_H_
#define ATHENA_LIBS_DAEMON_INSTITUTION_WAKEUPS_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "libs/rpc/wakeups.h"
#include "libs/sql/database.h"

namespace athena::daemon {

// Wakes those who watch an institution when it has a new revision, whichever process made it: a
// thread compares the revisions of watched institutions with the database at an interval. Notify
// makes that quicker for what this process commits. Nobody else is woken. Thread-safe.
class InstitutionWakeups {
 public:
  // How late a watcher may hear of another process's commit.
  static constexpr absl::Duration kPollInterval = absl::Milliseconds(250);

  // The database outlives this; it may be closed before.
  explicit InstitutionWakeups(sql::Database& database,
                              absl::Duration poll_interval = kPollInterval);
  ~InstitutionWakeups();
  InstitutionWakeups(const InstitutionWakeups&) = delete;
  InstitutionWakeups& operator=(const InstitutionWakeups&) = delete;

  // Those of an institution, by id; lives as long as this.
  rpc::Wakeups& Of(const std::string& institution);

  // Wakes the institution's watchers now. For sql::WriteTx::OnCommit.
  void Notify(const std::string& institution);

 private:
  struct Watched {
    rpc::Wakeups wakeups;
    int64_t seen = -1;  // the revision that was last found; the polling thread's own
  };

  void Run();
  absl::Status Poll(const std::vector<std::pair<std::string, Watched*>>& watched);

  sql::Database& database_;
  const absl::Duration poll_interval_;
  absl::Mutex mutex_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::map<std::string, std::unique_ptr<Watched>> watched_ ABSL_GUARDED_BY(mutex_);
  std::thread poller_;
};

}  // namespace athena::daemon

#endif  // ATHENA_LIBS_DAEMON_INSTITUTION_WAKEUPS_H_
