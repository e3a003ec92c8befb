#ifndef ATHENA_SERVICES_PLAN_OPERATIONS_BUDGET_BUDGET_AMOUNTS_H_
#define ATHENA_SERVICES_PLAN_OPERATIONS_BUDGET_BUDGET_AMOUNTS_H_

#include <functional>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "athena/plan/v1/operations_service.pb.h"
#include "libs/auth/principal.h"
#include "libs/clock/clock.h"
#include "libs/paging/page_tokens.h"
#include "libs/rpc/call.h"
#include "libs/versioned/store.h"

namespace athena::plan {

// The amounts of budget lines: pushed by accounting systems, listed for everybody of the
// institution. Thread-safe.
class BudgetAmounts {
 public:
  // Which of these quarters ("2026-Q3") of an institution (an id) are closed. May wait for another
  // service; UNAVAILABLE when that does not answer.
  using ClosedQuarters = std::function<absl::StatusOr<std::set<std::string>>(
      const rpc::Call& call, const std::string& institution,
      const std::set<std::string>& quarters)>;

  // Store, clock and tokens outlive this.
  BudgetAmounts(const versioned::Store& store, const Clock& clock, const PageTokens& tokens,
                ClosedQuarters closed_quarters)
      : store_(store),
        clock_(clock),
        tokens_(tokens),
        closed_quarters_(std::move(closed_quarters)) {}

  // SetBudgetAmounts. Asks for closed quarters before its transaction, and not at all when the push
  // was stored before or corrects.
  absl::StatusOr<v1::SetBudgetAmountsResponse> Set(
      const rpc::Call& call, const v1::SetBudgetAmountsRequest& request) const;

  // ListBudgetAmounts.
  absl::StatusOr<v1::ListBudgetAmountsResponse> List(
      const auth::Principal& caller, const v1::ListBudgetAmountsRequest& request) const;

 private:
  const versioned::Store& store_;
  const Clock& clock_;
  const PageTokens& tokens_;
  const ClosedQuarters closed_quarters_;
};

}  // namespace athena::plan

#endif  // ATHENA_SERVICES_PLAN_OPERATIONS_BUDGET_BUDGET_AMOUNTS_H_
