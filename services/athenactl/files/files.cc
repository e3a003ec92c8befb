#include "services/athenactl/files/files.h"

#include <google/protobuf/util/json_util.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "libs/status/macros.h"
#include "services/athenactl/terminal/text.h"

namespace athena::athenactl {

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return absl::NotFoundError(absl::StrCat(path, " cannot be read: ", std::strerror(errno)));
  }
  std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (file.bad()) return absl::UnknownError(absl::StrCat(path, " cannot be read to its end"));
  return text;
}

absl::Status WriteFile(const std::string& path,
                       const std::function<absl::Status(std::ostream&)>& write) {
  const std::string part = path + ".part";
  std::ofstream file(part, std::ios::binary | std::ios::trunc);
  if (!file) {
    return absl::UnknownError(absl::StrCat(part, " cannot be written: ", std::strerror(errno)));
  }
  absl::Status fault = write(file);
  file.close();
  if (fault.ok() && !file) {
    fault = absl::UnknownError(absl::StrCat(part, " cannot be written to its end"));
  }
  if (fault.ok() && std::rename(part.c_str(), path.c_str()) != 0) {
    fault = absl::UnknownError(
        absl::StrCat(part, " cannot be renamed to ", path, ": ", std::strerror(errno)));
  }
  if (!fault.ok()) std::remove(part.c_str());
  return fault;
}

absl::StatusOr<nlohmann::ordered_json> ParseJson(const std::string& path, std::string_view json) {
  try {
    return nlohmann::ordered_json::parse(json);
  } catch (const nlohmann::json::parse_error& fault) {
    const std::string_view before = json.substr(0, fault.byte > 0 ? fault.byte - 1 : 0);
    const size_t line_begin = before.find_last_of('\n') + 1;
    int64_t line = 1;
    for (const char letter : before) line += letter == '\n' ? 1 : 0;
    return absl::InvalidArgumentError(absl::StrCat(
        path, ":", line, ":", before.size() - line_begin + 1, ": this is no JSON from here on"));
  }
}

absl::Status ReadJson(const std::string& path, std::string_view json,
                      google::protobuf::Message& message) {
  // protobuf's own reader takes much that is no JSON.
  ATHENA_RETURN_IF_ERROR(ParseJson(path, json).status());
  const auto status =
      google::protobuf::util::JsonStringToMessage({json.data(), json.size()}, &message);
  if (!status.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, ": ", Printable({status.message().data(), status.message().size()})));
  }
  return absl::OkStatus();
}

std::string ToJson(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = true;
  std::string json;
  if (!google::protobuf::util::MessageToJsonString(message, &json, options).ok()) return "";
  return json;
}

}  // namespace athena::athenactl
