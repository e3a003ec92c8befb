#ifndef ATHENA_SERVICES_REPORTING_RULES_FIGURES_BUDGET_H_
#define ATHENA_SERVICES_REPORTING_RULES_FIGURES_BUDGET_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/time/civil_time.h"
#include "libs/decimal/decimal.h"
#include "libs/period/period.h"
#include "services/reporting/rules/figures/trend.h"

// What a plan's elements may spend in a year, what they have spent by the end of a quarter, and
// what a unit of their output costs. None of it changes a score. All functions are pure and
// thread-safe.
namespace athena::reporting {

// The amounts of a budget line, cumulative since 1 January, in euros.
enum class Amount : int8_t {
  kCommitmentInitial,
  kCommitmentAdjusted,
  kPaymentInitial,
  kPaymentAdjusted,
  kCommitted,
  kPaid,
};
inline constexpr size_t kAmounts = 6;

struct Amounts {
  std::array<std::optional<Decimal>, kAmounts> of;

  std::optional<Decimal>& operator[](Amount amount) { return of[static_cast<size_t>(amount)]; }
  const std::optional<Decimal>& operator[](Amount amount) const {
    return of[static_cast<size_t>(amount)];
  }
};

struct BudgetShare {
  int element;    // index
  Decimal share;  // 0 to 1
};

struct BudgetLine {
  std::vector<BudgetShare> shares;
  Amounts row;  // of the quarter; all absent when there is none
};

// How far payments are, compared with the part of the year that has elapsed.
enum class Timing : int8_t {
  kNone,    // no execution of payments, or the year has not begun
  kBehind,  // more than 0.10 below it
  kInStep,
  kAhead,  // more than 0.10 above it
};

struct NodeBudget {
  Amounts sums;        // absent: no line has that amount
  int lines = 0;       // that have a share
  int incomplete = 0;  // of these, lines that lack an amount
  // Whether all lines have `paid`. Without, a cost per unit would be too low.
  bool all_paid = true;
  // committed / commitment_adjusted and paid / payment_adjusted, rounded. Absent where the
  // denominator is 0 or unknown, and where a line has only one of both: they would be of different
  // lines.
  std::optional<Decimal> commitment_execution;
  std::optional<Decimal> payment_execution;
  Timing timing = Timing::kNone;
};

struct PlanBudget {
  NodeBudget plan;
  std::vector<NodeBudget> elements;
};

// The share of the quarter's year that has elapsed on its last day, or on `date` if that is
// earlier. nullopt when the year has not begun.
std::optional<Decimal> ElapsedOfYear(Period quarter, absl::CivilDay date);

// An element's budget is the sum of its shares of lines and of those of the elements below it, with
// each line counted once. Sums are exact: amounts have at most 2 decimals and shares 6. `parents`
// are those of the elements, -1 at the top, without cycles; shares of other elements are ignored.
PlanBudget AddUpBudget(const std::vector<BudgetLine>& lines, const std::vector<int>& parents,
                       std::optional<Decimal> elapsed);

Timing TimingOf(std::optional<Decimal> payment_execution, std::optional<Decimal> elapsed);

// Why there is no cost per unit.
enum class NoCost : int8_t {
  kNone,
  kNoBudget,  // no line, or one without `paid`
  kNoOutput,  // the output has no value of the year to date
  kZeroOutput,
  kOverflow,  // beyond 1e24
};

struct UnitCost {
  std::optional<Decimal> cost;  // euros
  NoCost reason = NoCost::kNone;
};

// Paid in the year divided by the output of the year to date, rounded.
UnitCost CostPerUnit(const NodeBudget& budget, const std::optional<Decimal>& output);

// Lower is better; only equal costs are stable. No trend where one of both outputs is provisional.
Trend CompareCosts(const UnitCost& now, bool provisional, const UnitCost& earlier,
                   bool earlier_provisional);

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_RULES_FIGURES_BUDGET_H_
