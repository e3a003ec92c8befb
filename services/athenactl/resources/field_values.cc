#include "services/athenactl/resources/field_values.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/util/json_util.h>

#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/time/civil_time.h"
#include "athena/common/v1/values.pb.h"
#include "libs/status/macros.h"
#include "services/athenactl/resources/differences.h"
#include "services/athenactl/terminal/arguments.h"
#include "services/athenactl/terminal/text.h"
#include "services/athenactl/views/value_text.h"

namespace athena::athenactl {
namespace {

using athena::common::v1::Date;
using athena::common::v1::LocalizedText;
using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using Json = nlohmann::ordered_json;

enum class Operation { kReplace, kAdd, kRemove };

absl::Status Wrong(const std::string& path, const std::string& got, std::string_view want) {
  return Misused(
      absl::StrCat(path, " got ", got.empty() ? "nothing" : Printable(got), ", want ", View(want)));
}

// By its name, "parent_unit" or "parentUnit"; null when there is none.
const FieldDescriptor* FindField(const Descriptor& type, const std::string& name) {
  const FieldDescriptor* field = type.FindFieldByName(name);
  return field != nullptr ? field : type.FindFieldByCamelcaseName(name);
}

// The map of a message that is nothing else, like LocalizedText; null for another message.
const FieldDescriptor* OnlyMap(const Descriptor& type) {
  return type.field_count() == 1 && type.field(0)->is_map() ? type.field(0) : nullptr;
}

absl::StatusOr<Json> ParseJson(const std::string& path, const std::string& text) {
  Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded()) return Wrong(path, text, "JSON");
  return json;
}

absl::StatusOr<Json> EnumJson(const std::string& path, const FieldDescriptor& field,
                              const std::string& text) {
  const auto* value = FindEnumValue(*field.enum_type(), text);
  if (value == nullptr) return Wrong(path, text, EnumWords(*field.enum_type()));
  return Json(value->name());
}

absl::StatusOr<Json> MessageJson(const std::string& path, const FieldDescriptor& field,
                                 const std::string& text) {
  if (absl::StartsWith(text, "{")) return ParseJson(path, text);
  const Descriptor& type = *field.message_type();
  if (&type == Date::descriptor()) {
    absl::CivilDay day;
    if (text.size() != 10 || !absl::ParseCivilTime(text, &day)) {
      return Wrong(path, text, "a date like 2024-12-31");
    }
    return Json{{"year", day.year()}, {"month", day.month()}, {"day", day.day()}};
  }
  if (absl::StartsWith(type.full_name(), "google.protobuf.")) return Json(text);
  if (&type == LocalizedText::descriptor()) {
    return Wrong(path, text, absl::StrCat("a language: ", path, ".en=..."));
  }
  return Wrong(path, text,
               absl::StrCat("JSON, or one of its fields: ", path, ".",
                            type.field_count() > 0 ? type.field(0)->name() : "", "=..."));
}

// A value, or an element of a repeated field, as protobuf's JSON takes it.
absl::StatusOr<Json> ElementJson(const std::string& path, const FieldDescriptor& field,
                                 const std::string& text) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return Json(text);
    case FieldDescriptor::CPPTYPE_ENUM:
      return EnumJson(path, field, text);
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return MessageJson(path, field, text);
    case FieldDescriptor::CPPTYPE_BOOL:
      if (text == "true" || text == "yes") return Json(true);
      if (text == "false" || text == "no") return Json(false);
      return Wrong(path, text, "yes or no");
    case FieldDescriptor::CPPTYPE_DOUBLE:
    case FieldDescriptor::CPPTYPE_FLOAT:
      if (!ReadNumber(text).has_value()) return Wrong(path, text, "a number like 12.5");
      return Json(text);
    default: {
      const bool negative = absl::StartsWith(text, "-");
      if (!WholeNumber(text.substr(negative ? 1 : 0)).has_value()) {
        return Wrong(path, text, "a whole number");
      }
      return Json(text);
    }
  }
}

absl::StatusOr<Json> FieldJson(const std::string& path, const FieldDescriptor& field,
                               const std::string& text) {
  if (!field.is_repeated()) return ElementJson(path, field, text);
  if (absl::StartsWith(text, field.is_map() ? "{" : "[")) return ParseJson(path, text);
  Json json = field.is_map() ? Json::object() : Json::array();
  if (!field.is_map() && field.message_type() != nullptr &&
      field.message_type() != Date::descriptor()) {
    return Wrong(path, text, "a list in JSON: [{...}]");
  }
  for (const absl::string_view part : absl::StrSplit(text, ',')) {
    if (!field.is_map()) {
      ATHENA_ASSIGN_OR_RETURN(Json element, ElementJson(path, field, std::string(part)));
      json.push_back(std::move(element));
      continue;
    }
    const std::pair<std::string, std::string> entry = absl::StrSplit(part, absl::MaxSplits('=', 1));
    if (entry.first.empty() || entry.second.empty())
      return Wrong(path, text, "KEY=VALUE,KEY=VALUE");
    ATHENA_ASSIGN_OR_RETURN(json[entry.first],
                            ElementJson(path, *field.message_type()->map_value(), entry.second));
  }
  return json;
}

// Merges a field's JSON into the message: repeated fields and maps are added to.
absl::Status MergeJson(const std::string& path, const FieldDescriptor& field, Json value,
                       Message* message) {
  const std::unique_ptr<Message> parsed(message->New());
  const Json json = {{field.json_name(), std::move(value)}};
  const auto status = google::protobuf::util::JsonStringToMessage(
      json.dump(-1, ' ', false, Json::error_handler_t::replace), parsed.get());
  if (!status.ok()) {
    return Misused(
        absl::StrCat(path, ": ", Printable({status.message().data(), status.message().size()})));
  }
  message->MergeFrom(*parsed);
  return absl::OkStatus();
}

