// The differences of two messages are all of them: applied to the first, they give the second.

#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/util/time_util.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "libs/canonical/canonical.h"
#include "libs/history/differences.h"
#include "libs/history/testing/json.h"
#include "libs/history/testing/sheet.pb.h"

namespace athena::history {
namespace {

using common::v1::FieldDifference;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using google::protobuf::Value;
using testing::Sheet;

// --- Messages at random: few different values, so that two of them have much in common. ---

class Random {
 public:
  explicit Random(uint32_t seed) : engine_(seed) {}
  int Below(int bound) { return static_cast<int>(engine_() % static_cast<uint32_t>(bound)); }
  bool Chance() { return Below(2) == 0; }

 private:
  std::mt19937 engine_;
};

void Fill(Random& random, int depth, Message* message);

void SetScalar(Random& random, const FieldDescriptor* field, Message* message) {
  const Reflection& reflection = *message->GetReflection();
  const bool repeated = field->is_repeated();
  const std::string text(1, static_cast<char>('a' + random.Below(4)));
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return repeated ? reflection.AddString(message, field, text)
                      : reflection.SetString(message, field, text);
    case FieldDescriptor::CPPTYPE_BOOL:
      return reflection.SetBool(message, field, random.Chance());
    case FieldDescriptor::CPPTYPE_ENUM:
      return reflection.SetEnumValue(message, field, random.Below(3));
    case FieldDescriptor::CPPTYPE_INT32:
      return reflection.SetInt32(message, field, random.Below(3));
    case FieldDescriptor::CPPTYPE_INT64:
      return reflection.SetInt64(message, field, (int64_t{1} << 53) - 1 + random.Below(4));
    default:
      return reflection.SetDouble(message, field, random.Below(3) / 2.0);
  }
}

void SetMessage(Random& random, int depth, Message* message) {
  if (auto* date = dynamic_cast<common::v1::Date*>(message)) {
    date->set_year(2026);
    date->set_month(1 + random.Below(2));
    date->set_day(1 + random.Below(2));
  } else if (auto* time = dynamic_cast<google::protobuf::Timestamp*>(message)) {
    time->set_seconds(random.Below(3));
  } else {
    Fill(random, depth - 1, message);
  }
}

void Fill(Random& random, int depth, Message* message) {
  if (depth == 0) return;
  const Reflection& reflection = *message->GetReflection();
  for (int i = 0; i < message->GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor* field = message->GetDescriptor()->field(i);
    if (field->is_map()) {
      std::map<int, bool> keys;
      for (int n = random.Below(3); n > 0; --n) {
        const int key = random.Below(3);
        if (!keys.emplace(key, true).second) continue;
        Message* entry = reflection.AddMessage(message, field);
        const FieldDescriptor* of = entry->GetDescriptor()->FindFieldByNumber(1);
        if (of->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
          entry->GetReflection()->SetString(entry, of,
                                            std::string(1, static_cast<char>('a' + key)));
        } else {
          entry->GetReflection()->SetInt32(entry, of, key);
        }
        const FieldDescriptor* to = entry->GetDescriptor()->FindFieldByNumber(2);
        if (to->message_type() != nullptr) {
          SetMessage(random, depth, entry->GetReflection()->MutableMessage(entry, to));
        } else {
          SetScalar(random, to, entry);
        }
      }
    } else if (field->is_repeated()) {
      for (int n = random.Below(4); n > 0; --n) {
        if (field->message_type() != nullptr) {
          SetMessage(random, depth, reflection.AddMessage(message, field));
        } else {
          SetScalar(random, field, message);
        }
      }
    } else if (random.Chance()) {
      if (field->message_type() != nullptr) {
        SetMessage(random, depth, reflection.MutableMessage(message, field));
      } else {
        SetScalar(random, field, message);
      }
    }
  }
}

// --- Differences applied, as a reader of the contract would. ---

void SetFields(const Value& object, Message* message);

void SetValue(const Value& value, const FieldDescriptor* field, Message* message) {
  const Reflection& reflection = *message->GetReflection();
  const bool repeated = field->is_repeated();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING: {
      std::string text = value.string_value();
      if (field->type() == FieldDescriptor::TYPE_BYTES) {
        ASSERT_TRUE(absl::Base64Unescape(value.string_value(), &text));
      }
      return repeated ? reflection.AddString(message, field, text)
                      : reflection.SetString(message, field, text);
    }
    case FieldDescriptor::CPPTYPE_BOOL:
      return reflection.SetBool(message, field, value.bool_value());
    case FieldDescriptor::CPPTYPE_ENUM:
      return reflection.SetEnum(message, field,
                                field->enum_type()->FindValueByName(value.string_value()));
    case FieldDescriptor::CPPTYPE_INT32:
      return reflection.SetInt32(message, field, static_cast<int32_t>(value.number_value()));
    case FieldDescriptor::CPPTYPE_INT64: {
      int64_t number = static_cast<int64_t>(value.number_value());
      if (value.has_string_value()) {
        ASSERT_TRUE(absl::SimpleAtoi(value.string_value(), &number));
      }
      return reflection.SetInt64(message, field, number);
    }
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return reflection.SetDouble(message, field, value.number_value());
    default:
      break;
  }
  Message* part =
      repeated ? reflection.AddMessage(message, field) : reflection.MutableMessage(message, field);
  if (auto* date = dynamic_cast<common::v1::Date*>(part)) {
    const std::string& text = value.string_value();
    date->set_year(std::stoi(text.substr(0, 4)));
    date->set_month(std::stoi(text.substr(5, 2)));
    date->set_day(std::stoi(text.substr(8, 2)));
  } else if (auto* time = dynamic_cast<google::protobuf::Timestamp*>(part)) {
    ASSERT_TRUE(google::protobuf::util::TimeUtil::FromString(value.string_value(), time));
  } else {
    SetFields(value, part);
  }
}

