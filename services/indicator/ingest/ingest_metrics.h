#ifndef ATHENA_SERVICES_INDICATOR_INGEST_INGEST_METRICS_H_
#define ATHENA_SERVICES_INDICATOR_INGEST_INGEST_METRICS_H_

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>

#include <array>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "athena/indicator/v1/observation.pb.h"

namespace athena::indicator {

// Metrics of stored pushes:
//   athena_ingest_rows_total{institution,outcome}            their rows
//   athena_ingest_flagged_rows_total{institution}            rows that violate a ChangeBound
//   athena_ingest_last_push_timestamp_seconds{institution}   time of the last push, Unix seconds
//   athena_series                                            series of all institutions
// The metrics of an institution appear with its first push. Thread-safe.
class IngestMetrics {
 public:
  // The registry outlives this.
  explicit IngestMetrics(prometheus::Registry& registry);

  void CountPush(const std::string& institution, const v1::PushCounts& counts, absl::Time time);
  void SetSeries(int64_t count);

 private:
  static constexpr size_t kOutcomes = 6;
  struct Institution {
    std::array<prometheus::Counter*, kOutcomes> rows;
    prometheus::Counter* flagged;
    prometheus::Gauge* last_push;
  };

  prometheus::Family<prometheus::Counter>& rows_;
  prometheus::Family<prometheus::Counter>& flagged_;
  prometheus::Family<prometheus::Gauge>& last_push_;
  prometheus::Gauge& series_;
  absl::Mutex mutex_;
  absl::flat_hash_map<std::string, Institution> institutions_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_INGEST_INGEST_METRICS_H_
