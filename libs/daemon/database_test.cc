#include "libs/daemon/database.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <prometheus/registry.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "absl/flags/declare.h"
#include "absl/flags/flag.h"
#include "absl/synchronization/notification.h"
#include "absl/time/time.h"
#include "libs/sql/database.h"
#include "libs/status/status.h"
#include "libs/status/testing/matchers.h"

ABSL_DECLARE_FLAG(std::string, database);

namespace athena::daemon {
namespace {

using ::testing::HasSubstr;

constexpr int32_t kApplication = 0x41544854;
constexpr sql::Migration kMigrations[] = {
    {1, "notes", "CREATE TABLE note (id BIGINT NOT NULL PRIMARY KEY, body TEXT NOT NULL);"}};
constexpr sql::Statement kInsert{"INSERT INTO note (id, body) VALUES (?, ?)"};

class DatabaseTest : public ::testing::Test {
 protected:
  DatabaseTest() {
    folder_ = ::testing::TempDir() + "/daemon-" +
              ::testing::UnitTest::GetInstance()->current_test_info()->name();
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    absl::SetFlag(&FLAGS_database, folder_ + "/a.db");
  }
  ~DatabaseTest() override { std::filesystem::remove_all(folder_); }

  absl::StatusOr<std::unique_ptr<Database>> Open(int32_t application = kApplication) {
    return Database::Open(application, kMigrations, registry_);
  }
  static absl::Status Write(Database& database, int64_t first, int64_t count) {
    const std::string body(500, 'x');
    return database.sql().Write("gob", [&](sql::WriteTx& tx) {
      for (int64_t id = first; id < first + count; ++id) {
        const auto inserted = tx.Execute(kInsert, {id, std::string_view(body)});
        if (!inserted.ok()) return inserted.status();
      }
      return absl::OkStatus();
    });
  }
  // Of the one histogram of that name.
  prometheus::ClientMetric::Histogram Histogram(const std::string& name) {
    for (const auto& family : registry_.Collect()) {
      if (family.name == name) return family.metric.at(0).histogram;
    }
    ADD_FAILURE() << "no metric " << name;
    return {};
  }

  std::string folder_;
  prometheus::Registry registry_;
};

TEST_F(DatabaseTest, OpenWantsToBeToldTheFile) {
  absl::SetFlag(&FLAGS_database, "");
  const absl::Status refused = Open().status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(refused.message()), HasSubstr("--database"));
}

TEST_F(DatabaseTest, AnotherProgramsFileIsRefused) {
  ATHENA_ASSERT_OK(Open());
  EXPECT_EQ(Open(kApplication + 1).status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(DatabaseTest, WhatACommitCarriedIsCounted) {
  const auto database = Open();
  ATHENA_ASSERT_OK(database);
  ASSERT_EQ(Write(**database, 0, 3), absl::OkStatus());
  ASSERT_EQ(Write(**database, 3, 1), absl::OkStatus());
  EXPECT_EQ(Histogram("athena_commit_group_writes").sample_count, 2U);
  EXPECT_EQ(Histogram("athena_commit_group_writes").sample_sum, 2);
  EXPECT_EQ(Histogram("athena_commit_seconds").sample_count, 2U);
  EXPECT_GT(Histogram("athena_commit_seconds").sample_sum, 0);
}

TEST_F(DatabaseTest, WhatWasWrittenIsThereAfterItIsClosed) {
  {
    const auto database = Open();
    ATHENA_ASSERT_OK(database);
    ASSERT_EQ(Write(**database, 7, 1), absl::OkStatus());
    (*database)->Close();
    EXPECT_EQ(Write(**database, 8, 1).code(), absl::StatusCode::kUnavailable);
    (*database)->Close();
  }
  prometheus::Registry registry;
  const auto again = Database::Open(kApplication, kMigrations, registry);
  ATHENA_ASSERT_OK(again);
  EXPECT_EQ(Write(**again, 7, 1).code(), absl::StatusCode::kAlreadyExists);
}

using DatabaseDeathTest = DatabaseTest;

TEST_F(DatabaseDeathTest, AProcessWhoseDatabaseIsBrokenEndsAndSaysWhy) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const std::string path = folder_ + "/a.db";
  {
    const auto database = Open();
    ATHENA_ASSERT_OK(database);
    ASSERT_EQ(Write(**database, 0, 1000), absl::OkStatus());
  }
  {
    // The last pages are the table's: what it holds is gone.
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    const std::string pages(16'384, '\xff');
    file.seekp(-static_cast<std::streamoff>(pages.size()), std::ios::end);
    file << pages;
    ASSERT_TRUE(file.good());
  }
  EXPECT_EXIT(
      {
        const auto database = Open();
        absl::Notification().WaitForNotificationWithTimeout(absl::Minutes(1));
      },
      ::testing::ExitedWithCode(kExitDatabaseBroken), "database broken");
}

}  // namespace
}  // namespace athena::daemon
