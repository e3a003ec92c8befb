#include "libs/resource/request.h"

#include <google/protobuf/descriptor.h>

#include <utility>

namespace athena::resource {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

const FieldDescriptor* Single(const Message& message, const std::string& name,
                              FieldDescriptor::CppType type) {
  const FieldDescriptor* field = message.GetDescriptor()->FindFieldByName(name);
  return field != nullptr && field->cpp_type() == type && !field->is_repeated() ? field : nullptr;
}

}  // namespace

std::string TextOf(const Message& message, const std::string& name) {
  const auto* field = Single(message, name, FieldDescriptor::CPPTYPE_STRING);
  return field == nullptr ? "" : message.GetReflection()->GetString(message, field);
}

int32_t IntOf(const Message& message, const std::string& name) {
  const auto* field = Single(message, name, FieldDescriptor::CPPTYPE_INT32);
  return field == nullptr ? 0 : message.GetReflection()->GetInt32(message, field);
}

bool FlagOf(const Message& message, const std::string& name) {
  const auto* field = Single(message, name, FieldDescriptor::CPPTYPE_BOOL);
  return field != nullptr && message.GetReflection()->GetBool(message, field);
}

const Message* PartOf(const Message& message, const std::string& name) {
  const auto* field = Single(message, name, FieldDescriptor::CPPTYPE_MESSAGE);
  return field == nullptr ? nullptr : &message.GetReflection()->GetMessage(message, field);
}

const common::v1::AsOf& AsOfOf(const Message& request) {
  const Message* as_of = PartOf(request, "as_of");
  if (as_of == nullptr || as_of->GetDescriptor() != common::v1::AsOf::descriptor()) {
    return common::v1::AsOf::default_instance();
  }
  return static_cast<const common::v1::AsOf&>(*as_of);
}

void SetText(Message* message, const std::string& name, std::string value) {
  if (const auto* field = Single(*message, name, FieldDescriptor::CPPTYPE_STRING)) {
    message->GetReflection()->SetString(message, field, std::move(value));
  }
}

const FieldDescriptor* RowsField(const Descriptor* type, const Descriptor* rows) {
  for (int i = 0; i < type->field_count(); ++i) {
    const FieldDescriptor* field = type->field(i);
    if (field->is_repeated() && field->message_type() == rows) return field;
  }
  return nullptr;
}

}  // namespace athena::resource
