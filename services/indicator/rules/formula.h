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
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "libs/decimal/decimal.h"
#include "services/indicator/rules/reason.h"

namespace athena::indicator {

// What one formula may hold: enough for any sum over the units of a region, small enough that
// reading one a million times is no attack.
inline constexpr size_t kMaxFormulaBytes = 4096;  // as sent, and in canonical form
inline constexpr int kMaxFormulaDepth = 64;       // parentheses, calls and signs inside each other
inline constexpr size_t kMaxFormulaOperands = 200;  // distinct ones
inline constexpr size_t kMaxSliceDimensions = 16;
inline constexpr size_t kMaxIndicatorIdBytes = 63;
inline constexpr size_t kMaxDimensionIdBytes = 63;
inline constexpr size_t kMaxCodeBytes = 64;

// An indicator as a formula names it: its id and, possibly, a slice.
struct Operand {
  std::string indicator;
  // (dimension, code), by dimension, each dimension once.
  std::vector<std::pair<std::string, std::string>> slice;

  // attendances{type="1"}
  std::string ToString() const;
  friend bool operator==(const Operand& a, const Operand& b) = default;
};

// What evaluating a formula gives.
struct FormulaResult {
  std::optional<Decimal> value;
  NoValueReason reason = NoValueReason::kNone;  // kOperand, kDiv0 or kOverflow without a value
  int operand = -1;                             // kOperand: its place in operands()
};

// An arithmetic expression over indicators, read once and evaluated often:
//
//   expression = term { ("+" | " - ") term }
//   term       = factor { ("*" | "/") factor }
//   factor     = "-" factor | number | operand | function "(" expression { "," expression } ")"
//              | "(" expression ")"
//   operand    = id [ "{" dimension "=" '"' code '"' { "," dimension "=" '"' code '"' } "}" ]
//   function   = "min" | "max" | "abs" | "coalesce"
//   number     = digits [ "." digits ], at most 12 decimals
//
// An id is an indicator's, [a-z]([a-z0-9-]{0,61}[a-z0-9])?. It takes as many characters as it can,
// "a-b" being one id; a binary minus therefore has white space on both sides, wherever it stands. A
// dimension is [A-Za-z_][A-Za-z0-9_-]{0,62}, a code [A-Za-z0-9_@$-]{1,64} but not _T. White space
// is space, tab and line ends. min, max and coalesce take one argument or more, abs takes one; an
// indicator may have a function's name, since only the parenthesis makes a call.
//
// A value type; const functions are thread-safe.
class Formula {
 public:
  // Any bytes are accepted as `text`. INVALID_ARGUMENT names the fault and its position, counted in
  // bytes from 1: `position 7: a binary minus needs a space on both sides`.
  static absl::StatusOr<Formula> Parse(std::string_view text);

  // The distinct operands, in the order in which they first appear.
  const std::vector<Operand>& operands() const { return operands_; }

  // Canonical text: single spaces round binary operators, only the parentheses that are needed,
  // slices by dimension, numbers without trailing zeros; at most kMaxFormulaBytes. Parsing it gives
  // an equal formula.
  std::string ToString() const;

  // Evaluates over `values`, one for each of operands(), absent where the operand has no value. Of
  // several faults the leftmost counts. coalesce gives its first argument that does not lack an
  // operand; division by zero and overflow are never passed over. Products and quotients are
  // rounded once each, half to even.
  FormulaResult Evaluate(absl::Span<const std::optional<Decimal>> values) const;

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
  // A step of a stack machine: arguments come before what takes them.
  struct Step {
    Op op;
    int32_t count;   // arguments; kOperand: its place in operands_
    Decimal number;  // kNumber
    friend bool operator==(const Step& a, const Step& b) = default;
  };

  Formula() = default;

  std::vector<Operand> operands_;
  std::vector<Step> steps_;
};

// Which indicators each formula reads: id (or full name) -> those of its operands. Whoever is no
// key reads nothing.
using FormulaGraph = absl::btree_map<std::string, std::vector<std::string>>;

// The path of a cycle, its first element repeated at its end ("a", "b", "a"), or empty when
// formulas form a DAG. The same graph gives the same path. Takes any depth without recursion.
std::vector<std::string> FindCycle(const FormulaGraph& graph);

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_RULES_FORMULA_H_
