#include "libs/history/differences.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/timestamp.pb.h>
#include <google/protobuf/util/message_differencer.h>
#include <google/protobuf/util/time_util.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "athena/common/v1/values.pb.h"

namespace athena::history {
namespace {

using common::v1::FieldDifference;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using google::protobuf::Value;
using google::protobuf::util::MessageDifferencer;

// Greater whole numbers have no exact double.
constexpr int64_t kMaxExact = int64_t{1} << 53;

Value ValueOf(const Message& message);

Value Text(std::string text) {
  Value value;
  value.set_string_value(std::move(text));
  return value;
}

Value Number(double number) {
  if (!std::isfinite(number)) {
    return Text(std::isnan(number) ? "NaN" : number > 0 ? "Infinity" : "-Infinity");
  }
  Value value;
  value.set_number_value(number == 0 ? 0 : number);  // -0 is 0
  return value;
}

Value Whole(int64_t number) {
  if (number > kMaxExact || number < -kMaxExact) return Text(std::to_string(number));
  return Number(static_cast<double>(number));
}

Value Whole(uint64_t number) {
  if (number > static_cast<uint64_t>(kMaxExact)) return Text(std::to_string(number));
  return Number(static_cast<double>(number));
}

// The value of a singular field (`at` < 0), or of an element of a repeated one.
Value ScalarOf(const Message& message, const FieldDescriptor* field, int at) {
  const Reflection& reflection = *message.GetReflection();
  const bool one = at < 0;
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING: {
      std::string text = one ? reflection.GetString(message, field)
                             : reflection.GetRepeatedString(message, field, at);
      if (field->type() == FieldDescriptor::TYPE_BYTES) return Text(absl::Base64Escape(text));
      return Text(std::move(text));
    }
    case FieldDescriptor::CPPTYPE_BOOL: {
      Value value;
      value.set_bool_value(one ? reflection.GetBool(message, field)
                               : reflection.GetRepeatedBool(message, field, at));
      return value;
    }
    case FieldDescriptor::CPPTYPE_ENUM: {
      const int number = one ? reflection.GetEnumValue(message, field)
                             : reflection.GetRepeatedEnumValue(message, field, at);
      const auto* value = field->enum_type()->FindValueByNumber(number);
      return value == nullptr ? Whole(int64_t{number}) : Text(value->name());
    }
    case FieldDescriptor::CPPTYPE_INT32:
      return Whole(int64_t{one ? reflection.GetInt32(message, field)
                               : reflection.GetRepeatedInt32(message, field, at)});
    case FieldDescriptor::CPPTYPE_INT64:
      return Whole(int64_t{one ? reflection.GetInt64(message, field)
                               : reflection.GetRepeatedInt64(message, field, at)});
    case FieldDescriptor::CPPTYPE_UINT32:
      return Whole(uint64_t{one ? reflection.GetUInt32(message, field)
                                : reflection.GetRepeatedUInt32(message, field, at)});
    case FieldDescriptor::CPPTYPE_UINT64:
      return Whole(uint64_t{one ? reflection.GetUInt64(message, field)
                                : reflection.GetRepeatedUInt64(message, field, at)});
    case FieldDescriptor::CPPTYPE_FLOAT:
      return Number(static_cast<double>(one ? reflection.GetFloat(message, field)
                                            : reflection.GetRepeatedFloat(message, field, at)));
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return Number(one ? reflection.GetDouble(message, field)
                        : reflection.GetRepeatedDouble(message, field, at));
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return ValueOf(one ? reflection.GetMessage(message, field)
                         : reflection.GetRepeatedMessage(message, field, at));
  }
  return {};
}

// Messages that stand as a text.
bool IsText(const FieldDescriptor* field) {
  return field->message_type() == common::v1::Date::descriptor() ||
         field->message_type() == google::protobuf::Timestamp::descriptor();
}

std::optional<std::string> TextOf(const Message& message) {
  if (message.GetDescriptor() == common::v1::Date::descriptor()) {
    const auto& date = static_cast<const common::v1::Date&>(message);
    return absl::StrFormat("%04d-%02d-%02d", date.year(), date.month(), date.day());
  }
  if (message.GetDescriptor() == google::protobuf::Timestamp::descriptor()) {
    const auto& time = static_cast<const google::protobuf::Timestamp&>(message);
    return google::protobuf::util::TimeUtil::ToString(time);
  }
  return std::nullopt;
}

// Quick where most values are.
bool AreEqual(const Value& a, const Value& b) {
  if (a.kind_case() != b.kind_case()) return false;
  if (a.has_string_value()) return a.string_value() == b.string_value();
  return MessageDifferencer::Equals(a, b);
}

// Whether a singular field has a value that can be told from none.
bool IsSet(const Message& message, const FieldDescriptor* field) {
  return message.GetReflection()->HasField(message, field);
}

const FieldDescriptor* KeyOf(const FieldDescriptor* map) {
  return map->message_type()->FindFieldByNumber(1);
}
const FieldDescriptor* MappedOf(const FieldDescriptor* map) {
  return map->message_type()->FindFieldByNumber(2);
}

// A key of a map as text.
std::string KeyText(const Message& entry, const FieldDescriptor* key) {
  const Value value = ScalarOf(entry, key, -1);
  if (value.has_bool_value()) return value.bool_value() ? "true" : "false";
  return value.has_number_value() ? absl::StrCat(static_cast<int64_t>(value.number_value()))
                                  : value.string_value();
}

// The entries of a map by their keys.
std::map<std::string, const Message*> EntriesOf(const Message& message,
                                                const FieldDescriptor* map) {
  std::map<std::string, const Message*> entries;
  const Reflection& reflection = *message.GetReflection();
  for (int i = 0; i < reflection.FieldSize(message, map); ++i) {
    const Message& entry = reflection.GetRepeatedMessage(message, map, i);
    entries[KeyText(entry, KeyOf(map))] = &entry;
  }
  return entries;
}

Value ListOf(const Message& message, const FieldDescriptor* field) {
  Value list;
  list.mutable_list_value();
  for (int i = 0; i < message.GetReflection()->FieldSize(message, field); ++i) {
    *list.mutable_list_value()->add_values() = ScalarOf(message, field, i);
  }
  return list;
}

// A message as an object of its fields that are set.
Value ValueOf(const Message& message) {
  if (std::optional<std::string> text = TextOf(message)) return Text(*std::move(text));
  Value object;
  auto& members = *object.mutable_struct_value()->mutable_fields();
  for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor* field = message.GetDescriptor()->field(i);
    if (field->is_map()) {
      Value entries;
      for (const auto& [key, entry] : EntriesOf(message, field)) {
        (*entries.mutable_struct_value()->mutable_fields())[key] =
            ScalarOf(*entry, MappedOf(field), -1);
      }
      if (entries.has_struct_value()) members[field->name()] = std::move(entries);
    } else if (field->is_repeated()) {
      if (message.GetReflection()->FieldSize(message, field) == 0) continue;
      members[field->name()] = ListOf(message, field);
    } else if (IsSet(message, field)) {
      members[field->name()] = ScalarOf(message, field, -1);
    }
  }
  return object;
}

