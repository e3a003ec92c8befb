#include "services/athenactl/files/files.h"

#include <fcntl.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/util/json_util.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <system_error>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "libs/status/macros.h"
#include "services/athenactl/files/text/decoding.h"
#include "services/athenactl/files/text/text_source.h"
#include "services/athenactl/terminal/text.h"

namespace athena::athenactl {

namespace {

namespace fs = std::filesystem;

absl::Status Fault(const std::string& path, std::string_view what, int error) {
  return absl::UnknownError(absl::StrCat(path, " ", View(what), ": ", std::strerror(error)));
}

// The file that a chain of symbolic links ends in, which need not exist.
fs::path LinkTarget(fs::path path) {
  constexpr int kMostLinks = 40;  // as the kernel follows
  std::error_code fault;
  for (int links = 0; links < kMostLinks && fs::is_symlink(path, fault); ++links) {
    const fs::path target = fs::read_symlink(path, fault);
    if (fault) break;
    path = target.is_absolute() ? target : path.parent_path() / target;
  }
  return path;
}

// A new file beside `path`, with its name and six letters more.
class PartFile {
 public:
  explicit PartFile(const fs::path& path) : name_(path.string() + ".XXXXXX") {
    const int file = mkostemp(name_.data(), O_CLOEXEC);
    error_ = file < 0 ? errno : 0;
    if (file < 0) return;
    // Until it is whole it is its owner's alone; then it is what any new file is, or the present.
    struct stat present {};
    const mode_t mask = umask(0);
    umask(mask);
    mode_ = stat(path.c_str(), &present) == 0 ? present.st_mode & 07777U : 0666U & ~mask;
    close(file);
  }
  ~PartFile() {
    if (error_ == 0 && !kept_) std::remove(name_.c_str());
  }
  PartFile(const PartFile&) = delete;
  PartFile& operator=(const PartFile&) = delete;

  const std::string& name() const { return name_; }
  int error() const { return error_; }

  absl::Status ReplaceWithIt(const fs::path& path) {
    if (chmod(name_.c_str(), mode_) != 0 || std::rename(name_.c_str(), path.c_str()) != 0) {
      return Fault(name_, absl::StrCat("cannot be renamed to ", path.string()), errno);
    }
    kept_ = true;
    return absl::OkStatus();
  }

 private:
  std::string name_;
  int error_ = 0;
  mode_t mode_ = 0;
  bool kept_ = false;
};

absl::Status WriteTo(const std::string& path, std::ios::openmode mode,
                     const std::function<absl::Status(std::ostream&)>& write) {
  std::ofstream file(path, std::ios::binary | mode);
  if (!file) return Fault(path, "cannot be written", errno);
  absl::Status fault = write(file);
  file.close();
  if (fault.ok() && !file) {
    fault = absl::UnknownError(absl::StrCat(path, " cannot be written to its end"));
  }
  return fault;
}

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using Json = nlohmann::ordered_json;

// Why `json` is no message of the type; empty when it is.
std::string JsonFault(const std::string& where, const Json& json,
                      const google::protobuf::Message& prototype) {
  const std::unique_ptr<google::protobuf::Message> scratch(prototype.New());
  const absl::Status read = ReadJson(where, json.dump(), *scratch);
  if (read.ok()) return "";
  return std::string(View(absl::StripPrefix(read.message(), where.empty() ? ": " : "")));
}

const FieldDescriptor* FieldOf(const Descriptor& type, const std::string& key) {
  for (int at = 0; at < type.field_count(); ++at) {
    const FieldDescriptor& field = *type.field(at);
    if (key == field.name() || key == field.json_name()) return &field;
  }
  return nullptr;
}

// The faults inside a field that holds messages.
std::vector<std::string> FaultsInField(const std::string& where, const Json& value,
                                       const FieldDescriptor* field,
                                       const google::protobuf::Message& parent) {
  std::vector<std::string> faults;
  if (field == nullptr || field->message_type() == nullptr || field->is_map()) return faults;
  const google::protobuf::Message& prototype =
      *parent.GetReflection()->GetMessageFactory()->GetPrototype(field->message_type());
  if (!field->is_repeated()) return JsonFaults(where, value, prototype);
  if (!value.is_array()) return faults;
  for (size_t at = 0; at < value.size(); ++at) {
    for (std::string& fault : JsonFaults(absl::StrCat(where, "[", at, "]"), value[at], prototype)) {
      faults.push_back(std::move(fault));
    }
  }
  return faults;
}

}  // namespace

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  ATHENA_ASSIGN_OR_RETURN(TextSource source, TextSource::Open(path));
  std::string text;
  for (;;) {
    constexpr size_t kBlock = 1 << 16;
    const size_t size = text.size();
    text.resize(size + kBlock);
    ATHENA_ASSIGN_OR_RETURN(const size_t bytes, source.Read(text.data() + size, kBlock));
    text.resize(size + bytes);
    if (bytes == 0) return text;
    if (static_cast<int64_t>(text.size()) > kMostBytesOfFile) {
      return absl::InvalidArgumentError(
          absl::StrCat(path, " has more than ", kMostBytesOfFile, " bytes"));
    }
  }
}

