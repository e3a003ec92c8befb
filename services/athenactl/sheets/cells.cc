#include "services/athenactl/sheets/cells.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/timestamp.pb.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "libs/decimal/decimal.h"
#include "services/athenactl/files/text/csv.h"
#include "services/athenactl/files/text/money.h"
#include "services/athenactl/files/text/text_source.h"
#include "services/athenactl/terminal/text.h"
#include "services/athenactl/views/value_text.h"

namespace athena::athenactl {
namespace {

using athena::common::v1::Date;
using athena::common::v1::LocalizedText;
using athena::common::v1::Money;
using athena::common::v1::Number;
using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using google::protobuf::Timestamp;
using Fault = std::optional<std::string>;

constexpr char kWantedList[] = "values with commas between them; one with a comma is in quotes";

std::string ValueText(const Message& value) {
  if (value.GetDescriptor() == Date::descriptor()) return DateText(static_cast<const Date&>(value));
  if (value.GetDescriptor() == Money::descriptor()) {
    return MoneyText(static_cast<const Money&>(value));
  }
  if (value.GetDescriptor() == Number::descriptor()) {
    return NumberText(static_cast<const Number&>(value));
  }
  const auto& time = static_cast<const Timestamp&>(value);
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E*SZ",
                          absl::FromUnixSeconds(time.seconds()) + absl::Nanoseconds(time.nanos()),
                          absl::UTCTimeZone());
}

// `index` -1: a singular field.
std::string ScalarText(const Message& message, const FieldDescriptor& field, int index) {
  if (field.message_type() == nullptr) return ElementText(message, field, index, "");
  const Reflection& reflection = *message.GetReflection();
  return ValueText(index < 0 ? reflection.GetMessage(message, &field)
                             : reflection.GetRepeatedMessage(message, &field, index));
}

// A line of CSV without its line end.
std::string Joined(const std::vector<std::string>& elements) {
  if (elements.empty()) return "";
  std::string line = CsvLine(elements);
  line.pop_back();
  return line;
}

// The fields of a line of CSV; nullopt when it is none.
std::optional<std::vector<std::string>> Split(const std::string& line) {
  TextSource source = TextSource::OfText(line);
  CsvReader reader(source);
  CsvRecord record;
  const absl::StatusOr<bool> first = reader.Next(record);
  if (!first.ok() || !*first || record.fault.has_value()) return std::nullopt;
  CsvRecord second;
  const absl::StatusOr<bool> more = reader.Next(second);
  if (!more.ok() || *more) return std::nullopt;
  return std::move(record.fields);
}

std::vector<std::string> Elements(const Message& message, const FieldDescriptor& field) {
  std::vector<std::string> elements;
  const Reflection& reflection = *message.GetReflection();
  if (field.is_map()) {
    const Descriptor& type = *field.message_type();
    std::map<std::string, std::string> entries;
    for (int at = 0; at < reflection.FieldSize(message, &field); ++at) {
      const Message& entry = reflection.GetRepeatedMessage(message, &field, at);
      entries[ScalarText(entry, *type.map_key(), -1)] = ScalarText(entry, *type.map_value(), -1);
    }
    for (const auto& [key, value] : entries) elements.push_back(absl::StrCat(key, "=", value));
    return elements;
  }
  for (int at = 0; at < reflection.FieldSize(message, &field); ++at) {
    elements.push_back(ScalarText(message, field, at));
  }
  return elements;
}

Fault PutDate(const CellFormat& format, const Cell& cell, Date* date) {
  absl::CivilDay day;
  if (cell.kind == Cell::Kind::kDate) {
    constexpr int64_t kMostDays = 200'000;
    const std::optional<int64_t> days = WholeNumber(cell.text);
    if (!days.has_value()) return "a date without a time of day";
    if (*days > kMostDays) return "a date like 2024-12-31";
    day = format.day_zero + *days;
  } else if (cell.text.size() != 10 || !absl::ParseCivilTime(cell.text, &day)) {
    return "a date like 2024-12-31";
  }
  date->set_year(static_cast<int32_t>(day.year()));
  date->set_month(day.month());
  date->set_day(day.day());
  return std::nullopt;
}

Fault PutTime(const std::string& text, Timestamp* timestamp) {
  absl::Time time;
  std::string fault;
  if (!absl::ParseTime(absl::RFC3339_full, text, &time, &fault)) {
    return "a time like 2024-12-31T17:00:00Z";
  }
  const int64_t seconds = absl::ToUnixSeconds(time);
  timestamp->set_seconds(seconds);
  timestamp->set_nanos(
      static_cast<int32_t>(absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(seconds))));
  return std::nullopt;
}

Fault PutValue(const CellFormat& format, const Cell& cell, Message* value) {
  if (value->GetDescriptor() == Date::descriptor()) {
    return PutDate(format, cell, static_cast<Date*>(value));
  }
  if (value->GetDescriptor() == Timestamp::descriptor()) {
    return PutTime(cell.text, static_cast<Timestamp*>(value));
  }
  if (value->GetDescriptor() == Money::descriptor()) {
    const std::optional<Money> money = ReadMoney(format.dialect, cell.text);
    if (!money.has_value()) return "an amount with at most 9 decimals, like 1250.50";
    *static_cast<Money*>(value) = *money;
    return std::nullopt;
  }
  std::string plain;
  const std::optional<double> nearest = ReadNumberIn(format.dialect, cell.text, &plain);
  const absl::StatusOr<Decimal> exact = Decimal::Parse(plain);
  if (!nearest.has_value() || !exact.ok()) return WantedNumber(format.dialect, cell.text);
  static_cast<Number*>(value)->set_value(*nearest);
  static_cast<Number*>(value)->set_decimal(exact->ToString());
  return std::nullopt;
}

