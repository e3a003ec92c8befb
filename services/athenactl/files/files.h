#ifndef ATHENA_SERVICES_ATHENACTL_FILES_FILES_H_
#define ATHENA_SERVICES_ATHENACTL_FILES_FILES_H_

#include <google/protobuf/message.h>

#include <cstdint>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

// Files and JSON. Thread-safe.
namespace athena::athenactl {

// The largest file that is read whole: JSON, not observations.
inline constexpr int64_t kMostBytesOfFile = int64_t{256} << 20;

// Reads a whole file. The error names it; NOT_FOUND when it cannot be opened, INVALID_ARGUMENT when
// it is a folder or too large.
absl::StatusOr<std::string> ReadFile(const std::string& path);

// Writes a file atomically: when `write` fails or the disk is full, the present file stays. A
// symbolic link stays one, and the file that it names is written; the mode of a present file stays,
// too. What is no regular file (a device, a FIFO) is written through. The error names the file.
absl::Status WriteFile(const std::string& path,
                       const std::function<absl::Status(std::ostream&)>& write);

// Parses JSON in UTF-8. INVALID_ARGUMENT names `path`, line and column where the text is none.
absl::StatusOr<nlohmann::ordered_json> ParseJson(const std::string& path, std::string_view json);

// Reads protobuf's JSON. INVALID_ARGUMENT names `path` and says where the text is no JSON (line and
// column), or which field the message does not have.
absl::Status ReadJson(const std::string& path, std::string_view json,
                      google::protobuf::Message& message);

// All faults of JSON that is to become a message of the type of `prototype`, in their order:
// "milestones[1].dueDate: ..."; none when ReadJson can read it. Each begins with `where`, which may
// be empty. (protobuf itself names the first fault alone.)
std::vector<std::string> JsonFaults(const std::string& where, const nlohmann::ordered_json& json,
                                    const google::protobuf::Message& prototype);

// Canonical protobuf JSON, indented, with a line end.
std::string ToJson(const google::protobuf::Message& message);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_FILES_FILES_H_
