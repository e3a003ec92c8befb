#include <google/protobuf/descriptor.h>
#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <array>
#include <cfloat>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "libs/canonical/canonical.h"
#include "libs/locale/plain_printf.h"

namespace athena {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

std::string Dump(const nlohmann::json& json) {
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

// Most texts need no escapes; the library takes long to begin.
void AppendString(const std::string& text, std::string* json) {
  const bool plain = std::all_of(text.begin(), text.end(), [](char c) {
    return c >= ' ' && c <= '~' && c != '"' && c != '\\';
  });
  *json += plain ? absl::StrCat("\"", text, "\"") : Dump(text);
}

// The fewest of `digits` and `more` significant digits that give the number back, as protobuf
// prints it, in the notation of the JSON library.
template <typename Number>
void AppendReal(Number value, int digits, int more, std::string* json) {
  if (std::isnan(value)) {
    *json += R"("NaN")";
  } else if (std::isinf(value)) {
    *json += value > 0 ? R"("Infinity")" : R"("-Infinity")";
  } else {
    std::array<char, 32> text;
    const auto print = [&text, value](int precision) -> const char* {
      return std::to_chars(text.begin(), text.end(), static_cast<double>(value),
                           std::chars_format::general, precision)
          .ptr;
    };
    const char* end = print(digits);
    Number back = 0;
    std::from_chars(text.begin(), end, back);
    if (back != value) end = print(more);
    *json += Dump(nlohmann::json::parse(text.cbegin(), end, nullptr, /*allow_exceptions=*/false));
  }
}

void AppendEnum(const FieldDescriptor& field, int number, std::string* json) {
  const auto* value = field.enum_type()->FindValueByNumber(number);
  *json += value == nullptr ? std::to_string(number) : absl::StrCat("\"", value->name(), "\"");
}

// Messages that JSON writes in a way of their own (Timestamp, FieldMask, Any): as protobuf does,
// which prints the fraction of a Duration by printf.
void AppendWellKnown(const Message& message, std::string* json) {
  const PlainPrintf plain;
  std::string text;
  // Fails only for what cannot be printed (an Any of a foreign type).
  const bool printed = google::protobuf::util::MessageToJsonString(message, &text).ok();
  *json +=
      printed ? Dump(nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false)) : "null";
}

void AppendMessage(const Message& message, std::initializer_list<std::string_view> leave_out,
                   std::string* json);

// A value of a field: the one at `index` when it is repeated.
void AppendValue(const Message& message, const FieldDescriptor& field, int index,
                 std::string* json) {
  const Reflection& in = *message.GetReflection();
  const bool many = field.is_repeated();
  const auto get = [&](auto one, auto repeated) {
    return many ? (in.*repeated)(message, &field, index) : (in.*one)(message, &field);
  };
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      *json += std::to_string(get(&Reflection::GetInt32, &Reflection::GetRepeatedInt32));
      break;
    case FieldDescriptor::CPPTYPE_UINT32:
      *json += std::to_string(get(&Reflection::GetUInt32, &Reflection::GetRepeatedUInt32));
      break;
    case FieldDescriptor::CPPTYPE_INT64:
      absl::StrAppend(json, "\"", get(&Reflection::GetInt64, &Reflection::GetRepeatedInt64), "\"");
      break;
    case FieldDescriptor::CPPTYPE_UINT64:
      absl::StrAppend(json, "\"", get(&Reflection::GetUInt64, &Reflection::GetRepeatedUInt64),
                      "\"");
      break;
    case FieldDescriptor::CPPTYPE_DOUBLE:
      AppendReal(get(&Reflection::GetDouble, &Reflection::GetRepeatedDouble), DBL_DIG, DBL_DIG + 2,
                 json);
      break;
    case FieldDescriptor::CPPTYPE_FLOAT:
      AppendReal(get(&Reflection::GetFloat, &Reflection::GetRepeatedFloat), FLT_DIG, FLT_DIG + 3,
                 json);
      break;
    case FieldDescriptor::CPPTYPE_BOOL:
      *json += get(&Reflection::GetBool, &Reflection::GetRepeatedBool) ? "true" : "false";
      break;
    case FieldDescriptor::CPPTYPE_ENUM:
      AppendEnum(field, get(&Reflection::GetEnumValue, &Reflection::GetRepeatedEnumValue), json);
      break;
    case FieldDescriptor::CPPTYPE_STRING: {
      const std::string text = get(&Reflection::GetString, &Reflection::GetRepeatedString);
      AppendString(field.type() == FieldDescriptor::TYPE_BYTES ? absl::Base64Escape(text) : text,
                   json);
      break;
    }
    case FieldDescriptor::CPPTYPE_MESSAGE:
      AppendMessage(
          many ? in.GetRepeatedMessage(message, &field, index) : in.GetMessage(message, &field), {},
          json);
      break;
  }
}

// The members of an object, sorted by name.
void AppendObject(std::vector<std::pair<std::string, std::string>> members, std::string* json) {
  std::sort(members.begin(), members.end());
  *json += '{';
  const char* before = "";
  for (const auto& [name, value] : members) {
    *json += before;
    AppendString(name, json);
    *json += ':';
    *json += value;
    before = ",";
  }
  *json += '}';
}

// A map is a repeated message of keys and values.
void AppendMap(const Message& message, const FieldDescriptor& field, std::string* json) {
  const Reflection& in = *message.GetReflection();
  const FieldDescriptor& key = *field.message_type()->map_key();
  const FieldDescriptor& value = *field.message_type()->map_value();
  std::vector<std::pair<std::string, std::string>> members(in.FieldSize(message, &field));
  for (size_t i = 0; i < members.size(); ++i) {
    const Message& entry = in.GetRepeatedMessage(message, &field, static_cast<int>(i));
    if (key.cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
      members[i].first = entry.GetReflection()->GetString(entry, &key);
    } else {
      AppendValue(entry, key, 0, &members[i].first);
      // Numbers of 64 bits have quotes already.
      absl::StrReplaceAll({{"\"", ""}}, &members[i].first);
    }
    AppendValue(entry, value, 0, &members[i].second);
  }
  AppendObject(std::move(members), json);
}

void AppendField(const Message& message, const FieldDescriptor& field, std::string* json) {
  if (field.is_map()) return AppendMap(message, field, json);
  if (!field.is_repeated()) return AppendValue(message, field, 0, json);
  *json += '[';
  for (int i = 0; i < message.GetReflection()->FieldSize(message, &field); ++i) {
    if (i > 0) *json += ',';
    AppendValue(message, field, i, json);
  }
  *json += ']';
}

void AppendMessage(const Message& message, std::initializer_list<std::string_view> leave_out,
                   std::string* json) {
  if (message.GetDescriptor()->well_known_type() !=
      google::protobuf::Descriptor::WELLKNOWNTYPE_UNSPECIFIED) {
    return AppendWellKnown(message, json);
  }
  std::vector<const FieldDescriptor*> fields;
  message.GetReflection()->ListFields(message, &fields);
  std::vector<std::pair<std::string, std::string>> members;
  members.reserve(fields.size());
  for (const FieldDescriptor* field : fields) {
    if (std::find(leave_out.begin(), leave_out.end(), field->name()) != leave_out.end()) continue;
    members.emplace_back(field->json_name(), "");
    AppendField(message, *field, &members.back().second);
  }
  AppendObject(std::move(members), json);
}

}  // namespace

std::string CanonicalJson(const Message& message,
                          std::initializer_list<std::string_view> leave_out) {
  std::string json;
  AppendMessage(message, leave_out, &json);
  return json;
}

}  // namespace athena
