#ifndef ATHENA_SERVICES_ATHENACTL_VIEWS_OPERATIONS_ELEMENT_BUDGET_H_
#define ATHENA_SERVICES_ATHENACTL_VIEWS_OPERATIONS_ELEMENT_BUDGET_H_

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "athena/plan/v1/plan_service.pb.h"
#include "libs/decimal/decimal.h"

// The budget of a plan's elements in a quarter, exactly. Pure and thread-safe.
namespace athena::athenactl {

// The amounts of a line, in the order of BudgetAmounts.
inline constexpr std::array<const char*, 6> kAmountFields = {
    "commitment_initial", "commitment_adjusted", "payment_initial",
    "payment_adjusted",   "committed",           "paid"};
// Indexes into kAmountFields.
enum AmountIndex : size_t {
  kCommitmentInitial,
  kCommitmentAdjusted,
  kPaymentInitial,
  kPaymentAdjusted,
  kCommitted,
  kPaid,
};
// An amount of a row; nullopt when it is absent.
std::optional<Decimal> AmountOf(const athena::plan::v1::BudgetAmounts& row, size_t index);

// Amounts of shares of lines, added up.
struct BudgetSums {
  // By AmountIndex. nullopt: no line has that amount.
  std::array<std::optional<Decimal>, kAmountFields.size()> amounts;
  int lines = 0;       // that have a share
  int incomplete = 0;  // of these, lines that lack the quarter's row, or an amount of it
  // committed / commitment_adjusted and paid / payment_adjusted. nullopt where the denominator is
  // zero or unknown, and where a line has only one of the two: they would be of different lines.
  std::optional<Decimal> commitment_execution;
  std::optional<Decimal> payment_execution;
};

struct ElementBudget {
  const athena::plan::v1::Element* element = nullptr;
  int depth = 0;    // 0 at the top
  BudgetSums sums;  // its shares, and those of the elements below it
};

// A line without the quarter's row, or without some amounts of it.
struct IncompleteLine {
  const athena::plan::v1::BudgetLine* line = nullptr;
  std::vector<std::string> missing;  // of kAmountFields; empty: all of them
};

struct PlanBudget {
  BudgetSums total;                        // all shares of the plan's elements
  std::vector<ElementBudget> elements;     // that have lines, each before those below it, by code
  std::vector<IncompleteLine> incomplete;  // in the order of the tree's lines
};

// Adds up the tree's lines of the quarter's year ("2026-Q3"): a line's amounts times an element's
// share belong to the element and to those above it. `tree` has PART_BUDGET of the quarter, and
// outlives the result.
PlanBudget BudgetOf(const athena::plan::v1::GetPlanTreeResponse& tree, const std::string& quarter);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_VIEWS_OPERATIONS_ELEMENT_BUDGET_H_
