#include "libs/filter/filter.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/timestamp.pb.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "athena/common/v1/values.pb.h"
#include "libs/fields/fields.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"

namespace athena {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

enum class Operator : int8_t { kEqual, kNotEqual, kLess, kAtMost, kGreater, kAtLeast, kHas };

// A text to compare with; a star at either end is cut off and remembered.
struct Pattern {
  std::string text;
  bool any_before = false;
  bool any_behind = false;

  bool Matches(std::string_view value) const {
    if (any_before && any_behind) return value.find(text) != std::string_view::npos;
    if (value.size() < text.size()) return false;
    if (any_before) return value.substr(value.size() - text.size()) == text;
    if (any_behind) return value.substr(0, text.size()) == text;
    return value == text;
  }
};

// What a field is compared with; Anything: whether it is set. An enum is compared by its number.
struct Anything {};
using Value = std::variant<Anything, int64_t, double, bool, absl::Time, absl::CivilDay, Pattern>;

// A step from a message to what it holds: a field and, of a map, the entry with this key.
struct Step {
  const FieldDescriptor* field;
  std::optional<std::string> key;
};

template <typename T>
bool Holds(Operator op, const T& seen, const T& wanted) {
  switch (op) {
    case Operator::kEqual:
    case Operator::kHas:
      return seen == wanted;
    case Operator::kNotEqual:
      return seen != wanted;
    case Operator::kLess:
      return seen < wanted;
    case Operator::kAtMost:
      return seen <= wanted;
    case Operator::kGreater:
      return seen > wanted;
    case Operator::kAtLeast:
      return seen >= wanted;
  }
  return false;
}

struct Comparison {
  std::vector<Step> path;
  Operator op = Operator::kEqual;
  Value value;
};

// One value of a field, which is repeated where `at` is not negative.
bool Compare(const Comparison& comparison, const Message& message, const FieldDescriptor* field,
             int at) {
  const Reflection& reflection = *message.GetReflection();
  if (std::holds_alternative<Anything>(comparison.value)) return true;
  const Operator op = comparison.op;
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING: {
      std::string scratch;
      const std::string& seen =
          at < 0 ? reflection.GetStringReference(message, field, &scratch)
                 : reflection.GetRepeatedStringReference(message, field, at, &scratch);
      const auto& pattern = std::get<Pattern>(comparison.value);
      if (op == Operator::kEqual || op == Operator::kHas) return pattern.Matches(seen);
      if (op == Operator::kNotEqual) return !pattern.Matches(seen);
      return Holds<std::string_view>(op, seen, pattern.text);
    }
    case FieldDescriptor::CPPTYPE_ENUM: {
      const int seen = at < 0 ? reflection.GetEnumValue(message, field)
                              : reflection.GetRepeatedEnumValue(message, field, at);
      return Holds<int64_t>(op, seen, std::get<int64_t>(comparison.value));
    }
    case FieldDescriptor::CPPTYPE_INT32: {
      const int32_t seen = at < 0 ? reflection.GetInt32(message, field)
                                  : reflection.GetRepeatedInt32(message, field, at);
      return Holds<int64_t>(op, seen, std::get<int64_t>(comparison.value));
    }
    case FieldDescriptor::CPPTYPE_INT64: {
      const int64_t seen = at < 0 ? reflection.GetInt64(message, field)
                                  : reflection.GetRepeatedInt64(message, field, at);
      return Holds(op, seen, std::get<int64_t>(comparison.value));
    }
    case FieldDescriptor::CPPTYPE_DOUBLE: {
      const double seen = at < 0 ? reflection.GetDouble(message, field)
                                 : reflection.GetRepeatedDouble(message, field, at);
      return Holds(op, seen, std::get<double>(comparison.value));
    }
    case FieldDescriptor::CPPTYPE_BOOL: {
      const bool seen = at < 0 ? reflection.GetBool(message, field)
                               : reflection.GetRepeatedBool(message, field, at);
      return Holds(op, seen, std::get<bool>(comparison.value));
    }
    case FieldDescriptor::CPPTYPE_MESSAGE: {
      const Message& part = at < 0 ? reflection.GetMessage(message, field)
                                   : reflection.GetRepeatedMessage(message, field, at);
      if (const auto* wanted = std::get_if<absl::CivilDay>(&comparison.value)) {
        common::v1::Date date;
        date.CopyFrom(part);
        const std::optional<absl::CivilDay> seen = fields::DayOf(date);
        return seen.has_value() && Holds(op, *seen, *wanted);
      }
      google::protobuf::Timestamp timestamp;
      timestamp.CopyFrom(part);
      const std::optional<absl::Time> seen = fields::TimeOf(timestamp);
      return seen.has_value() && Holds(op, *seen, std::get<absl::Time>(comparison.value));
    }
    default:
      return false;  // refused when it was read
  }
}