// An entry of a map, by the text of its key; a new one where there is none.
Message* EntryOf(Message* message, const FieldDescriptor* map, const std::string& key) {
  const Reflection& reflection = *message->GetReflection();
  const FieldDescriptor* of = map->message_type()->FindFieldByNumber(1);
  const bool text = of->cpp_type() == FieldDescriptor::CPPTYPE_STRING;
  for (int i = 0; i < reflection.FieldSize(*message, map); ++i) {
    Message* entry = reflection.MutableRepeatedMessage(message, map, i);
    const std::string its = text ? entry->GetReflection()->GetString(*entry, of)
                                 : absl::StrCat(entry->GetReflection()->GetInt32(*entry, of));
    if (its == key) return entry;
  }
  Message* entry = reflection.AddMessage(message, map);
  if (text) {
    entry->GetReflection()->SetString(entry, of, key);
  } else {
    entry->GetReflection()->SetInt32(entry, of, std::stoi(key));
  }
  return entry;
}

void SetFields(const Value& object, Message* message) {
  for (const auto& [name, value] : object.struct_value().fields()) {
    const FieldDescriptor* field = message->GetDescriptor()->FindFieldByName(name);
    ASSERT_NE(field, nullptr) << name;
    if (field->is_map()) {
      for (const auto& [key, mapped] : value.struct_value().fields()) {
        Message* entry = EntryOf(message, field, key);
        SetValue(mapped, entry->GetDescriptor()->FindFieldByNumber(2), entry);
      }
    } else if (field->is_repeated()) {
      for (const Value& one : value.list_value().values()) SetValue(one, field, message);
    } else {
      SetValue(value, field, message);
    }
  }
}

void Remove(const Reflection& reflection, const FieldDescriptor* field, int at, Message* message) {
  for (int i = at; i + 1 < reflection.FieldSize(*message, field); ++i) {
    reflection.SwapElements(message, field, i, i + 1);
  }
  reflection.RemoveLast(message, field);
}

// Both keys that an element may be named by: its first field, and that with its map.
std::vector<std::string> KeysOfElement(const Message& element) {
  const FieldDescriptor* first = element.GetDescriptor()->FindFieldByNumber(1);
  if (first->cpp_type() != FieldDescriptor::CPPTYPE_STRING) return {};
  const std::string text = element.GetReflection()->GetString(element, first);
  const auto* link = dynamic_cast<const Sheet::Link*>(&element);
  if (link == nullptr || link->slice().empty()) return {text};
  const std::map<std::string, std::string> slice(link->slice().begin(), link->slice().end());
  return {text, absl::StrCat(text, "{", absl::StrJoin(slice, ",", absl::PairFormatter("=")), "}")};
}

