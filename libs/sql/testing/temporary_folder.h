#ifndef ATHENA_LIBS_SQL_TEMPORARY_FOLDER_H_
#define ATHENA_LIBS_SQL_TEMPORARY_FOLDER_H_

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

namespace athena::sql {

// For tests: a folder of its own, removed at the end.
class TemporaryFolder {
 public:
  TemporaryFolder() : path_(::testing::TempDir() + "athena_sql_XXXXXX") {
    EXPECT_NE(mkdtemp(path_.data()), nullptr);
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  std::string File(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

}  // namespace athena::sql

#endif  // ATHENA_LIBS_SQL_TEMPORARY_FOLDER_H_