// Whether some value at the end of the path, from its step `from` on, fulfils the comparison.
bool Fulfils(const Comparison& comparison, size_t from, const Message& message) {
  const Step& step = comparison.path[from];
  const FieldDescriptor* field = step.field;
  const Reflection& reflection = *message.GetReflection();
  const bool last = from + 1 == comparison.path.size();
  if (field->is_repeated()) {
    for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
      if (step.key.has_value()) {
        const Message& entry = reflection.GetRepeatedMessage(message, field, i);
        const FieldDescriptor* key = field->message_type()->map_key();
        if (entry.GetReflection()->GetString(entry, key) != *step.key) continue;
        return last ? Compare(comparison, entry, field->message_type()->map_value(), -1)
                    : Fulfils(comparison, from + 1,
                              entry.GetReflection()->GetMessage(
                                  entry, field->message_type()->map_value()));
      }
      if (last ? Compare(comparison, message, field, i)
               : Fulfils(comparison, from + 1, reflection.GetRepeatedMessage(message, field, i))) {
        return true;
      }
    }
    return false;
  }
  if (field->has_presence() && !reflection.HasField(message, field)) return false;
  if (!last) return Fulfils(comparison, from + 1, reflection.GetMessage(message, field));
  if (std::holds_alternative<Anything>(comparison.value) && !field->has_presence()) {
    return reflection.HasField(message, field);  // is not 0 or ""
  }
  return Compare(comparison, message, field, -1);
}

}  // namespace

struct Filter::Expression {
  enum class Kind : int8_t { kAnd, kOr, kNot, kComparison };
  Kind kind = Kind::kComparison;
  std::vector<Expression> parts;  // of kNot one
  Comparison comparison;
};

namespace {

using Expression = Filter::Expression;

bool Holds(const Expression& expression, const Message& message) {
  const auto holds = [&message](const Expression& part) { return Holds(part, message); };
  const std::vector<Expression>& parts = expression.parts;
  switch (expression.kind) {
    case Expression::Kind::kAnd:
      return std::all_of(parts.begin(), parts.end(), holds);
    case Expression::Kind::kOr:
      return std::any_of(parts.begin(), parts.end(), holds);
    case Expression::Kind::kNot:
      return !holds(parts.front());
    case Expression::Kind::kComparison:
      return Fulfils(expression.comparison, 0, message);
  }
  return false;
}

struct Token {
  enum class Kind : int8_t { kWord, kText, kOperator, kOpen, kClose, kDot, kMinus, kEnd, kFault };
  Kind kind = Kind::kEnd;
  std::string text;  // of a text, what it says
  Operator op = Operator::kEqual;
  size_t at = 0;  // where it begins, in bytes from 0
  size_t length = 0;
};

bool IsWordCharacter(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '*' || c == '-' ||
         c == '+' || static_cast<unsigned char>(c) >= 0x80;
}

class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  Token Next() {
    while (at_ < text_.size() && absl::ascii_isspace(static_cast<unsigned char>(text_[at_]))) ++at_;
    Token token;
    token.at = at_;
    Read(&token);
    token.length = at_ - token.at;
    return token;
  }

