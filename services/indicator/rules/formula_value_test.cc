#include "services/indicator/rules/formula_value.h"

#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/indicator/rules/testing/shorthand.h"

namespace athena::indicator {
namespace {

using ::athena::indicator::testing::D;
using ::athena::indicator::testing::kLater;
using ::athena::indicator::testing::P;

// A BASE operand without dimensions, or with the series that its cells name.
struct Base {
  TimeAggregation time = TimeAggregation::kSum;
  std::vector<Cell> cells;
  bool expected = true;  // from 2021-01 on
  MissingPolicy missing = MissingPolicy::kStrict;
};

Cell On(std::string_view period, std::string_view value, int32_t series = 0) {
  return {D(value), series, P(period).index(), CellKind::kPresent};
}
Cell Declared(std::string_view period, CellKind kind, int32_t series = 0) {
  return {LongDecimal(), series, P(period).index(), kind};
}

// Evaluates a formula over BASE operands in a quarter.
class Quarter : public OperandReader {
 public:
  Quarter(std::string_view formula, std::string_view quarter, absl::CivilDay date,
          const std::map<std::string, Base>& operands, Frequency frequency = Frequency::kMonth)
      : formula_(Formula::Parse(formula).value()), date_(date) {
    range_ = SubPeriodRange(P(quarter), frequency);
    quarter_ = P(quarter);
    rule_.formula = &formula_;
    for (const Operand& operand : formula_.operands()) {
      const Base& base = operands.at(operand.indicator);
      AggregationRule& rule = rules_.emplace_back();
      rule.time = base.time;
      rule.missing = base.missing;
      if (base.expected) rule.expected_from = IndexFrom(P("2021-01"), frequency);
      cells_.push_back(base.cells);
      rule_.operands.push_back({frequency, rule.flow()});
    }
  }

  Quarter& Flow() {
    rule_.flow = true;
    return *this;
  }
  Quarter& CommonCells() {
    aligned_ = {formula_.PlainOperands()};
    rule_.aligned = aligned_;
    return *this;
  }

  Reading Value() {
    return EvaluateFormula(rule_, range_, nullptr, IsDue(quarter_, 14, date_), date_, *this);
  }
  // "0.5 1/2", or "OVERDUE 0/0 b: OVERDUE"; "~" before what is provisional.
  std::string Text() {
    const Reading value = Value();
    const Coverage coverage = value.LeastCoverage();
    std::string text = absl::StrCat(
        value.provisional ? "~" : "",
        value.value.has_value() ? value.value->ToString() : std::string(ReasonCode(value.reason)),
        " ", coverage.present, "/", coverage.expected);
    if (value.operand >= 0) {
      absl::StrAppend(&text, " ",
                      formula_.operands()[static_cast<size_t>(value.operand)].ToString(), ": ",
                      std::string(ReasonCode(value.operand_reason)));
    }
    return text;
  }

  const Reading& Own(int operand) override { return Keep(operand, nullptr); }
  const Reading& Over(int operand, const SubPeriodSet& judged) override {
    return Keep(operand, &judged);
  }
  AlignedOperand Align(int operand) override {
    const auto at = static_cast<size_t>(operand);
    return {&rules_[at], cells_[at], 0};
  }

 private:
  const Reading& Keep(int operand, const SubPeriodSet* allowed) {
    const auto at = static_cast<size_t>(operand);
    readings_.push_back(Aggregate(rules_[at], range_, date_, cells_[at], allowed));
    return readings_.back();
  }