Fault PutDouble(const CellFormat& format, const std::string& text, double* value) {
  std::string plain;
  const std::optional<double> number = ReadNumberIn(format.dialect, text, &plain);
  if (!number.has_value()) return WantedNumber(format.dialect, text);
  if (!KeepsPrecision(plain, *number)) {
    return absl::StrCat("a number of at most 15 digits: ", Shortest(*number), " would be stored");
  }
  *value = *number;
  return std::nullopt;
}

// Sets a field, or adds an element to a repeated one.
Fault PutScalar(const CellFormat& format, const Cell& cell, const FieldDescriptor& field,
                Message* message) {
  const Reflection& reflection = *message->GetReflection();
  const bool add = field.is_repeated();
  const std::string& text = cell.text;
  constexpr char kWholeNumber[] = "a whole number";
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      add ? reflection.AddString(message, &field, text)
          : reflection.SetString(message, &field, text);
      return std::nullopt;
    case FieldDescriptor::CPPTYPE_ENUM: {
      const auto* value = FindEnumValue(*field.enum_type(), text);
      if (value == nullptr) return EnumWords(*field.enum_type());
      add ? reflection.AddEnum(message, &field, value) : reflection.SetEnum(message, &field, value);
      return std::nullopt;
    }
    case FieldDescriptor::CPPTYPE_BOOL: {
      const std::string word = Folded(text);
      const bool yes = word == "yes" || word == "true";
      if (!yes && word != "no" && word != "false") return "yes or no";
      add ? reflection.AddBool(message, &field, yes) : reflection.SetBool(message, &field, yes);
      return std::nullopt;
    }
    case FieldDescriptor::CPPTYPE_DOUBLE: {
      double value = 0;
      if (Fault fault = PutDouble(format, text, &value)) return fault;
      add ? reflection.AddDouble(message, &field, value)
          : reflection.SetDouble(message, &field, value);
      return std::nullopt;
    }
    case FieldDescriptor::CPPTYPE_INT32: {
      int32_t value = 0;
      if (!absl::SimpleAtoi(text, &value)) return kWholeNumber;
      add ? reflection.AddInt32(message, &field, value)
          : reflection.SetInt32(message, &field, value);
      return std::nullopt;
    }
    case FieldDescriptor::CPPTYPE_INT64: {
      int64_t value = 0;
      if (!absl::SimpleAtoi(text, &value)) return kWholeNumber;
      add ? reflection.AddInt64(message, &field, value)
          : reflection.SetInt64(message, &field, value);
      return std::nullopt;
    }
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return PutValue(format, cell,
                      add ? reflection.AddMessage(message, &field)
                          : reflection.MutableMessage(message, &field));
    default:
      return "nothing: this program cannot set it";
  }
}

Fault PutEntries(const CellFormat& format, const std::vector<std::string>& elements,
                 const FieldDescriptor& field, Message* message) {
  const Descriptor& type = *field.message_type();
  for (const std::string& element : elements) {
    const size_t equals = element.find('=');
    if (equals == std::string::npos || equals == 0) return "KEY=VALUE,KEY=VALUE";
    Message* entry = message->GetReflection()->AddMessage(message, &field);
    if (Fault fault = PutScalar(format, {element.substr(0, equals)}, *type.map_key(), entry)) {
      return fault;
    }
    if (Fault fault = PutScalar(format, {element.substr(equals + 1)}, *type.map_value(), entry)) {
      return fault;
    }
  }
  return std::nullopt;
}

}  // namespace

bool IsValue(const Descriptor& type) {
  return &type == Date::descriptor() || &type == Timestamp::descriptor() ||
         &type == Money::descriptor() || &type == Number::descriptor();
}

bool IsOneCell(const FieldDescriptor& field) {
  return field.is_map() || field.message_type() == nullptr || IsValue(*field.message_type());
}

bool IsNumeric(const FieldDescriptor& field) {
  if (field.is_repeated()) return false;
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
    case FieldDescriptor::CPPTYPE_INT64:
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return true;
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return field.message_type() == Money::descriptor() ||
             field.message_type() == Number::descriptor();
    default:
      return false;
  }
}

std::string CellText(const Message& message, const FieldDescriptor& field) {
  if (field.is_repeated()) return Joined(Elements(message, field));
  const bool is_set = message.GetReflection()->HasField(message, &field);
  if (!is_set && (field.has_presence() || field.cpp_type() == FieldDescriptor::CPPTYPE_BOOL)) {
    return "";
  }
  return ScalarText(message, field, -1);
}

std::optional<std::string> WantedKind(const Cell& cell, const FieldDescriptor& field) {
  if (cell.kind == Cell::Kind::kPercent) {
    return "a number without the format %: the cell shows it times 100";
  }
  if (cell.kind == Cell::Kind::kDate && field.message_type() != Date::descriptor()) {
    return "no date: the cell has the format of one";
  }
  return std::nullopt;
}

std::optional<std::string> SetCell(const CellFormat& format, const Cell& cell,
                                   const FieldDescriptor& field, Message* message) {
  message->GetReflection()->ClearField(message, &field);
  if (cell.text.empty()) return std::nullopt;
  if (!field.is_repeated()) return PutScalar(format, cell, field, message);
  const std::optional<std::vector<std::string>> elements = Split(cell.text);
  if (!elements.has_value()) return kWantedList;
  if (field.is_map()) return PutEntries(format, *elements, field, message);
  for (const std::string& element : *elements) {
    if (Fault fault = PutScalar(format, {element}, field, message)) return fault;
  }
  return std::nullopt;
}

}  // namespace athena::athenactl
