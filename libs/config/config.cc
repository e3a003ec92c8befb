#include "libs/config/config.h"

#include <cstdlib>
#include <string>

#include "absl/flags/parse.h"
#include "absl/flags/reflection.h"
#include "absl/flags/usage.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "libs/status/status.h"

namespace athena::config {

absl::StatusOr<std::vector<char*>> ParseCommandLine(int argc, char** argv, std::string_view usage) {
  absl::SetProgramUsageMessage(std::string(usage));
  for (const auto& [name, flag] : absl::GetAllFlags()) {
    const std::string variable = absl::StrCat("ATHENA_", absl::AsciiStrToUpper(name));
    const char* value = std::getenv(variable.c_str());
    std::string fault;
    if (value != nullptr && !flag->ParseFrom(value, &fault)) {
      return status::InvalidField(variable, value,
                                  absl::StrCat("a value for --", name, ": ", fault));
    }
  }
  std::vector<char*> rest = absl::ParseCommandLine(argc, argv);
  rest.erase(rest.begin());
  return rest;
}

}  // namespace athena::config
