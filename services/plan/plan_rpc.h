#ifndef ATHENA_SERVICES_PLAN_PLAN_RPC_H_
#define ATHENA_SERVICES_PLAN_PLAN_RPC_H_

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "libs/clock/clock.h"
#include "libs/daemon/institution_wakeups.h"
#include "libs/history/history.h"
#include "libs/paging/page_tokens.h"
#include "libs/resource/kind.h"
#include "libs/resource/resources.h"
#include "libs/rpc/method.h"
#include "libs/sql/database.h"
#include "libs/versioned/store.h"
#include "services/plan/history/history_sources.h"
#include "services/plan/history/plan_changes.h"
#include "services/plan/strategy/plan_trees.h"
#include "services/plan/strategy/plans.h"

namespace athena::plan {

// The plan service over a database with this service's schema. Thread-safe.
class PlanService {
 public:
  // Database and clock outlive it; `token_key` is that of PageTokens.
  PlanService(sql::Database& database, const Clock& clock, std::string token_key)
      : wakeups_(database),
        tokens_(std::move(token_key)),
        store_(database,
               [this](const std::string& institution, int64_t) { wakeups_.Notify(institution); }),
        resources_(store_, clock, tokens_),
        history_(database, tokens_, HistoryContents(resources_)) {}
  PlanService(const PlanService&) = delete;
  PlanService& operator=(const PlanService&) = delete;

  // The RPCs of each gRPC service, with who may call them; called once. The service outlives the
  // tables.
  std::vector<rpc::ServiceTable> Tables();

 private:
  // athena.plan.v1.PlanService.
  rpc::ServiceTable PlanTable();

  daemon::InstitutionWakeups wakeups_;
  const PageTokens tokens_;
  const versioned::Store store_;
  resource::Resources resources_;
  const std::shared_ptr<const resource::AnyKind> plans_ = resource::KindOf<PlanKind>();
  const PlanTrees trees_{resources_, plans_};
  const PlanChanges changes_{store_, wakeups_};
  const history::History history_;
};

}  // namespace athena::plan

#endif  // ATHENA_SERVICES_PLAN_PLAN_RPC_H_