int Find(const Message& message, const FieldDescriptor* list, const std::string& key) {
  for (const bool whole : {true, false}) {
    for (int i = 0; i < message.GetReflection()->FieldSize(message, list); ++i) {
      const auto keys =
          KeysOfElement(message.GetReflection()->GetRepeatedMessage(message, list, i));
      if ((whole ? keys.back() : keys.front()) == key) return i;
    }
  }
  return -1;
}

struct Segment {
  std::string field;
  std::optional<std::string> key;
  bool is_place = false;  // the key is one
};

std::vector<Segment> Segments(std::string_view path) {
  std::vector<Segment> segments;
  while (!path.empty()) {
    Segment& segment = segments.emplace_back();
    const size_t end = std::min(path.find_first_of(".["), path.size());
    segment.field = std::string(path.substr(0, end));
    path.remove_prefix(end);
    if (!path.empty() && path[0] == '[') {
      path.remove_prefix(1);
      segment.key.emplace();
      if (path[0] == '"') {
        for (path.remove_prefix(1); path[0] != '"'; path.remove_prefix(1)) {
          if (path[0] == '\\') path.remove_prefix(1);
          *segment.key += path[0];
        }
        path.remove_prefix(2);
      } else {
        const size_t close = path.find(']');
        *segment.key = std::string(path.substr(0, close));
        segment.is_place = segment.key->find_first_not_of("0123456789") == std::string::npos;
        path.remove_prefix(close + 1);
      }
    }
    if (!path.empty()) path.remove_prefix(1);  // the dot
  }
  return segments;
}

void Apply(const FieldDifference& difference, Message* message) {
  const std::vector<Segment> segments = Segments(difference.path());
  for (size_t at = 0; at < segments.size(); ++at) {
    const Segment& segment = segments[at];
    const bool last = at + 1 == segments.size();
    const Reflection& reflection = *message->GetReflection();
    const FieldDescriptor* field = message->GetDescriptor()->FindFieldByName(segment.field);
    ASSERT_NE(field, nullptr) << difference.path();
    if (!segment.key.has_value()) {
      if (!last) {
        message = reflection.MutableMessage(message, field);
        continue;
      }
      if (field->is_repeated() && field->message_type() != nullptr &&
          field->message_type() != common::v1::Date::descriptor()) {
        const auto& keys = difference.to().list_value().values();
        // New elements stand at the end, and go to their places, too.
        ASSERT_EQ(keys.size(), reflection.FieldSize(*message, field)) << difference.path();
        for (int i = 0; i < keys.size(); ++i) {
          const int found = Find(*message, field, keys[i].string_value());
          ASSERT_GE(found, i) << difference.path();
          for (int k = found; k > i; --k) reflection.SwapElements(message, field, k, k - 1);
        }
        return;
      }
      reflection.ClearField(message, field);
      if (!difference.has_to()) return;
      if (field->is_repeated()) {
        for (const Value& one : difference.to().list_value().values()) {
          SetValue(one, field, message);
        }
      } else {
        SetValue(difference.to(), field, message);
      }
      return;
    }
    if (field->is_map()) {
      Message* entry = EntryOf(message, field, *segment.key);
      const FieldDescriptor* mapped = field->message_type()->FindFieldByNumber(2);
      if (!last) {
        message = entry->GetReflection()->MutableMessage(entry, mapped);
      } else if (difference.has_to()) {
        SetValue(difference.to(), mapped, entry);
      } else {
        for (int i = 0; i < reflection.FieldSize(*message, field); ++i) {
          if (reflection.MutableRepeatedMessage(message, field, i) == entry) {
            return Remove(reflection, field, i, message);
          }
        }
      }
      continue;
    }
    if (last && difference.has_to()) {
      SetFields(difference.to(), reflection.AddMessage(message, field));
    } else if (last && segment.is_place) {
      reflection.RemoveLast(message, field);
    } else {
      const int found =
          segment.is_place ? std::stoi(*segment.key) : Find(*message, field, *segment.key);
      ASSERT_GE(found, 0) << difference.path();
      if (last) return Remove(reflection, field, found, message);
      message = reflection.MutableRepeatedMessage(message, field, found);
    }
  }
}

