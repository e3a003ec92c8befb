#include "libs/filter/order_by.h"

#include <google/protobuf/descriptor.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/order/natural.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"

namespace athena {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

constexpr std::string_view kSpaces = " \t\n\r\v\f";

std::string_view Trim(std::string_view text) {
  const size_t begin = text.find_first_not_of(kSpaces);
  if (begin == std::string_view::npos) return "";
  return text.substr(begin, text.find_last_not_of(kSpaces) + 1 - begin);
}

// Takes what is before the next separator, and the separator.
std::string_view TakeUpTo(char separator, std::string_view* text) {
  const size_t end = text->find(separator);
  const std::string_view taken = text->substr(0, end);
  text->remove_prefix(end == std::string_view::npos ? text->size() : end + 1);
  return taken;
}

absl::Status Refused(std::string_view saw, std::string_view want) {
  return status::InvalidField("order_by", saw, want);
}

std::string FieldsOf(const Descriptor* type) {
  std::string names;
  for (int i = 0; i < type->field_count(); ++i) {
    if (type->field(i)->is_repeated() && !type->field(i)->is_map()) continue;
    absl::StrAppend(&names, names.empty() ? "" : ", ", type->field(i)->name());
  }
  return names;
}

template <typename T>
int Order(const T& a, const T& b) {
  return a < b ? -1 : b < a ? 1 : 0;
}

int CompareMessages(const Message& a, const Message& b);

// Compares a field that is not repeated.
int CompareValues(const Message& a, const Message& b, const FieldDescriptor* field) {
  const Reflection& reflection = *a.GetReflection();
  if (field->has_presence()) {
    const bool in_a = reflection.HasField(a, field);
    const bool in_b = reflection.HasField(b, field);
    if (!in_a || !in_b) return Order(in_a, in_b);
  }
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return Order(reflection.GetInt32(a, field), reflection.GetInt32(b, field));
    case FieldDescriptor::CPPTYPE_INT64:
      return Order(reflection.GetInt64(a, field), reflection.GetInt64(b, field));
    case FieldDescriptor::CPPTYPE_UINT32:
      return Order(reflection.GetUInt32(a, field), reflection.GetUInt32(b, field));
    case FieldDescriptor::CPPTYPE_UINT64:
      return Order(reflection.GetUInt64(a, field), reflection.GetUInt64(b, field));
    case FieldDescriptor::CPPTYPE_FLOAT:
      return Order(reflection.GetFloat(a, field), reflection.GetFloat(b, field));
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return Order(reflection.GetDouble(a, field), reflection.GetDouble(b, field));
    case FieldDescriptor::CPPTYPE_BOOL:
      return Order(reflection.GetBool(a, field), reflection.GetBool(b, field));
    case FieldDescriptor::CPPTYPE_ENUM:
      return Order(reflection.GetEnumValue(a, field), reflection.GetEnumValue(b, field));
    case FieldDescriptor::CPPTYPE_STRING: {
      std::string scratch_a;
      std::string scratch_b;
      return CompareNaturally(reflection.GetStringReference(a, field, &scratch_a),
                              reflection.GetStringReference(b, field, &scratch_b));
    }
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return CompareMessages(reflection.GetMessage(a, field), reflection.GetMessage(b, field));
  }
  return 0;
}

// By their fields, in the order of declaration: what a Timestamp and a Date are compared by.
int CompareMessages(const Message& a, const Message& b) {
  const Descriptor* type = a.GetDescriptor();
  for (int i = 0; i < type->field_count(); ++i) {
    if (type->field(i)->is_repeated()) continue;
    if (const int order = CompareValues(a, b, type->field(i)); order != 0) return order;
  }
  return 0;
}

// The map's entry with this key; nullptr when there is none.
const Message* Entry(const Message& message, const FieldDescriptor* map, const std::string& key) {
  const Reflection& reflection = *message.GetReflection();
  for (int i = 0; i < reflection.FieldSize(message, map); ++i) {
    const Message& entry = reflection.GetRepeatedMessage(message, map, i);
    if (entry.GetReflection()->GetString(entry, map->message_type()->map_key()) == key) {
      return &entry;
    }
  }
  return nullptr;
}

}  // namespace

absl::StatusOr<OrderBy::Field> OrderBy::ParseField(std::string_view text, const Descriptor* type) {
  Field parsed;
  const std::string_view whole = Trim(text);
  const size_t space = whole.find_first_of(kSpaces);
  std::string_view path = whole.substr(0, space);
  if (space != std::string_view::npos) {
    const std::string_view direction = Trim(whole.substr(space));
    if (direction != "desc") return Refused(whole, "\"desc\" or nothing behind a field");
    parsed.descending = true;
  }
  const FieldDescriptor* field = nullptr;
  do {
    if (field != nullptr) {
      if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
        return Refused(whole, field->name() + " by itself, which has no fields");
      }
      type = field->message_type();
    }
    field = type->FindFieldByName(std::string(TakeUpTo('.', &path)));
    if (field == nullptr || (field->is_repeated() && !field->is_map())) {
      return Refused(whole, "fields: " + FieldsOf(type));
    }
    parsed.path.push_back({field, std::nullopt});
    if (field->is_map()) {
      if (path.empty() ||
          field->message_type()->map_key()->cpp_type() != FieldDescriptor::CPPTYPE_STRING) {
        return Refused(whole, absl::StrCat("a key behind it: ", field->name(), ".key"));
      }
      parsed.path.back().key = std::string(TakeUpTo('.', &path));
      field = field->message_type()->map_value();
    }
  } while (!path.empty());
  return parsed;
}

absl::StatusOr<OrderBy> OrderBy::Parse(std::string_view text, const Descriptor* type) {
  OrderBy order;
  if (text.size() > kMaxOrderByBytes) {
    return Refused(absl::StrCat(text.size(), " bytes"),
                   absl::StrCat("at most ", kMaxOrderByBytes, " bytes"));
  }
  if (Trim(text).empty()) return order;
  while (!text.empty()) {
    ATHENA_ASSIGN_OR_RETURN(Field field, ParseField(TakeUpTo(',', &text), type));
    order.fields_.push_back(std::move(field));
  }
  if (order.fields_.size() > kMaxOrderByFields) {
    return Refused(absl::StrCat(order.fields_.size(), " fields"),
                   absl::StrCat("at most ", kMaxOrderByFields));
  }
  return order;
}

int OrderBy::CompareAt(const std::vector<Step>& path, const Message* a, const Message* b) {
  for (size_t i = 0; i < path.size(); ++i) {
    const FieldDescriptor* field = path[i].field;
    if (path[i].key.has_value()) {
      a = Entry(*a, field, *path[i].key);
      b = Entry(*b, field, *path[i].key);
      if (a == nullptr || b == nullptr) return Order(a != nullptr, b != nullptr);
      field = field->message_type()->map_value();
    }
    if (i + 1 == path.size()) return CompareValues(*a, *b, field);
    // An unset message has unset fields.
    a = &a->GetReflection()->GetMessage(*a, field);
    b = &b->GetReflection()->GetMessage(*b, field);
  }
  return 0;
}

int OrderBy::Compare(const Message& a, const Message& b) const {
  for (const Field& field : fields_) {
    const int order = CompareAt(field.path, &a, &b);
    if (order != 0) return field.descending ? -order : order;
  }
  return 0;
}

}  // namespace athena
