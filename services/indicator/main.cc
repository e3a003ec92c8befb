// athena-indicator: what was measured, and what was aimed at. One database file holds all of it.

#include <memory>
#include <string>
#include <utility>

#include "absl/flags/flag.h"
#include "absl/time/time.h"
#include "libs/clock/clock.h"
#include "libs/daemon/daemon.h"
#include "libs/daemon/database.h"
#include "libs/daemon/institution_wakeups.h"
#include "libs/paging/page_tokens.h"
#include "libs/paging/token_key.h"
#include "libs/sql/database.h"
#include "libs/status/status.h"
#include "services/indicator/definitions/indicators.h"
#include "services/indicator/definitions/targets.h"
#include "services/indicator/indicator_rpc.h"
#include "services/indicator/ingest/ingest_metrics.h"
#include "services/indicator/ingest/pushes.h"
#include "services/indicator/model/catalog.h"
#include "services/indicator/observations/observation_feed.h"
#include "services/indicator/observations/observations.h"
#include "services/indicator/quarters/closings.h"
#include "services/indicator/quarters/completeness.h"
#include "services/indicator/quarters/series_ends.h"
#include "services/indicator/query/period_values.h"
#include "services/indicator/store/schema.h"
#include "services/indicator/store/series_store.h"

ABSL_FLAG(std::string, time_zone, "Europe/Brussels",
          "where days begin: a period is over when its last day is over there");

namespace athena::indicator {
namespace {

struct State {
  State(std::unique_ptr<daemon::Database> opened, std::unique_ptr<SeriesNumbers> known,
        std::string token_key, absl::TimeZone zone, prometheus::Registry& registry)
      : database(std::move(opened)),
        numbers(std::move(known)),
        tokens(std::move(token_key)),
        metrics(registry),
        indicators(sql, catalog, tokens, Clock::System(), zone),
        pushes(sql, catalog, *numbers, tokens, wakeups, metrics, Clock::System(), zone),
        closings(sql, catalog, tokens, Clock::System(), zone),
        completeness(sql, catalog, tokens, Clock::System(), zone) {
    metrics.SetSeries(numbers->count());
  }

  std::unique_ptr<daemon::Database> database;
  sql::Database& sql = database->sql();
  std::unique_ptr<SeriesNumbers> numbers;
  Catalog catalog{sql};
  const PageTokens tokens;
  daemon::InstitutionWakeups wakeups{sql};
  IngestMetrics metrics;
  const Indicators indicators;
  const Targets targets{sql, catalog, Clock::System()};
  PeriodValues values{sql, catalog, Clock::System()};
  Pushes pushes;
  Observations observations{sql, catalog, tokens, Clock::System()};
  const ObservationFeed feed{sql, wakeups};
  const SeriesEnds series_ends{sql, catalog, tokens, wakeups, Clock::System()};
  Closings closings;
  Completeness completeness;
};

absl::StatusOr<daemon::Service> Build(prometheus::Registry& registry) {
  absl::TimeZone zone;
  if (!absl::LoadTimeZone(absl::GetFlag(FLAGS_time_zone), &zone)) {
    return status::InvalidField("--time_zone", absl::GetFlag(FLAGS_time_zone),
                                "a name of the time zone database: \"Europe/Brussels\"");
  }
  auto database = daemon::Database::Open(kApplicationId, Schema(), registry);
  if (!database.ok()) return database.status();
  auto numbers = SeriesNumbers::Load((*database)->sql());
  if (!numbers.ok()) return numbers.status();
  absl::StatusOr<std::string> token_key = TokenKey((*database)->sql());
  if (!token_key.ok()) return token_key.status();
  const auto state = std::make_shared<State>(*std::move(database), *std::move(numbers),
                                             *std::move(token_key), zone, registry);
  daemon::Service service;
  service.tables.push_back(IndicatorTable(
      {state->indicators, state->targets, state->values, state->pushes, state->observations,
       state->feed, state->series_ends, state->closings, state->completeness}));
  service.close = [state] { state->database->Close(); };
  service.state = state;
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
