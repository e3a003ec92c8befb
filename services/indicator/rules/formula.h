#ifndef ATHENA_SERVICES_INDICATOR_RULES_FORMULA_H_
#define ATHENA_SERVICES_INDICATOR_RULES_FORMULA_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "libs/decimal/decimal.h"
#include "services/indicator/rules/reason.h"

namespace athena::indicator {

// Limits of one formula: enough for a sum over the units of a region, and so small that parsing and
// evaluating it takes microseconds.
inline constexpr size_t kMaxFormulaBytes = 4096;    // as sent, and in canonical form
inline constexpr int kMaxFormulaDepth = 64;         // of nested parentheses, calls and signs
inline constexpr size_t kMaxFormulaOperands = 200;  // distinct ones
inline constexpr size_t kMaxSliceDimensions = 16;
inline constexpr size_t kMaxIndicatorIdBytes = 63;
inline constexpr size_t kMaxDimensionIdBytes = 63;
inline constexpr size_t kMaxCodeBytes = 64;

// An indicator that a formula reads, or a slice of it.
struct Operand {
  std::string indicator;
  // (dimension, code), by dimension, each dimension once.
  std::vector<std::pair<std::string, std::string>> slice;

  std::string ToString() const;  // attendances{type="1"}
  friend bool operator==(const Operand& a, const Operand& b) = default;
};

// What a formula is evaluated with, of one operand.
struct OperandValue {
  std::optional<Decimal> value;
  // coalesce replaces it.
  bool absent = false;
};

// An operand that a formula uses, at one place in its text.
struct OperandUse {
  int operand = 0;  // index in operands()
  // Inside coalesce, at any depth.
  bool in_coalesce = false;
  // Inside an argument that coalesce skips: its value is not needed.
  bool replaced = false;

  friend bool operator==(const OperandUse& a, const OperandUse& b) = default;
};

// The value of a formula, or the reason why there is none.
struct FormulaResult {
  std::optional<Decimal> value;
  NoValueReason reason = NoValueReason::kNone;  // kOperand, kDiv0 or kOverflow without a value
  int operand = -1;                             // kOperand: its index in operands()
};

// An arithmetic expression over indicators, parsed once and evaluated often:
//
//   expression = term { ("+" | " - ") term }
//   term       = factor { ("*" | "/") factor }
//   factor     = "-" factor | number | operand | function "(" expression { "," expression } ")"
//              | "(" expression ")"
//   operand    = id [ "{" dimension "=" '"' code '"' { "," dimension "=" '"' code '"' } "}" ]
//   function   = "min" | "max" | "abs" | "coalesce"
//   number     = digits [ "." digits ], at most 12 decimals
//
// An id is [a-z]([a-z0-9-]{0,61}[a-z0-9])? and as long as possible: "a-b" is one id. A binary minus
// therefore needs white space (space, tab, line end) on both sides. A dimension is
// [A-Za-z_][A-Za-z0-9_-]{0,62}; a code is [A-Za-z0-9_@$-]{1,64}, but not _T. min, max and coalesce
// take one argument or more, abs takes one. An indicator may have the name of a function: only a
// parenthesis makes a call.
//
// A value type; const functions are thread-safe.
class Formula {
 public:
  // Accepts any bytes. INVALID_ARGUMENT says what is wrong at which byte, counted from 1:
  // `position 7: a binary minus needs a space on both sides`.
  static absl::StatusOr<Formula> Parse(std::string_view text);

  // The distinct operands, in the order in which they first appear.
  const std::vector<Operand>& operands() const { return operands_; }

  // The canonical text: single spaces around binary operators, no parentheses but necessary ones,
  // slices sorted by dimension, numbers without trailing zeros. At most kMaxFormulaBytes. Parsing
  // it gives an equal formula.
  std::string ToString() const;

  // The operands that the formula uses, from left to right. coalesce skips an argument that has an
  // operand which is absent, unless it is the last; it uses no arguments after the one it takes.
  std::vector<OperandUse> UsesOf(absl::FunctionRef<bool(int operand)> absent) const;

  // The operands that stand outside coalesce somewhere, each once, from left to right.
  std::vector<int> PlainOperands() const;

  // Evaluates the formula over operands(), in their order. Of several faults the leftmost is
  // reported. coalesce is its first argument without absent operands, or else its last one; it
  // skips neither an operand that lacks its value for another reason, nor division by zero, nor
  // overflow. Each product and quotient is rounded once, half to even.
  FormulaResult Evaluate(absl::Span<const OperandValue> values) const;

  friend bool operator==(const Formula& a, const Formula& b) = default;

 private:
  friend class FormulaParser;

  enum class Op : int8_t {
    kNumber,
    kOperand,
    kNegate,
    kAdd,
    kSubtract,
    kMultiply,
    kDivide,
    kMin,
    kMax,
    kAbs,
    kCoalesce,
  };
  // An instruction of a stack machine; the steps are the expression in postfix order.
  struct Step {
    Op op;
    int32_t count;   // of arguments; kOperand: its index in operands_
    Decimal number;  // kNumber
    friend bool operator==(const Step& a, const Step& b) = default;
  };

  Formula() = default;

  std::vector<Operand> operands_;
  std::vector<Step> steps_;
};

// Formulas and the indicators that each of them reads, by id. What is no key is no formula.
using FormulaGraph = absl::btree_map<std::string, std::vector<std::string>>;

// A cycle as a path that ends with its first element ("a", "b", "a"); empty when there is none. The
// same graph gives the same path.
std::vector<std::string> FindCycle(const FormulaGraph& graph);

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_RULES_FORMULA_H_
