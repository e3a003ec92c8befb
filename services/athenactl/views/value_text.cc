#include "services/athenactl/views/value_text.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/generated_enum_reflection.h>
#include <google/protobuf/util/json_util.h>

#include <map>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/time/time.h"
#include "services/athenactl/terminal/text.h"

namespace athena::athenactl {
namespace {

using athena::common::v1::Date;
using athena::common::v1::LocalizedText;
using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using google::protobuf::Timestamp;

// `message` as its own type; null when it is of another.
template <typename Type>
const Type* As(const Message& message) {
  return message.GetDescriptor() == Type::descriptor() ? static_cast<const Type*>(&message)
                                                       : nullptr;
}

std::string MessageText(const Message& message, const std::string& language) {
  if (const auto* text = As<LocalizedText>(message)) return InLanguage(*text, language);
  if (const auto* date = As<Date>(message)) return DateText(*date);
  if (const auto* number = As<athena::common::v1::Number>(message)) return NumberText(*number);
  if (const auto* time = As<Timestamp>(message)) return TimeText(*time);
  std::string json;
  static_cast<void>(google::protobuf::util::MessageToJsonString(message, &json));
  return json;
}

// "unit=BM,sex=F": the entries of a map, by key.
std::string MapText(const Message& message, const FieldDescriptor& field,
                    const std::string& language) {
  std::map<std::string, std::string> entries;
  const google::protobuf::Descriptor& type = *field.message_type();
  for (int at = 0; at < message.GetReflection()->FieldSize(message, &field); ++at) {
    const Message& entry = message.GetReflection()->GetRepeatedMessage(message, &field, at);
    entries[ElementText(entry, *type.map_key(), -1, language)] =
        ElementText(entry, *type.map_value(), -1, language);
  }
  return absl::StrJoin(entries, ",", absl::PairFormatter("="));
}

}  // namespace

std::string ElementText(const Message& message, const FieldDescriptor& field, int index,
                        const std::string& language) {
  const Reflection& reflection = *message.GetReflection();
  const bool one = index < 0;
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return absl::StrCat(one ? reflection.GetInt32(message, &field)
                              : reflection.GetRepeatedInt32(message, &field, index));
    case FieldDescriptor::CPPTYPE_INT64:
      return absl::StrCat(one ? reflection.GetInt64(message, &field)
                              : reflection.GetRepeatedInt64(message, &field, index));
    case FieldDescriptor::CPPTYPE_UINT32:
      return absl::StrCat(one ? reflection.GetUInt32(message, &field)
                              : reflection.GetRepeatedUInt32(message, &field, index));
    case FieldDescriptor::CPPTYPE_UINT64:
      return absl::StrCat(one ? reflection.GetUInt64(message, &field)
                              : reflection.GetRepeatedUInt64(message, &field, index));
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return Shortest(one ? reflection.GetDouble(message, &field)
                          : reflection.GetRepeatedDouble(message, &field, index));
    case FieldDescriptor::CPPTYPE_FLOAT:
      return Shortest(one ? reflection.GetFloat(message, &field)
                          : reflection.GetRepeatedFloat(message, &field, index));
    case FieldDescriptor::CPPTYPE_BOOL:
      return (one ? reflection.GetBool(message, &field)
                  : reflection.GetRepeatedBool(message, &field, index))
                 ? "yes"
                 : "no";
    case FieldDescriptor::CPPTYPE_ENUM:
      return EnumText(one ? *reflection.GetEnum(message, &field)
                          : *reflection.GetRepeatedEnum(message, &field, index));
    case FieldDescriptor::CPPTYPE_STRING:
      return one ? reflection.GetString(message, &field)
                 : reflection.GetRepeatedString(message, &field, index);
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return MessageText(one ? reflection.GetMessage(message, &field)
                             : reflection.GetRepeatedMessage(message, &field, index),
                         language);
  }
  return "";
}

std::string TimeText(const Timestamp& timestamp) {
  if (timestamp.seconds() == 0 && timestamp.nanos() == 0) return "";
  return absl::FormatTime("%Y-%m-%d %H:%M:%S", absl::FromUnixSeconds(timestamp.seconds()),
                          absl::UTCTimeZone());
}

std::string DateText(const Date& date) {
  if (date.year() == 0) return "";
  return absl::StrFormat("%04d-%02d-%02d", date.year(), date.month(), date.day());
}

std::string NumberText(const athena::common::v1::Number& number) {
  return number.decimal().empty() ? Shortest(number.value()) : number.decimal();
}

std::string InLanguage(const LocalizedText& text, const std::string& language) {
  for (const std::string& tag : {language, std::string("en")}) {
    const auto found = text.text().find(tag);
    if (found != text.text().end()) return found->second;
  }
  const std::map<std::string, std::string> sorted(text.text().begin(), text.text().end());
  return sorted.empty() ? "" : sorted.begin()->second;
}

std::string EnumText(const EnumValueDescriptor& value) {
  // The unspecified value, number 0, is the enum's name in capitals and UNSPECIFIED.
  const EnumValueDescriptor* first = value.type()->FindValueByNumber(0);
  if (first == &value) return "";
  std::string name = value.name();
  if (first != nullptr && absl::EndsWith(first->name(), "UNSPECIFIED")) {
    const std::string prefix = first->name().substr(0, first->name().size() - 11);
    if (absl::StartsWith(name, prefix)) name = name.substr(prefix.size());
  }
  return absl::StrReplaceAll(absl::AsciiStrToLower(name), {{"_", " "}});
}

const EnumValueDescriptor* FindEnumValue(const google::protobuf::EnumDescriptor& type,
                                         const std::string& text) {
  const std::string word =
      absl::AsciiStrToLower(absl::StrReplaceAll(text, {{"_", " "}, {"-", " "}}));
  for (int at = 0; at < type.value_count(); ++at) {
    const EnumValueDescriptor& value = *type.value(at);
    if (value.name() == text || EnumText(value) == word) return &value;
  }
  return nullptr;
}

std::string EnumWords(const google::protobuf::EnumDescriptor& type) {
  std::vector<std::string> words;
  for (int at = 0; at < type.value_count(); ++at) {
    std::string word = EnumText(*type.value(at));
    if (!word.empty()) words.push_back(std::move(word));
  }
  return absl::StrCat("one of ", absl::StrJoin(words, ", "));
}

std::string FieldText(const Message& message, const FieldDescriptor& field,
                      const std::string& language) {
  const Reflection& reflection = *message.GetReflection();
  if (field.is_map()) return MapText(message, field, language);
  if (field.is_repeated()) {
    std::vector<std::string> elements;
    for (int at = 0; at < reflection.FieldSize(message, &field); ++at) {
      elements.push_back(ElementText(message, field, at, language));
    }
    return absl::StrJoin(elements, ",");
  }
  // HasField of a field without presence says whether it is other than 0, false or empty.
  if (!reflection.HasField(message, &field) &&
      (field.has_presence() || field.cpp_type() == FieldDescriptor::CPPTYPE_BOOL)) {
    return "";
  }
  return ElementText(message, field, -1, language);
}

}  // namespace athena::athenactl
