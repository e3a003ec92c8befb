#include "services/athenactl/testing/folder.h"

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <system_error>

namespace athena::athenactl::testing {

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