 private:
  void Read(Token* token) {
    if (at_ == text_.size()) return;
    const char c = text_[at_];
    const bool equal = at_ + 1 < text_.size() && text_[at_ + 1] == '=';
    const auto take = [&](Token::Kind kind, size_t length) {
      token->kind = kind;
      token->text = std::string(text_.substr(at_, length));
      at_ += length;
    };
    const auto take_operator = [&](Operator op, size_t length) {
      token->op = op;
      take(Token::Kind::kOperator, length);
    };
    switch (c) {
      case '(':
        return take(Token::Kind::kOpen, 1);
      case ')':
        return take(Token::Kind::kClose, 1);
      case '.':
        return take(Token::Kind::kDot, 1);
      case '=':
        return take_operator(Operator::kEqual, 1);
      case ':':
        return take_operator(Operator::kHas, 1);
      case '<':
        return equal ? take_operator(Operator::kAtMost, 2) : take_operator(Operator::kLess, 1);
      case '>':
        return equal ? take_operator(Operator::kAtLeast, 2) : take_operator(Operator::kGreater, 1);
      case '!':
        return equal ? take_operator(Operator::kNotEqual, 2) : take(Token::Kind::kFault, 1);
      case '"':
        return ReadText(token);
      default:
        break;
    }
    size_t length = 0;
    while (at_ + length < text_.size() &&
           (IsWordCharacter(text_[at_ + length]) || IsDecimalPoint(at_, at_ + length))) {
      ++length;
    }
    if (length == 0) return take(Token::Kind::kFault, 1);
    take(Token::Kind::kWord, length);
  }

  // Whether a dot stands between the digits of a number that begins at `begin`. All others are
  // steps into what is before them.
  bool IsDecimalPoint(size_t begin, size_t dot) const {
    const auto digit = [this](size_t at) {
      return at < text_.size() && absl::ascii_isdigit(static_cast<unsigned char>(text_[at]));
    };
    const bool sign = text_[begin] == '-' || text_[begin] == '+';
    return text_[dot] == '.' && digit(begin + (sign ? 1 : 0)) && digit(dot + 1);
  }

  void ReadText(Token* token) {
    token->kind = Token::Kind::kFault;
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] == '"') {
        ++at_;
        token->kind = Token::Kind::kText;
        return;
      }
      if (text_[at_] == '\\' && ++at_ == text_.size()) return;
      token->text.push_back(text_[at_]);
    }
  }

  const std::string_view text_;
  size_t at_ = 0;
};

template <typename Number>
std::optional<Number> NumberOf(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if constexpr (std::is_floating_point_v<Number>) {
    if (!std::isfinite(number)) return std::nullopt;
  }
  return number;
}

// "CONDITION_" of the enum Condition, as the style guide has values named.
std::string PrefixOf(const EnumDescriptor* type) {
  std::string prefix;
  for (const char c : type->name()) {
    if (absl::ascii_isupper(static_cast<unsigned char>(c)) && !prefix.empty()) {
      prefix.push_back('_');
    }
    prefix.push_back(absl::ascii_toupper(static_cast<unsigned char>(c)));
  }
  return prefix + "_";
}

std::string NamesOf(const EnumDescriptor* type) {
  const std::string prefix = PrefixOf(type);
  std::string names;
  for (int i = 0; i < type->value_count(); ++i) {
    std::string_view name = type->value(i)->name();
    if (absl::StartsWith(absl::string_view(name.data(), name.size()), prefix)) {
      name.remove_prefix(prefix.size());
    }
    absl::StrAppend(&names, names.empty() ? "" : ", ", absl::string_view(name.data(), name.size()));
  }
  return names;
}

std::string FieldsOf(const Descriptor* type) {
  std::string names;
  for (int i = 0; i < type->field_count(); ++i) {
    absl::StrAppend(&names, names.empty() ? "" : ", ", type->field(i)->name());
  }
  return names;
}

class Parser {
 public:
  Parser(std::string_view text, const Descriptor* type) : text_(text), type_(type), scanner_(text) {
    Advance();
  }

  absl::StatusOr<Expression> Whole() {
    ATHENA_ASSIGN_OR_RETURN(Expression expression, Conjunction(0));
    if (token_.kind != Token::Kind::kEnd) return Refused("AND, OR or the end");
    return expression;
  }

 private:
  void Advance() { token_ = scanner_.Next(); }
  bool IsWord(std::string_view word) const {
    return token_.kind == Token::Kind::kWord && token_.text == word;
  }

  absl::Status Refused(std::string_view want) const { return RefusedAt(token_, want); }
  absl::Status RefusedAt(const Token& token, std::string_view want) const {
    return status::InvalidField("filter", text_.substr(token.at, token.length),
                                absl::StrCat("from byte ", token.at, " on ", std::string(want)));
  }

  absl::StatusOr<Expression> Conjunction(int depth) {
    return Joined(Expression::Kind::kAnd, "AND", [&] { return Disjunction(depth); });
  }
  absl::StatusOr<Expression> Disjunction(int depth) {
    return Joined(Expression::Kind::kOr, "OR", [&] { return Term(depth); });
  }