// Removes the elements of a repeated field, or the entries of a map, that `match` picks.
template <typename Match>
void RemoveElements(const FieldDescriptor& field, const Match& match, Message* message) {
  const Reflection& reflection = *message->GetReflection();
  for (int at = reflection.FieldSize(*message, &field) - 1; at >= 0; --at) {
    if (!match(at)) continue;
    for (int next = at; next + 1 < reflection.FieldSize(*message, &field); ++next) {
      reflection.SwapElements(message, &field, next, next + 1);
    }
    reflection.RemoveLast(message, &field);
  }
}

absl::Status AssignEntry(const std::string& path, const FieldDescriptor& map,
                         const std::string& key, const std::string& text, Message* message) {
  const FieldDescriptor& key_field = *map.message_type()->map_key();
  RemoveElements(
      map,
      [&](int at) {
        const Message& entry = message->GetReflection()->GetRepeatedMessage(*message, &map, at);
        return FieldText(entry, key_field, "") == key;
      },
      message);
  if (text.empty()) return absl::OkStatus();
  ATHENA_ASSIGN_OR_RETURN(Json value, ElementJson(path, *map.message_type()->map_value(), text));
  return MergeJson(path, map, Json{{key, std::move(value)}}, message);
}

absl::Status AssignField(const std::string& path, const FieldDescriptor& field, Operation operation,
                         const std::string& text, Message* message) {
  if (operation != Operation::kReplace && !field.is_repeated()) {
    return Misused(absl::StrCat(path, " has one value: want ", path, "=VALUE"));
  }
  if (operation == Operation::kReplace) message->GetReflection()->ClearField(message, &field);
  if (operation == Operation::kRemove) {
    if (field.cpp_type() != FieldDescriptor::CPPTYPE_STRING) {
      return Misused(absl::StrCat(path, " holds no texts to remove: want ", path, "=VALUE"));
    }
    RemoveElements(
        field,
        [&](int at) {
          return message->GetReflection()->GetRepeatedString(*message, &field, at) == text;
        },
        message);
    return absl::OkStatus();
  }
  if (text.empty()) return absl::OkStatus();
  ATHENA_ASSIGN_OR_RETURN(Json value, FieldJson(path, field, text));
  return MergeJson(path, field, std::move(value), message);
}

// Assigns to what `segments` from `at` on name below `message`.
absl::Status AssignBelow(const std::vector<std::string>& segments, size_t at, Operation operation,
                         const std::string& text, Message* message) {
  const std::string path = absl::StrJoin(segments, ".");
  const Descriptor& type = *message->GetDescriptor();
  const FieldDescriptor* field = FindField(type, segments[at]);
  const auto rest = [&](size_t from) {
    return absl::StrJoin(segments.begin() + static_cast<std::ptrdiff_t>(from), segments.end(), ".");
  };
  if (field == nullptr) {
    if (const FieldDescriptor* map = OnlyMap(type)) {
      return AssignEntry(path, *map, rest(at), text, message);
    }
    std::vector<std::string> names;
    for (int index = 0; index < type.field_count(); ++index) {
      if (at > 0 || !IsFixed(*type.field(index))) {
        names.push_back(type.field(index)->name());
      }
    }
    return Misused(absl::StrCat("there is no field ", Printable(path), "; want one of ",
                                absl::StrJoin(names, ", ")));
  }
  if (at + 1 == segments.size()) return AssignField(path, *field, operation, text, message);
  if (field->is_map()) return AssignEntry(path, *field, rest(at + 1), text, message);
  if (field->is_repeated() || field->message_type() == nullptr) {
    return Misused(absl::StrCat(segments[at], " has no parts: want ", segments[at], "=VALUE"));
  }
  return AssignBelow(segments, at + 1, operation, text,
                     message->GetReflection()->MutableMessage(message, field));
}

}  // namespace

std::string CommandsThatSet(const FieldDescriptor& field) {
  const std::string& name = field.full_name();
  if (name == "athena.plan.v1.Plan.state" || name == "athena.plan.v1.Plan.effective_date") {
    return ": see athenactl activate and close-plan";
  }
  if (name == "athena.plan.v1.ProgressReport.state") {
    return ": see athenactl submit, validate and return";
  }
  return "";
}

absl::StatusOr<std::string> Assign(const std::string& typed, Message* message) {
  const size_t equals = typed.find('=');
  std::string path = typed.substr(0, equals);
  Operation operation = Operation::kReplace;
  if (absl::EndsWith(path, "+")) operation = Operation::kAdd;
  if (absl::EndsWith(path, "-")) operation = Operation::kRemove;
  if (operation != Operation::kReplace) path.pop_back();
  const std::vector<std::string> segments = absl::StrSplit(path, '.');
  for (const std::string& segment : segments) {
    if (equals == std::string::npos || segment.empty()) {
      return Misused(
          absl::StrCat("got ", Printable(typed), ", want FIELD=VALUE, like unit=persons"));
    }
  }
  ATHENA_RETURN_IF_ERROR(AssignBelow(segments, 0, operation, typed.substr(equals + 1), message));
  const FieldDescriptor& field = *FindField(*message->GetDescriptor(), segments[0]);
  if (IsFixed(field)) {
    return Misused(
        absl::StrCat(field.name(), " is set by the service alone", CommandsThatSet(field)));
  }
  return field.name();
}

}  // namespace athena::athenactl
