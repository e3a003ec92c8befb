// athena-plan: what was promised, by whom, until when.

#include <memory>
#include <utility>

#include "libs/clock/clock.h"
#include "libs/daemon/daemon.h"
#include "libs/daemon/database.h"
#include "libs/paging/page_tokens.h"
#include "services/plan/plan_rpc.h"
#include "services/plan/schema.h"

namespace athena::plan {
namespace {

struct State {
  std::unique_ptr<daemon::Database> database;
  PlanService service{database->sql(), Clock::System(), PageTokens::RandomKey()};
};

absl::StatusOr<daemon::Service> Build(prometheus::Registry& registry) {
  auto database = daemon::Database::Open(kApplicationId, Migrations(), registry);
  if (!database.ok()) return database.status();
  const std::shared_ptr<State> state(new State{*std::move(database)});
  daemon::Service service;
  service.tables.push_back(state->service.Table());
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
