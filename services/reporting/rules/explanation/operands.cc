#include "services/reporting/rules/explanation/operands.h"

#include <algorithm>

namespace athena::reporting {
namespace {

constexpr std::string_view kIdCharacters = "abcdefghijklmnopqrstuvwxyz0123456789-";

bool IsLetter(char c) { return c >= 'a' && c <= 'z'; }

// What stands between braces: dim="code", dim="code".
std::map<std::string, std::string> SliceOf(std::string_view text) {
  std::map<std::string, std::string> slice;
  while (true) {
    const size_t equals = text.find('=');
    const size_t open = text.find('"', equals == std::string_view::npos ? text.size() : equals);
    if (open == std::string_view::npos) return slice;
    const size_t close = text.find('"', open + 1);
    if (close == std::string_view::npos) return slice;
    std::string dimension(text.substr(0, equals));
    std::erase_if(dimension, [](char c) { return c == ' ' || c == ',' || c == '\t' || c == '\n'; });
    slice[dimension] = std::string(text.substr(open + 1, close - open - 1));
    text.remove_prefix(close + 1);
  }
}

}  // namespace

std::vector<FormulaOperand> OperandsOf(std::string_view formula) {
  std::vector<FormulaOperand> operands;
  for (size_t at = 0; at < formula.size();) {
    if (!IsLetter(formula[at])) {
      ++at;
      continue;
    }
    size_t end = std::min(formula.find_first_not_of(kIdCharacters, at), formula.size());
    FormulaOperand operand;
    operand.indicator = std::string(formula.substr(at, end - at));
    at = end;
    const size_t next = formula.find_first_not_of(" \t\r\n", end);
    if (next != std::string_view::npos && formula[next] == '(') continue;
    if (next != std::string_view::npos && formula[next] == '{') {
      end = std::min(formula.find('}', next), formula.size());
      operand.slice = SliceOf(formula.substr(next + 1, end - next - 1));
      at = end;
    }
    if (std::find(operands.begin(), operands.end(), operand) == operands.end()) {
      operands.push_back(std::move(operand));
    }
  }
  return operands;
}

}  // namespace athena::reporting
