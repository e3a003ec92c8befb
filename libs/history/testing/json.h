#ifndef ATHENA_LIBS_HISTORY_TESTING_JSON_H_
#define ATHENA_LIBS_HISTORY_TESTING_JSON_H_

#include <google/protobuf/struct.pb.h>

#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "athena/common/v1/history.pb.h"

namespace athena::history::testing {

// A value as JSON, the members of objects in the order of their names.
inline std::string JsonOf(const google::protobuf::Value& value) {
  std::vector<std::string> parts;
  switch (value.kind_case()) {
    case google::protobuf::Value::kStringValue:
      return absl::StrCat("\"", value.string_value(), "\"");
    case google::protobuf::Value::kNumberValue:
      return absl::StrCat(value.number_value());
    case google::protobuf::Value::kBoolValue:
      return value.bool_value() ? "true" : "false";
    case google::protobuf::Value::kListValue:
      for (const auto& one : value.list_value().values()) parts.push_back(JsonOf(one));
      return absl::StrCat("[", absl::StrJoin(parts, ","), "]");
    case google::protobuf::Value::kStructValue: {
      std::map<std::string, std::string> members;
      for (const auto& [name, member] : value.struct_value().fields()) {
        members[name] = JsonOf(member);
      }
      for (const auto& [name, member] : members) {
        parts.push_back(absl::StrCat("\"", name, "\":", member));
      }
      return absl::StrCat("{", absl::StrJoin(parts, ","), "}");
    }
    default:
      return "null";
  }
}

// "path: from > to".
inline std::string LineOf(const common::v1::FieldDifference& difference) {
  return absl::StrCat(difference.path(), ": ",
                      difference.has_from() ? JsonOf(difference.from()) : "nothing", " > ",
                      difference.has_to() ? JsonOf(difference.to()) : "nothing");
}
template <typename Differences>
std::vector<std::string> LinesOf(const Differences& differences) {
  std::vector<std::string> lines;
  for (const auto& one : differences) lines.push_back(LineOf(one));
  return lines;
}

}  // namespace athena::history::testing

#endif  // ATHENA_LIBS_HISTORY_TESTING_JSON_H_
