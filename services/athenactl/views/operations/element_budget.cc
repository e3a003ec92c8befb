#include "services/athenactl/views/operations/element_budget.h"

#include <cstdint>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "libs/period/period.h"

namespace athena::athenactl {
namespace {

namespace plan = athena::plan::v1;

// A Decimal counts 1e-12, Money.nanos 1e-9.
constexpr Int128 kUnitsOfEuro = 1'000'000'000'000;
constexpr Int128 kUnitsOfNano = 1'000;

// The sums of one element, or of the plan, on their way.
class Adder {
 public:
  // `row` is null when the line has none.
  void Add(const plan::BudgetLine& line, const plan::BudgetAmounts* row, Decimal share) {
    lines_.insert(&line);
    std::array<bool, kAmountFields.size()> has{};
    for (size_t at = 0; at < kAmountFields.size(); ++at) {
      const std::optional<Decimal> amount = row == nullptr ? std::nullopt : AmountOf(*row, at);
      const std::optional<Decimal> part =
          amount.has_value() ? Decimal::Multiply(*amount, share) : std::nullopt;
      if (!part.has_value()) {
        incomplete_.insert(&line);
        continue;
      }
      has[at] = true;
      sums_[at].Add(*part);
    }
    commitment_pairs_ = commitment_pairs_ && has[kCommitted] == has[kCommitmentAdjusted];
    payment_pairs_ = payment_pairs_ && has[kPaid] == has[kPaymentAdjusted];
  }

  BudgetSums Sums() const {
    BudgetSums result;
    for (size_t at = 0; at < sums_.size(); ++at) {
      if (sums_[at].count() > 0) result.amounts[at] = sums_[at].Total();
    }
    result.lines = static_cast<int>(lines_.size());
    result.incomplete = static_cast<int>(incomplete_.size());
    const auto execution = [&](size_t used, size_t adjusted) -> std::optional<Decimal> {
      if (!result.amounts[used].has_value() || !result.amounts[adjusted].has_value()) {
        return std::nullopt;
      }
      return Decimal::Divide(*result.amounts[used], *result.amounts[adjusted]);
    };
    if (commitment_pairs_) result.commitment_execution = execution(kCommitted, kCommitmentAdjusted);
    if (payment_pairs_) result.payment_execution = execution(kPaid, kPaymentAdjusted);
    return result;
  }

 private:
  std::array<DecimalSum, kAmountFields.size()> sums_;
  std::set<const plan::BudgetLine*> lines_;
  std::set<const plan::BudgetLine*> incomplete_;
  // Whether every line has both amounts of an execution, or neither.
  bool commitment_pairs_ = true;
  bool payment_pairs_ = true;
};

class BudgetReader {
 public:
  BudgetReader(const plan::GetPlanTreeResponse& tree, const std::string& quarter) : tree_(tree) {
    for (const plan::Element& element : tree.elements()) {
      elements_[element.name()] = &element;
      children_[element.parent_element()].push_back(&element);
    }
    for (const plan::BudgetAmounts& row : tree.budget_amounts()) {
      if (row.quarter() == quarter) rows_[row.budget_line()] = &row;
    }
    const absl::StatusOr<Period> period = Period::Parse(quarter);
    year_ = period.ok() ? static_cast<int>(period->FirstDay().year()) : 0;
  }

  PlanBudget Read() {
    for (const plan::BudgetLine& line : tree_.budget_lines()) {
      if (line.year() == year_) Add(line);
    }
    PlanBudget budget;
    budget.total = total_.Sums();
    budget.incomplete = std::move(incomplete_);
    Append("", 0, budget);
    return budget;
  }

 private:
  void Add(const plan::BudgetLine& line) {
    const std::string id = line.name().substr(line.name().rfind('/') + 1);
    const auto found = rows_.find(id);
    const plan::BudgetAmounts* const row = found == rows_.end() ? nullptr : found->second;
    bool of_plan = false;
    for (const plan::BudgetShare& share : line.shares()) {
      const std::optional<Decimal> exact = Decimal::FromDouble(share.share());
      if (elements_.count(share.element()) == 0 || !exact.has_value()) continue;
      of_plan = true;
      total_.Add(line, row, *exact);
      size_t steps = 0;
      for (auto at = elements_.find(share.element());
           at != elements_.end() && steps < elements_.size();
           at = elements_.find(at->second->parent_element()), ++steps) {
        adders_[at->first].Add(line, row, *exact);
      }
    }
    if (!of_plan) return;
    IncompleteLine one = {&line, {}};
    for (size_t field = 0; row != nullptr && field < kAmountFields.size(); ++field) {
      if (!AmountOf(*row, field).has_value()) one.missing.emplace_back(kAmountFields[field]);
    }
    if (row == nullptr || !one.missing.empty()) incomplete_.push_back(std::move(one));
  }

  // Elements lie at most 10 levels deep, in the order of their codes.
  void Append(const std::string& parent, int depth, PlanBudget& budget) const {
    const auto children = children_.find(parent);
    if (children == children_.end()) return;
    for (const plan::Element* element : children->second) {
      const auto adder = adders_.find(element->name());
      if (adder == adders_.end()) continue;
      budget.elements.push_back({element, depth, adder->second.Sums()});
      Append(element->name(), depth + 1, budget);
    }
  }

  const plan::GetPlanTreeResponse& tree_;
  int year_ = 0;
  std::map<std::string, const plan::Element*> elements_;
  std::map<std::string, std::vector<const plan::Element*>> children_;  // by parent; "": at the top
  std::map<std::string, const plan::BudgetAmounts*> rows_;             // by id of the line
  Adder total_;
  std::map<std::string, Adder> adders_;
  std::vector<IncompleteLine> incomplete_;
};

}  // namespace

std::optional<Decimal> AmountOf(const plan::BudgetAmounts& row, size_t index) {
  const auto exact = [](bool has, const common::v1::Money& money) -> std::optional<Decimal> {
    if (!has) return std::nullopt;
    return Decimal::FromUnits(Int128{money.units()} * kUnitsOfEuro +
                              Int128{money.nanos()} * kUnitsOfNano);
  };
  switch (index) {
    case kCommitmentInitial:
      return exact(row.has_commitment_initial(), row.commitment_initial());
    case kCommitmentAdjusted:
      return exact(row.has_commitment_adjusted(), row.commitment_adjusted());
    case kPaymentInitial:
      return exact(row.has_payment_initial(), row.payment_initial());
    case kPaymentAdjusted:
      return exact(row.has_payment_adjusted(), row.payment_adjusted());
    case kCommitted:
      return exact(row.has_committed(), row.committed());
    default:
      return exact(row.has_paid(), row.paid());
  }
}

PlanBudget BudgetOf(const plan::GetPlanTreeResponse& tree, const std::string& quarter) {
  return BudgetReader(tree, quarter).Read();
}

}  // namespace athena::athenactl
