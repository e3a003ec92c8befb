#ifndef ATHENA_SERVICES_INDICATOR_INGEST_INGEST_METRICS_H_
#define ATHENA_SERVICES_INDICATOR_INGEST_INGEST_METRICS_H_

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "athena/indicator/v1/observation.pb.h"
#include "libs/sql/database.h"

namespace athena::indicator {

// Counts pushes:
//   athena_ingest_rows_total{institution,outcome}            their rows
//   athena_ingest_flagged_rows_total{institution}            rows that violate a ChangeBound
//   athena_ingest_last_push_timestamp_seconds{institution}   time of the last push, Unix seconds
//   athena_ingest_refused_total{institution,reason}          pushes that were refused, by the
//                                                            reason of the error
//   athena_series                                            series of all institutions
// and logs who changed what: at info, event "pushed", at most a line a second for each sender,
// since pushes come by the thousand. Thread-safe.
class IngestMetrics {
 public:
  // The registry outlives this.
  explicit IngestMetrics(prometheus::Registry& registry);
  // Logs what was not logged yet.
  ~IngestMetrics();

  // Makes the metrics of the institutions that have pushed before, with the time of the last push.
  // Those of any other appear with its first push.
  absl::Status Restore(sql::Database& database);

  // `name` is that of the push, `sender` the subject that sent it.
  void CountPush(const std::string& institution, std::string_view sender, std::string_view name,
                 const v1::PushCounts& counts, absl::Time time);
  // A push that was refused, dry runs not counted. `institution` is the caller's own, which bounds
  // how many there are; `reason` is that of the error, "" when it has none.
  void CountRefused(const std::string& institution, std::string_view reason);
  void SetSeries(int64_t count);

 private:
  static constexpr size_t kOutcomes = 6;
  struct Institution {
    std::array<prometheus::Counter*, kOutcomes> rows;
    prometheus::Counter* flagged;
    prometheus::Gauge* last_push;
  };
  // Pushes of one sender that are not logged yet.
  struct Unlogged {
    int64_t pushes = 0;
    int64_t inserted = 0;
    int64_t revised = 0;
    int64_t deleted = 0;
    std::string last;  // name
  };
  using UnloggedPushes = std::map<std::pair<std::string, std::string>, Unlogged>;

  Institution& Of(const std::string& institution) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void RunLog();

  prometheus::Family<prometheus::Counter>& rows_;
  prometheus::Family<prometheus::Counter>& flagged_;
  prometheus::Family<prometheus::Counter>& refused_;
  prometheus::Family<prometheus::Gauge>& last_push_;
  prometheus::Gauge& series_;
  absl::Mutex mutex_;
  absl::flat_hash_map<std::string, Institution> institutions_ ABSL_GUARDED_BY(mutex_);
  UnloggedPushes unlogged_ ABSL_GUARDED_BY(mutex_);  // by institution and sender
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread log_;
};

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_INGEST_INGEST_METRICS_H_
