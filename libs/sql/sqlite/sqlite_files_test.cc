#include <SQLiteCpp/Database.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/synchronization/mutex.h"
#include "libs/sql/sqlite/sqlite_database.h"
#include "libs/sql/stoppable_read.h"
#include "libs/sql/testing/faulty_vfs.h"
#include "libs/sql/testing/temporary_folder.h"
#include "libs/status/storage.h"
#include "libs/status/testing/matchers.h"

// What happens to the files of a database while it is open, and between two times.
namespace athena::sql {
namespace {

namespace fs = std::filesystem;
using status::StorageCause;
using status::testing::IsOk;
using status::testing::IsOkAndHolds;
using status::testing::StatusIs;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr Migration kMigrations[] = {
    {1, "notes", "CREATE TABLE note (id BIGINT NOT NULL PRIMARY KEY, body TEXT NOT NULL);"},
    {2, "index", "CREATE INDEX note_body ON note (body, id);"}};
constexpr Statement kInsert{"INSERT INTO note (id, body) VALUES (?, 'x')"};
constexpr Statement kCount{"SELECT count(*) FROM note"};

class SqliteFilesTest : public ::testing::Test {
 protected:
  absl::StatusOr<std::unique_ptr<SqliteDatabase>> Open(const std::string& name,
                                                       bool create = false) {
    SqliteOptions options;
    options.path = folder_.File(name);
    options.application_id = 0x61746801;
    options.migrations = kMigrations;
    options.create = create;
    options.vfs = vfs_;
    options.on_fatal = [](const absl::Status&) {};
    options.on_storage_fault = [this](const absl::Status& fault) {
      absl::MutexLock lock(&mutex_);
      faults_.push_back(fault);
    };
    return SqliteDatabase::Open(std::move(options));
  }
  static absl::Status Insert(Database& database, int64_t id) {
    return database.Write("gob", [id](WriteTx& tx) { return tx.Execute(kInsert, {id}).status(); });
  }
  static absl::StatusOr<int64_t> Count(Database& database) {
    int64_t count = 0;
    const absl::Status read = database.Read([&](ReadTx& tx) {
      return tx.Query(kCount, {}, [&](const Row& row) {
        count = row.Int(0);
        return absl::OkStatus();
      });
    });
    if (!read.ok()) return read;
    return count;
  }
  mode_t ModeOf(const std::string& name) {
    struct stat found {};
    EXPECT_EQ(::stat(folder_.File(name).c_str(), &found), 0) << name;
    return found.st_mode & 0777;
  }
  std::vector<absl::Status> TakeFaults() {
    absl::MutexLock lock(&mutex_);
    return std::exchange(faults_, {});
  }