std::string WithKey(const std::string& path, const std::string& key) {
  const bool plain = !key.empty() && std::all_of(key.begin(), key.end(), [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
           std::string_view("_.@$/:-{}=,").find(c) != std::string_view::npos;
  });
  const bool digits = std::all_of(key.begin(), key.end(), [](char c) {
    return absl::ascii_isdigit(static_cast<unsigned char>(c));
  });
  if (plain && !digits) return absl::StrCat(path, "[", key, "]");
  return absl::StrCat(path, "[\"",
                      absl::StrReplaceAll(key, {{"\\", "\\\\"}, {"\"", "\\\""}, {"\n", "\\n"}}),
                      "\"]");
}

// What identifies the elements of a list, one text each: their first fields, with their first maps
// when `with_map` is set. nullopt when they have no such text, or share one.
std::optional<std::vector<std::string>> KeysOf(const Message& message, const FieldDescriptor* list,
                                               bool with_map) {
  const FieldDescriptor* key = nullptr;
  const FieldDescriptor* map = nullptr;
  for (int i = list->message_type()->field_count() - 1; i >= 0; --i) {
    const FieldDescriptor* field = list->message_type()->field(i);
    if (field->is_map()) map = field;
    if (key == nullptr || field->number() < key->number()) key = field;
  }
  if (key == nullptr || key->is_repeated() || key->type() != FieldDescriptor::TYPE_STRING ||
      (with_map && map == nullptr)) {
    return std::nullopt;
  }
  const Reflection& reflection = *message.GetReflection();
  std::vector<std::string> keys;
  std::set<std::string> seen;
  for (int i = 0; i < reflection.FieldSize(message, list); ++i) {
    const Message& element = reflection.GetRepeatedMessage(message, list, i);
    std::string text = element.GetReflection()->GetString(element, key);
    if (with_map) {
      std::string entries;
      for (const auto& [name, entry] : EntriesOf(element, map)) {
        const Value value = ScalarOf(*entry, MappedOf(map), -1);
        absl::StrAppend(&entries, entries.empty() ? "" : ",", name, "=", value.string_value());
      }
      if (!entries.empty()) absl::StrAppend(&text, "{", entries, "}");
    }
    if (text.empty() || !seen.insert(text).second) return std::nullopt;
    keys.push_back(std::move(text));
  }
  return keys;
}

