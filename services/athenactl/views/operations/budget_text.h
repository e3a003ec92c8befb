#ifndef ATHENA_SERVICES_ATHENACTL_VIEWS_OPERATIONS_BUDGET_TEXT_H_
#define ATHENA_SERVICES_ATHENACTL_VIEWS_OPERATIONS_BUDGET_TEXT_H_

#include <string>

#include "athena/plan/v1/operations_service.pb.h"
#include "services/athenactl/views/operations/element_budget.h"

// Budgets and amounts as text, in euros: without cents where none of the amounts has any. Pure and
// thread-safe.
namespace athena::athenactl {

struct BudgetTextOptions {
  std::string quarter = {};
  std::string language = {};  // of titles and numbers
  int width = 0;              // columns of the terminal; 0: unlimited
  bool colour = false;
};

// A table of commitments and one of payments, a row for the plan and for each element, then the
// lines that lack amounts.
std::string BudgetText(const PlanBudget& budget, const BudgetTextOptions& options);
// The same as a JSON object, with a line end: plan, quarter, revision, total, elements and
// incompleteLines. Amounts and executions (shares of 1) are exact decimals, as texts; what is not
// known is left out.
std::string BudgetJson(const PlanBudget& budget,
                       const athena::plan::v1::GetPlanTreeResponse::Header& header,
                       const BudgetTextOptions& options);

// Two rows for each line and quarter: commitments and payments.
std::string AmountsText(const athena::plan::v1::ListBudgetAmountsResponse& amounts,
                        const BudgetTextOptions& options);
// As `athenactl amounts push` reads them.
std::string AmountsCsv(const athena::plan::v1::ListBudgetAmountsResponse& amounts);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_VIEWS_OPERATIONS_BUDGET_TEXT_H_
