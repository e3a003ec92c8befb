#include "services/indicator/rules/formula.h"

#include <algorithm>
#include <cassert>
#include <iterator>

#include "absl/container/flat_hash_map.h"
#include "absl/container/inlined_vector.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"

namespace athena::indicator {
namespace {

// Not <cctype>: those read the locale, and a byte beyond 127 is undefined behaviour for them.
bool IsLower(char c) { return c >= 'a' && c <= 'z'; }
bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool IsIdEnd(char c) { return IsLower(c) || IsDigit(c); }
bool IsDimensionStart(char c) { return IsLower(c) || IsUpper(c) || c == '_'; }
bool IsDimension(char c) { return IsDimensionStart(c) || IsDigit(c) || c == '-'; }
bool IsCode(char c) { return IsDimension(c) || c == '@' || c == '$'; }

// A byte as an error message may show it: text that stays text.
std::string Shown(char c) {
  if (c == '\'') return "\"'\"";
  if (c >= 0x20 && c < 0x7f) return {'\'', c, '\''};
  return absl::StrCat("byte 0x", absl::Hex(static_cast<unsigned char>(c), absl::kZeroPad2));
}

}  // namespace

std::string Operand::ToString() const {
  if (slice.empty()) return indicator;
  return absl::StrCat(indicator, "{",
                      absl::StrJoin(slice, ",",
                                    [](std::string* out, const auto& entry) {
                                      absl::StrAppend(out, entry.first, "=\"", entry.second, "\"");
                                    }),
                      "}");
}

// Recursive descent; every function returns false once a fault is noted and then reads no further.
class FormulaParser {
 public:
  explicit FormulaParser(std::string_view text) : text_(text) {}

  absl::StatusOr<Formula> Run() {
    if (text_.size() > kMaxFormulaBytes) {
      return absl::InvalidArgumentError(absl::StrCat("a formula has at most ", kMaxFormulaBytes,
                                                     " bytes, this one has ", text_.size()));
    }
    if (Expression()) {
      SkipSpace();
      if (at_ < text_.size()) Fail(absl::StrCat("expected an operator, found ", Here()));
    }
    if (!fault_.empty()) return absl::InvalidArgumentError(fault_);
    // What is stored is the canonical text, and that must be readable again. It is at most three
    // times as long: an operator gets two spaces.
    if (text_.size() > kMaxFormulaBytes / 3) {
      const size_t canonical = formula_.ToString().size();
      if (canonical > kMaxFormulaBytes) {
        return absl::InvalidArgumentError(absl::StrCat("a formula has at most ", kMaxFormulaBytes,
                                                       " bytes in canonical form, this one has ",
                                                       canonical));
      }
    }
    return std::move(formula_);
  }

 private:
  using Op = Formula::Op;

  bool FailAt(size_t at, absl::string_view what) {
    if (fault_.empty()) fault_ = absl::StrCat("position ", at + 1, ": ", what);
    return false;
  }
  bool Fail(absl::string_view what) { return FailAt(at_, what); }
  std::string Here() const { return at_ < text_.size() ? Shown(text_[at_]) : "the end"; }

  void SkipSpace() {
    while (at_ < text_.size() && IsSpace(text_[at_])) ++at_;
  }
  char Peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  // '\0' is a byte like any other in the input: only this tells it from the end.
  bool Next(char c) const { return at_ < text_.size() && text_[at_] == c; }
  bool Take(char c) {
    SkipSpace();
    if (!Next(c)) return false;
    ++at_;
    return true;
  }
  bool Require(char c) {
    return Take(c) || Fail(absl::StrCat("expected ", Shown(c), ", found ", Here()));
  }
  void Emit(Op op, int32_t count) { formula_.steps_.push_back({op, count, Decimal()}); }

  bool Expression() {
    if (!Term()) return false;
    while (true) {
      SkipSpace();
      if (Next('+')) {
        ++at_;
        if (!Term()) return false;
        Emit(Op::kAdd, 2);
      } else if (Next('-')) {
        // at_ > 0: a term was read.
        const bool spaced =
            IsSpace(text_[at_ - 1]) && at_ + 1 < text_.size() && IsSpace(text_[at_ + 1]);
        if (!spaced) return Fail("a binary minus needs a space on both sides");
        ++at_;
        if (!Term()) return false;
        Emit(Op::kSubtract, 2);
      } else {
        return true;
      }
    }
  }

  bool Term() {
    if (!Factor()) return false;
    while (true) {
      SkipSpace();
      if (!Next('*') && !Next('/')) return true;
      const Op op = Next('*') ? Op::kMultiply : Op::kDivide;
      ++at_;
      if (!Factor()) return false;
      Emit(op, 2);
    }
  }

  bool Factor() {
    SkipSpace();
    if (depth_ == kMaxFormulaDepth) {
      return Fail(absl::StrCat("nested deeper than ", kMaxFormulaDepth));
    }
    ++depth_;
    const bool ok = Primary();
    --depth_;
    return ok;
  }