  TemporaryFolder folder_;
  std::string vfs_;
  absl::Mutex mutex_;
  std::vector<absl::Status> faults_ ABSL_GUARDED_BY(mutex_);
};

// Case A2: a read whose caller has gone.
TEST_F(SqliteFilesTest, A2_AReadStopsWhenItIsNotWantedAnyMore) {
  ATHENA_ASSERT_OK_AND_ASSIGN(const auto database, Open("a.db"));
  constexpr int64_t kRows = 10 * StoppableReadTx::kRowsBetween;
  ATHENA_ASSERT_OK(database->Write("gob", [](WriteTx& tx) {
    absl::Status inserted;
    for (int64_t id = 0; id < kRows && inserted.ok(); ++id) {
      inserted = tx.Execute(kInsert, {id}).status();
    }
    return inserted;
  }));
  int asked = 0;
  int64_t read = 0;
  const auto go_on = [&] { return ++asked <= 3 ? absl::OkStatus() : absl::CancelledError("gone"); };
  const absl::Status stopped = database->Read([&](ReadTx& tx) {
    StoppableReadTx stoppable(tx, go_on);
    return stoppable.Query({"SELECT id FROM note"}, {}, [&](const Row&) {
      ++read;
      return absl::OkStatus();
    });
  });
  EXPECT_EQ(stopped, absl::CancelledError("gone"));
  EXPECT_EQ(read, 3 * StoppableReadTx::kRowsBetween - 1);
}

TEST_F(SqliteFilesTest, S2_FilesAreTheOwnersAlone) {
  const mode_t usual = ::umask(022);
  ATHENA_ASSERT_OK_AND_ASSIGN(const auto database, Open("a.db"));
  ATHENA_EXPECT_OK(Insert(*database, 1));
  ATHENA_EXPECT_OK(database->Backup(folder_.File("backup.db")));
  for (const char* name : {"a.db", "a.db-wal", "a.db-shm", "a.db.lock", "backup.db"}) {
    EXPECT_EQ(ModeOf(name), 0600U) << name;
  }
  ::umask(usual);
}

TEST_F(SqliteFilesTest, ABackupOntoTheDatabaseItselfIsRefused) {
  ATHENA_ASSERT_OK_AND_ASSIGN(const auto database, Open("a.partial"));
  ATHENA_EXPECT_OK(Insert(*database, 1));
  fs::create_hard_link(folder_.File("a.partial"), folder_.File("hard.db"));
  fs::create_symlink(folder_.File("a.partial"), folder_.File("soft.db"));
  // "a" would be written as "a.partial" first.
  for (const char* name : {"a.partial", "hard.db", "soft.db", "a", "a.partial-wal", "a.partial-shm",
                           "a.partial-journal", "a.partial.lock", "./x/../a.partial"}) {
    EXPECT_THAT(database->Backup(folder_.File(name)),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("which is in use")))
        << name;
  }
  EXPECT_THAT(Count(*database), IsOkAndHolds(1));
  ATHENA_EXPECT_OK(Insert(*database, 2));
  ATHENA_EXPECT_OK(database->Backup(folder_.File("b.db")));
}

TEST_F(SqliteFilesTest, A7_TheLockBelongsToTheFileWhateverItsName) {
  ATHENA_ASSERT_OK_AND_ASSIGN(const auto database, Open("a.db"));
  fs::create_hard_link(folder_.File("a.db"), folder_.File("hard.db"));
  fs::create_symlink(folder_.File("a.db"), folder_.File("soft.db"));
  for (const char* name : {"a.db", "hard.db", "soft.db"}) {
    EXPECT_THAT(Open(name).status(),
                StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("another process")))
        << name;
  }
  ATHENA_EXPECT_OK(Insert(*database, 1));
  database->Close();
}

TEST_F(SqliteFilesTest, A7_NothingIsAcknowledgedIntoAFileThatIsGone) {
  for (const char* gone : {"a.db", "a.db-wal"}) {
    for (const bool replaced : {false, true}) {
      SCOPED_TRACE(std::string(gone) + (replaced ? " replaced" : " deleted"));
      ATHENA_ASSERT_OK_AND_ASSIGN(auto database, Open("a.db", /*create=*/true));
      ATHENA_EXPECT_OK(Insert(*database, 1));
      ATHENA_EXPECT_OK(database->CheckInPlace());
      fs::rename(folder_.File(gone), folder_.File("moved"));
      if (replaced) std::ofstream(folder_.File(gone)) << "another";
      const absl::Status refused = Insert(*database, 2);
      EXPECT_THAT(refused, StatusIs(absl::StatusCode::kUnavailable, HasSubstr("replaced")));
      EXPECT_EQ(status::CauseOf(refused), StorageCause::kReplaced);
      EXPECT_EQ(status::CauseOf(database->stats().write_fault), StorageCause::kReplaced);
      EXPECT_EQ(status::CauseOf(database->TryWrite()), StorageCause::kReplaced);
      EXPECT_THAT(TakeFaults(), Not(::testing::IsEmpty()));
      // What was acknowledged can still be read.
      EXPECT_EQ(*Count(*database), 1);
      database.reset();
      for (const char* name : {"a.db", "a.db-wal", "a.db-shm", "a.db.lock", "moved"}) {
        fs::remove(folder_.File(name));
      }
    }
  }
}

TEST_F(SqliteFilesTest, A7_AFileThatIsGoneIsNoticedWithoutAnyWrite) {
  ATHENA_ASSERT_OK_AND_ASSIGN(const auto database, Open("a.db"));
  fs::remove(folder_.File("a.db"));
  EXPECT_EQ(status::CauseOf(database->CheckInPlace()), StorageCause::kReplaced);
  EXPECT_EQ(TakeFaults().size(), 1U);
  EXPECT_EQ(status::CauseOf(Insert(*database, 1)), StorageCause::kReplaced);
}

