// Backups without a process that has the database open: reading, checking and restoring them.
#include <SQLiteCpp/Database.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "libs/sql/backup.h"
#include "libs/sql/sqlite/sqlite_database.h"
#include "libs/sql/testing/temporary_folder.h"
#include "libs/status/macros.h"
#include "libs/status/testing/matchers.h"

namespace athena::sql {
namespace {

namespace fs = std::filesystem;
using status::testing::IsOkAndHolds;
using status::testing::StatusIs;
using ::testing::HasSubstr;

constexpr int32_t kTestId = 0x61746804;
constexpr Migration kSchema[] = {
    {1, "notes", "CREATE TABLE note (id BIGINT NOT NULL PRIMARY KEY, body TEXT NOT NULL);"}};
constexpr Statement kInsert{"INSERT INTO note (id, body) VALUES (?, 'x')"};
constexpr Statement kSum{"SELECT coalesce(sum(id), 0) FROM note"};

class RestoreTest : public ::testing::Test {
 protected:
  absl::StatusOr<std::unique_ptr<SqliteDatabase>> Open(const std::string& name,
                                                       int32_t id = kTestId) {
    SqliteOptions options;
    options.path = folder_.File(name);
    options.application_id = id;
    options.migrations = kSchema;
    options.on_fatal = [](const absl::Status&) {};
    return SqliteDatabase::Open(std::move(options));
  }
  static absl::Status Insert(Database& database, int64_t id) {
    return database.Write("gob", [id](WriteTx& tx) {
      tx.SetRevision(tx.head().revision + 1, std::string(32, 'h'));
      return tx.Execute(kInsert, {id}).status();
    });
  }
  static int64_t SumOf(Database& database) {
    int64_t sum = -1;
    EXPECT_EQ(database.Read([&](ReadTx& tx) {
      return tx.Query(kSum, {}, [&](const Row& row) {
        sum = row.Int(0);
        return absl::OkStatus();
      });
    }),
              absl::OkStatus());
    return sum;
  }
  // The sum of the ids in a database that nobody has open.
  absl::StatusOr<int64_t> SumIn(const std::string& name) {
    ATHENA_ASSIGN_OR_RETURN(const auto database, Open(name));
    return SumOf(*database);
  }
  static int64_t LineageOf(Database& database) {
    int64_t lineage = 0;
    EXPECT_EQ(database.Read([&](ReadTx& tx) {
      lineage = tx.Head("gob")->lineage;
      return absl::OkStatus();
    }),
              absl::OkStatus());
    return lineage;
  }
  absl::StatusOr<int64_t> LineageIn(const std::string& name) {
    ATHENA_ASSIGN_OR_RETURN(const auto database, Open(name));
    return LineageOf(*database);
  }
  // b.db: a backup with the note 1 of the database a.db, which is closed and has 1 and 10.
  void MakeBackup() {
    ATHENA_ASSERT_OK_AND_ASSIGN(const auto database, Open("a.db"));
    ATHENA_ASSERT_OK(Insert(*database, 1));
    lineage_ = LineageOf(*database);
    ATHENA_ASSERT_OK(database->Backup(folder_.File("b.db")));
    ATHENA_ASSERT_OK(Insert(*database, 10));
  }
  absl::StatusOr<Restored> RestoreTo(const std::string& name, const std::string& backup = "b.db",
                                     const std::string& suffix = "then") {
    return Restore(folder_.File(backup), folder_.File(name), suffix);
  }
  // The database as a process that was killed leaves it, with `id` in its WAL alone.
  void LeaveKilled(const std::string& name, int64_t id) {
    ATHENA_ASSERT_OK_AND_ASSIGN(const auto database, Open("running.db"));
    ATHENA_ASSERT_OK(Insert(*database, id));
    for (const char* const suffix : {"", "-wal", "-shm", ".lock"}) {
      fs::copy_file(folder_.File(absl::StrCat("running.db", suffix)),
                    folder_.File(absl::StrCat(name, suffix)));
    }
    ASSERT_GT(fs::file_size(folder_.File(name + "-wal")), 0U);
  }
  bool Exists(const std::string& name) { return fs::exists(folder_.File(name)); }
  std::string BytesOf(const std::string& name) {
    std::ifstream file(folder_.File(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  TemporaryFolder folder_;
  int64_t lineage_ = 0;  // of a.db
};

TEST_F(RestoreTest, ABackupIsReadWithoutChangingAnything) {
  MakeBackup();
  fs::permissions(folder_.File("b.db"), fs::perms::owner_read);
  const std::string before = BytesOf("b.db");
  ATHENA_ASSERT_OK_AND_ASSIGN(const auto file, ClosedFile::Open(folder_.File("b.db")));
  EXPECT_EQ(file->identity().application_id, kTestId);
  EXPECT_EQ(file->identity().schema_version, 1);
  EXPECT_EQ(file->bytes(), static_cast<int64_t>(before.size()));
  ATHENA_EXPECT_OK(file->CheckIntegrity());
  ATHENA_ASSERT_OK_AND_ASSIGN(const auto heads, file->Heads());
  ASSERT_EQ(heads.size(), 1U);
  EXPECT_EQ(heads[0].institution, "gob");
  EXPECT_EQ(heads[0].revision, 1);
  EXPECT_EQ(heads[0].lineage, 0);
  EXPECT_EQ(SumOf(*file), 1);
  EXPECT_THAT(file->Write("gob", [](WriteTx&) { return absl::OkStatus(); }),
              StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_EQ(BytesOf("b.db"), before);
  for (const char* const beside : {"b.db-wal", "b.db-shm", "b.db-journal", "b.db.lock"}) {
    EXPECT_FALSE(Exists(beside)) << beside;
  }
}

TEST_F(RestoreTest, NamesThatMeanSomethingInAUriAreNames) {
  MakeBackup();
  const std::string odd = "b%20#?mode=memory.db";
  fs::rename(folder_.File("b.db"), folder_.File(odd));
  ATHENA_ASSERT_OK_AND_ASSIGN(const auto file, ClosedFile::Open(folder_.File(odd)));
  EXPECT_EQ(SumOf(*file), 1);
  ATHENA_EXPECT_OK(RestoreTo("c.db", odd));
  EXPECT_THAT(SumIn("c.db"), IsOkAndHolds(1));
}

TEST_F(RestoreTest, WhereThereWasNoneItIsANewDatabaseOfANewLineage) {
  MakeBackup();
  ATHENA_ASSERT_OK_AND_ASSIGN(const Restored restored, RestoreTo("c.db"));
  EXPECT_EQ(restored.replaced, "");
  EXPECT_EQ(restored.identity.application_id, kTestId);
  ASSERT_EQ(restored.heads.size(), 1U);
  EXPECT_EQ(restored.heads[0].revision, 1);
  struct stat found {};
  ASSERT_EQ(::stat(folder_.File("c.db").c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0600U);
  ATHENA_ASSERT_OK_AND_ASSIGN(const auto database, Open("c.db"));
  EXPECT_EQ(SumOf(*database), 1);
  EXPECT_NE(LineageOf(*database), lineage_);
  ATHENA_EXPECT_OK(Insert(*database, 5));
  EXPECT_FALSE(Exists("c.db.restoring"));
}

TEST_F(RestoreTest, EachTimeIsANewLineage) {
  MakeBackup();
  ATHENA_ASSERT_OK(RestoreTo("c.db"));
  ATHENA_ASSERT_OK_AND_ASSIGN(const int64_t first, LineageIn("c.db"));
  EXPECT_THAT(LineageIn("c.db"), IsOkAndHolds(first));
  ATHENA_ASSERT_OK(RestoreTo("c.db"));
  ATHENA_ASSERT_OK_AND_ASSIGN(const int64_t second, LineageIn("c.db"));
  EXPECT_NE(first, second);
}

TEST_F(RestoreTest, TheFileOfAStoppedServiceIsABackupToo) {
  MakeBackup();
  ATHENA_ASSERT_OK(RestoreTo("c.db", "a.db"));
  EXPECT_THAT(SumIn("c.db"), IsOkAndHolds(11));
  ATHENA_ASSERT_OK_AND_ASSIGN(const int64_t lineage, LineageIn("c.db"));
  EXPECT_NE(lineage, lineage_);
  EXPECT_THAT(SumIn("a.db"), IsOkAndHolds(11));
}

TEST_F(RestoreTest, TheDatabaseThatWasThereIsKeptWithItsWal) {
  MakeBackup();
  LeaveKilled("c.db", 100);
  ATHENA_ASSERT_OK_AND_ASSIGN(const Restored restored, RestoreTo("c.db"));
  EXPECT_EQ(restored.replaced, folder_.File("c.db.replaced-then"));
  EXPECT_FALSE(Exists("c.db-wal"));
  EXPECT_FALSE(Exists("c.db-shm"));
  EXPECT_THAT(SumIn("c.db"), IsOkAndHolds(1));
  EXPECT_THAT(SumIn("c.db.replaced-then"), IsOkAndHolds(100));
  // Without its WAL it would lack what was acknowledged last.
  EXPECT_THAT(RestoreTo("c.db"),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("is there already")));
  EXPECT_THAT(SumIn("c.db"), IsOkAndHolds(1));
}

TEST_F(RestoreTest, ADatabaseThatIsOpenIsNotReplaced) {
  MakeBackup();
  ATHENA_ASSERT_OK_AND_ASSIGN(const auto database, Open("a.db"));
  fs::create_symlink(folder_.File("a.db"), folder_.File("soft.db"));
  fs::create_hard_link(folder_.File("a.db"), folder_.File("hard.db"));
  for (const char* const name : {"a.db", "soft.db", "hard.db"}) {
    EXPECT_THAT(RestoreTo(name),
                StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("another process")))
        << name;
  }
  ATHENA_EXPECT_OK(database->CheckInPlace());
  ATHENA_EXPECT_OK(Insert(*database, 20));
  EXPECT_EQ(SumOf(*database), 31);
}

TEST_F(RestoreTest, WhatIsNoSoundBackupReplacesNothing) {
  MakeBackup();
  ATHENA_ASSERT_OK(Open("other.db", kTestId + 1));
  LeaveKilled("killed.db", 100);
  std::ofstream(folder_.File("text.db")) << std::string(10'000, 'x');
  std::ofstream(folder_.File("empty.db")).close();
  {
    SQLite::Database foreign(folder_.File("foreign.db"),
                             SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    foreign.exec("CREATE TABLE t (x)");
  }
  fs::create_directory(folder_.File("folder"));
  fs::copy_file(folder_.File("b.db"), folder_.File("cut.db"));
  fs::resize_file(folder_.File("cut.db"), fs::file_size(folder_.File("b.db")) - 4096);
  fs::copy_file(folder_.File("b.db"), folder_.File("torn.db"));
  {
    // The last page is one that is in use.
    std::fstream file(folder_.File("torn.db"), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(-4096, std::ios::end);
    file << std::string(4096, '\x55');
  }
  struct Refusal {
    const char* backup;
    absl::StatusCode code;
    const char* says;
  };
  const std::string before = BytesOf("a.db");
  for (const Refusal& refusal :
       {Refusal{"missing.db", absl::StatusCode::kNotFound, "missing.db"},
        Refusal{"folder", absl::StatusCode::kFailedPrecondition, "is no file"},
        Refusal{"text.db", absl::StatusCode::kFailedPrecondition, "is no database"},
        Refusal{"empty.db", absl::StatusCode::kFailedPrecondition, "is no database"},
        Refusal{"foreign.db", absl::StatusCode::kFailedPrecondition, "is no database"},
        Refusal{"other.db", absl::StatusCode::kFailedPrecondition, "belongs to another program"},
        Refusal{"killed.db", absl::StatusCode::kFailedPrecondition, "killed.db-wal"},
        Refusal{"torn.db", absl::StatusCode::kDataLoss, "is damaged"},
        Refusal{"a.db", absl::StatusCode::kInvalidArgument, "the same file"}}) {
    EXPECT_THAT(RestoreTo("a.db", refusal.backup), StatusIs(refusal.code, HasSubstr(refusal.says)))
        << refusal.backup;
  }
  // SQLite may already refuse to read its tables.
  EXPECT_FALSE(RestoreTo("a.db", "cut.db").ok());
  EXPECT_EQ(BytesOf("a.db"), before);
  EXPECT_FALSE(Exists("a.db.restoring"));
  EXPECT_FALSE(Exists("a.db.replaced-then"));
  EXPECT_THAT(SumIn("a.db"), IsOkAndHolds(11));
}

TEST_F(RestoreTest, ADamagedDatabaseIsReplaced) {
  MakeBackup();
  ATHENA_ASSERT_OK(RestoreTo("c.db"));
  std::ofstream(folder_.File("c.db")) << "no database any more";
  ATHENA_EXPECT_OK(RestoreTo("c.db"));
  EXPECT_THAT(SumIn("c.db"), IsOkAndHolds(1));
}

TEST_F(RestoreTest, AfterARestoreThatWasInterruptedAServiceDoesNotStartAndItCanBeRepeated) {
  MakeBackup();
  ATHENA_ASSERT_OK(RestoreTo("c.db"));
  // The lock file is lost, then a restore ends right after the old database went.
  fs::remove(folder_.File("c.db.lock"));
  ATHENA_ASSERT_OK(RestoreTo("c.db"));
  fs::rename(folder_.File("c.db"), folder_.File("c.db.restoring"));
  EXPECT_THAT(Open("c.db"),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("restore a backup")));
  ATHENA_EXPECT_OK(RestoreTo("c.db", "b.db", "later"));
  EXPECT_THAT(SumIn("c.db"), IsOkAndHolds(1));
  EXPECT_FALSE(Exists("c.db.restoring"));
}

TEST_F(RestoreTest, AMissingFolderIsSaid) {
  MakeBackup();
  EXPECT_THAT(RestoreTo("none/c.db"),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("folder")));
}

}  // namespace
}  // namespace athena::sql
