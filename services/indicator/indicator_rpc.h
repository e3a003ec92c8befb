#ifndef ATHENA_SERVICES_INDICATOR_INDICATOR_RPC_H_
#define ATHENA_SERVICES_INDICATOR_INDICATOR_RPC_H_

#include <prometheus/registry.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/clock/clock.h"
#include "libs/daemon/institution_wakeups.h"
#include "libs/history/history.h"
#include "libs/paging/page_tokens.h"
#include "libs/resource/resources.h"
#include "libs/rpc/method.h"
#include "libs/sql/database.h"
#include "libs/versioned/store.h"
#include "services/indicator/definitions/indicators.h"
#include "services/indicator/definitions/targets.h"
#include "services/indicator/ingest/ingest_metrics.h"
#include "services/indicator/ingest/push_pipeline.h"
#include "services/indicator/ingest/push_reads.h"
#include "services/indicator/model/catalog.h"
#include "services/indicator/observations/observation_feed.h"
#include "services/indicator/observations/observations.h"
#include "services/indicator/quarters/closings.h"
#include "services/indicator/quarters/completeness.h"
#include "services/indicator/quarters/overdue_metrics.h"
#include "services/indicator/quarters/series_ends.h"
#include "services/indicator/quarters/settings.h"
#include "services/indicator/query/period_values.h"
#include "services/indicator/store/series_store.h"

namespace athena::indicator {

// The indicator service over a database with its schema: owns everything that its RPCs need.
// Thread-safe.
class IndicatorService {
 public:
  // Reads the numbers of all series. `token_key` is that of PageTokens; `zone` is where days begin
  // and end. Database, clock and registry outlive the service.
  static absl::StatusOr<std::unique_ptr<IndicatorService>> Open(sql::Database& database,
                                                                std::string token_key,
                                                                const Clock& clock,
                                                                absl::TimeZone zone,
                                                                prometheus::Registry& registry);
  IndicatorService(const IndicatorService&) = delete;
  IndicatorService& operator=(const IndicatorService&) = delete;

  // The RPCs of each gRPC service, with who may call them; called once. The service outlives the
  // tables.
  std::vector<rpc::ServiceTable> Tables();

  // Counts overdue values now and then (OverdueMetrics), until it is stopped: before the database
  // is closed.
  void StartCounting() { overdue_metrics_.Start(); }
  void StopCounting() { overdue_metrics_.Stop(); }
  // Once, for tests.
  absl::Status CountOverdue() { return overdue_metrics_.Update(); }

  // For tests, which store definitions past the RPCs.
  Catalog& catalog() { return catalog_; }

 private:
  IndicatorService(sql::Database& database, std::unique_ptr<SeriesNumbers> numbers,
                   std::string token_key, const Clock& clock, absl::TimeZone zone,
                   prometheus::Registry& registry);

  // athena.indicator.v1.IndicatorService.
  rpc::ServiceTable IndicatorTable();

  const std::unique_ptr<SeriesNumbers> numbers_;
  const PageTokens tokens_;
  const absl::TimeZone zone_;
  const versioned::Store store_;
  resource::Resources resources_;
  Catalog catalog_;
  daemon::InstitutionWakeups wakeups_;
  IngestMetrics metrics_;
  const IndicatorLists indicator_lists_;
  const Targets targets_;
  PushPipeline pushes_;
  const PushReads push_reads_;
  const Observations observations_;
  const ObservationFeed feed_;
  const SeriesEnds series_ends_;
  const Closings closings_;
  const Settings settings_;
  const Completeness completeness_;
  OverdueMetrics overdue_metrics_;
  PeriodValues period_values_;
  const history::History history_;
};

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_INDICATOR_RPC_H_
