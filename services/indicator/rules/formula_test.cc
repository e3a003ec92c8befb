#include "services/indicator/rules/formula.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "absl/strings/str_cat.h"
#include "libs/status/testing/matchers.h"
#include "services/indicator/rules/testing/shorthand.h"

namespace athena::indicator {
namespace {

using ::athena::indicator::testing::D;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

using Values = std::vector<std::optional<Decimal>>;

// nullopt is an operand that is absent: neither expected nor there.
std::vector<OperandValue> Given(const Values& values) {
  std::vector<OperandValue> operands;
  for (const std::optional<Decimal>& value : values)
    operands.push_back({value, !value.has_value()});
  return operands;
}

Formula Parsed(std::string_view text) {
  absl::StatusOr<Formula> formula = Formula::Parse(text);
  ATHENA_EXPECT_OK(formula) << text;
  return formula.ok() ? *std::move(formula) : Formula::Parse("0").value();
}

std::string Canonical(std::string_view text) { return Parsed(text).ToString(); }

std::string Refusal(std::string_view text) {
  const absl::StatusOr<Formula> formula = Formula::Parse(text);
  if (formula.ok()) return absl::StrCat("accepted as ", formula->ToString());
  EXPECT_EQ(formula.status().code(), absl::StatusCode::kInvalidArgument);
  return std::string(formula.status().message());
}

std::string Text(const FormulaResult& result) {
  if (result.value.has_value()) return result.value->ToString();
  return result.operand < 0
             ? std::string(ReasonCode(result.reason))
             : absl::StrCat(std::string(ReasonCode(result.reason)), " ", result.operand);
}

std::string Evaluated(std::string_view text, const Values& values = {}) {
  return Text(Parsed(text).Evaluate(Given(values)));
}

std::vector<std::string> Operands(std::string_view text) {
  const Formula formula = Parsed(text);
  std::vector<std::string> operands;
  for (const Operand& operand : formula.operands()) operands.push_back(operand.ToString());
  return operands;
}

TEST(FormulaTest, TheLongestIdWins) {
  EXPECT_THAT(Operands("a-b"), ElementsAre("a-b"));
  EXPECT_THAT(Operands("a - b"), ElementsAre("a", "b"));
  EXPECT_THAT(Operands("co2-per-m2 / heated-area-2"), ElementsAre("co2-per-m2", "heated-area-2"));
}

TEST(FormulaTest, ABinaryMinusNeedsASpaceOnBothSides) {
  const std::string_view fault = "a binary minus needs a space on both sides";
  EXPECT_EQ(Refusal("a -b"), absl::StrCat("position 3: ", std::string(fault)));
  EXPECT_EQ(Refusal("a- b"), absl::StrCat("position 2: ", std::string(fault)));
  EXPECT_EQ(Refusal("1-a"), absl::StrCat("position 2: ", std::string(fault)));
  EXPECT_EQ(Refusal("(a)-(b)"), absl::StrCat("position 4: ", std::string(fault)));
  EXPECT_EQ(Refusal("a -"), absl::StrCat("position 3: ", std::string(fault)));
  EXPECT_EQ(Canonical("a\n-\tb"), "a - b");
}

TEST(FormulaTest, AUnaryMinusNeedsNone) {
  EXPECT_EQ(Canonical("-a * -b"), "-a * -b");
  EXPECT_EQ(Canonical("- a"), "-a");
  EXPECT_EQ(Canonical("a - -b"), "a - -b");
  EXPECT_EQ(Canonical("--a"), "--a");
  EXPECT_EQ(Canonical("-(a + b)"), "-(a + b)");
}

TEST(FormulaTest, SlicesAreSortedAndEqualOnesAreOneOperand) {
  EXPECT_THAT(Operands(R"(a { unit = "BM" , sex="f"} / a{sex="f",unit="BM"} + a{sex="m"})"),
              ElementsAre(R"(a{sex="f",unit="BM"})", R"(a{sex="m"})"));
}

TEST(FormulaTest, AFunctionsNameWithoutParenthesisIsAnIndicator) {
  EXPECT_THAT(Operands("min + max(abs, 2)"), ElementsAre("min", "abs"));
  EXPECT_EQ(Canonical("min (a,b)"), "min(a, b)");
}

TEST(FormulaTest, CanonicalTextKeepsOnlyTheParenthesesThatMatter) {
  EXPECT_EQ(Canonical("((a))"), "a");
  EXPECT_EQ(Canonical("(a+b)+c"), "a + b + c");
  EXPECT_EQ(Canonical("a+(b+c)"), "a + (b + c)");
  EXPECT_EQ(Canonical("a - (b - c)"), "a - (b - c)");
  EXPECT_EQ(Canonical("(a*b)+(c/d)"), "a * b + c / d");
  EXPECT_EQ(Canonical("(a+b)*c"), "(a + b) * c");
  EXPECT_EQ(Canonical("a/(b*c)"), "a / (b * c)");
  EXPECT_EQ(Canonical("coalesce((a + b),(0))"), "coalesce(a + b, 0)");
  EXPECT_EQ(Canonical("007.50 + 1.000"), "7.5 + 1");
}

TEST(FormulaTest, FaultsSayWhereTheyAre) {
  EXPECT_THAT(Refusal(""), StartsWith("position 1: expected an indicator"));
  EXPECT_THAT(Refusal("a +"), StartsWith("position 4: expected an indicator"));
  EXPECT_EQ(Refusal("a b"), "position 3: expected an operator, found 'b'");
  EXPECT_EQ(Refusal("(a"), "position 3: expected ')', found the end");
  EXPECT_EQ(Refusal("a)"), "position 2: expected an operator, found ')'");
  EXPECT_EQ(Refusal("Abc"), "position 1: an indicator id has lower-case letters only");
  EXPECT_THAT(Refusal("aBc"), StartsWith("position 2: an indicator id is"));
  EXPECT_THAT(Refusal("a_b"), StartsWith("position 2: an indicator id is"));
  EXPECT_THAT(Refusal("sum(a)"), StartsWith("position 1: unknown function sum"));
  EXPECT_EQ(Refusal("1 + abs(a, b)"), "position 5: abs takes one argument");
  EXPECT_THAT(Refusal("min()"), StartsWith("position 5: expected an indicator"));
  EXPECT_EQ(Refusal("1e3"), "position 2: a number is digits with an optional fraction, found 'e'");
  EXPECT_EQ(Refusal("1."), "position 3: expected a digit, found the end");
  EXPECT_THAT(Refusal(".5"), StartsWith("position 1: expected an indicator"));
  EXPECT_EQ(Refusal("0.1234567890123"), "position 1: a number has at most 12 decimals");
  EXPECT_EQ(Refusal("9999999999999999999999999"), "position 1: a number is at most 1e24");
  EXPECT_EQ(Refusal(R"(a{unit="_T"})"),
            "position 9: _T is no code: a total is the indicator without this dimension");
  EXPECT_EQ(Refusal(R"(a{u="x",u="y"})"), "position 9: dimension u is given twice");
  EXPECT_EQ(Refusal("a{}"), "position 3: expected a dimension, found '}'");
  EXPECT_EQ(Refusal(R"(a{u=""})"), "position 6: a code has 1 to 64 characters");
  EXPECT_THAT(Refusal(R"(a{u="x y"})"), StartsWith("position 7: a code is"));
  EXPECT_THAT(Refusal(std::string_view("a\0", 2)), HasSubstr("position 2: expected an operator, "
                                                             "found byte 0x00"));
  EXPECT_THAT(Refusal("\xc3\xa9"), HasSubstr("found byte 0xc3"));
}

TEST(FormulaTest, LimitsHoldAtTheLimitAndNotOnePast) {
  const std::string id(kMaxIndicatorIdBytes, 'a');
  EXPECT_EQ(Canonical(id), id);
  EXPECT_THAT(Refusal(id + "a"), HasSubstr("at most 63"));

  const std::string code(kMaxCodeBytes, 'X');
  EXPECT_TRUE(Formula::Parse(absl::StrCat("a{u=\"", code, "\"}")).ok());
  EXPECT_THAT(Refusal(absl::StrCat("a{u=\"", code, "X\"}")), HasSubstr("1 to 64"));

  // The innermost operand is a level, too.
  const auto nested = [](int n) {
    return std::string(static_cast<size_t>(n), '(') + "a" +
           std::string(static_cast<size_t>(n), ')');
  };
  EXPECT_TRUE(Formula::Parse(nested(kMaxFormulaDepth - 1)).ok());
  EXPECT_THAT(Refusal(nested(kMaxFormulaDepth)), HasSubstr("nested deeper than 64"));
  EXPECT_THAT(Refusal(std::string(4000, '-') + "a"), HasSubstr("nested deeper than 64"));

  std::string many = "a0";
  for (size_t i = 1; i < kMaxFormulaOperands; ++i) absl::StrAppend(&many, "+a", i);
  EXPECT_EQ(Parsed(many).operands().size(), kMaxFormulaOperands);
  EXPECT_THAT(Refusal(many + "+one-more"), HasSubstr("at most 200"));

  std::string spaces = "a" + std::string(kMaxFormulaBytes - 1, ' ');
  EXPECT_EQ(Canonical(spaces), "a");
  EXPECT_THAT(Refusal(spaces + " "), HasSubstr("at most 4096 bytes"));

  // 1,025 numbers are 1,025 + 3 * 1,024 = 4,097 bytes in canonical form, 1,024 are 4,093.
  std::string sum = "1";
  for (int i = 1; i < 1024; ++i) sum += "+1";
  EXPECT_EQ(Canonical(sum).size(), 4093U);
  EXPECT_THAT(Refusal(sum + "+1"), HasSubstr("in canonical form, this one has 4097"));
}

TEST(FormulaTest, OperatorsBindAsInSchool) {
  EXPECT_EQ(Evaluated("2 + 3 * 4"), "14");
  EXPECT_EQ(Evaluated("(2 + 3) * 4"), "20");
  EXPECT_EQ(Evaluated("20 - 3 - 4"), "13");
  EXPECT_EQ(Evaluated("100 / 10 / 5"), "2");
  EXPECT_EQ(Evaluated("-2 * -3 + -1"), "5");
  EXPECT_EQ(Evaluated("min(3, 1, 2) + max(3, 1, 2) + abs(-5)"), "9");
  EXPECT_EQ(Evaluated("0.1 + 0.2"), "0.3");
  EXPECT_EQ(Evaluated("200 / 3"), "66.666666666667");
}

TEST(FormulaTest, ARatioIsTheRatioOfItsOperands) {
  // 1 - 1,234 / 20,000 = 1 - 0.0617 = 0.9383
  EXPECT_EQ(Evaluated("1 - breaches / attendances", {D("1234"), D("20000")}), "0.9383");
}

TEST(FormulaTest, DivisionByZeroIsNoValue) {
  EXPECT_EQ(Evaluated("a / b", {D("1"), D("0")}), "DIV0");
  EXPECT_EQ(Evaluated("a / (b - 2)", {D("0"), D("2")}), "DIV0");
  EXPECT_EQ(Evaluated("coalesce(a / b, 7)", {D("1"), D("0")}), "DIV0");
}

TEST(FormulaTest, AnOperandWithoutValueIsNamed) {
  EXPECT_EQ(Evaluated("a + b", {D("1"), std::nullopt}), "OPERAND 1");
  EXPECT_EQ(Evaluated("a + b", {std::nullopt, std::nullopt}), "OPERAND 0");
  EXPECT_EQ(Evaluated("min(1, abs(-b)) * c", {std::nullopt, D("1")}), "OPERAND 0");
  EXPECT_EQ(Evaluated("0 * b", {std::nullopt}), "OPERAND 0");
}

TEST(FormulaTest, CoalescePassesOverOperandsWithoutValue) {
  EXPECT_EQ(Evaluated("coalesce(a, b, 0)", {std::nullopt, D("5")}), "5");
  EXPECT_EQ(Evaluated("coalesce(a, b, 0)", {std::nullopt, std::nullopt}), "0");
  EXPECT_EQ(Evaluated("coalesce(a + 1, b)", {std::nullopt, D("5")}), "5");
  // The last one is not replaced.
  EXPECT_EQ(Evaluated("coalesce(a, b)", {std::nullopt, std::nullopt}), "OPERAND 1");
  // What lacks its value for another reason is not replaced.
  EXPECT_EQ(Text(Parsed("coalesce(a, 0)").Evaluate(std::vector<OperandValue>{{std::nullopt}})),
            "OPERAND 0");
  EXPECT_EQ(Evaluated("coalesce(a, 1 / 0)", {D("3")}), "3");
}

TEST(FormulaTest, BeyondTheLargestDecimalIsOverflow) {
  EXPECT_EQ(Evaluated("a * b", {D("1e15"), D("1e15")}), "OVERFLOW");
  EXPECT_EQ(Evaluated("a * b / b", {D("1e15"), D("1e15")}), "OVERFLOW");
  EXPECT_EQ(Evaluated("a / b", {D("1e15"), D("1e-12")}), "OVERFLOW");
  EXPECT_EQ(Evaluated("a / b", {D("1e15"), D("1e15")}), "1");
}

TEST(FormulaTest, OfSeveralFaultsTheLeftmostCounts) {
  EXPECT_EQ(Evaluated("a + 1 / 0", {std::nullopt}), "OPERAND 0");
  EXPECT_EQ(Evaluated("1 / 0 + a", {std::nullopt}), "DIV0");
}

// Any formula that the grammar can make.
std::string Random(std::mt19937& random, int depth) {
  const auto pick = [&random](int n) {
    return static_cast<int>(random() % static_cast<unsigned>(n));
  };
  switch (depth == 0 ? pick(3) : pick(10)) {
    case 0:
      return absl::StrCat(pick(100), pick(2) == 0 ? "" : absl::StrCat(".", pick(1000)));
    case 1:
      return std::string(1, static_cast<char>('a' + pick(5)));
    case 2:
      return absl::StrCat("a-", pick(3), "{u=\"", pick(3), "\"}");
    case 3:
      return absl::StrCat("-", Random(random, depth - 1));
    case 4:
      return absl::StrCat("(", Random(random, depth - 1), " - ", Random(random, depth - 1), ")");
    case 5:
      return absl::StrCat("(", Random(random, depth - 1), ")*(", Random(random, depth - 1), ")");
    case 6:
      return absl::StrCat(Random(random, depth - 1), "/", Random(random, depth - 1));
    case 7:
      return absl::StrCat(Random(random, depth - 1), "+", Random(random, depth - 1));
    case 8:
      return absl::StrCat("coalesce(", Random(random, depth - 1), ",", Random(random, depth - 1),
                          ")");
    default:
      return absl::StrCat("max(", Random(random, depth - 1), ")");
  }
}

TEST(FormulaTest, CanonicalTextReadsBackAsTheSameFormula) {
  std::mt19937 random(20210101);
  for (int i = 0; i < 2000; ++i) {
    const Formula formula = Parsed(Random(random, 5));
    const Formula again = Parsed(formula.ToString());
    EXPECT_TRUE(again == formula) << formula.ToString();
    EXPECT_EQ(again.ToString(), formula.ToString());
  }
}

TEST(FormulaTest, AnyBytesAreEitherReadOrRefusedWithAPosition) {
  std::mt19937 random(7);
  const std::string_view alphabet = "ab-1.+*/(){}=\",\t \x01\x80 coalesce(min(_T";
  int accepted = 0;
  for (int i = 0; i < 50000; ++i) {
    std::string text;
    for (unsigned n = random() % 12; n > 0; --n) text += alphabet[random() % alphabet.size()];
    const absl::StatusOr<Formula> formula = Formula::Parse(text);
    if (formula.ok()) {
      ++accepted;
      EXPECT_TRUE(Parsed(formula->ToString()) == *formula) << text;
      formula->Evaluate(Given(Values(formula->operands().size(), D("2"))));
    } else {
      EXPECT_THAT(std::string(formula.status().message()), StartsWith("position "));
    }
  }
  EXPECT_GT(accepted, 1000);
}

TEST(FormulaGraphTest, ACycleIsNamedByItsPath) {
  EXPECT_THAT(FindCycle({{"a", {"b", "x"}}, {"b", {"x", "c"}}, {"c", {"a"}}}),
              ElementsAre("a", "b", "c", "a"));
  EXPECT_THAT(FindCycle({{"self", {"self"}}}), ElementsAre("self", "self"));
  // The way to the cycle is not part of it.
  EXPECT_THAT(FindCycle({{"a", {"b"}}, {"b", {"c"}}, {"c", {"b"}}}), ElementsAre("b", "c", "b"));
}

TEST(FormulaGraphTest, SharedOperandsAreNoCycle) {
  EXPECT_THAT(FindCycle({{"a", {"b", "c"}}, {"b", {"d"}}, {"c", {"d", "d"}}, {"d", {"base"}}}),
              IsEmpty());
  EXPECT_THAT(FindCycle({}), IsEmpty());
}

TEST(FormulaGraphTest, ALongChainNeedsNoRecursion) {
  FormulaGraph graph;
  for (int i = 0; i < 200000; ++i) graph[absl::StrCat(i)] = {absl::StrCat(i + 1)};
  EXPECT_THAT(FindCycle(graph), IsEmpty());
  graph["200000"] = {"0"};
  EXPECT_EQ(FindCycle(graph).size(), 200002U);
}

}  // namespace
}  // namespace athena::indicator
