#include "libs/sql/sqlite_database.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <unistd.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/sql/conformance_test_suite.h"

namespace athena::sql {
namespace {

constexpr int32_t kTestId = 0x61746801;

// A folder of its own, removed at the end.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = testing::TempDir() + "athena_sql_XXXXXX";
    EXPECT_NE(mkdtemp(name.data()), nullptr);
    path_ = name;
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  std::string File(const std::string& name) const { return absl::StrCat(path_, "/", name); }

 private:
  std::string path_;
};

class SqliteBackend : public ConformanceBackend {
 public:
  std::unique_ptr<Database> Open(absl::Span<const Migration> migrations,
                                 std::function<absl::Time()> now) override {
    SqliteOptions options;
    options.path = folder_.File("conformance.db");
    options.application_id = kTestId;
    options.migrations = migrations;
    options.now = std::move(now);
    auto opened = SqliteDatabase::Open(std::move(options));
    EXPECT_EQ(opened.status(), absl::OkStatus());
    return *std::move(opened);
  }

 private:
  TemporaryFolder folder_;
};

INSTANTIATE_TEST_SUITE_P(Drivers, DatabaseConformanceTest,
                         testing::Values(ConformanceDriver{
                             "Sqlite", [] { return std::make_unique<SqliteBackend>(); }}),
                         ConformanceDriverName);

}  // namespace
}  // namespace athena::sql
