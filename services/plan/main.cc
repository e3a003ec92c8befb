// athena-plan: what was promised, by whom, until when.

#include <memory>
#include <set>
#include <string>
#include <utility>

#include "libs/clock/clock.h"
#include "libs/daemon/daemon.h"
#include "libs/daemon/database.h"
#include "libs/paging/token_key.h"
#include "services/plan/plan_rpc.h"
#include "services/plan/schema.h"

namespace athena::plan {
namespace {

absl::StatusOr<std::set<std::string>> NoneClosed(const rpc::Call&, const std::string&,
                                                 const std::set<std::string>&) {
  return std::set<std::string>();
}

struct State {
  std::unique_ptr<daemon::Database> database;
  std::string token_key;
  PlanService service{database->sql(), Clock::System(), token_key, NoneClosed};
};

absl::StatusOr<daemon::Service> Build(prometheus::Registry& registry) {
  auto database =
      daemon::Database::Open({kApplicationId, Migrations(), JournalRecords()}, registry);
  if (!database.ok()) return database.status();
  absl::StatusOr<std::string> token_key = TokenKey((*database)->sql());
  if (!token_key.ok()) return token_key.status();
  const std::shared_ptr<State> state(new State{*std::move(database), *std::move(token_key)});
  daemon::Service service;
  service.tables = state->service.Tables();
  service.cannot_write = [state] { return state->database->CannotWrite(); };
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
