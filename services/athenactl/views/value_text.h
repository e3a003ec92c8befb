#ifndef ATHENA_SERVICES_ATHENACTL_VIEWS_VALUE_TEXT_H_
#define ATHENA_SERVICES_ATHENACTL_VIEWS_VALUE_TEXT_H_

#include <google/protobuf/message.h>
#include <google/protobuf/timestamp.pb.h>

#include <string>

#include "athena/common/v1/values.pb.h"

// Values of the contracts' shared types as text. Pure and thread-safe.
namespace athena::athenactl {

// "2022-12-31 17:00:00" in UTC; empty for a timestamp that is not set.
std::string TimeText(const google::protobuf::Timestamp& timestamp);
// "2022-12-31"; empty for a date that is not set.
std::string DateText(const athena::common::v1::Date& date);
// The exact decimal where there is one, else the shortest one of the double.
std::string NumberText(const athena::common::v1::Number& number);
// The text in a language, else in English, else the alphabetically first one.
std::string InLanguage(const athena::common::v1::LocalizedText& text, const std::string& language);
// "in progress" of STATE_IN_PROGRESS; empty for UNSPECIFIED.
std::string EnumText(const google::protobuf::EnumValueDescriptor& value);
template <typename Enum>
std::string EnumText(Enum value) {
  const auto* descriptor = google::protobuf::GetEnumDescriptor<Enum>()->FindValueByNumber(value);
  return descriptor == nullptr ? "" : EnumText(*descriptor);
}
// The value that a person means: "in progress", "in-progress", "STATE_IN_PROGRESS"; null when there
// is none.
const google::protobuf::EnumValueDescriptor* FindEnumValue(
    const google::protobuf::EnumDescriptor& type, const std::string& text);
// "one of proposed, planned, ...".
std::string EnumWords(const google::protobuf::EnumDescriptor& type);

// An element of a repeated field, `index` from 0, or a singular field, `index` -1, as one line.
std::string ElementText(const google::protobuf::Message& message,
                        const google::protobuf::FieldDescriptor& field, int index,
                        const std::string& language);

// A field as one line, a repeated one with commas; texts are in `language`. Messages that have no
// short form are JSON. Empty for a field that is not set.
std::string FieldText(const google::protobuf::Message& message,
                      const google::protobuf::FieldDescriptor& field, const std::string& language);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_VIEWS_VALUE_TEXT_H_
