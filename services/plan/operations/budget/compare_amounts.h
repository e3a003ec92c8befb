#ifndef ATHENA_SERVICES_PLAN_OPERATIONS_BUDGET_COMPARE_AMOUNTS_H_
#define ATHENA_SERVICES_PLAN_OPERATIONS_BUDGET_COMPARE_AMOUNTS_H_

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "athena/plan/v1/budget_amounts.pb.h"
#include "athena/plan/v1/operations_service.pb.h"
#include "libs/versioned/store.h"
#include "services/plan/operations/budget/amounts_store.h"
#include "services/plan/operations/budget/validate_amounts.h"

namespace athena::plan {

// The result of comparing a push with the stored lines and amounts.
struct AmountsDiff {
  CheckedAmounts checked;  // what `writes` refers to; with the faults that comparing found
  // By index of the row in the request; UNSPECIFIED for none.
  std::vector<v1::BudgetAmountsOutcome::Outcome> outcomes;
  std::vector<AmountsWrite> writes;
  std::set<std::string> locked_quarters;
  int64_t locked = 0;
};

// Compares a push with what the snapshot shows, on the day `today` of the institution. Amounts of
// the quarters `closed` are locked.
absl::StatusOr<AmountsDiff> CompareAmounts(const versioned::Snapshot& snapshot,
                                           const v1::SetBudgetAmountsRequest& request,
                                           absl::CivilDay today,
                                           const std::set<std::string>& closed);

// Why a push that is not partial is refused; OK when it is not.
absl::Status RefusalOf(const std::string& institution, const AmountsDiff& diff);

// Counts, and the outcomes that the request asks for.
v1::SetBudgetAmountsResponse ResponseTo(const v1::SetBudgetAmountsRequest& request,
                                        const AmountsDiff& diff);

}  // namespace athena::plan

#endif  // ATHENA_SERVICES_PLAN_OPERATIONS_BUDGET_COMPARE_AMOUNTS_H_
