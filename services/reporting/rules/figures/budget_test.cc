#include "services/reporting/rules/figures/budget.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string_view>

#include "services/reporting/rules/testing/values.h"

namespace athena::reporting {
namespace {

using Day = absl::CivilDay;

const Period kBudgetQuarter = Period::Quarter(2022, 4);
const std::optional<Decimal> kWholeYear = Decimal::FromInt(1);

// In the order of the contract; "" is absent.
Amounts Row(std::string_view commitment, std::string_view payment, std::string_view committed,
            std::string_view paid) {
  Amounts row;
  const auto set = [&](Amount amount, std::string_view text) {
    if (!text.empty()) row[amount] = D(text);
  };
  set(Amount::kCommitmentInitial, commitment);
  set(Amount::kCommitmentAdjusted, commitment);
  set(Amount::kPaymentInitial, payment);
  set(Amount::kPaymentAdjusted, payment);
  set(Amount::kCommitted, committed);
  set(Amount::kPaid, paid);
  return row;
}

TEST(AddUpBudget, AnElementHasItsSharesAndThoseOfTheElementsBelow) {
  // 0 > 1, 2; 2 > 3. Line a: 0.25 of 1 and 0.5 of 3; line b: all of 2.
  const std::vector<BudgetLine> lines = {
      {{{1, D("0.25")}, {3, D("0.5")}}, Row("1000", "800.40", "900", "700.20")},
      {{{2, D("1")}}, Row("200", "100", "150", "60")}};
  const PlanBudget budget = AddUpBudget(lines, {-1, 0, 0, 2}, kWholeYear);
  EXPECT_EQ(Text(budget.elements[1].sums[Amount::kPaid]), "175.05");  // 700.20 / 4
  EXPECT_EQ(Text(budget.elements[3].sums[Amount::kPaid]), "350.1");   // 700.20 / 2
  EXPECT_EQ(Text(budget.elements[2].sums[Amount::kPaid]), "410.1");   // with 60
  EXPECT_EQ(Text(budget.elements[0].sums[Amount::kPaid]), "585.15");
  EXPECT_EQ(Text(budget.plan.sums[Amount::kPaid]), "585.15");
  EXPECT_EQ(Text(budget.plan.sums[Amount::kCommitmentAdjusted]), "950");  // 750 + 200
  // Line a is one line, though it has two shares below element 0.
  EXPECT_EQ(budget.elements[0].lines, 2);
  EXPECT_EQ(budget.elements[3].lines, 1);
  // (675 + 150) / 950; 585.15 / (600.30 + 100).
  EXPECT_EQ(Text(budget.plan.commitment_execution), "0.868421052632");
  EXPECT_EQ(Text(budget.plan.payment_execution), "0.835570469799");
}

TEST(AddUpBudget, SmallSharesAreExact) {
  const std::vector<BudgetLine> lines = {{{{0, D("0.000001")}}, Row("", "", "", "10000000000000")},
                                         {{{0, D("0.333333")}}, Row("", "", "", "0.01")}};
  EXPECT_EQ(Text(AddUpBudget(lines, {-1}, kWholeYear).plan.sums[Amount::kPaid]),
            "10000000.00333333");
}

TEST(AddUpBudget, ALineWithoutAmountsIsCountedAndNotGuessed) {
  const std::vector<BudgetLine> lines = {{{{0, D("1")}}, Row("100", "100", "50", "40")},
                                         {{{0, D("1")}}, Amounts()}};
  const NodeBudget budget = AddUpBudget(lines, {-1}, kWholeYear).plan;
  EXPECT_EQ(budget.lines, 2);
  EXPECT_EQ(budget.incomplete, 1);
  EXPECT_FALSE(budget.all_paid);
  EXPECT_EQ(Text(budget.payment_execution), "0.4");  // of the line that has both
}

TEST(AddUpBudget, ExecutionNeedsBothAmountsOfALine) {
  const std::vector<BudgetLine> lines = {{{{0, D("1")}}, Row("100", "100", "50", "40")},
                                         {{{0, D("1")}}, Row("100", "100", "50", "")}};
  const NodeBudget budget = AddUpBudget(lines, {-1}, kWholeYear).plan;
  EXPECT_EQ(Text(budget.commitment_execution), "0.5");
  EXPECT_EQ(Text(budget.payment_execution), "none");
  EXPECT_EQ(budget.timing, Timing::kNone);
  const std::vector<BudgetLine> without = {{{{0, D("1")}}, Row("100", "100", "50", "40")},
                                           {{{0, D("1")}}, Row("100", "100", "", "40")}};
  const NodeBudget other = AddUpBudget(without, {-1}, kWholeYear).plan;
  EXPECT_EQ(Text(other.commitment_execution), "none");
  EXPECT_EQ(Text(other.payment_execution), "0.4");
}

TEST(AddUpBudget, NothingAdjustedHasNoExecution) {
  const std::vector<BudgetLine> zero = {{{{0, D("1")}}, Row("0", "0", "0", "0")}};
  EXPECT_EQ(Text(AddUpBudget(zero, {-1}, kWholeYear).plan.payment_execution), "none");
  EXPECT_EQ(Text(AddUpBudget(zero, {-1}, kWholeYear).plan.sums[Amount::kPaid]), "0");
  const NodeBudget none = AddUpBudget({}, {-1}, kWholeYear).elements[0];
  EXPECT_EQ(none.lines, 0);
  EXPECT_EQ(Text(none.sums[Amount::kPaid]), "none");
}

// The order of lines and the split of a share into two lines change no sum.
TEST(AddUpBudget, IsInvariantUnderOrderAndSplitting) {
  std::mt19937_64 random(20261130);
  const std::vector<int> parents = {-1, 0, 0, 1, 1, -1};
  for (int round = 0; round < 200; ++round) {
    std::vector<BudgetLine> lines;
    std::vector<BudgetLine> split;
    for (int i = 0; i < 8; ++i) {
      Amounts row;
      for (auto& amount : row.of) {
        amount = Decimal::FromUnits(Int128{random() % 1'000'000'000} * 10'000'000'000);
      }
      const int element = static_cast<int>(random() % parents.size());
      lines.push_back({{{element, D("0.75")}}, row});
      split.push_back({{{element, D("0.5")}}, row});
      split.push_back({{{element, D("0.25")}}, row});
    }
    std::shuffle(split.begin(), split.end(), random);
    const PlanBudget a = AddUpBudget(lines, parents, kWholeYear);
    const PlanBudget b = AddUpBudget(split, parents, kWholeYear);
    for (size_t i = 0; i < parents.size(); ++i) {
      EXPECT_EQ(a.elements[i].sums.of, b.elements[i].sums.of);
      EXPECT_EQ(a.elements[i].payment_execution, b.elements[i].payment_execution);
    }
  }
}

TEST(ElapsedOfYear, CountsDaysUpToTheQuartersEnd) {
  EXPECT_EQ(Text(ElapsedOfYear(Period::Quarter(2022, 1), Day(2026, 1, 1))),
            "0.246575342466");  // 90/365
  EXPECT_EQ(Text(ElapsedOfYear(kBudgetQuarter, Day(2026, 1, 1))), "1");
  EXPECT_EQ(Text(ElapsedOfYear(kBudgetQuarter, Day(2022, 10, 1))), "0.750684931507");  // 274/365
  EXPECT_EQ(Text(ElapsedOfYear(kBudgetQuarter, Day(2021, 12, 31))), "none");
}

TEST(TimingOf, IsInStepWithinATenth) {
  const auto at = [](std::string_view execution, std::string_view elapsed) {
    return TimingOf(D(execution), D(elapsed));
  };
  EXPECT_EQ(at("0.9", "1"), Timing::kInStep);
  EXPECT_EQ(at("0.899999999999", "1"), Timing::kBehind);
  EXPECT_EQ(at("0.6", "0.5"), Timing::kInStep);
  EXPECT_EQ(at("0.600000000001", "0.5"), Timing::kAhead);
  EXPECT_EQ(TimingOf(std::nullopt, D("1")), Timing::kNone);
  EXPECT_EQ(TimingOf(D("1"), std::nullopt), Timing::kNone);
}

NodeBudget Paid(std::string_view paid) {
  return AddUpBudget({{{{0, D("1")}}, Row("1", "1", "1", paid)}}, {-1}, kWholeYear).plan;
}

TEST(CostPerUnit, IsPaidOverOutput) {
  EXPECT_EQ(Text(CostPerUnit(Paid("1000"), D("300")).cost), "3.333333333333");
  EXPECT_EQ(CostPerUnit(Paid("1000"), D("0")).reason, NoCost::kZeroOutput);
  EXPECT_EQ(CostPerUnit(Paid("1000"), std::nullopt).reason, NoCost::kNoOutput);
  EXPECT_EQ(CostPerUnit(Paid(""), D("300")).reason, NoCost::kNoBudget);
  EXPECT_EQ(CostPerUnit(NodeBudget(), D("300")).reason, NoCost::kNoBudget);
  // What another line paid is not known: the cost would be too low.
  const std::vector<BudgetLine> lines = {{{{0, D("1")}}, Row("1", "1", "1", "1000")},
                                         {{{0, D("1")}}, Row("1", "1", "1", "")}};
  const NodeBudget lacking = AddUpBudget(lines, {-1}, kWholeYear).plan;
  EXPECT_EQ(CostPerUnit(lacking, D("300")).reason, NoCost::kNoBudget);
  EXPECT_EQ(CostPerUnit(Paid("10000000000000"), D("0.000000000001")).reason, NoCost::kOverflow);
}

TEST(CompareCosts, LowerIsBetter) {
  const UnitCost ten = CostPerUnit(Paid("1000"), D("100"));
  const UnitCost nine = CostPerUnit(Paid("900"), D("100"));
  EXPECT_EQ(CompareCosts(nine, false, ten, false).direction, TrendDirection::kImproving);
  EXPECT_EQ(CompareCosts(ten, false, nine, false).direction, TrendDirection::kDeclining);
  EXPECT_EQ(CompareCosts(ten, false, ten, false).direction, TrendDirection::kStable);
  EXPECT_EQ(Text(CompareCosts(nine, false, ten, false).change), "-1");
  EXPECT_EQ(CompareCosts(nine, true, ten, false).reason, NoTrend::kProvisional);
  EXPECT_EQ(CompareCosts(nine, false, UnitCost(), false).reason, NoTrend::kNoEarlier);
}

}  // namespace
}  // namespace athena::reporting