  template <typename Part>
  absl::StatusOr<Expression> Joined(Expression::Kind kind, std::string_view word, Part part) {
    absl::StatusOr<Expression> first = part();
    if (!first.ok() || !IsWord(word)) return first;
    Expression joined;
    joined.kind = kind;
    joined.parts.push_back(*std::move(first));
    while (IsWord(word)) {
      Advance();
      ATHENA_ASSIGN_OR_RETURN(joined.parts.emplace_back(), part());
    }
    return joined;
  }

  absl::StatusOr<Expression> Term(int depth) {
    if (depth > kMaxFilterDepth) {
      return Refused(
          absl::StrCat("at most ", kMaxFilterDepth, " parentheses and NOT in each other"));
    }
    // A minus sticks to the word behind it.
    const bool minus = token_.kind == Token::Kind::kWord && token_.text.front() == '-';
    if (IsWord("NOT") || minus) {
      if (minus && token_.text.size() > 1) {
        token_.text.erase(0, 1);
        ++token_.at;
        --token_.length;
      } else {
        Advance();
      }
      Expression expression;
      expression.kind = Expression::Kind::kNot;
      ATHENA_ASSIGN_OR_RETURN(expression.parts.emplace_back(), Term(depth + 1));
      return expression;
    }
    if (token_.kind == Token::Kind::kOpen) {
      Advance();
      ATHENA_ASSIGN_OR_RETURN(Expression inside, Conjunction(depth + 1));
      if (token_.kind != Token::Kind::kClose) return Refused("AND, OR or a closing parenthesis");
      Advance();
      return inside;
    }
    return Restriction();
  }

  absl::StatusOr<Expression> Restriction() {
    Expression expression;
    Comparison& comparison = expression.comparison;
    ATHENA_RETURN_IF_ERROR(Path(&comparison.path));
    if (token_.kind != Token::Kind::kOperator) return Refused("one of = != < <= > >= :");
    const Token op = token_;
    comparison.op = op.op;
    Advance();
    if (token_.kind != Token::Kind::kWord && token_.kind != Token::Kind::kText) {
      return Refused("a word, or a text in double quotes");
    }
    ATHENA_RETURN_IF_ERROR(Argument(op, &comparison));
    return expression;
  }

