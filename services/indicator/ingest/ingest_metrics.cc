#include "services/indicator/ingest/ingest_metrics.h"

#include "libs/log/log.h"

namespace athena::indicator {
namespace {

constexpr std::array<const char*, 6> kOutcomeNames = {"INSERTED", "REVISED",  "UNCHANGED",
                                                      "DELETED",  "REJECTED", "LOCKED"};

// Counters of these are there before they count anything, so that a first refusal is an increase.
constexpr std::array<const char*, 3> kUsualRefusals = {"INVALID_FIELDS", "PERIOD_CLOSED",
                                                       "PUSH_ID_REUSED"};

constexpr absl::Duration kLogEvery = absl::Seconds(1);

constexpr sql::Statement kLastPushes{R"(
  SELECT institution_head.institution, push.time
  FROM institution_head JOIN push ON push.institution = institution_head.key
  WHERE push.revision = (SELECT max(revision) FROM push AS last
                         WHERE last.institution = institution_head.key)
  ORDER BY institution_head.institution)"};

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
      refused_(prometheus::BuildCounter()
                   .Name("athena_ingest_refused_total")
                   .Help("Pushes that were refused, by the reason of the error.")
                   .Register(registry)),
      last_push_(prometheus::BuildGauge()
                     .Name("athena_ingest_last_push_timestamp_seconds")
                     .Help("When the last push was stored, in seconds since 1970.")
                     .Register(registry)),
      series_(prometheus::BuildGauge()
                  .Name("athena_series")
                  .Help("Series of observations, of all institutions.")
                  .Register(registry)
                  .Add({})),
      log_([this] { RunLog(); }) {}

IngestMetrics::~IngestMetrics() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  log_.join();
}

absl::Status IngestMetrics::Restore(sql::Database& database) {
  return database.Read([this](sql::ReadTx& tx) {
    return tx.Query(kLastPushes, {}, [this](const sql::Row& row) {
      absl::MutexLock lock(&mutex_);
      Of(std::string(row.Text(0))).last_push->Set(static_cast<double>(row.Int(1)) / 1e6);
      return absl::OkStatus();
    });
  });
}

IngestMetrics::Institution& IngestMetrics::Of(const std::string& institution) {
  const auto [found, added] = institutions_.try_emplace(institution);
  Institution& known = found->second;
  if (!added) return known;
  for (size_t i = 0; i < kOutcomes; ++i) {
    known.rows[i] = &rows_.Add({{"institution", institution}, {"outcome", kOutcomeNames[i]}});
  }
  known.flagged = &flagged_.Add({{"institution", institution}});
  for (const char* const reason : kUsualRefusals) {
    refused_.Add({{"institution", institution}, {"reason", reason}});
  }
  known.last_push = &last_push_.Add({{"institution", institution}});
  return known;
}

void IngestMetrics::CountPush(const std::string& institution, std::string_view sender,
                              std::string_view name, const v1::PushCounts& counts,
                              absl::Time time) {
  const std::array<int32_t, kOutcomes> numbers = {counts.inserted(),  counts.revised(),
                                                  counts.unchanged(), counts.deleted(),
                                                  counts.rejected(),  counts.locked()};
  absl::MutexLock lock(&mutex_);
  Institution& known = Of(institution);
  for (size_t i = 0; i < kOutcomes; ++i) known.rows[i]->Increment(numbers[i]);
  known.flagged->Increment(counts.flagged());
  known.last_push->Set(absl::ToDoubleSeconds(time - absl::UnixEpoch()));
  if (counts.inserted() + counts.revised() + counts.deleted() == 0) return;
  Unlogged& unlogged = unlogged_[{institution, std::string(sender)}];
  ++unlogged.pushes;
  unlogged.inserted += counts.inserted();
  unlogged.revised += counts.revised();
  unlogged.deleted += counts.deleted();
  unlogged.last = std::string(name);
}

void IngestMetrics::CountRefused(const std::string& institution, std::string_view reason) {
  refused_
      .Add({{"institution", institution},
            {"reason", reason.empty() ? "OTHER" : std::string(reason)}})
      .Increment();
}

void IngestMetrics::RunLog() {
  while (true) {
    UnloggedPushes pushes;
    bool stop = false;
    {
      absl::MutexLock lock(&mutex_);
      stop = mutex_.AwaitWithTimeout(absl::Condition(&stopping_), kLogEvery);
      pushes.swap(unlogged_);
    }
    for (const auto& [who, changes] : pushes) {
      log::Info("pushed", {{"institution", who.first},
                           {"subject", who.second},
                           {"pushes", changes.pushes},
                           {"inserted", changes.inserted},
                           {"revised", changes.revised},
                           {"deleted", changes.deleted},
                           {"last", changes.last}});
    }
    if (stop) return;
  }
}

void IngestMetrics::SetSeries(int64_t count) { series_.Set(static_cast<double>(count)); }

}  // namespace athena::indicator
