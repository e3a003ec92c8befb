#ifndef ATHENA_SERVICES_PLAN_PLAN_RPC_H_
#define ATHENA_SERVICES_PLAN_PLAN_RPC_H_

#include <string>

#include "libs/clock/clock.h"
#include "libs/daemon/institution_wakeups.h"
#include "libs/paging/page_tokens.h"
#include "libs/rpc/method.h"
#include "libs/sql/database.h"
#include "libs/versioned/store.h"
#include "services/plan/backend.h"
#include "services/plan/elements.h"
#include "services/plan/institutions.h"
#include "services/plan/plan_changes.h"
#include "services/plan/plan_trees.h"
#include "services/plan/plans.h"
#include "services/plan/units.h"

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
        backend_{store_, clock, tokens_} {}
  PlanService(const PlanService&) = delete;
  PlanService& operator=(const PlanService&) = delete;

  // The RPCs of athena.plan.v1.PlanService, with who may call them. The service outlives the table.
  rpc::ServiceTable Table();

 private:
  daemon::InstitutionWakeups wakeups_;
  const PageTokens tokens_;
  const versioned::Store store_;
  const Backend backend_;
  const Institutions institutions_{backend_};
  const Units units_{backend_};
  const Plans plans_{backend_};
  const Elements elements_{backend_};
  const PlanTrees trees_{backend_};
  const PlanChanges changes_{backend_, wakeups_};
};

}  // namespace athena::plan

#endif  // ATHENA_SERVICES_PLAN_PLAN_RPC_H_