  // `a.b.c`: fields, and the keys of maps.
  absl::Status Path(std::vector<Step>* path) {
    const Descriptor* type = type_;
    while (true) {
      const FieldDescriptor* field =
          token_.kind == Token::Kind::kWord ? type->FindFieldByName(token_.text) : nullptr;
      if (field == nullptr) return Refused("a field: " + FieldsOf(type));
      path->push_back({field, std::nullopt});
      Advance();
      if (token_.kind != Token::Kind::kDot) return absl::OkStatus();
      const Token dot = token_;
      Advance();
      if (field->is_map()) {
        if (field->message_type()->map_key()->cpp_type() != FieldDescriptor::CPPTYPE_STRING ||
            (token_.kind != Token::Kind::kWord && token_.kind != Token::Kind::kText)) {
          return Refused("a key of " + field->name());
        }
        path->back().key = token_.text;
        Advance();
        if (token_.kind != Token::Kind::kDot) return absl::OkStatus();
        field = field->message_type()->map_value();
        Advance();
      }
      if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE || IsTime(field)) {
        return RefusedAt(dot, field->name() + " by itself, which has no fields");
      }
      type = field->message_type();
    }
  }

  static bool IsTime(const FieldDescriptor* field) {
    return field->message_type() == google::protobuf::Timestamp::descriptor();
  }
  static bool IsDate(const FieldDescriptor* field) {
    return field->message_type() == common::v1::Date::descriptor();
  }

  // The value, as what stands at the end of the path can be compared with.
  absl::Status Argument(const Token& op, Comparison* comparison) {
    const Token argument = token_;
    Advance();
    const bool many = std::any_of(
        comparison->path.begin(), comparison->path.end(),
        [](const Step& step) { return step.field->is_repeated() && !step.key.has_value(); });
    const bool has = comparison->op == Operator::kHas;
    if (many && !has) return RefusedAt(op, "\":\", since there may be several");
    Step& end = comparison->path.back();
    const FieldDescriptor* field = end.field;
    if (field->is_map() && !end.key.has_value()) {
      // Whether a map has a key is whether there is anything at it.
      if (argument.kind == Token::Kind::kText || argument.text != "*") end.key = argument.text;
      comparison->value = Anything();
      return absl::OkStatus();
    }
    if (field->is_map()) field = field->message_type()->map_value();
    if (has && argument.kind == Token::Kind::kWord && argument.text == "*") {
      comparison->value = Anything();
      return absl::OkStatus();
    }
    if (has && !many && field->cpp_type() != FieldDescriptor::CPPTYPE_STRING) {
      return RefusedAt(argument, "\"*\", which asks whether it is set; or = before it");
    }
    const bool ordered =
        comparison->op != Operator::kEqual && comparison->op != Operator::kNotEqual && !has;
    return Read(argument, field, ordered, op, &comparison->value);
  }

  absl::Status Read(const Token& argument, const FieldDescriptor* field, bool ordered,
                    const Token& op, Value* value) const {
    const std::string& text = argument.text;
    const auto number = [&](auto read, std::string_view want) -> absl::Status {
      if (!read.has_value()) return RefusedAt(argument, want);
      *value = *read;
      return absl::OkStatus();
    };
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_STRING: {
        if (field->type() == FieldDescriptor::TYPE_BYTES) break;
        Pattern pattern{text};
        if (!ordered && absl::StartsWith(pattern.text, "*")) {
          pattern.any_before = true;
          pattern.text.erase(0, 1);
        }
        if (!ordered && absl::EndsWith(pattern.text, "*")) {
          pattern.any_behind = true;
          pattern.text.pop_back();
        }
        *value = std::move(pattern);
        return absl::OkStatus();
      }
      case FieldDescriptor::CPPTYPE_ENUM: {
        if (ordered) return RefusedAt(op, "= or != for one of several words");
        const EnumDescriptor* type = field->enum_type();
        const EnumValueDescriptor* found = type->FindValueByName(text);
        if (found == nullptr) found = type->FindValueByName(PrefixOf(type) + text);
        if (found == nullptr) return RefusedAt(argument, "one of " + NamesOf(type));
        *value = int64_t{found->number()};
        return absl::OkStatus();
      }
      case FieldDescriptor::CPPTYPE_INT32:
      case FieldDescriptor::CPPTYPE_INT64:
        return number(NumberOf<int64_t>(text), "a whole number");
      case FieldDescriptor::CPPTYPE_DOUBLE:
        return number(NumberOf<double>(text), "a number");
      case FieldDescriptor::CPPTYPE_BOOL:
        if (ordered) return RefusedAt(op, "= or != for true or false");
        if (text != "true" && text != "false") return RefusedAt(argument, "true or false");
        *value = text == "true";
        return absl::OkStatus();
      case FieldDescriptor::CPPTYPE_MESSAGE: {
        if (IsDate(field)) {
          absl::CivilDay day;
          if (!absl::ParseCivilTime(text, &day)) {
            return RefusedAt(argument, "a day, 2022-12-31");
          }
          *value = day;
          return absl::OkStatus();
        }
        if (!IsTime(field)) {
          return RefusedAt(argument, "\":*\" after a message, or one of its fields: " +
                                         FieldsOf(field->message_type()));
        }
        absl::Time time;
        std::string error;
        if (!absl::ParseTime(absl::RFC3339_full, text, &time, &error)) {
          return RefusedAt(argument, "a time in quotes, \"2022-12-31T17:00:00Z\"");
        }
        *value = time;
        return absl::OkStatus();
      }
      default:
        break;
    }
    return RefusedAt(argument, "another field: these are not compared");
  }

  const std::string_view text_;
  const Descriptor* type_;
  Scanner scanner_;
  Token token_;
};

}  // namespace

absl::StatusOr<Filter> Filter::Parse(std::string_view text, const Descriptor* type) {
  if (text.size() > kMaxFilterBytes) {
    return status::InvalidField("filter", absl::StrCat(text.size(), " bytes"),
                                absl::StrCat("at most ", kMaxFilterBytes));
  }
  if (text.find_first_not_of(" \t\n\r\v\f") == std::string_view::npos) return Filter(nullptr);
  ATHENA_ASSIGN_OR_RETURN(Expression expression, Parser(text, type).Whole());
  return Filter(std::make_shared<const Expression>(std::move(expression)));
}

bool Filter::Matches(const Message& message) const {
  return expression_ == nullptr || Holds(*expression_, message);
}

}  // namespace athena
