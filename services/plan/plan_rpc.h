#ifndef ATHENA_SERVICES_PLAN_PLAN_RPC_H_
#define ATHENA_SERVICES_PLAN_PLAN_RPC_H_

#include <cstdint>
#include <memory>
#include <set>
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
#include "services/plan/follow_up/due_reports.h"
#include "services/plan/history/history_sources.h"
#include "services/plan/history/plan_changes.h"
#include "services/plan/indicators/indicator_service.h"
#include "services/plan/operations/budget/budget_amounts.h"
#include "services/plan/operations/operational_plans.h"
#include "services/plan/strategy/plans.h"
#include "services/plan/stratml/export_plan.h"
#include "services/plan/stratml/import_plan.h"
#include "services/plan/tree/plan_trees.h"

namespace athena::plan {

// The plan service over a database with this service's schema. Thread-safe.
class PlanService {
 public:
  // All outlive it; `token_key` is that of PageTokens.
  PlanService(sql::Database& database, const Clock& clock, std::string token_key,
              const IndicatorService& indicators)
      : indicators_(indicators),
        wakeups_(database),
        tokens_(std::move(token_key)),
        store_(database,
               [this](const std::string& institution, int64_t) { wakeups_.Notify(institution); }),
        resources_(store_, clock, tokens_),
        budget_amounts_(store_, clock, tokens_,
                        [&indicators](const rpc::Call& call, const std::string& institution,
                                      const std::set<std::string>& quarters) {
                          return indicators.ClosedQuarters(call, institution, quarters);
                        }),
        history_(database, tokens_, HistoryContents(resources_)) {}
  PlanService(const PlanService&) = delete;
  PlanService& operator=(const PlanService&) = delete;

  // The RPCs of each gRPC service, with who may call them; called once. The service outlives the
  // tables.
  std::vector<rpc::ServiceTable> Tables();

 private:
  // athena.plan.v1.PlanService.
  rpc::ServiceTable PlanTable();
  // athena.plan.v1.FollowUpService.
  rpc::ServiceTable FollowUpTable();
  // athena.plan.v1.OperationsService.
  rpc::ServiceTable OperationsTable();

  const IndicatorService& indicators_;
  daemon::InstitutionWakeups wakeups_;
  const PageTokens tokens_;
  const versioned::Store store_;
  resource::Resources resources_;
  const std::shared_ptr<const resource::AnyKind> plans_ = resource::KindOf<PlanKind>();
  const PlanTrees trees_{resources_, plans_};
  const PlanExports exports_{resources_, plans_};
  const PlanImports imports_{resources_, plans_, indicators_};
  const DueReports due_reports_{resources_, plans_, tokens_};
  const PlanChanges changes_{store_, wakeups_};
  const OperationalPlans operational_plans_{resources_};
  const BudgetAmounts budget_amounts_;
  const history::History history_;
};

}  // namespace athena::plan

#endif  // ATHENA_SERVICES_PLAN_PLAN_RPC_H_