// The elements of two lists by what identifies them.
struct Keyed {
  std::vector<std::string> before;
  std::vector<std::string> after;
};

std::optional<Keyed> KeyBoth(const Message& before, const Message& after,
                             const FieldDescriptor* list) {
  for (const bool with_map : {false, true}) {
    auto first = KeysOf(before, list, with_map);
    auto second = KeysOf(after, list, with_map);
    if (first.has_value() && second.has_value()) {
      return Keyed{*std::move(first), *std::move(second)};
    }
  }
  return std::nullopt;
}

class Comparer {
 public:
  void Compare(const std::string& path, const Message& before, const Message& after,
               absl::Span<const std::string_view> left_out) {
    // By number, as the contract is read.
    std::vector<const FieldDescriptor*> fields;
    for (int i = 0; i < before.GetDescriptor()->field_count(); ++i) {
      fields.push_back(before.GetDescriptor()->field(i));
    }
    std::sort(fields.begin(), fields.end(), [](const FieldDescriptor* a, const FieldDescriptor* b) {
      return a->number() < b->number();
    });
    for (const FieldDescriptor* field : fields) {
      if (std::find(left_out.begin(), left_out.end(), field->name()) != left_out.end()) continue;
      const std::string at = path.empty() ? field->name() : absl::StrCat(path, ".", field->name());
      if (field->is_map()) {
        CompareMaps(at, before, after, field);
      } else if (field->is_repeated()) {
        CompareLists(at, before, after, field);
      } else if (field->message_type() != nullptr && !IsText(field)) {
        CompareMessages(at, before, after, field);
      } else {
        CompareScalars(at, before, after, field);
      }
    }
  }

  std::vector<FieldDifference> Take() { return std::move(differences_); }

 private:
  void Add(const std::string& path, std::optional<Value> from, std::optional<Value> to) {
    FieldDifference& difference = differences_.emplace_back();
    difference.set_path(path);
    if (from.has_value()) *difference.mutable_from() = *std::move(from);
    if (to.has_value()) *difference.mutable_to() = *std::move(to);
  }

  void CompareScalars(const std::string& path, const Message& before, const Message& after,
                      const FieldDescriptor* field) {
    const auto value = [&](const Message& message) -> std::optional<Value> {
      // A flag is false where it is not set.
      const bool flag =
          field->cpp_type() == FieldDescriptor::CPPTYPE_BOOL && !field->has_presence();
      if (!flag && !IsSet(message, field)) return std::nullopt;
      return ScalarOf(message, field, -1);
    };
    std::optional<Value> from = value(before);
    std::optional<Value> to = value(after);
    if (from.has_value() == to.has_value() && (!from.has_value() || AreEqual(*from, *to))) {
      return;
    }
    Add(path, std::move(from), std::move(to));
  }

  void CompareMessages(const std::string& path, const Message& before, const Message& after,
                       const FieldDescriptor* field) {
    const bool was = IsSet(before, field);
    const bool is = IsSet(after, field);
    if (!was && !is) return;
    const Message& from = before.GetReflection()->GetMessage(before, field);
    const Message& to = after.GetReflection()->GetMessage(after, field);
    const size_t found = differences_.size();
    Compare(path, from, to, {});
    if (was == is || differences_.size() > found) return;
    Value empty;
    empty.mutable_struct_value();
    if (was) {
      Add(path, empty, std::nullopt);
    } else {
      Add(path, std::nullopt, empty);
    }
  }

