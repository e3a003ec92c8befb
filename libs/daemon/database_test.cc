#include "libs/daemon/database.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <prometheus/registry.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "absl/flags/declare.h"
#include "absl/flags/flag.h"
#include "absl/strings/match.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "absl/time/time.h"
#include "libs/audit/journal.h"
#include "libs/audit/verify.h"
#include "libs/log/log.h"
#include "libs/sql/database.h"
#include "libs/sql/testing/faulty_vfs.h"
#include "libs/status/status.h"
#include "libs/status/storage.h"
#include "libs/status/testing/matchers.h"

ABSL_DECLARE_FLAG(std::string, database);

namespace athena::daemon {
namespace {

using status::testing::Refuses;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr int32_t kApplication = 0x41544854;
constexpr sql::Migration kMigrations[] = {
    {1, "notes", "CREATE TABLE note (id BIGINT NOT NULL PRIMARY KEY, body TEXT NOT NULL);"},
    {2, "journal", audit::kSchema},
    {3, "journal of versions", audit::kVersionsSchema}};
constexpr audit::Records kRecords[] = {
    {"notes",
     {"SELECT revision FROM journal WHERE institution = ? AND NOT EXISTS (SELECT 1 FROM note "
      "WHERE note.id = journal.revision) ORDER BY revision LIMIT 1"}}};
constexpr sql::Statement kRemoveEntry{"DELETE FROM journal WHERE revision = ?"};
constexpr sql::Statement kRemoveNote{"DELETE FROM note WHERE id = ?"};
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
    return Database::Open({application, kMigrations, kRecords}, registry_, vfs_);
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

  // The value of a gauge or a counter.
  double Value(const std::string& name, const std::string& cause = "") {
    for (const auto& family : registry_.Collect()) {
      if (family.name != name) continue;
      for (const auto& metric : family.metric) {
        if (!cause.empty() && metric.label.at(0).value != cause) continue;
        return family.type == prometheus::MetricType::Counter ? metric.counter.value
                                                              : metric.gauge.value;
      }
    }
    ADD_FAILURE() << "no metric " << name;
    return -1;
  }
  std::string folder_;
  std::string vfs_;
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
  const auto again = Database::Open({kApplication, kMigrations, {}}, registry);
  ATHENA_ASSERT_OK(again);
  EXPECT_EQ(Write(**again, 7, 1).code(), absl::StatusCode::kAlreadyExists);
}

class LoggedDatabaseTest : public DatabaseTest {
 protected:
  // Waits until the log has a line with both texts.
  void AwaitLine(const std::string& one, const std::string& other) {
    const auto found = [&]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
      for (const std::string& line : lines_) {
        if (absl::StrContains(line, one) && absl::StrContains(line, other)) return true;
      }
      return false;
    };
    absl::MutexLock lock(&mutex_);
    if (!mutex_.AwaitWithTimeout(absl::Condition(&found), absl::Minutes(1))) {
      ADD_FAILURE() << "no line with " << one << " and " << other;
    }
  }

  absl::Mutex mutex_;
  std::vector<std::string> lines_ ABSL_GUARDED_BY(mutex_);
  log::Capture capture_{[this](const std::string& line) {
    absl::MutexLock lock(&mutex_);
    lines_.push_back(line);
  }};
};

// Case S4, from the disk to the operator. The caller's side: storage_test.cc.
TEST_F(LoggedDatabaseTest, S4_AFullDiskIsLoggedCountedAndNotReady) {
  sql::FaultyVfs disk;
  vfs_ = disk.name();
  ATHENA_ASSERT_OK_AND_ASSIGN(const auto database, Open());
  // All of it is there from the first scrape on.
  EXPECT_EQ(Value("athena_database_writable"), 1);
  for (const char* cause : {"disk_full", "io_error", "replaced", "other"}) {
    EXPECT_EQ(Value("athena_storage_faults_total", cause), 0) << cause;
  }
  EXPECT_EQ(Value("athena_journal_faults"), 0);
  EXPECT_THAT(database->CannotWrite(), IsEmpty());
  ATHENA_EXPECT_OK(Write(*database, 0, 1));

  disk.FailFrom(sql::DiskFault::kFull, 1);
  const absl::Status refused = status::FromStorage(Write(*database, 1, 1));
  EXPECT_THAT(refused, Refuses("DISK_FULL"));
  EXPECT_THAT(database->CannotWrite(), ElementsAre(HasSubstr("the disk is full")));
  EXPECT_GE(Value("athena_storage_faults_total", "disk_full"), 1);
  AwaitLine(R"("level":"error","event":"storage fault","cause":"disk_full")", "make room");
  ATHENA_EXPECT_OK(database->sql().Read([](sql::ReadTx&) { return absl::OkStatus(); }));

  disk.Heal();
  AwaitLine(R"("level":"info")", "storage works again");
  EXPECT_THAT(database->CannotWrite(), IsEmpty());
  ATHENA_EXPECT_OK(Write(*database, 1, 1));
  database->Close();
}

TEST_F(LoggedDatabaseTest, A7_ADeletedFileIsNoticed) {
  ATHENA_ASSERT_OK_AND_ASSIGN(const auto database, Open());
  std::filesystem::remove(folder_ + "/a.db");
  AwaitLine(R"("level":"error","event":"storage fault","cause":"replaced")", "put it back");
  EXPECT_THAT(database->CannotWrite(), ElementsAre(HasSubstr("deleted or replaced")));
  EXPECT_THAT(status::FromStorage(Write(*database, 0, 1)), Refuses("DATABASE_REPLACED"));
}

TEST_F(LoggedDatabaseTest, A16_WhatWasRemovedFromTheJournalIsSaidAtTheStart) {
  const auto change = [](Database& database, int64_t id) {
    return database.sql().Write("gob", [id](sql::WriteTx& tx) {
      const auto appended = audit::Append(
          tx, {.subject = "an", .action = "Note", .reason = "", .resources = {}, .digest = "x"});
      if (!appended.ok()) return appended.status();
      return tx.Execute(kInsert, {id, std::string_view("x")}).status();
    });
  };
  {
    ATHENA_ASSERT_OK_AND_ASSIGN(const auto database, Open());
    for (int64_t id = 1; id <= 5; ++id) ATHENA_ASSERT_OK(change(*database, id));
  }
  {
    prometheus::Registry registry;
    ATHENA_ASSERT_OK_AND_ASSIGN(const auto database,
                                Database::Open({kApplication, kMigrations, kRecords}, registry));
    AwaitLine(R"("level":"info")", "journals verified");
    ATHENA_ASSERT_OK(database->sql().Write("gob", [](sql::WriteTx& tx) {
      const auto entry = tx.Execute(kRemoveEntry, {int64_t{2}});
      return entry.ok() ? tx.Execute(kRemoveNote, {int64_t{4}}).status() : entry.status();
    }));
  }
  ATHENA_ASSERT_OK_AND_ASSIGN(const auto database, Open());
  AwaitLine(R"("level":"error","event":"journal broken")", "revision 2");
  AwaitLine(R"("level":"error","event":"journal broken")", "revision 4");
  database->Close();
  EXPECT_EQ(Value("athena_journal_faults"), 2);
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