  bool Primary() {
    const char c = Peek();
    if (c == '-') {
      ++at_;
      if (!Factor()) return false;
      Emit(Op::kNegate, 1);
      return true;
    }
    if (c == '(') {
      ++at_;
      return Expression() && Require(')');
    }
    if (IsDigit(c)) return Number();
    if (IsLower(c)) return Name();
    if (IsUpper(c)) return Fail("an indicator id has lower-case letters only");
    return Fail(
        absl::StrCat("expected an indicator, a number, a function, '-' or '(', found ", Here()));
  }

  bool Number() {
    const size_t begin = at_;
    while (IsDigit(Peek())) ++at_;
    if (Next('.')) {
      ++at_;
      const size_t fraction = at_;
      while (IsDigit(Peek())) ++at_;
      if (at_ == fraction) return Fail(absl::StrCat("expected a digit, found ", Here()));
      if (at_ - fraction > static_cast<size_t>(Decimal::kFractionDigits)) {
        return FailAt(begin,
                      absl::StrCat("a number has at most ", Decimal::kFractionDigits, " decimals"));
      }
    }
    if (IsDimensionStart(Peek()) || Next('.')) {
      return Fail(absl::StrCat("a number is digits with an optional fraction, found ", Here()));
    }
    const absl::StatusOr<Decimal> number = Decimal::Parse(text_.substr(begin, at_ - begin));
    if (!number.ok()) return FailAt(begin, "a number is at most 1e24");
    formula_.steps_.push_back({Op::kNumber, 0, *number});
    return true;
  }

  bool Name() {
    const size_t begin = at_;
    size_t end = at_;
    for (size_t i = at_; i < text_.size() && (IsIdEnd(text_[i]) || text_[i] == '-'); ++i) {
      if (IsIdEnd(text_[i])) end = i + 1;
    }
    at_ = end;
    const std::string name(text_.substr(begin, end - begin));
    if (name.size() > kMaxIndicatorIdBytes) {
      return FailAt(
          begin, absl::StrCat("an indicator id has at most ", kMaxIndicatorIdBytes, " characters"));
    }
    if (IsUpper(Peek()) || Next('_')) {
      return Fail(absl::StrCat("an indicator id is [a-z]([a-z0-9-]*[a-z0-9])?, found ", Here()));
    }
    const size_t after = at_;
    SkipSpace();
    if (Next('(')) return Call(name, begin);
    Operand operand{name, {}};
    if (Next('{')) {
      ++at_;
      if (!Slice(&operand)) return false;
    } else {
      at_ = after;
    }
    return Use(std::move(operand), begin);
  }

  bool Call(absl::string_view name, size_t begin) {
    Op op;
    if (name == "min") {
      op = Op::kMin;
    } else if (name == "max") {
      op = Op::kMax;
    } else if (name == "abs") {
      op = Op::kAbs;
    } else if (name == "coalesce") {
      op = Op::kCoalesce;
    } else {
      return FailAt(begin, absl::StrCat("unknown function ", name,
                                        ": the functions are min, max, abs and coalesce"));
    }
    ++at_;  // (
    int32_t count = 0;
    do {
      if (!Expression()) return false;
      ++count;
    } while (Take(','));
    if (!Require(')')) return false;
    if (op == Op::kAbs && count != 1) return FailAt(begin, "abs takes one argument");
    Emit(op, count);
    return true;
  }

  bool Slice(Operand* operand) {
    do {
      SkipSpace();
      size_t begin = at_;
      if (!IsDimensionStart(Peek())) {
        return Fail(absl::StrCat("expected a dimension, found ", Here()));
      }
      while (IsDimension(Peek())) ++at_;
      std::string dimension(text_.substr(begin, at_ - begin));
      if (dimension.size() > kMaxDimensionIdBytes) {
        return FailAt(
            begin, absl::StrCat("a dimension has at most ", kMaxDimensionIdBytes, " characters"));
      }
      for (const auto& [other, code] : operand->slice) {
        if (other == dimension) {
          return FailAt(begin, absl::StrCat("dimension ", dimension, " is given twice"));
        }
      }
      if (operand->slice.size() == kMaxSliceDimensions) {
        return FailAt(begin,
                      absl::StrCat("a slice has at most ", kMaxSliceDimensions, " dimensions"));
      }
      if (!Require('=') || !Require('"')) return false;
      begin = at_;
      while (IsCode(Peek())) ++at_;
      const std::string_view code = text_.substr(begin, at_ - begin);
      if (!Next('"')) {
        return Fail(
            absl::StrCat("a code is [A-Za-z0-9_@$-]{1,64} in double quotes, found ", Here()));
      }
      if (code.empty() || code.size() > kMaxCodeBytes) {
        return FailAt(begin, absl::StrCat("a code has 1 to ", kMaxCodeBytes, " characters"));
      }
      if (code == "_T") {
        return FailAt(begin, "_T is no code: a total is the indicator without this dimension");
      }
      ++at_;
      operand->slice.emplace_back(std::move(dimension), std::string(code));
    } while (Take(','));
    if (!Require('}')) return false;
    std::sort(operand->slice.begin(), operand->slice.end());
    return true;
  }

