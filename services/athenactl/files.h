#ifndef ATHENA_SERVICES_ATHENACTL_FILES_H_
#define ATHENA_SERVICES_ATHENACTL_FILES_H_

#include <google/protobuf/message.h>

#include <functional>
#include <ostream>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

// Files and JSON. Thread-safe.
namespace athena::athenactl {

// All of a file. NOT_FOUND, or what else kept it from being read, naming it.
absl::StatusOr<std::string> ReadFile(const std::string& path);

// Makes a file of what `write` writes, replacing what is there: all of it, or, when `write` fails
// or the disk is full, nothing (what was there before stays). Returns what failed, naming it.
absl::Status WriteFile(const std::string& path,
                       const std::function<absl::Status(std::ostream&)>& write);

// Reads protobuf's JSON. INVALID_ARGUMENT names `path` and says where the text is no JSON (line and
// column), or which field the message does not have.
absl::Status ReadJson(const std::string& path, std::string_view json,
                      google::protobuf::Message& message);

// Canonical protobuf JSON, indented, with a line end.
std::string ToJson(const google::protobuf::Message& message);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_FILES_H_