absl::Status WriteFile(const std::string& path,
                       const std::function<absl::Status(std::ostream&)>& write) {
  struct stat present {};
  if (stat(path.c_str(), &present) == 0) {
    if (S_ISDIR(present.st_mode)) {
      return absl::InvalidArgumentError(absl::StrCat(path, " is a folder, want a file"));
    }
    if (!S_ISREG(present.st_mode)) return WriteTo(path, std::ios::out, write);
  }
  const fs::path target = LinkTarget(path);
  PartFile part(target);
  if (part.error() != 0) return Fault(path, "cannot be written", part.error());
  ATHENA_RETURN_IF_ERROR(WriteTo(part.name(), std::ios::trunc, write));
  return part.ReplaceWithIt(target);
}

absl::StatusOr<nlohmann::ordered_json> ParseJson(const std::string& path, std::string_view bytes) {
  ATHENA_ASSIGN_OR_RETURN(const std::string_view json, DecodeText(path, bytes));
  try {
    return nlohmann::ordered_json::parse(json);
  } catch (const nlohmann::json::parse_error& fault) {
    const std::string_view before = json.substr(0, fault.byte > 0 ? fault.byte - 1 : 0);
    const size_t line_begin = before.find_last_of('\n') + 1;
    int64_t line = 1;
    for (const char letter : before) line += letter == '\n' ? 1 : 0;
    return absl::InvalidArgumentError(absl::StrCat(
        path, ":", line, ":", before.size() - line_begin + 1, ": this is no JSON from here on"));
  } catch (const nlohmann::json::exception&) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, ": this JSON has a number that is too large"));
  }
}

absl::Status ReadJson(const std::string& path, std::string_view bytes,
                      google::protobuf::Message& message) {
  // protobuf's own reader takes much that is no JSON.
  ATHENA_RETURN_IF_ERROR(ParseJson(path, bytes).status());
  ATHENA_ASSIGN_OR_RETURN(const std::string_view json, DecodeText(path, bytes));
  const auto status =
      google::protobuf::util::JsonStringToMessage({json.data(), json.size()}, &message);
  if (!status.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, ": ", Printable({status.message().data(), status.message().size()})));
  }
  return absl::OkStatus();
}

std::vector<std::string> JsonFaults(const std::string& where, const Json& json,
                                    const google::protobuf::Message& prototype) {
  const Descriptor& type = *prototype.GetDescriptor();
  // Types like Timestamp have a JSON of their own.
  const bool has_fields = !absl::StartsWith(type.full_name(), "google.protobuf.");
  if (has_fields && !json.is_object()) {
    return {absl::StrCat(where, where.empty() ? "" : ": ", "want {...}")};
  }
  const std::string whole = JsonFault(where, json, prototype);
  std::vector<std::string> faults;
  if (whole.empty()) return faults;
  if (has_fields) {
    for (const auto& [key, value] : json.items()) {
      const std::string place = absl::StrCat(where, where.empty() ? "" : ".", Printable(key));
      std::string fault = JsonFault(place, Json({{key, value}}), prototype);
      if (fault.empty()) continue;
      std::vector<std::string> inside = FaultsInField(place, value, FieldOf(type, key), prototype);
      if (inside.empty()) inside.push_back(std::move(fault));
      faults.insert(faults.end(), inside.begin(), inside.end());
    }
  }
  if (faults.empty()) faults.push_back(whole);
  return faults;
}

std::string ToJson(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = true;
  std::string json;
  if (!google::protobuf::util::MessageToJsonString(message, &json, options).ok()) return "";
  return json;
}

}  // namespace athena::athenactl
