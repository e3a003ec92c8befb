#ifndef ATHENA_SERVICES_REPORTING_RULES_EXPLANATION_OPERANDS_H_
#define ATHENA_SERVICES_REPORTING_RULES_EXPLANATION_OPERANDS_H_

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace athena::reporting {

// An indicator that a formula reads, or a slice of it.
struct FormulaOperand {
  std::string indicator;                     // its id
  std::map<std::string, std::string> slice;  // dimension id to code

  friend bool operator==(const FormulaOperand& a, const FormulaOperand& b) = default;
};

// The distinct operands of a formula, in the order in which they first appear. It takes formulas
// as the indicator service answers them (athena.indicator.v1.Indicator.formula): ids are as long as
// possible, `id{dim="code"}` is a slice, a name before a parenthesis is a function. It does not
// check the formula. Pure and thread-safe.
std::vector<FormulaOperand> OperandsOf(std::string_view formula);

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_RULES_EXPLANATION_OPERANDS_H_