// --- What counts as equal: places of elements with keys, and messages that are set and empty, do
// not matter. ---

bool Prune(Message* message) {
  const Reflection& reflection = *message->GetReflection();
  std::vector<const FieldDescriptor*> set;
  reflection.ListFields(*message, &set);
  for (const FieldDescriptor* field : set) {
    if (field->message_type() == nullptr) continue;
    if (!field->is_repeated()) {
      if (Prune(reflection.MutableMessage(message, field))) reflection.ClearField(message, field);
      continue;
    }
    for (int i = 0; i < reflection.FieldSize(*message, field); ++i) {
      Prune(reflection.MutableRepeatedMessage(message, field, i));
    }
    const int size = reflection.FieldSize(*message, field);
    if (field->is_map() ||
        KeysOfElement(*reflection.GetMessageFactory()->GetPrototype(field->message_type()))
            .empty()) {
      continue;
    }
    for (int i = 0; i < size; ++i) {
      for (int k = i; k > 0; --k) {
        const auto text = [&](int at) {
          return CanonicalJson(reflection.GetRepeatedMessage(*message, field, at));
        };
        if (text(k) < text(k - 1)) reflection.SwapElements(message, field, k, k - 1);
      }
    }
  }
  return message->ByteSizeLong() == 0;
}

std::string Normal(Sheet sheet) {
  Prune(&sheet);
  return CanonicalJson(sheet);
}

// The ids of the steps that both have, in the order of the first.
std::vector<std::string> CommonSteps(const Sheet& sheet, const Sheet& other) {
  std::vector<std::string> ids;
  for (const auto& step : sheet.steps()) {
    const bool common = std::any_of(other.steps().begin(), other.steps().end(),
                                    [&](const auto& one) { return one.id() == step.id(); });
    if (common) ids.push_back(step.id());
  }
  return ids;
}

bool HasUniqueSteps(const Sheet& sheet) {
  std::map<std::string, bool> ids;
  for (const auto& step : sheet.steps()) {
    if (step.id().empty() || !ids.emplace(step.id(), true).second) return false;
  }
  return true;
}

TEST(DifferencesPropertyTest, AppliedToTheFirstTheyGiveTheSecond) {
  constexpr uint32_t kPairs = 500;
  for (uint32_t seed = 0; seed < kPairs; ++seed) {
    Random random(seed);
    Sheet before;
    Sheet after;
    Fill(random, 3, &before);
    // Half of them are edits of the same message.
    if (random.Chance()) {
      after = before;
      Sheet edit;
      Fill(random, 2, &edit);
      after.mutable_inner()->MergeFrom(edit);
      after.mutable_steps()->Swap(edit.mutable_steps());
    } else {
      Fill(random, 3, &after);
    }
    const std::vector<FieldDifference> differences = DifferencesOf(before, after);
    Sheet made = before;
    for (const FieldDifference& one : differences) Apply(one, &made);
    const std::string lines = absl::StrJoin(testing::LinesOf(differences), "\n");
    ASSERT_EQ(Normal(made), Normal(after)) << "seed " << seed << "\n" << lines;
    if (HasUniqueSteps(before) && HasUniqueSteps(after)) {
      ASSERT_EQ(CommonSteps(made, before), CommonSteps(after, before)) << lines;
    }
  }
}

TEST(DifferencesPropertyTest, ThereAreNoneOnlyBetweenEqualMessages) {
  int equal = 0;
  for (uint32_t seed = 0; seed < 1000; ++seed) {
    Random random(seed);
    Sheet before;
    Fill(random, 2, &before);
    Sheet after = before;
    // A change of one field, which may be none.
    Sheet other;
    Fill(random, 2, &other);
    const FieldDescriptor* field =
        Sheet::descriptor()->field(random.Below(Sheet::descriptor()->field_count()));
    after.GetReflection()->SwapFields(&after, &other, {field});
    const bool same = CanonicalJson(before) == CanonicalJson(after);
    equal += same ? 1 : 0;
    ASSERT_EQ(DifferencesOf(before, after).empty(), same) << "seed " << seed << field->name();
  }
  EXPECT_GT(equal, 30);
}

}  // namespace
}  // namespace athena::history