TEST_F(SqliteFilesTest, A16_AnEmptiedOrMissingDatabaseIsNotTakenForANewOne) {
  const auto fill = [&] {
    ATHENA_ASSERT_OK_AND_ASSIGN(const auto database, Open("a.db"));
    ATHENA_EXPECT_OK(Insert(*database, 1));
  };
  fill();
  fs::resize_file(folder_.File("a.db"), 0);
  EXPECT_THAT(Open("a.db").status(),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("a.db is empty")));
  fs::remove(folder_.File("a.db"));
  EXPECT_THAT(Open("a.db").status(),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("a.db is missing")));
  {
    ATHENA_ASSERT_OK_AND_ASSIGN(const auto database, Open("a.db", /*create=*/true));
    EXPECT_EQ(*Count(*database), 0);
  }
  ATHENA_EXPECT_OK(Open("a.db"));
  // Without PATH.lock an empty file is still nobody's first database, one without a file is.
  std::ofstream(folder_.File("b.db")).close();
  EXPECT_THAT(Open("b.db").status(), StatusIs(absl::StatusCode::kFailedPrecondition));
  ATHENA_EXPECT_OK(Open("c.db"));
}

TEST_F(SqliteFilesTest, A16_AStartThatWasInterruptedCanBeRepeated) {
  FaultyVfs disk;
  vfs_ = disk.name();
  disk.FailFrom(DiskFault::kFull, 1);
  const absl::Status full = Open("a.db").status();
  EXPECT_EQ(status::CauseOf(full), StorageCause::kDiskFull) << full;
  disk.Heal();
  ATHENA_EXPECT_OK(Open("a.db"));
}

TEST_F(SqliteFilesTest, A16_AMissingOrChangedTableIsSaidAtTheStart) {
  struct Damage {
    const char* sql;
    const char* says;
  };
  for (const Damage& damage :
       {Damage{"DROP TABLE note", "table note is missing"},
        Damage{"DROP INDEX note_body", "index note_body is missing"},
        Damage{"ALTER TABLE note ADD COLUMN more TEXT", "table note is not as it was made"}}) {
    ATHENA_ASSERT_OK(Open("a.db", /*create=*/true));
    {
      SQLite::Database file(folder_.File("a.db"), SQLite::OPEN_READWRITE);
      file.exec(damage.sql);
    }
    EXPECT_THAT(Open("a.db").status(),
                StatusIs(absl::StatusCode::kDataLoss, HasSubstr(damage.says)));
    fs::remove(folder_.File("a.db"));
  }
}

TEST_F(SqliteFilesTest, S4_AFullDiskIsNamedAndGoesByItself) {
  FaultyVfs disk;
  vfs_ = disk.name();
  ATHENA_ASSERT_OK_AND_ASSIGN(const auto database, Open("a.db"));
  ATHENA_EXPECT_OK(Insert(*database, 1));
  EXPECT_THAT(database->stats().write_fault, IsOk());
  disk.FailFrom(DiskFault::kFull, 1);
  for (const absl::Status& refused : {Insert(*database, 2), database->TryWrite()}) {
    EXPECT_THAT(refused, StatusIs(absl::StatusCode::kUnavailable));
    EXPECT_EQ(status::CauseOf(refused), StorageCause::kDiskFull) << refused;
  }
  EXPECT_EQ(status::CauseOf(database->stats().write_fault), StorageCause::kDiskFull);
  EXPECT_EQ(*Count(*database), 1);
  const std::vector<absl::Status> faults = TakeFaults();
  ASSERT_EQ(faults.size(), 2U);
  EXPECT_EQ(status::CauseOf(faults[0]), StorageCause::kDiskFull);
  disk.Heal();
  ATHENA_EXPECT_OK(database->TryWrite());
  EXPECT_THAT(database->stats().write_fault, IsOk());
  ATHENA_EXPECT_OK(Insert(*database, 2));
  EXPECT_EQ(*Count(*database), 2);
}

TEST_F(SqliteFilesTest, S4_AReadThatFailsIsReported) {
  FaultyVfs disk;
  vfs_ = disk.name();
  ATHENA_ASSERT_OK_AND_ASSIGN(const auto database, Open("a.db"));
  ATHENA_EXPECT_OK(Insert(*database, 1));
  disk.FailFrom(DiskFault::kReadError, 1);
  const absl::Status failed = Count(*database).status();
  EXPECT_EQ(status::CauseOf(failed), StorageCause::kIoError) << failed;
  const std::vector<absl::Status> faults = TakeFaults();
  ASSERT_EQ(faults.size(), 1U);
  EXPECT_EQ(status::CauseOf(faults[0]), StorageCause::kIoError);
  EXPECT_THAT(database->stats().write_fault, IsOk());
}

}  // namespace
}  // namespace athena::sql
