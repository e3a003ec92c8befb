#include "services/athenactl/testing/terminal.h"

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "services/athenactl/commands/commands.h"
#include "services/athenactl/terminal/console.h"

namespace athena::athenactl::testing {
namespace {

// A port that nobody listens at.
constexpr char kNobody[] = "127.0.0.1:1";

}  // namespace

Ran RunAthenactl(const std::vector<std::string>& words, const ConnectionOptions& options,
                 int width) {
  std::ostringstream out;
  std::ostringstream err;
  Console console{out, err};
  console.width = width;
  ConnectionOptions completed = options;
  for (std::string* address :
       {&completed.plan_address, &completed.indicator_address, &completed.reporting_address}) {
    if (address->empty()) *address = kNobody;
  }
  const ExitCode code = RunProgram(words, console, &completed);
  return {static_cast<int>(code), out.str(), err.str()};
}

Folder::Folder() {
  std::string name = (std::filesystem::temp_directory_path() / "athenactl-XXXXXX").string();
  path_ = mkdtemp(name.data()) == nullptr ? "" : name;
}

Folder::~Folder() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

std::string Folder::Write(const std::string& file, const std::string& text) const {
  const std::filesystem::path path = std::filesystem::path(path_) / file;
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
  return path.string();
}

}  // namespace athena::athenactl::testing