  const Formula formula_;
  const absl::CivilDay date_;
  PeriodRange range_;
  Period quarter_;
  FormulaRule rule_;
  std::deque<AggregationRule> rules_;
  std::vector<std::vector<Cell>> cells_;
  std::vector<std::vector<int>> aligned_;
  std::deque<Reading> readings_;
};

Base Summed(std::vector<Cell> cells) { return {TimeAggregation::kSum, std::move(cells)}; }

// Two organisations: 90 of 100 and 1 of 10. The ratio of sums is 91/110 = 0.82727272727272...; the
// mean of the ratios, 0.5, is what it must not be.
TEST(FormulaValueTest, ARatioOfSumsIsNotTheMeanOfRatios) {
  EXPECT_EQ(Quarter("on-time / all", "2021-Q1", kLater,
                    {{"on-time", Summed({On("2021-Q1", "90"), On("2021-Q1", "1", 1)})},
                     {"all", Summed({On("2021-Q1", "100"), On("2021-Q1", "10", 1)})}},
                    Frequency::kQuarter)
                .CommonCells()
                .Text(),
            "0.827272727273 2/2");
}

// Organisation 1 sent its total, not its part: 90/100 from organisation 0 alone, half of the cells.
TEST(FormulaValueTest, CellsThatNotAllHaveLeaveTheRatioAndLowerItsCoverage) {
  Base all = Summed({On("2021-Q1", "100"), On("2021-Q1", "10", 1)});
  EXPECT_EQ(Quarter("on-time / all", "2021-Q1", kLater,
                    {{"on-time", Summed({On("2021-Q1", "90")})}, {"all", all}}, Frequency::kQuarter)
                .CommonCells()
                .Text(),
            "0.9 1/2");
}

TEST(FormulaValueTest, WhatIsNotExpectedOfOneIsExpectedOfNone) {
  const Base with_holiday =
      Summed({On("2021-01", "1"), Declared("2021-02", CellKind::kNotExpected), On("2021-03", "3")});
  const Base whole = Summed({On("2021-01", "10"), On("2021-02", "10"), On("2021-03", "10")});
  EXPECT_EQ(
      Quarter("a / b", "2021-Q1", kLater, {{"a", with_holiday}, {"b", whole}}).CommonCells().Text(),
      "0.2 2/2");  // (1 + 3) / 20
}

TEST(FormulaValueTest, WithoutACommonCellThereIsNoValue) {
  EXPECT_EQ(Quarter("a / b", "2021-Q1", kLater,
                    {{"a", Summed({On("2021-Q1", "1")})}, {"b", Summed({On("2021-Q1", "2", 1)})}},
                    Frequency::kQuarter)
                .CommonCells()
                .Text(),
            "NO_COMMON_CELLS 0/0");
}

// Case V2: the absent operand is named, and coalesce gives 0 for it.
TEST(FormulaValueTest, V2_TheOperandThatLacksItsValueIsNamed) {
  const Base num = Summed({On("2021-Q1", "1")});
  EXPECT_EQ(Quarter("num / den", "2021-Q1", kLater, {{"num", num}, {"den", Summed({})}},
                    Frequency::kQuarter)
                .CommonCells()
                .Text(),
            "OVERDUE 0/0 den: OVERDUE");
  Base never = Summed({});
  never.expected = false;
  EXPECT_EQ(
      Quarter("num / den", "2021-Q1", kLater, {{"num", num}, {"den", never}}, Frequency::kQuarter)
          .CommonCells()
          .Text(),
      "NO_DATA 0/0 den: NO_DATA");
  for (const Base& hired : {never, Summed({})}) {
    EXPECT_EQ(Quarter("coalesce(hired, 0) / applied", "2021-Q1", kLater,
                      {{"hired", hired}, {"applied", num}}, Frequency::kQuarter)
                  .CommonCells()
                  .Text(),
              "0 1/1");
  }
}

// OVERDUE before NOT_DUE before NO_DATA before others; the leftmost of a kind is named.
TEST(FormulaValueTest, TheReasonOfOperandsHasAnOrder) {
  const absl::CivilDay may(2021, 5, 1);
  Base no_data = Summed({});
  no_data.expected = false;
  const Base incomplete = Summed({On("2021-01", "1")});
  const Base overdue = Summed({});
  const auto text = [&](std::string_view formula) {
    return Quarter(formula, "2021-Q1", may,
                   {{"none", no_data}, {"some", incomplete}, {"late", overdue}, {"later", overdue}})
        .Text();
  };
  EXPECT_EQ(text("some + none + late + later"), "OVERDUE 0/0 late: OVERDUE");
  EXPECT_EQ(text("some + none"), "NO_DATA 0/0 none: NO_DATA");
  EXPECT_EQ(text("some + 1"), "OPERAND 0/0 some: INCOMPLETE");
}

// A FLOW formula is judged on what is judged in every operand: a has October and November, b only
// October, on 20 December, when November is due. With November of b it is (10 + 1) + (20 + 2).
TEST(FormulaValueTest, AFlowUsesTheSubPeriodsThatAreJudgedInAll) {
  const absl::CivilDay early(2021, 12, 10);  // November is over, and due on 15 December
  const Base a = Summed({On("2021-10", "10"), On("2021-11", "20")});
  const Base half = Summed({On("2021-10", "1")});
  const Base whole = Summed({On("2021-10", "1"), On("2021-11", "2")});
  Quarter sum("a + b", "2021-Q4", early, {{"a", a}, {"b", half}});
  EXPECT_EQ(sum.Flow().Text(), "~11 1/1");
  EXPECT_EQ(sum.Value().used(), 1);
  EXPECT_EQ(sum.Value().all(), 3);
  EXPECT_EQ(Quarter("a + b", "2021-Q4", early, {{"a", a}, {"b", whole}}).Flow().Text(), "~33 2/2");
  // A LEVEL formula reads flows in the same way: (10 + 20) / (1 + 2) or 10 / 1.
  EXPECT_EQ(Quarter("a / b", "2021-Q4", early, {{"a", a}, {"b", half}}).Text(), "~10 1/1");
  EXPECT_EQ(Quarter("a / b", "2021-Q4", early, {{"a", a}, {"b", whole}}).Text(), "~10 2/2");
}

TEST(FormulaValueTest, AMixtureOfFlowAndLevelWaitsUntilThePeriodIsDue) {
  const std::vector<Cell> cells = {On("2021-01", "6"), On("2021-02", "6"), On("2021-03", "6")};
  const std::map<std::string, Base> operands = {{"visits", {TimeAggregation::kSum, cells}},
                                                {"staff", {TimeAggregation::kLast, cells}}};
  EXPECT_EQ(Quarter("visits / staff", "2021-Q1", absl::CivilDay(2021, 4, 14), operands).Text(),
            "~NOT_DUE 0/0");
  EXPECT_EQ(Quarter("visits / staff", "2021-Q1", absl::CivilDay(2021, 4, 15), operands).Text(),
            "3 3/3");
}

// The formula's own policy, by default PARTIAL with 0.5, applies to the least coverage.
TEST(FormulaValueTest, ItsOwnPolicyAppliesToTheLeastCoverage) {
  Base one_of_three = Summed({On("2021-01", "1")});
  one_of_three.missing = MissingPolicy::kPartial;
  const Base whole = Summed({On("2021-01", "1"), On("2021-02", "1"), On("2021-03", "1")});
  const std::map<std::string, Base> operands = {{"a", whole}, {"b", one_of_three}};
  // b's own minimum is 0.5: OPERAND.
  EXPECT_EQ(Quarter("a + b", "2021-Q1", kLater, operands).Text(), "OPERAND 0/0 b: INCOMPLETE");
  Base two_of_three = one_of_three;
  two_of_three.cells.push_back(On("2021-02", "1"));
  EXPECT_EQ(Quarter("a + b", "2021-Q1", kLater, {{"a", whole}, {"b", two_of_three}}).Text(),
            "5 2/3");
}

TEST(FormulaValueTest, DivisionByZeroAndOverflowAreItsOwn) {
  const Base zero = Summed({On("2021-Q1", "0")});
  const Base huge = Summed({On("2021-Q1", "1e15")});
  EXPECT_EQ(
      Quarter("a / b", "2021-Q1", kLater, {{"a", huge}, {"b", zero}}, Frequency::kQuarter).Text(),
      "DIV0 1/1");
  EXPECT_EQ(Quarter("a * a", "2021-Q1", kLater, {{"a", huge}}, Frequency::kQuarter).Text(),
            "OVERFLOW 1/1");
}

}  // namespace
}  // namespace athena::indicator
