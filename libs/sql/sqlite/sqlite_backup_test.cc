// Backups of a database that is in use: what they have, and what stays when the disk fails.
#include <SQLiteCpp/Database.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "libs/clock/clock.h"
#include "libs/sql/sqlite/sqlite_database.h"
#include "libs/sql/testing/faulty_vfs.h"
#include "libs/sql/testing/temporary_folder.h"
#include "libs/status/macros.h"
#include "libs/status/testing/matchers.h"

namespace athena::sql {
namespace {

namespace fs = std::filesystem;
using status::testing::IsOk;
using status::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr int32_t kTestId = 0x61746803;
constexpr Migration kSchema[] = {{1, "entries", R"(
  CREATE TABLE entry (id BIGINT NOT NULL PRIMARY KEY, body TEXT NOT NULL);
  CREATE INDEX entry_body ON entry (body, id);
)"}};
constexpr Statement kInsert{"INSERT INTO entry (id, body) VALUES (?, ?)"};
constexpr Statement kSetFirst{"UPDATE entry SET body = ? WHERE id = 0"};
constexpr Statement kList{"SELECT id, body FROM entry ORDER BY id"};

std::string BodyOf(int64_t id) { return absl::StrCat(id, std::string(3000, 'x')); }

struct Entry {
  int64_t id;
  std::string body;
};

class SqliteBackupTest : public ::testing::Test {
 protected:
  absl::StatusOr<std::unique_ptr<SqliteDatabase>> Open(
      const std::string& name, const std::function<void(SqliteOptions&)>& change = {}) {
    SqliteOptions options;
    options.path = folder_.File(name);
    options.application_id = kTestId;
    options.migrations = kSchema;
    options.readers = 1;
    options.on_fatal = [this](const absl::Status&) { fatal_ = true; };
    if (change) change(options);
    return SqliteDatabase::Open(std::move(options));
  }
  // Entries `first` to `first` + `count` - 1, in one transaction of the institution gob.
  static absl::Status Insert(Database& database, int64_t first, int64_t count) {
    return database.Write("gob", [=](WriteTx& tx) {
      absl::Status inserted;
      for (int64_t id = first; id < first + count && inserted.ok(); ++id) {
        inserted = tx.Execute(kInsert, {id, std::string_view(BodyOf(id))}).status();
      }
      tx.SetRevision(tx.head().revision + 1, std::string(32, 'h'));
      return inserted;
    });
  }
  static absl::Status SetFirst(Database& database, const std::string& body) {
    return database.Write("gob", [&](WriteTx& tx) {
      return tx.Execute(kSetFirst, {std::string_view(body)}).status();
    });
  }
  static std::vector<Entry> EntriesOf(Database& database) {
    std::vector<Entry> entries;
    EXPECT_EQ(database.Read([&](ReadTx& tx) {
      return tx.Query(kList, {}, [&](const Row& row) {
        entries.push_back({row.Int(0), std::string(row.Text(1))});
        return absl::OkStatus();
      });
    }),
              absl::OkStatus());
    return entries;
  }
  static std::string BytesOf(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  // The files whose names begin with this, without lock files.
  std::vector<std::string> FilesOf(const std::string& begin) {
    std::vector<std::string> names;
    for (const auto& file : fs::directory_iterator(folder_.File(""))) {
      const std::string name = file.path().filename().string();
      if (absl::StartsWith(name, begin) && !absl::EndsWith(name, ".lock")) names.push_back(name);
    }
    return names;
  }

  TemporaryFolder folder_;
  std::atomic<bool> fatal_{false};
};

TEST_F(SqliteBackupTest, ItTellsItsSizeItsTimeAndItsInstitutions) {
  FakeClock clock(absl::FromUnixSeconds(1'000'000));
  ATHENA_ASSERT_OK_AND_ASSIGN(const auto database,
                              Open("a.db", [&](SqliteOptions& o) { o.clock = &clock; }));
  ATHENA_ASSERT_OK(Insert(*database, 0, 1));
  ATHENA_ASSERT_OK(Insert(*database, 1, 1));
  ATHENA_ASSERT_OK(database->Write("tal", [](WriteTx& tx) {
    tx.SetRevision(1, std::string(32, 't'));
    return absl::OkStatus();
  }));
  clock.Set(absl::FromUnixSeconds(2'000'000));
  ATHENA_ASSERT_OK_AND_ASSIGN(const BackupCopy copy, database->Backup(folder_.File("b.db")));
  EXPECT_EQ(copy.as_of, absl::FromUnixSeconds(2'000'000));
  EXPECT_EQ(copy.bytes, static_cast<int64_t>(fs::file_size(folder_.File("b.db"))));
  ASSERT_EQ(copy.heads.size(), 2U);
  EXPECT_EQ(copy.heads[0].institution, "gob");
  EXPECT_EQ(copy.heads[0].revision, 2);
  EXPECT_EQ(copy.heads[0].journal_hash, std::string(32, 'h'));
  EXPECT_EQ(copy.heads[1].institution, "tal");
  int64_t lineage = 0;
  ATHENA_ASSERT_OK(database->Read([&](ReadTx& tx) {
    lineage = tx.Head("gob")->lineage;
    return absl::OkStatus();
  }));
  EXPECT_EQ(copy.heads[0].lineage, lineage);
}

// Writes one transaction after the other, each in a commit of its own, until it is stopped. The
// k-th inserts the entries 2k-1 and 2k and sets the body of entry 0 to k, so that pages that were
// copied already change, too. Every `fail_each`-th fails after it has written, and is not counted.
class Writes {
 public:
  Writes(SqliteDatabase& database, int64_t most, int64_t fail_each)
      : database_(database), most_(most), fail_each_(fail_each) {
    Next();
  }
  ~Writes() { Stop(); }

  // How many were acknowledged.
  int64_t done() const { return done_; }
  // Ends after the one that is under way.
  void Stop() {
    stop_ = true;
    ended_.WaitForNotification();
  }

 private:
  void Next() {
    ++tried_;
    const bool fails = fail_each_ > 0 && tried_ % fail_each_ == 0;
    database_.WriteAsync(
        "gob", 1,
        [k = done_ + 1, fails](WriteTx& tx) -> absl::Status {
          for (const int64_t id : {2 * k - 1, 2 * k}) {
            ATHENA_RETURN_IF_ERROR(
                tx.Execute(kInsert, {id, std::string_view(BodyOf(id))}).status());
          }
          ATHENA_RETURN_IF_ERROR(
              tx.Execute(kSetFirst, {std::string_view(absl::StrCat(k))}).status());
          return fails ? absl::AbortedError("on purpose") : absl::OkStatus();
        },
        [this](const absl::Status& status) {
          if (status.ok()) ++done_;
          if (stop_ || tried_ == most_) {
            ended_.Notify();
          } else {
            Next();
          }
        });
  }

  SqliteDatabase& database_;
  const int64_t most_;
  const int64_t fail_each_;
  int64_t tried_ = 0;
  std::atomic<int64_t> done_{0};
  std::atomic<bool> stop_{false};
  absl::Notification ended_;
};

struct WritesCase {
  const char* name;
  int64_t fail_each;
};
void PrintTo(const WritesCase& writes, std::ostream* out) { *out << writes.name; }
class SqliteBackupUnderWritesTest : public SqliteBackupTest,
                                    public ::testing::WithParamInterface<WritesCase> {};
// A transaction that is rolled back makes SQLite begin its copy anew: with one in four it would
// never end.
INSTANTIATE_TEST_SUITE_P(Writes, SqliteBackupUnderWritesTest,
                         ::testing::Values(WritesCase{"AllSucceed", 0}, WritesCase{"SomeFail", 4}),
                         [](const auto& writes) { return writes.param.name; });

TEST_P(SqliteBackupUnderWritesTest, ItHasTheFirstTransactionsWholeAndNoneOfTheRest) {
  constexpr int64_t kBefore = 1'500;  // entries: some 9 MiB with the index, 36 steps
  constexpr int64_t kMostWrites = 50'000;
  for (int round = 0; round < 2; ++round) {
    SCOPED_TRACE(absl::StrCat("round ", round));
    const std::string name = absl::StrCat("a", round, ".db");
    const std::string backup = absl::StrCat("b", round, ".db");
    // Steps of the least size, so that there is a commit after each.
    ATHENA_ASSERT_OK_AND_ASSIGN(const auto database, Open(name, [](SqliteOptions& options) {
                                  options.backup_step = absl::ZeroDuration();
                                }));
    ATHENA_ASSERT_OK(database->Write("gob", [](WriteTx& tx) -> absl::Status {
      ATHENA_RETURN_IF_ERROR(tx.Execute(kInsert, {int64_t{0}, std::string_view("0")}).status());
      for (int64_t id = -kBefore; id < 0; ++id) {
        ATHENA_RETURN_IF_ERROR(tx.Execute(kInsert, {id, std::string_view(BodyOf(id))}).status());
      }
      return absl::OkStatus();
    }));
    int64_t before = 0;
    int64_t after = 0;
    {
      Writes writes(*database, kMostWrites, GetParam().fail_each);
      before = writes.done();
      ATHENA_ASSERT_OK(database->Backup(folder_.File(backup)));
      after = writes.done();
      EXPECT_LT(after, kMostWrites / 2) << "the backup did not end before the writes did";
    }
    EXPECT_GT(after, before + 15) << "nothing was written meanwhile";

    ATHENA_ASSERT_OK_AND_ASSIGN(const auto copy, Open(backup));
    const std::vector<Entry> entries = EntriesOf(*copy);
    ASSERT_GT(entries.size(), static_cast<size_t>(kBefore));
    for (int64_t i = 0; i < kBefore; ++i) {
      ASSERT_EQ(entries[static_cast<size_t>(i)].id, i - kBefore);
    }
    const int64_t last = entries.back().id;
    EXPECT_EQ(last % 2, 0) << "half of a transaction";
    EXPECT_EQ(static_cast<int64_t>(entries.size()), kBefore + 1 + last) << "one is left out";
    EXPECT_EQ(entries[static_cast<size_t>(kBefore)].body, absl::StrCat(last / 2));
    EXPECT_GE(last / 2, before) << "what was acknowledged before is missing";
    EXPECT_LE(last / 2, after + 1);
    ATHENA_EXPECT_OK(copy->QuickCheck());
  }
}

TEST_F(SqliteBackupTest, GivenUpAtAnyMomentItLeavesNothing) {
  ATHENA_ASSERT_OK_AND_ASSIGN(const auto database, Open("a.db"));
  ATHENA_ASSERT_OK(Insert(*database, 0, 200));
  int64_t n = 0;
  for (; n < 1000; ++n) {
    int64_t asked = 0;
    const absl::Status backup =
        database
            ->Backup(folder_.File("b.db"),
                     [&] { return ++asked > n ? absl::CancelledError("gone") : absl::OkStatus(); })
            .status();
    if (backup.ok()) break;
    EXPECT_EQ(backup, absl::CancelledError("gone"));
    EXPECT_THAT(FilesOf("b.db"), IsEmpty());
  }
  EXPECT_GE(n, 2);
  EXPECT_THAT(FilesOf("b.db"), ElementsAre("b.db"));
}

TEST_F(SqliteBackupTest, AnEarlierFileOfThatNameIsReplacedAsAWhole) {
  ATHENA_ASSERT_OK_AND_ASSIGN(const auto database, Open("a.db"));
  ATHENA_ASSERT_OK(Insert(*database, 0, 1));
  ATHENA_ASSERT_OK(database->Backup(folder_.File("b.db")));
  ATHENA_ASSERT_OK(Insert(*database, 1, 1));
  const std::string before = BytesOf(folder_.File("b.db"));
  EXPECT_THAT(database->Backup(folder_.File("b.db"), [] { return absl::CancelledError(""); }),
              Not(IsOk()));
  EXPECT_EQ(BytesOf(folder_.File("b.db")), before);
  ATHENA_ASSERT_OK(database->Backup(folder_.File("b.db")));
  ATHENA_ASSERT_OK_AND_ASSIGN(const auto copy, Open("b.db"));
  EXPECT_EQ(EntriesOf(*copy).size(), 2U);
}

TEST_F(SqliteBackupTest, AFolderThatIsMissingIsSaid) {
  ATHENA_ASSERT_OK_AND_ASSIGN(const auto database, Open("a.db"));
  EXPECT_THAT(database->Backup(folder_.File("none/b.db")),
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr("none/b.db")));
}

TEST_F(SqliteBackupTest, ADamagedPageMakesNoBackup) {
  {
    ATHENA_ASSERT_OK_AND_ASSIGN(const auto database, Open("a.db"));
    ATHENA_ASSERT_OK(Insert(*database, 0, 200));
  }
  {
    // A page in the middle is one of the entries.
    std::fstream file(folder_.File("a.db"), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(fs::file_size(folder_.File("a.db")) / 2 / 4096 * 4096));
    file << std::string(4096, '\x55');
  }
  ATHENA_ASSERT_OK_AND_ASSIGN(const auto database, Open("a.db"));
  EXPECT_THAT(database->Backup(folder_.File("b.db")),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("the copy is damaged")));
  EXPECT_THAT(FilesOf("b.db"), IsEmpty());
}

// What quick_check does not see: reads by the index would miss the entry.
TEST_F(SqliteBackupTest, AnIndexThatLacksAnEntryMakesNoBackup) {
  {
    ATHENA_ASSERT_OK_AND_ASSIGN(const auto database, Open("a.db"));
    ATHENA_ASSERT_OK(Insert(*database, 0, 3));
  }
  // Without the index in the schema an insert leaves it as it is.
  constexpr char kHide[] =
      "PRAGMA writable_schema = ON;"
      "CREATE TABLE hidden AS SELECT * FROM sqlite_schema WHERE name = 'entry_body';"
      "DELETE FROM sqlite_schema WHERE name = 'entry_body';";
  constexpr char kShow[] =
      "INSERT INTO entry (id, body) VALUES (9, 'unindexed');"
      "PRAGMA writable_schema = ON;"
      "INSERT INTO sqlite_schema SELECT * FROM hidden;"
      "DROP TABLE hidden;";
  for (const char* const script : {kHide, kShow}) {
    SQLite::Database file(folder_.File("a.db"), SQLite::OPEN_READWRITE);
    sqlite3_db_config(file.getHandle(), SQLITE_DBCONFIG_DEFENSIVE, 0, nullptr);
    file.exec(script);
  }
  ATHENA_ASSERT_OK_AND_ASSIGN(const auto database, Open("a.db"));
  ATHENA_EXPECT_OK(database->QuickCheck());
  EXPECT_THAT(database->Backup(folder_.File("b.db")),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("missing from index entry_body")));
  EXPECT_THAT(FilesOf("b.db"), IsEmpty());
}

struct BackupFaultCase {
  const char* name;
  DiskFault fault;
  bool lasting;
  int64_t at_least;  // how many operations of a backup the sweep must meet
};
void PrintTo(const BackupFaultCase& fault, std::ostream* out) { *out << fault.name; }
class SqliteBackupFaultTest : public SqliteBackupTest,
                              public ::testing::WithParamInterface<BackupFaultCase> {};
INSTANTIATE_TEST_SUITE_P(
    Faults, SqliteBackupFaultTest,
    ::testing::Values(BackupFaultCase{"OneIoError", DiskFault::kIoError, false, 20},
                      BackupFaultCase{"LastingIoErrors", DiskFault::kIoError, true, 20},
                      BackupFaultCase{"FullForOneWrite", DiskFault::kFull, false, 20},
                      BackupFaultCase{"FullFromThenOn", DiskFault::kFull, true, 20},
                      BackupFaultCase{"OneReadError", DiskFault::kReadError, false, 20}),
    [](const auto& fault) { return fault.param.name; });

TEST_P(SqliteBackupFaultTest, WhateverOperationFailsTheDatabaseAndEarlierBackupsStay) {
  constexpr int64_t kEndless = 1000;
  constexpr size_t kEntries = 5;
  FaultyVfs disk;
  const auto on_disk = [&](SqliteOptions& options) { options.vfs = disk.name(); };
  {
    ATHENA_ASSERT_OK_AND_ASSIGN(const auto database, Open("a.db", on_disk));
    ATHENA_ASSERT_OK(Insert(*database, 0, kEntries));
    ATHENA_ASSERT_OK(SetFirst(*database, BodyOf(1000)));
    ATHENA_ASSERT_OK(database->Backup(folder_.File("earlier.db")));
  }
  const std::string earlier = BytesOf(folder_.File("earlier.db"));
  int64_t n = 1;
  int64_t failed = 0;
  for (; n < kEndless && !HasFailure(); ++n) {
    SCOPED_TRACE(absl::StrCat("operation ", n));
    // Opened anew, the database has nothing to checkpoint: all operations are the backup's.
    ATHENA_ASSERT_OK_AND_ASSIGN(const auto database, Open("a.db", on_disk));
    if (GetParam().lasting) {
      disk.FailFrom(GetParam().fault, n);
    } else {
      disk.FailOnce(GetParam().fault, n);
    }
    const absl::Status backup = database->Backup(folder_.File("b.db")).status();
    const bool met = disk.faults() > 0;
    disk.Heal();
    EXPECT_FALSE(fatal_);
    EXPECT_EQ(BytesOf(folder_.File("earlier.db")), earlier);
    ATHENA_EXPECT_OK(database->QuickCheck());
    // As many bytes each time, so that each backup meets as many operations.
    EXPECT_EQ(EntriesOf(*database).size(), kEntries);
    EXPECT_EQ(EntriesOf(*database)[0].body, BodyOf(1000 + n - 1));
    ATHENA_EXPECT_OK(SetFirst(*database, BodyOf(1000 + n)));
    if (backup.ok()) {
      EXPECT_THAT(FilesOf("b.db"), ElementsAre("b.db"));
      ATHENA_ASSERT_OK_AND_ASSIGN(const auto copy, Open("b.db"));
      EXPECT_EQ(EntriesOf(*copy).size(), kEntries);
      EXPECT_EQ(EntriesOf(*copy)[0].body, BodyOf(1000 + n - 1));
      copy->Close();
      fs::remove(folder_.File("b.db"));
      fs::remove(folder_.File("b.db.lock"));
    } else {
      ++failed;
      EXPECT_THAT(backup, StatusIs(absl::StatusCode::kUnavailable));
      EXPECT_THAT(FilesOf("b.db"), IsEmpty());
    }
    if (!met) break;
  }
  EXPECT_LT(n, kEndless);
  EXPECT_GT(failed, GetParam().at_least);
}

}  // namespace
}  // namespace athena::sql