  bool Use(Operand operand, size_t begin) {
    const auto [place, added] =
        places_.try_emplace(operand.ToString(), static_cast<int32_t>(formula_.operands_.size()));
    if (added) {
      if (formula_.operands_.size() == kMaxFormulaOperands) {
        return FailAt(begin, absl::StrCat("a formula reads at most ", kMaxFormulaOperands,
                                          " different operands"));
      }
      formula_.operands_.push_back(std::move(operand));
    }
    Emit(Op::kOperand, place->second);
    return true;
  }

  std::string_view text_;
  size_t at_ = 0;
  int depth_ = 0;
  std::string fault_;
  Formula formula_;
  absl::flat_hash_map<std::string, int32_t> places_;  // of operands, by their text
};

absl::StatusOr<Formula> Formula::Parse(std::string_view text) { return FormulaParser(text).Run(); }

std::string Formula::ToString() const {
  // How tightly a text holds together: a part is put in parentheses where it is looser than its
  // place asks for.
  enum Binding { kSumBinding, kProductBinding, kFactorBinding };
  struct Part {
    std::string text;
    Binding binding;
    std::string In(Binding place) && {
      return binding < place ? absl::StrCat("(", text, ")") : std::move(text);
    }
  };
  std::vector<Part> parts;
  const auto binary = [&parts](absl::string_view sign, Binding binding) {
    Part right = std::move(parts.back());
    parts.pop_back();
    Part& left = parts.back();
    // The right side binds tighter: a - (b - c) is not a - b - c.
    std::string text = std::move(left).In(binding);
    absl::StrAppend(&text, sign, std::move(right).In(static_cast<Binding>(binding + 1)));
    left = {std::move(text), binding};
  };
  const auto call = [&parts](absl::string_view name, int32_t count) {
    std::string text = absl::StrCat(name, "(");
    for (size_t i = parts.size() - static_cast<size_t>(count); i < parts.size(); ++i) {
      absl::StrAppend(&text, text.back() == '(' ? "" : ", ", parts[i].text);
    }
    text.push_back(')');
    parts.resize(parts.size() - static_cast<size_t>(count));
    parts.push_back({std::move(text), kFactorBinding});
  };
  for (const Step& step : steps_) {
    switch (step.op) {
      case Op::kNumber:
        parts.push_back({step.number.ToString(), kFactorBinding});
        break;
      case Op::kOperand:
        parts.push_back({operands_[static_cast<size_t>(step.count)].ToString(), kFactorBinding});
        break;
      case Op::kNegate:
        parts.back() = {absl::StrCat("-", std::move(parts.back()).In(kFactorBinding)),
                        kFactorBinding};
        break;
      case Op::kAdd:
        binary(" + ", kSumBinding);
        break;
      case Op::kSubtract:
        binary(" - ", kSumBinding);
        break;
      case Op::kMultiply:
        binary(" * ", kProductBinding);
        break;
      case Op::kDivide:
        binary(" / ", kProductBinding);
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

FormulaResult Fault(NoValueReason reason) { return {std::nullopt, reason, -1}; }

FormulaResult OrOverflow(std::optional<Decimal> value) {
  if (!value.has_value()) return Fault(NoValueReason::kOverflow);
  return {value, NoValueReason::kNone, -1};
}

}  // namespace

FormulaResult Formula::Evaluate(absl::Span<const std::optional<Decimal>> values) const {
  assert(values.size() == operands_.size());
  absl::InlinedVector<FormulaResult, 16> stack;
  for (const Step& step : steps_) {
    if (step.op == Op::kNumber) {
      stack.push_back({step.number, NoValueReason::kNone, -1});
      continue;
    }
    if (step.op == Op::kOperand) {
      const std::optional<Decimal>& value = values[static_cast<size_t>(step.count)];
      stack.push_back(value.has_value()
                          ? FormulaResult{value, NoValueReason::kNone, -1}
                          : FormulaResult{std::nullopt, NoValueReason::kOperand, step.count});
      continue;
    }
    const size_t first = stack.size() - static_cast<size_t>(step.count);
    const absl::Span<FormulaResult> arguments = absl::MakeSpan(stack).subspan(first);
    FormulaResult result = arguments[0];
    if (step.op == Op::kCoalesce) {
      const auto* found = std::find_if(
          arguments.begin(), arguments.end(),
          [](const FormulaResult& argument) { return argument.reason != NoValueReason::kOperand; });
      if (found != arguments.end()) result = *found;
    } else {
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
                         ? Fault(NoValueReason::kDiv0)
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
  }
  return stack.back();
}

std::vector<std::string> FindCycle(const FormulaGraph& graph) {
  // Depth-first with a path of its own: chains of formulas are as long as their authors like.
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
