// athena-plan: what was promised, by whom, until when.

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/flags/flag.h"
#include "libs/clock/clock.h"
#include "libs/daemon/daemon.h"
#include "libs/daemon/database.h"
#include "libs/daemon/security/security.h"
#include "libs/paging/token_key.h"
#include "libs/status/macros.h"
#include "services/plan/indicators/indicator_client.h"
#include "services/plan/plan_rpc.h"
#include "services/plan/schema.h"

ABSL_FLAG(std::string, indicator_address, "127.0.0.1:7702", "host:port of the indicator service");

namespace athena::plan {
namespace {

struct State {
  std::unique_ptr<daemon::Database> database;
  std::string token_key;
  IndicatorClient indicators;
  PlanService service{database->sql(), Clock::System(), token_key, indicators};

  // Reads need no other service; a change that names an indicator does.
  std::vector<std::string> CannotWrite() const {
    std::vector<std::string> lines = database->CannotWrite();
    for (std::string& line : indicators.Faults()) lines.push_back(std::move(line));
    return lines;
  }
};

absl::StatusOr<daemon::Service> Build(prometheus::Registry& registry) {
  ATHENA_ASSIGN_OR_RETURN(
      auto indicator,
      daemon::ConnectTo("--indicator_address", absl::GetFlag(FLAGS_indicator_address)));
  ATHENA_ASSIGN_OR_RETURN(
      auto database,
      daemon::Database::Open({kApplicationId, Migrations(), JournalRecords(), "plan"}, registry));
  ATHENA_ASSIGN_OR_RETURN(std::string token_key, TokenKey(database->sql()));
  const std::shared_ptr<State> state(
      new State{std::move(database), std::move(token_key), IndicatorClient(std::move(indicator))});
  daemon::Service service;
  service.tables = state->service.Tables();
  service.tables.push_back(state->database->BackupTable());
  service.cannot_write = [state] { return state->CannotWrite(); };
  service.close = [state] { state->database->Close(); };
  service.state = state;
  return service;
}

}  // namespace
}  // namespace athena::plan

int main(int argc, char** argv) {
  return athena::daemon::Main(
      argc, argv,
      {.name = "athena-plan",
       .usage = "What was promised: institutions, plans and their elements.",
       .listen = "127.0.0.1:7701",
       .ops_listen = "127.0.0.1:7801"},
      athena::plan::Build);
}
