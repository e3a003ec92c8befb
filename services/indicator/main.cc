// athena-indicator: indicators, targets and observations. One database file contains all of it.

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/time/time.h"
#include "libs/clock/clock.h"
#include "libs/daemon/daemon.h"
#include "libs/daemon/database.h"
#include "libs/fields/fields.h"
#include "libs/paging/token_key.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "services/indicator/indicator_rpc.h"
#include "services/indicator/store/schema.h"

ABSL_FLAG(std::string, time_zone, "Europe/Brussels",
          "where days begin: a period is over when its last day is over there");

namespace athena::indicator {
namespace {

// The service is destroyed before its database.
struct State {
  std::unique_ptr<daemon::Database> database;
  std::unique_ptr<IndicatorService> service;
};

absl::StatusOr<daemon::Service> Build(prometheus::Registry& registry) {
  absl::TimeZone zone;
  if (!fields::IsTimeZone(absl::GetFlag(FLAGS_time_zone)) ||
      !absl::LoadTimeZone(absl::GetFlag(FLAGS_time_zone), &zone)) {
    return status::InvalidField("--time_zone", absl::GetFlag(FLAGS_time_zone),
                                "a name of the time zone database: \"Europe/Brussels\"");
  }
  const auto state = std::make_shared<State>();
  const std::vector<sql::Migration> migrations = Schema();
  ATHENA_ASSIGN_OR_RETURN(
      state->database, daemon::Database::Open(
                           {kApplicationId, migrations, JournalRecords(), "indicator"}, registry));
  sql::Database& database = state->database->sql();
  ATHENA_ASSIGN_OR_RETURN(std::string token_key, TokenKey(database));
  ATHENA_ASSIGN_OR_RETURN(state->service, IndicatorService::Open(database, std::move(token_key),
                                                                 Clock::System(), zone, registry));
  state->service->StartCounting();
  daemon::Service service;
  service.tables = state->service->Tables();
  service.tables.push_back(state->database->BackupTable());
  service.cannot_write = [state] { return state->database->CannotWrite(); };
  service.close = [state] {
    state->service->StopCounting();
    state->database->Close();
  };
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