  void CompareMaps(const std::string& path, const Message& before, const Message& after,
                   const FieldDescriptor* field) {
    const std::map<std::string, const Message*> first = EntriesOf(before, field);
    const std::map<std::string, const Message*> second = EntriesOf(after, field);
    const FieldDescriptor* mapped = MappedOf(field);
    std::set<std::string> keys;
    for (const auto& [key, entry] : first) keys.insert(key);
    for (const auto& [key, entry] : second) keys.insert(key);
    for (const std::string& key : keys) {
      const std::string at = WithKey(path, key);
      const auto from = first.find(key);
      const auto to = second.find(key);
      if (from == first.end()) {
        Add(at, std::nullopt, ScalarOf(*to->second, mapped, -1));
      } else if (to == second.end()) {
        Add(at, ScalarOf(*from->second, mapped, -1), std::nullopt);
      } else if (mapped->message_type() != nullptr && !IsText(mapped)) {
        Compare(at, from->second->GetReflection()->GetMessage(*from->second, mapped),
                to->second->GetReflection()->GetMessage(*to->second, mapped), {});
      } else {
        Value was = ScalarOf(*from->second, mapped, -1);
        Value is = ScalarOf(*to->second, mapped, -1);
        if (!AreEqual(was, is)) Add(at, std::move(was), std::move(is));
      }
    }
  }

  void CompareLists(const std::string& path, const Message& before, const Message& after,
                    const FieldDescriptor* field) {
    if (field->message_type() == nullptr || IsText(field)) {
      Value from = ListOf(before, field);
      Value to = ListOf(after, field);
      if (AreEqual(from, to)) return;
      const auto present = [](Value list) -> std::optional<Value> {
        if (list.list_value().values().empty()) return std::nullopt;
        return list;
      };
      Add(path, present(std::move(from)), present(std::move(to)));
      return;
    }
    if (const std::optional<Keyed> keyed = KeyBoth(before, after, field)) {
      CompareKeyed(path, before, after, field, *keyed);
    } else {
      CompareByPlace(path, before, after, field);
    }
  }

  void CompareByPlace(const std::string& path, const Message& before, const Message& after,
                      const FieldDescriptor* field) {
    const int was = before.GetReflection()->FieldSize(before, field);
    const int is = after.GetReflection()->FieldSize(after, field);
    for (int i = 0; i < std::max(was, is); ++i) {
      const std::string at = absl::StrCat(path, "[", i, "]");
      if (i >= is) {
        Add(at, ScalarOf(before, field, i), std::nullopt);
      } else if (i >= was) {
        Add(at, std::nullopt, ScalarOf(after, field, i));
      } else {
        Compare(at, before.GetReflection()->GetRepeatedMessage(before, field, i),
                after.GetReflection()->GetRepeatedMessage(after, field, i), {});
      }
    }
  }

  void CompareKeyed(const std::string& path, const Message& before, const Message& after,
                    const FieldDescriptor* field, const Keyed& keyed) {
    std::map<std::string, int> places;  // in `after`
    for (size_t i = 0; i < keyed.after.size(); ++i) {
      places[keyed.after[i]] = static_cast<int>(i);
    }
    std::set<std::string> known;
    bool moved = false;
    int last = -1;
    for (size_t i = 0; i < keyed.before.size(); ++i) {
      const std::string& key = keyed.before[i];
      known.insert(key);
      const auto place = places.find(key);
      if (place == places.end()) {
        Add(WithKey(path, key), ScalarOf(before, field, static_cast<int>(i)), std::nullopt);
        continue;
      }
      moved = moved || place->second < last;
      last = place->second;
      Compare(WithKey(path, key),
              before.GetReflection()->GetRepeatedMessage(before, field, static_cast<int>(i)),
              after.GetReflection()->GetRepeatedMessage(after, field, place->second), {});
    }
    for (size_t i = 0; i < keyed.after.size(); ++i) {
      if (known.contains(keyed.after[i])) continue;
      Add(WithKey(path, keyed.after[i]), std::nullopt, ScalarOf(after, field, static_cast<int>(i)));
    }
    if (!moved) return;
    const auto list = [](const std::vector<std::string>& keys) {
      Value value;
      for (const std::string& key : keys) *value.mutable_list_value()->add_values() = Text(key);
      return value;
    };
    Add(path, list(keyed.before), list(keyed.after));
  }

  std::vector<FieldDifference> differences_;
};

}  // namespace

std::vector<FieldDifference> DifferencesOf(const Message& before, const Message& after,
                                           absl::Span<const std::string_view> left_out) {
  Comparer comparer;
  comparer.Compare("", before, after, left_out);
  return comparer.Take();
}

}  // namespace athena::history
