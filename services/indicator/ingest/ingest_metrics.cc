#include "services/indicator/ingest/ingest_metrics.h"

namespace athena::indicator {
namespace {

constexpr std::array<const char*, 6> kOutcomeNames = {"INSERTED", "REVISED",  "UNCHANGED",
                                                      "DELETED",  "REJECTED", "LOCKED"};

}  // namespace

IngestMetrics::IngestMetrics(prometheus::Registry& registry)
    : rows_(prometheus::BuildCounter()
                .Name("athena_ingest_rows_total")
                .Help("Rows of pushes that were stored, by what became of them.")
                .Register(registry)),
      flagged_(prometheus::BuildCounter()
                   .Name("athena_ingest_flagged_rows_total")
                   .Help("Rows that were stored though they change by more than is plausible.")
                   .Register(registry)),
      last_push_(prometheus::BuildGauge()
                     .Name("athena_ingest_last_push_timestamp_seconds")
                     .Help("When the last push was stored, in seconds since 1970.")
                     .Register(registry)),
      series_(prometheus::BuildGauge()
                  .Name("athena_series")
                  .Help("Series of observations, of all institutions.")
                  .Register(registry)
                  .Add({})) {}

void IngestMetrics::CountPush(const std::string& institution, const v1::PushCounts& counts,
                              absl::Time time) {
  absl::MutexLock lock(&mutex_);
  const auto [found, added] = institutions_.try_emplace(institution);
  Institution& known = found->second;
  if (added) {
    for (size_t i = 0; i < kOutcomes; ++i) {
      known.rows[i] = &rows_.Add({{"institution", institution}, {"outcome", kOutcomeNames[i]}});
    }
    known.flagged = &flagged_.Add({{"institution", institution}});
    known.last_push = &last_push_.Add({{"institution", institution}});
  }
  const std::array<int32_t, kOutcomes> numbers = {counts.inserted(),  counts.revised(),
                                                  counts.unchanged(), counts.deleted(),
                                                  counts.rejected(),  counts.locked()};
  for (size_t i = 0; i < kOutcomes; ++i) known.rows[i]->Increment(numbers[i]);
  known.flagged->Increment(counts.flagged());
  known.last_push->Set(absl::ToDoubleSeconds(time - absl::UnixEpoch()));
}

void IngestMetrics::SetSeries(int64_t count) { series_.Set(static_cast<double>(count)); }

}  // namespace athena::indicator
