#include <algorithm>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "services/indicator/rules/formula.h"

namespace athena::indicator {
namespace {

// <cctype> depends on the locale, and is undefined for bytes beyond 127.
bool IsLower(char c) { return c >= 'a' && c <= 'z'; }
bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool IsIdEnd(char c) { return IsLower(c) || IsDigit(c); }
bool IsDimensionStart(char c) { return IsLower(c) || IsUpper(c) || c == '_'; }
bool IsDimension(char c) { return IsDimensionStart(c) || IsDigit(c) || c == '-'; }
bool IsCode(char c) { return IsDimension(c) || c == '@' || c == '$'; }

// A byte in an error message: quoted when it is printable ASCII, else in hexadecimal.
std::string Shown(char c) {
  if (c == '\'') return "\"'\"";
  if (c >= 0x20 && c < 0x7f) return {'\'', c, '\''};
  return absl::StrCat("byte 0x", absl::Hex(static_cast<unsigned char>(c), absl::kZeroPad2));
}

}  // namespace

// A recursive descent parser of the grammar in formula.h. Emits the steps of the stack machine as
// it goes. Its functions return false after the first fault, and read no further.
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
    // The canonical text is stored and parsed again, so it has the same limit. It is at most three
    // times as long as the input: a binary operator gets a space on both sides.
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
  // Unlike Peek, tells a '\0' in the input from the end.
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

}  // namespace athena::indicator
