#include <array>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/decimal/decimal.h"
#include "services/indicator/rules/formula.h"
#include "tests/fuzz/property.h"

namespace athena::indicator {
namespace {

using fuzz::Require;
using Values = std::vector<OperandValue>;

bool Same(const FormulaResult& a, const FormulaResult& b) {
  return a.value == b.value && a.reason == b.reason && a.operand == b.operand;
}

// A value for each operand, among them none and the ends of what a decimal holds; `text` chooses.
Values ChooseValues(const Formula& formula, std::string_view text) {
  static const std::array<std::optional<Decimal>, 8> kChoices = {std::nullopt,
                                                                 Decimal(),
                                                                 Decimal::FromInt(1),
                                                                 Decimal::FromInt(-1),
                                                                 Decimal::FromInt(3),
                                                                 Decimal::FromUnits(1),
                                                                 Decimal::Parse("1e24").value(),
                                                                 Decimal::Parse("-7.5").value()};
  Values values;
  for (size_t i = 0; i < formula.operands().size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[(i * 7 + 1) % text.size()]);
    const std::optional<Decimal>& value = kChoices[(byte + i) % kChoices.size()];
    values.push_back({value, !value.has_value() && byte % 2 == 0});
  }
  return values;
}

void CheckEvaluation(const Formula& formula, const std::string& canonical, const Values& values) {
  const FormulaResult result = formula.Evaluate(values);
  Require(result.value.has_value() == (result.reason == NoValueReason::kNone),
          "there is a value or a reason");
  if (result.reason == NoValueReason::kOperand) {
    Require(result.operand >= 0 && static_cast<size_t>(result.operand) < values.size() &&
                !values[static_cast<size_t>(result.operand)].value.has_value(),
            "the operand that is named is one without a value");
  } else {
    Require(result.operand == -1, "no operand is blamed for another fault");
  }

  // Both may be longer or deeper than is allowed.
  if (const auto minus = Formula::Parse(absl::StrCat("-(", canonical, ")")); minus.ok()) {
    FormulaResult negative = minus->Evaluate(values);
    if (negative.value.has_value()) negative.value = -*negative.value;
    Require(Same(negative, result), "minus a formula has the value's other sign");
  }
  if (const auto none = Formula::Parse(absl::StrCat("(", canonical, ") - (", canonical, ")"));
      none.ok()) {
    Require(none->operands() == formula.operands(), "the operands of a formula twice are its own");
    FormulaResult expected = result;
    if (expected.value.has_value()) expected.value = Decimal();
    Require(Same(none->Evaluate(values), expected), "a formula less itself is nothing");
  }
}

}  // namespace
}  // namespace athena::indicator

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using athena::fuzz::Require;
  using athena::indicator::Formula;
  const std::string_view text = athena::fuzz::TextOf(data, size);
  const absl::StatusOr<Formula> formula = Formula::Parse(text);
  if (!formula.ok()) {
    Require(formula.status().code() == absl::StatusCode::kInvalidArgument, "a refusal says why");
    Require(absl::StartsWith(formula.status().message(), "position ") ||
                size > athena::indicator::kMaxFormulaBytes / 3,
            "a refusal says where");
    return 0;
  }
  const std::string canonical = formula->ToString();
  Require(canonical.size() <= athena::indicator::kMaxFormulaBytes,
          "the canonical text is short enough to be read");
  const absl::StatusOr<Formula> again = Formula::Parse(canonical);
  Require(again.ok() && *again == *formula, "the canonical text is the formula");
  Require(again->ToString() == canonical, "the canonical text is its own");

  using athena::indicator::Values;
  const size_t operands = formula->operands().size();
  athena::indicator::CheckEvaluation(*formula, canonical, Values(operands));
  athena::indicator::CheckEvaluation(*formula, canonical,
                                     Values(operands, {athena::Decimal(), false}));
  athena::indicator::CheckEvaluation(*formula, canonical,
                                     athena::indicator::ChooseValues(*formula, text));
  return 0;
}
