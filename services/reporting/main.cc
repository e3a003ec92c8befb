// athena-reporting: scorecards of plans, and what was published of them. Every scorecard is read
// from, or confirmed by, the plan and the indicator service; the database has publications alone.

#include <memory>
#include <string>
#include <utility>

#include "absl/flags/flag.h"
#include "libs/clock/clock.h"
#include "libs/daemon/daemon.h"
#include "libs/daemon/database.h"
#include "libs/daemon/security/security.h"
#include "libs/paging/token_key.h"
#include "libs/status/macros.h"
#include "services/reporting/publications/keys.h"
#include "services/reporting/reading/dependencies.h"
#include "services/reporting/reporting_rpc.h"
#include "services/reporting/schema.h"

ABSL_FLAG(std::string, plan_address, "127.0.0.1:7701", "host:port of the plan service");
ABSL_FLAG(std::string, indicator_address, "127.0.0.1:7702", "host:port of the indicator service");
ABSL_FLAG(
    std::string, signing_key, "",
    "the Ed25519 private key that signs publications, a PEM file that only its owner may read; "
    "without it nothing can be published");
ABSL_FLAG(std::string, verification_keys, "",
          "a folder of older public keys (*.pem), whose publications verify on");

namespace athena::reporting {
namespace {

struct State {
  std::unique_ptr<daemon::Database> database;
  std::string token_key;
  Keys keys;
  Dependencies dependencies;
  ReportingService service{database->sql(), Clock::System(), token_key, dependencies, keys};
};

absl::StatusOr<daemon::Service> Build(prometheus::Registry& registry) {
  ATHENA_ASSIGN_OR_RETURN(Keys keys, LoadKeys(absl::GetFlag(FLAGS_signing_key),
                                              absl::GetFlag(FLAGS_verification_keys)));
  ATHENA_ASSIGN_OR_RETURN(auto plan,
                          daemon::ConnectTo("--plan_address", absl::GetFlag(FLAGS_plan_address)));
  ATHENA_ASSIGN_OR_RETURN(
      auto indicator,
      daemon::ConnectTo("--indicator_address", absl::GetFlag(FLAGS_indicator_address)));
  ATHENA_ASSIGN_OR_RETURN(
      auto database, daemon::Database::Open(
                         {kApplicationId, Migrations(), JournalRecords(), "reporting"}, registry));
  ATHENA_ASSIGN_OR_RETURN(std::string token_key, TokenKey(database->sql()));
  const std::shared_ptr<State> state(
      new State{std::move(database), std::move(token_key), std::move(keys),
                Dependencies(std::move(plan), std::move(indicator))});
  daemon::Service service;
  service.tables = state->service.Tables();
  service.tables.push_back(state->database->BackupTable());
  service.missing = [state] { return state->dependencies.Faults(); };
  service.cannot_write = [state] { return state->database->CannotWrite(); };
  service.close = [state] { state->database->Close(); };
  service.state = state;
  return service;
}

}  // namespace
}  // namespace athena::reporting

int main(int argc, char** argv) {
  return athena::daemon::Main(
      argc, argv,
      {.name = "athena-reporting",
       .usage = "How a plan is doing: scorecards, made when they are read, and publications.",
       .listen = "127.0.0.1:7703",
       .ops_listen = "127.0.0.1:7803"},
      athena::reporting::Build);
}
