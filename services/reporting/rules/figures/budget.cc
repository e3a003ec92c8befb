#include "services/reporting/rules/figures/budget.h"

#include <algorithm>

#include "services/reporting/rules/figures/progress.h"

namespace athena::reporting {
namespace {

constexpr Decimal kInStep = Decimal::FromUnits(100'000'000'000);  // 0.10

// The budget of one node, on its way.
class BudgetSum {
 public:
  // Shares of one line are added one after the other.
  void Add(const BudgetLine& line, Decimal share) {
    const bool first = last_ != &line;
    last_ = &line;
    bool complete = true;
    for (size_t i = 0; i < kAmounts; ++i) {
      const std::optional<Decimal>& amount = line.row.of[i];
      const std::optional<Decimal> part =
          amount.has_value() ? Decimal::Multiply(*amount, share) : std::nullopt;
      complete = complete && part.has_value();
      if (part.has_value()) sums_[i].Add(*part);
    }
    if (!first) return;
    ++budget_.lines;
    if (!complete) ++budget_.incomplete;
    const Amounts& row = line.row;
    budget_.all_paid = budget_.all_paid && row[Amount::kPaid].has_value();
    commitments_pair_ = commitments_pair_ && row[Amount::kCommitted].has_value() ==
                                                 row[Amount::kCommitmentAdjusted].has_value();
    payments_pair_ = payments_pair_ &&
                     row[Amount::kPaid].has_value() == row[Amount::kPaymentAdjusted].has_value();
  }

  NodeBudget Finish(std::optional<Decimal> elapsed) && {
    for (size_t i = 0; i < kAmounts; ++i) {
      if (sums_[i].count() > 0) budget_.sums.of[i] = sums_[i].Total();
    }
    if (commitments_pair_) {
      budget_.commitment_execution = Execution(Amount::kCommitted, Amount::kCommitmentAdjusted);
    }
    if (payments_pair_) {
      budget_.payment_execution = Execution(Amount::kPaid, Amount::kPaymentAdjusted);
    }
    budget_.timing = TimingOf(budget_.payment_execution, elapsed);
    return budget_;
  }

 private:
  std::optional<Decimal> Execution(Amount used, Amount adjusted) const {
    const std::optional<Decimal>& above = budget_.sums[used];
    const std::optional<Decimal>& below = budget_.sums[adjusted];
    if (!above.has_value() || !below.has_value()) return std::nullopt;
    return Decimal::Divide(*above, *below);
  }

  const BudgetLine* last_ = nullptr;
  std::array<DecimalSum, kAmounts> sums_;
  // Whether every line has both amounts of an execution, or neither.
  bool commitments_pair_ = true;
  bool payments_pair_ = true;
  NodeBudget budget_;
};

}  // namespace

std::optional<Decimal> ElapsedOfYear(Period quarter, absl::CivilDay date) {
  const Period year = quarter.ParentIn(Frequency::kYear);
  return ElapsedShare(year.FirstDay(), year.LastDay(), std::min(quarter.LastDay(), date));
}

PlanBudget AddUpBudget(const std::vector<BudgetLine>& lines, const std::vector<int>& parents,
                       std::optional<Decimal> elapsed) {
  BudgetSum plan;
  std::vector<BudgetSum> elements(parents.size());
  for (const BudgetLine& line : lines) {
    for (const BudgetShare& share : line.shares) {
      if (share.element < 0 || share.element >= static_cast<int>(parents.size())) continue;
      plan.Add(line, share.share);
      for (int at = share.element; at >= 0; at = parents[at]) elements[at].Add(line, share.share);
    }
  }
  PlanBudget budget;
  budget.plan = std::move(plan).Finish(elapsed);
  budget.elements.reserve(parents.size());
  for (BudgetSum& element : elements) {
    budget.elements.push_back(std::move(element).Finish(elapsed));
  }
  return budget;
}

Timing TimingOf(std::optional<Decimal> payment_execution, std::optional<Decimal> elapsed) {
  if (!payment_execution.has_value() || !elapsed.has_value()) return Timing::kNone;
  const std::optional<Decimal> lead = Decimal::Subtract(*payment_execution, *elapsed);
  if (!lead.has_value()) return Timing::kNone;
  if (lead->Abs() <= kInStep) return Timing::kInStep;
  return lead->IsNegative() ? Timing::kBehind : Timing::kAhead;
}

UnitCost CostPerUnit(const NodeBudget& budget, const std::optional<Decimal>& output) {
  const std::optional<Decimal>& paid = budget.sums[Amount::kPaid];
  if (!paid.has_value() || !budget.all_paid) return {std::nullopt, NoCost::kNoBudget};
  if (!output.has_value()) return {std::nullopt, NoCost::kNoOutput};
  if (output->IsZero()) return {std::nullopt, NoCost::kZeroOutput};
  const std::optional<Decimal> cost = Decimal::Divide(*paid, *output);
  return {cost, cost.has_value() ? NoCost::kNone : NoCost::kOverflow};
}

Trend CompareCosts(const UnitCost& now, bool provisional, const UnitCost& earlier,
                   bool earlier_provisional) {
  return CompareValues(Direction::kLower, {now.cost, provisional, std::nullopt},
                       {earlier.cost, earlier_provisional, std::nullopt});
}

}  // namespace athena::reporting
