// athena-indicator: what was measured, and what was aimed at. One database file holds all of it.

#include <memory>
#include <string>
#include <utility>

#include "absl/flags/flag.h"
#include "absl/time/time.h"
#include "libs/clock/clock.h"
#include "libs/daemon/daemon.h"
#include "libs/paging/page_tokens.h"
#include "libs/sql/sqlite_database.h"
#include "libs/status/status.h"
#include "services/indicator/catalog.h"
#include "services/indicator/indicator_rpc.h"
#include "services/indicator/indicators.h"
#include "services/indicator/ingest_metrics.h"
#include "services/indicator/observations.h"
#include "services/indicator/period_values.h"
#include "services/indicator/pushes.h"
#include "services/indicator/schema.h"
#include "services/indicator/series_store.h"
#include "services/indicator/targets.h"

ABSL_FLAG(std::string, database, "indicator.db", "the database file; made when it is not there");
ABSL_FLAG(std::string, time_zone, "Europe/Brussels",
          "where days begin: a period is over when its last day is over there");

namespace athena::indicator {
namespace {

struct Indicator {
  Indicator(std::unique_ptr<sql::Database> opened, std::unique_ptr<SeriesNumbers> known,
            absl::TimeZone zone, prometheus::Registry& registry)
      : database(std::move(opened)),
        numbers(std::move(known)),
        metrics(registry),
        pushes(*database, catalog, *numbers, metrics, Clock::System(), zone) {
    metrics.SetSeries(numbers->count());
  }

  std::unique_ptr<sql::Database> database;
  std::unique_ptr<SeriesNumbers> numbers;
  Catalog catalog{*database};
  PageTokens tokens{PageTokens::RandomKey()};
  IngestMetrics metrics;
  const Indicators indicators{*database, catalog, tokens, Clock::System()};
  const Targets targets{*database, catalog, Clock::System()};
  PeriodValues values{*database, catalog, Clock::System()};
  Pushes pushes;
  Observations observations{*database, catalog, tokens, Clock::System()};
};

absl::StatusOr<daemon::Service> Build(prometheus::Registry& registry) {
  absl::TimeZone zone;
  if (!absl::LoadTimeZone(absl::GetFlag(FLAGS_time_zone), &zone)) {
    return status::InvalidField("--time_zone", absl::GetFlag(FLAGS_time_zone),
                                "a name of the time zone database: \"Europe/Brussels\"");
  }
  const std::vector<sql::Migration> schema = Schema();
  sql::SqliteOptions options;
  options.path = absl::GetFlag(FLAGS_database);
  options.application_id = kApplicationId;
  options.migrations = schema;
  absl::StatusOr<std::unique_ptr<sql::SqliteDatabase>> database =
      sql::SqliteDatabase::Open(std::move(options));
  if (!database.ok()) return database.status();
  absl::StatusOr<std::unique_ptr<SeriesNumbers>> numbers = SeriesNumbers::Load(**database);
  if (!numbers.ok()) return numbers.status();
  const auto indicator =
      std::make_shared<Indicator>(*std::move(database), *std::move(numbers), zone, registry);
  daemon::Service service;
  service.tables.push_back(
      IndicatorTable({indicator->indicators, indicator->targets, indicator->values,
                      indicator->pushes, indicator->observations}));
  service.close = [indicator] { indicator->database->Close(); };
  service.state = indicator;
  return service;
}

}  // namespace
}  // namespace athena::indicator

int main(int argc, char** argv) {
  return athena::daemon::Main(argc, argv,
                              {.name = "athena-indicator",
                               .usage = "What was measured and what was aimed at: indicators, "
                                        "targets, observations and all their revisions.",
                               .listen = "127.0.0.1:7702",
                               .ops_listen = "127.0.0.1:7802"},
                              athena::indicator::Build);
}
