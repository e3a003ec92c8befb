#include "libs/config/config.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <utility>

#include "absl/flags/parse.h"
#include "absl/flags/reflection.h"
#include "absl/flags/usage.h"
#include "absl/flags/usage_config.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/status/status.h"

namespace athena::config {

namespace {

// Flags are known by the file that defines them; libraries outside the project have flags as well.
bool IsOurs(absl::string_view file) {
  return absl::StrContains(file, "libs/") || absl::StrContains(file, "services/");
}

// The path within the project.
std::string PathOf(absl::string_view file) {
  const size_t start = std::min(file.rfind("libs/"), file.rfind("services/"));
  return std::string(start == absl::string_view::npos ? file : file.substr(start));
}

void DescribeProgram(std::string_view usage, std::string_view version) {
  absl::SetProgramUsageMessage(std::string(usage));
  absl::FlagsUsageConfig config;
  config.contains_helpshort_flags = &IsOurs;
  config.contains_help_flags = &IsOurs;
  config.contains_helppackage_flags = &IsOurs;
  config.normalize_filename = &PathOf;
  config.version_string = [text = std::string(version) + "\n"] { return text; };
  absl::SetFlagsUsageConfig(std::move(config));
}

}  // namespace

bool IsListenAddress(std::string_view address) {
  if (address.substr(0, 5) == "unix:") return address.size() > 5;
  const size_t colon = address.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  const std::string_view host = address.substr(0, colon);
  const bool bracketed = host.front() == '[' && host.back() == ']' && host.size() > 2;
  if (!bracketed && host.find_first_of("[]: ") != std::string_view::npos) return false;
  const std::string_view digits = address.substr(colon + 1);
  uint16_t port = 0;
  const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  return fault == std::errc() && end == digits.data() + digits.size();
}

absl::StatusOr<std::vector<char*>> ParseCommandLine(int argc, char** argv, std::string_view usage,
                                                    std::string_view version) {
  for (const auto& [name, flag] : absl::GetAllFlags()) {
    const std::string variable = absl::StrCat("ATHENA_", absl::AsciiStrToUpper(name));
    const char* value = std::getenv(variable.c_str());
    std::string fault;
    if (value != nullptr && !flag->ParseFrom(value, &fault)) {
      return status::InvalidField(variable, value,
                                  absl::StrCat("a value for --", name, ": ", fault));
    }
  }
  DescribeProgram(usage, version);
  std::vector<char*> rest = absl::ParseCommandLine(argc, argv);
  rest.erase(rest.begin());
  return rest;
}

}  // namespace athena::config
