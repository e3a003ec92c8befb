#include "services/indicator/rules/formula.h"

#include <algorithm>
#include <cassert>
#include <iterator>

#include "absl/container/flat_hash_map.h"
#include "absl/container/inlined_vector.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"

namespace athena::indicator {

std::string Operand::ToString() const {
  if (slice.empty()) return indicator;
  return absl::StrCat(indicator, "{",
                      absl::StrJoin(slice, ",",
                                    [](std::string* out, const auto& entry) {
                                      absl::StrAppend(out, entry.first, "=\"", entry.second, "\"");
                                    }),
                      "}");
}

std::string Formula::ToString() const {
  // Operator precedence, ascending. A part gets parentheses where its precedence is lower than its
  // place asks for.
  enum Precedence { kSum, kProduct, kFactor };
  struct Part {
    std::string text;
    Precedence precedence;
    std::string In(Precedence place) && {
      return precedence < place ? absl::StrCat("(", text, ")") : std::move(text);
    }
  };
  std::vector<Part> parts;
  const auto binary = [&parts](absl::string_view sign, Precedence precedence) {
    Part right = std::move(parts.back());
    parts.pop_back();
    Part& left = parts.back();
    // Operators associate to the left: a - (b - c) is not a - b - c.
    std::string text = std::move(left).In(precedence);
    absl::StrAppend(&text, sign, std::move(right).In(static_cast<Precedence>(precedence + 1)));
    left = {std::move(text), precedence};
  };
  const auto call = [&parts](absl::string_view name, int32_t count) {
    std::string text = absl::StrCat(name, "(");
    for (size_t i = parts.size() - static_cast<size_t>(count); i < parts.size(); ++i) {
      absl::StrAppend(&text, text.back() == '(' ? "" : ", ", parts[i].text);
    }
    text.push_back(')');
    parts.resize(parts.size() - static_cast<size_t>(count));
    parts.push_back({std::move(text), kFactor});
  };
  for (const Step& step : steps_) {
    switch (step.op) {
      case Op::kNumber:
        parts.push_back({step.number.ToString(), kFactor});
        break;
      case Op::kOperand:
        parts.push_back({operands_[static_cast<size_t>(step.count)].ToString(), kFactor});
        break;
      case Op::kNegate:
        parts.back() = {absl::StrCat("-", std::move(parts.back()).In(kFactor)), kFactor};
        break;
      case Op::kAdd:
        binary(" + ", kSum);
        break;
      case Op::kSubtract:
        binary(" - ", kSum);
        break;
      case Op::kMultiply:
        binary(" * ", kProduct);
        break;
      case Op::kDivide:
        binary(" / ", kProduct);
        break;
      case Op::kMin:
        call("min", step.count);
        break;
      case Op::kMax:
        call("max", step.count);
        break;
      case Op::kAbs:
        call("abs", step.count);
        break;
      case Op::kCoalesce:
        call("coalesce", step.count);
        break;
    }
  }
  return std::move(parts.back().text);
}

namespace {

FormulaResult WithoutValue(NoValueReason reason) { return {std::nullopt, reason, -1}; }

FormulaResult OrOverflow(std::optional<Decimal> value) {
  if (!value.has_value()) return WithoutValue(NoValueReason::kOverflow);
  return {value, NoValueReason::kNone, -1};
}

}  // namespace

std::vector<OperandUse> Formula::UsesOf(absl::FunctionRef<bool(int operand)> absent) const {
  // In postfix order operands come from left to right, so the uses of an expression are neighbours.
  struct Expression {
    size_t first_use;
    bool absent;
  };
  std::vector<OperandUse> uses;
  std::vector<bool> used;
  absl::InlinedVector<Expression, 16> stack;
  for (const Step& step : steps_) {
    if (step.op == Op::kNumber || step.op == Op::kOperand) {
      stack.push_back({uses.size(), step.op == Op::kOperand && absent(step.count)});
      if (step.op == Op::kNumber) continue;
      uses.push_back({step.count});
      used.push_back(true);
      continue;
    }
    const size_t first = stack.size() - static_cast<size_t>(step.count);
    Expression result = stack[first];
    if (step.op == Op::kCoalesce) {
      size_t taken = first;
      while (taken + 1 < stack.size() && stack[taken].absent) ++taken;
      result.absent = stack[taken].absent;
      const size_t taken_begin = stack[taken].first_use;
      const size_t taken_end = taken + 1 < stack.size() ? stack[taken + 1].first_use : uses.size();
      for (size_t i = result.first_use; i < uses.size(); ++i) {
        uses[i].in_coalesce = true;
        if (i < taken_begin) uses[i].replaced = true;
        if (i >= taken_end) used[i] = false;
      }
    } else {
      for (size_t i = first; i < stack.size(); ++i) result.absent |= stack[i].absent;
    }
    stack.resize(first);
    stack.push_back(result);
  }
  std::vector<OperandUse> kept;
  for (size_t i = 0; i < uses.size(); ++i) {
    if (used[i]) kept.push_back(uses[i]);
  }
  return kept;
}

std::vector<int> Formula::PlainOperands() const {
  std::vector<int> plain;
  for (const OperandUse& use : UsesOf([](int) { return false; })) {
    if (use.in_coalesce || std::find(plain.begin(), plain.end(), use.operand) != plain.end()) {
      continue;
    }
    plain.push_back(use.operand);
  }
  return plain;
}

FormulaResult Formula::Evaluate(absl::Span<const OperandValue> values) const {
  assert(values.size() == operands_.size());
  absl::InlinedVector<FormulaResult, 16> stack;
  absl::InlinedVector<bool, 16> absent;  // of the same expressions
  for (const Step& step : steps_) {
    if (step.op == Op::kNumber) {
      stack.push_back({step.number, NoValueReason::kNone, -1});
      absent.push_back(false);
      continue;
    }
    if (step.op == Op::kOperand) {
      const OperandValue& value = values[static_cast<size_t>(step.count)];
      stack.push_back(value.value.has_value()
                          ? FormulaResult{value.value, NoValueReason::kNone, -1}
                          : FormulaResult{std::nullopt, NoValueReason::kOperand, step.count});
      absent.push_back(value.absent);
      continue;
    }
    const size_t first = stack.size() - static_cast<size_t>(step.count);
    const absl::Span<FormulaResult> arguments = absl::MakeSpan(stack).subspan(first);
    FormulaResult result = arguments[0];
    bool lacks = absent[first];
    if (step.op == Op::kCoalesce) {
      size_t taken = first;
      while (taken + 1 < stack.size() && absent[taken]) ++taken;
      result = stack[taken];
      lacks = absent[taken];
    } else {
      for (size_t i = first; i < absent.size(); ++i) lacks = lacks || absent[i];
      const auto* faulty =
          std::find_if(arguments.begin(), arguments.end(),
                       [](const FormulaResult& argument) { return !argument.value.has_value(); });
      if (faulty != arguments.end()) {
        result = *faulty;
      } else {
        const Decimal a = *arguments[0].value;
        switch (step.op) {
          case Op::kNegate:
            result.value = -a;
            break;
          case Op::kAbs:
            result.value = a.Abs();
            break;
          case Op::kAdd:
            result = OrOverflow(Decimal::Add(a, *arguments[1].value));
            break;
          case Op::kSubtract:
            result = OrOverflow(Decimal::Subtract(a, *arguments[1].value));
            break;
          case Op::kMultiply:
            result = OrOverflow(Decimal::Multiply(a, *arguments[1].value));
            break;
          case Op::kDivide:
            result = arguments[1].value->IsZero()
                         ? WithoutValue(NoValueReason::kDiv0)
                         : OrOverflow(Decimal::Divide(a, *arguments[1].value));
            break;
          case Op::kMin:
          case Op::kMax:
            for (const FormulaResult& argument : arguments) {
              result.value = step.op == Op::kMin ? std::min(*result.value, *argument.value)
                                                 : std::max(*result.value, *argument.value);
            }
            break;
          case Op::kNumber:
          case Op::kOperand:
          case Op::kCoalesce:
            break;
        }
      }
    }
    stack.resize(first);
    stack.push_back(result);
    absent.resize(first);
    absent.push_back(lacks);
  }
  return stack.back();
}

std::vector<std::string> FindCycle(const FormulaGraph& graph) {
  // Depth-first search with an explicit stack: chains of formulas may be of any length.
  enum class Mark : int8_t { kOnPath, kDone };
  struct Visit {
    FormulaGraph::const_iterator formula;
    size_t next;
  };
  absl::flat_hash_map<absl::string_view, Mark> marks;
  std::vector<Visit> path;
  for (auto start = graph.begin(); start != graph.end(); ++start) {
    if (!marks.try_emplace(start->first, Mark::kOnPath).second) continue;
    path.push_back({start, 0});
    while (!path.empty()) {
      Visit& visit = path.back();
      const std::vector<std::string>& operands = visit.formula->second;
      if (visit.next == operands.size()) {
        marks[visit.formula->first] = Mark::kDone;
        path.pop_back();
        continue;
      }
      const auto operand = graph.find(operands[visit.next++]);
      if (operand == graph.end()) continue;
      const auto [mark, unseen] = marks.try_emplace(operand->first, Mark::kOnPath);
      if (unseen) {
        path.push_back({operand, 0});
      } else if (mark->second == Mark::kOnPath) {
        std::vector<std::string> cycle;
        auto from = std::find_if(path.begin(), path.end(), [&operand](const Visit& on_path) {
          return on_path.formula == operand;
        });
        std::transform(from, path.end(), std::back_inserter(cycle),
                       [](const Visit& on_path) { return on_path.formula->first; });
        cycle.push_back(operand->first);
        return cycle;
      }
    }
  }
  return {};
}

}  // namespace athena::indicator
