#ifndef ATHENA_SERVICES_ATHENACTL_FILES_FILES_H_
#define ATHENA_SERVICES_ATHENACTL_FILES_FILES_H_

#include <google/protobuf/message.h>

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <ostream>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

// Files and JSON. Thread-safe.
namespace athena::athenactl {

// Reads a whole file. The error names it; NOT_FOUND when it cannot be opened.
absl::StatusOr<std::string> ReadFile(const std::string& path);

// Writes a file atomically, replacing the present one: when `write` fails or the disk is full, the
// present file stays. The error names the file.
absl::Status WriteFile(const std::string& path,
                       const std::function<absl::Status(std::ostream&)>& write);

// Parses JSON. INVALID_ARGUMENT names `path`, line and column where the text is no JSON.
absl::StatusOr<nlohmann::ordered_json> ParseJson(const std::string& path, std::string_view json);

// Reads protobuf's JSON. INVALID_ARGUMENT names `path` and says where the text is no JSON (line and
// column), or which field the message does not have.
absl::Status ReadJson(const std::string& path, std::string_view json,
                      google::protobuf::Message& message);

// Canonical protobuf JSON, indented, with a line end.
std::string ToJson(const google::protobuf::Message& message);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_FILES_FILES_H_
