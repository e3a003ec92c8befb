#include "libs/sql/sqlite/gathering_vfs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <stdlib.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "libs/sql/database.h"
#include "libs/sql/sqlite/sqlite_database.h"
#include "libs/sql/testing/faulty_vfs.h"
#include "libs/sql/testing/temporary_folder.h"

namespace athena::sql {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::IsEmpty;

// A file opened as SQLite opens it.
class OpenFile {
 public:
  OpenFile(const std::string& vfs_name, std::string path, int kind) : path_(std::move(path)) {
    sqlite3_vfs* const vfs = sqlite3_vfs_find(vfs_name.c_str());
    memory_.resize(static_cast<size_t>(vfs->szOsFile) / sizeof(std::max_align_t) + 1);
    EXPECT_EQ(vfs->xOpen(vfs, path_.c_str(), file(),
                         kind | SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr),
              SQLITE_OK);
  }
  ~OpenFile() { Close(); }
  void Close() {
    if (file()->pMethods != nullptr) methods().xClose(file());
    file()->pMethods = nullptr;
  }

  sqlite3_file* file() { return reinterpret_cast<sqlite3_file*>(memory_.data()); }
  const sqlite3_io_methods& methods() { return *file()->pMethods; }
  int Write(int64_t offset, std::string_view bytes) {
    return methods().xWrite(file(), bytes.data(), static_cast<int>(bytes.size()), offset);
  }
  int Sync() { return methods().xSync(file(), SQLITE_SYNC_NORMAL); }
  // What is on the disk, whoever looks.
  std::string Content() const {
    std::ifstream file(path_, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  }

 private:
  const std::string path_;
  std::vector<std::max_align_t> memory_;
};

class GatheringVfsTest : public testing::Test {
 protected:
  const TemporaryFolder folder_;
  FaultyVfs disk_;
  GatheringVfs vfs_{*sqlite3_vfs_find(disk_.name().c_str())};
  // A WAL takes its file's mode from the database beside it.
  OpenFile database_{vfs_.name(), folder_.File("x"), SQLITE_OPEN_MAIN_DB};
  OpenFile wal_{vfs_.name(), folder_.File("x-wal"), SQLITE_OPEN_WAL};
};

TEST_F(GatheringVfsTest, WhatIsWrittenEndToEndIsOneWriteBeforeTheSync) {
  disk_.TakeOperations();
  EXPECT_EQ(wal_.Write(0, "head"), SQLITE_OK);
  EXPECT_EQ(wal_.Write(4, "page"), SQLITE_OK);
  EXPECT_EQ(wal_.Write(8, "more"), SQLITE_OK);
  EXPECT_THAT(disk_.TakeOperations(), IsEmpty());
  EXPECT_EQ(wal_.Sync(), SQLITE_OK);
  EXPECT_THAT(disk_.TakeOperations(), ElementsAre("write wal", "sync wal"));
  EXPECT_EQ(wal_.Content(), "headpagemore");
  EXPECT_EQ(wal_.Sync(), SQLITE_OK);
  EXPECT_THAT(disk_.TakeOperations(), ElementsAre("sync wal"));
}

TEST_F(GatheringVfsTest, AWriteElsewhereComesAfterWhatWasWrittenBefore) {
  EXPECT_EQ(wal_.Write(0, "first"), SQLITE_OK);
  EXPECT_EQ(wal_.Write(2, "XY"), SQLITE_OK);
  EXPECT_EQ(wal_.Content(), "first");
  EXPECT_EQ(wal_.Write(0, "__"), SQLITE_OK);
  EXPECT_EQ(wal_.Content(), "fiXYt");
  EXPECT_EQ(wal_.Sync(), SQLITE_OK);
  EXPECT_EQ(wal_.Content(), "__XYt");
}

TEST_F(GatheringVfsTest, AClosedFileHoldsWhatWasWritten) {
  EXPECT_EQ(wal_.Write(0, "page"), SQLITE_OK);
  wal_.Close();
  EXPECT_EQ(wal_.Content(), "page");
}

TEST_F(GatheringVfsTest, MoreThanTheMostIsWrittenInPartsBeforeTheSync) {
  const std::string page(4096, 'p');
  constexpr int64_t kPages = 80;
  disk_.TakeOperations();
  for (int64_t i = 0; i < kPages; ++i) ASSERT_EQ(wal_.Write(i * 4096, page), SQLITE_OK);
  EXPECT_THAT(disk_.TakeOperations(), ElementsAre("write wal", "write wal"));
  EXPECT_EQ(wal_.Sync(), SQLITE_OK);
  EXPECT_THAT(disk_.TakeOperations(), ElementsAre("write wal", "sync wal"));
  EXPECT_EQ(wal_.Content(), std::string(kPages * 4096, 'p'));
}

// The underlying vfs would refuse one byte more.
TEST_F(GatheringVfsTest, TheMostIsOneWrite) {
  const std::string half(GatheringVfs::kMostBytes / 2, 'h');
  const std::string rest(GatheringVfs::kMostBytes - half.size(), 'r');
  disk_.TakeOperations();
  EXPECT_EQ(wal_.Write(0, half), SQLITE_OK);
  EXPECT_EQ(wal_.Write(static_cast<int64_t>(half.size()), rest), SQLITE_OK);
  EXPECT_EQ(wal_.Sync(), SQLITE_OK);
  EXPECT_THAT(disk_.TakeOperations(), ElementsAre("write wal", "sync wal"));
  EXPECT_EQ(wal_.Content(), half + rest);
}

TEST_F(GatheringVfsTest, OtherFilesAreWrittenAtOnce) {
  EXPECT_EQ(database_.Write(0, "page"), SQLITE_OK);
  EXPECT_EQ(database_.Content(), "page");
}

struct Call {
  const char* name;
  int (*call)(OpenFile& wal);
};

void PrintTo(const Call& call, std::ostream* out) { *out << call.name; }

class GatheringVfsCallTest : public GatheringVfsTest, public testing::WithParamInterface<Call> {};

INSTANTIATE_TEST_SUITE_P(
    Calls, GatheringVfsCallTest,
    testing::Values(
        Call{"Read",
             [](OpenFile& wal) {
               char bytes[4] = {};
               const int code = wal.methods().xRead(wal.file(), bytes, 4, 4);
               if (code == SQLITE_OK) {
                 EXPECT_EQ(std::string(bytes, 4), "page");
               }
               return code;
             }},
        Call{"Truncate", [](OpenFile& wal) { return wal.methods().xTruncate(wal.file(), 8); }},
        Call{"Sync", [](OpenFile& wal) { return wal.Sync(); }},
        Call{"FileSize",
             [](OpenFile& wal) {
               sqlite3_int64 size = 0;
               const int code = wal.methods().xFileSize(wal.file(), &size);
               if (code == SQLITE_OK) {
                 EXPECT_EQ(size, 8);
               }
               return code;
             }},
        Call{"Lock",
             [](OpenFile& wal) { return wal.methods().xLock(wal.file(), SQLITE_LOCK_SHARED); }},
        Call{"Unlock",
             [](OpenFile& wal) { return wal.methods().xUnlock(wal.file(), SQLITE_LOCK_NONE); }},
        Call{"CheckReservedLock",
             [](OpenFile& wal) {
               int locked = 0;
               return wal.methods().xCheckReservedLock(wal.file(), &locked);
             }},
        Call{"FileControl",
             [](OpenFile& wal) {
               int error = 0;
               return wal.methods().xFileControl(wal.file(), SQLITE_FCNTL_LAST_ERRNO, &error);
             }}),
    [](const testing::TestParamInfo<Call>& call) { return call.param.name; });

TEST_P(GatheringVfsCallTest, FindsWhatWasWritten) {
  EXPECT_EQ(wal_.Write(0, "head"), SQLITE_OK);
  EXPECT_EQ(wal_.Write(4, "page"), SQLITE_OK);
  EXPECT_EQ(GetParam().call(wal_), SQLITE_OK);
  EXPECT_EQ(wal_.Content(), "headpage");
}

TEST_P(GatheringVfsCallTest, SaysThatTheDiskIsFullAndTheRestIsNeverWritten) {
  disk_.FailOnce(DiskFault::kFull, 1);
  EXPECT_EQ(wal_.Write(0, "head"), SQLITE_OK);
  EXPECT_EQ(wal_.Write(4, "page"), SQLITE_OK);
  disk_.TakeOperations();
  EXPECT_EQ(GetParam().call(wal_), SQLITE_FULL);
  EXPECT_THAT(disk_.TakeOperations(), ElementsAre("failed write wal"));
  EXPECT_EQ(wal_.Sync(), SQLITE_OK);
  EXPECT_EQ(wal_.Write(2, "__"), SQLITE_OK);
  wal_.Close();
  EXPECT_EQ(wal_.Content(), "he__");  // a failed write has stored its first half
}

TEST_P(GatheringVfsCallTest, SaysThatTheWriteFailed) {
  disk_.FailOnce(DiskFault::kIoError, 1);
  EXPECT_EQ(wal_.Write(0, "page"), SQLITE_OK);
  EXPECT_EQ(GetParam().call(wal_), SQLITE_IOERR_WRITE);
}

TEST_F(GatheringVfsTest, AWriteThatMakesRoomSaysThatTheDiskIsFull) {
  disk_.FailOnce(DiskFault::kFull, 1);
  EXPECT_EQ(wal_.Write(0, "page"), SQLITE_OK);
  EXPECT_EQ(wal_.Write(8, "page"), SQLITE_FULL);
  EXPECT_EQ(wal_.Sync(), SQLITE_OK);
  EXPECT_EQ(wal_.Content(), "pa");
}

// SQLite's default vfs over a disk that may harm the neighbours of what it writes.
class UnsafeDisk {
 public:
  UnsafeDisk() : vfs_(*sqlite3_vfs_find(nullptr)) {
    vfs_.zName = "unsafe";
    vfs_.xOpen = [](sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out) {
      sqlite3_vfs* const real = sqlite3_vfs_find(nullptr);
      const int code = real->xOpen(real, name, file, flags, out);
      static sqlite3_io_methods methods = *file->pMethods;
      methods.xDeviceCharacteristics = [](sqlite3_file*) { return 0; };
      file->pMethods = &methods;
      return code;
    };
    sqlite3_vfs_register(&vfs_, 0);
  }
  ~UnsafeDisk() { sqlite3_vfs_unregister(&vfs_); }
  sqlite3_vfs& vfs() { return vfs_; }

 private:
  sqlite3_vfs vfs_;
};

TEST_F(GatheringVfsTest, WhereSqlitePadsACommitAfterItsSyncEachWriteIsMadeAtOnce) {
  UnsafeDisk disk;
  GatheringVfs vfs(disk.vfs());
  OpenFile wal(vfs.name(), folder_.File("x-wal"), SQLITE_OPEN_WAL);
  EXPECT_EQ(wal.Write(0, "head"), SQLITE_OK);
  EXPECT_EQ(wal.Content(), "head");
}

constexpr Migration kSchema[] = {{1, "entries", R"(
  CREATE TABLE entry (id BIGINT NOT NULL PRIMARY KEY, body TEXT NOT NULL);
)"}};
constexpr Statement kInsert{"INSERT INTO entry (id, body) VALUES (?, ?)"};
constexpr Statement kUpper{"UPDATE entry SET body = upper(body)"};
constexpr Statement kLower{"UPDATE entry SET body = lower(body)"};
constexpr Statement kList{"SELECT id, body FROM entry ORDER BY id"};
// A page each, with what SQLite adds.
constexpr size_t kBodyBytes = 3000;

class GatheredDatabaseTest : public testing::Test {
 protected:
  void Open(bool sync_each_commit, int writer_cache_kib) {
    SqliteOptions options;
    options.path = folder_.File("gathered.db");
    options.application_id = 0x61746803;
    options.migrations = kSchema;
    options.vfs = disk_.name();
    options.sync_each_commit = sync_each_commit;
    options.writer_cache_kib = writer_cache_kib;
    auto opened = SqliteDatabase::Open(std::move(options));
    ASSERT_EQ(opened.status(), absl::OkStatus());
    database_ = *std::move(opened);
  }

  static absl::Status Insert(WriteTx& tx, int64_t first, int64_t last) {
    for (int64_t id = first; id <= last; ++id) {
      const std::string body(kBodyBytes, static_cast<char>('a' + id % 26));
      if (absl::Status done = tx.Execute(kInsert, {id, body}).status(); !done.ok()) return done;
    }
    return absl::OkStatus();
  }

  // How many entries there are, each checked to be as it was written.
  static absl::StatusOr<int64_t> Count(ReadTx& tx) {
    int64_t count = 0;
    const absl::Status read = tx.Query(kList, {}, [&](const Row& row) {
      EXPECT_EQ(row.Int(0), ++count);
      EXPECT_EQ(row.Text(1), std::string(kBodyBytes, static_cast<char>('a' + count % 26)));
      return absl::OkStatus();
    });
    if (!read.ok()) return read;
    return count;
  }

  int64_t CountSeenByReaders() {
    int64_t count = -1;
    EXPECT_EQ(database_->Read([&](ReadTx& tx) {
      const absl::StatusOr<int64_t> counted = Count(tx);
      if (counted.ok()) count = *counted;
      return counted.status();
    }),
              absl::OkStatus());
    return count;
  }

  // The writes of the WAL in one commit of more than a hundred pages.
  int64_t WritesOfACommit() {
    disk_.TakeOperations();
    EXPECT_EQ(database_->Write("gob", [](WriteTx& tx) { return Insert(tx, 1, 100); }),
              absl::OkStatus());
    const std::vector<std::string> operations = disk_.TakeOperations();
    return std::count(operations.begin(), operations.end(), "write wal");
  }

  const TemporaryFolder folder_;
  FaultyVfs disk_;
  std::unique_ptr<SqliteDatabase> database_;
};

TEST_F(GatheredDatabaseTest, ACommitOfAHundredPagesIsAFewWrites) {
  ASSERT_NO_FATAL_FAILURE(Open(/*sync_each_commit=*/true, /*writer_cache_kib=*/4096));
  EXPECT_LE(WritesOfACommit(), 5);
  EXPECT_EQ(CountSeenByReaders(), 100);
}

TEST_F(GatheredDatabaseTest, WithoutASyncPerCommitNothingIsGathered) {
  ASSERT_NO_FATAL_FAILURE(Open(/*sync_each_commit=*/false, /*writer_cache_kib=*/4096));
  EXPECT_GT(WritesOfACommit(), 200);
  EXPECT_EQ(CountSeenByReaders(), 100);
}

TEST_F(GatheredDatabaseTest, ATransactionThatOutgrowsItsCacheIsReadRightByItselfAndByOthers) {
  ASSERT_NO_FATAL_FAILURE(Open(/*sync_each_commit=*/true, /*writer_cache_kib=*/16));
  ASSERT_EQ(database_->Write("gob", [](WriteTx& tx) { return Insert(tx, 1, 20); }),
            absl::OkStatus());
  std::vector<int64_t> seen_by_itself;
  std::vector<int64_t> seen_by_others;
  EXPECT_EQ(database_->Write(
                "gob",
                [&](WriteTx& tx) {
                  for (int64_t id = 21; id < 500; id += 40) {
                    if (absl::Status inserted = Insert(tx, id, id + 39); !inserted.ok())
                      return inserted;
                    std::thread([&] { seen_by_others.push_back(CountSeenByReaders()); }).join();
                    const absl::StatusOr<int64_t> seen = Count(tx);
                    if (!seen.ok()) return seen.status();
                    seen_by_itself.push_back(*seen);
                  }
                  return absl::OkStatus();
                }),
            absl::OkStatus());
  EXPECT_THAT(seen_by_others, Each(20));
  EXPECT_THAT(seen_by_itself,
              ElementsAre(60, 100, 140, 180, 220, 260, 300, 340, 380, 420, 460, 500));
  EXPECT_EQ(CountSeenByReaders(), 500);
}

// A read hands on what left the cache before; what was dropped then must not be committed.
TEST_F(GatheredDatabaseTest, ATransactionInWhichAReadSaysThatTheDiskIsFullStoresNothing) {
  ASSERT_NO_FATAL_FAILURE(Open(/*sync_each_commit=*/true, /*writer_cache_kib=*/16));
  ASSERT_EQ(database_->Write("gob", [](WriteTx& tx) { return Insert(tx, 1, 20); }),
            absl::OkStatus());
  absl::Status inserted;
  absl::Status read;
  EXPECT_EQ(database_
                ->Write("gob",
                        [&](WriteTx& tx) {
                          inserted = Insert(tx, 21, 40);
                          disk_.FailOnce(DiskFault::kFull, 1);
                          read = Count(tx).status();
                          Insert(tx, 41, 60).IgnoreError();
                          return absl::OkStatus();
                        })
                .code(),
            absl::StatusCode::kUnavailable);
  EXPECT_EQ(inserted, absl::OkStatus());
  EXPECT_EQ(read.code(), absl::StatusCode::kUnavailable) << read;
  EXPECT_EQ(disk_.faults(), 1);
  EXPECT_EQ(CountSeenByReaders(), 20);
  EXPECT_EQ(database_->Write("gob", [](WriteTx& tx) { return Insert(tx, 21, 60); }),
            absl::OkStatus());
  EXPECT_EQ(CountSeenByReaders(), 60);
  EXPECT_EQ(database_->QuickCheck(), absl::OkStatus());
}

// Pages leave the cache, are read again, changed and written over; and no error is heeded.
TEST_F(GatheredDatabaseTest, WhateverWriteFindsTheDiskFullTheTransactionIsStoredWholeOrNotAtAll) {
  ASSERT_NO_FATAL_FAILURE(Open(/*sync_each_commit=*/true, /*writer_cache_kib=*/16));
  ASSERT_EQ(database_->Write("gob", [](WriteTx& tx) { return Insert(tx, 1, 20); }),
            absl::OkStatus());
  int64_t n = 1;
  for (; n < 1000 && !HasFailure(); ++n) {
    SCOPED_TRACE(absl::StrCat("write ", n));
    disk_.FailOnce(DiskFault::kFull, n);
    const absl::Status written = database_->Write("gob", [](WriteTx& tx) {
      Insert(tx, 21, 30).IgnoreError();
      for (const Statement& change : {kUpper, kLower}) tx.Execute(change, {}).IgnoreError();
      Count(tx).IgnoreError();
      return absl::OkStatus();
    });
    const bool met = disk_.faults() > 0;
    disk_.Heal();
    EXPECT_EQ(written.code(), met ? absl::StatusCode::kUnavailable : absl::StatusCode::kOk);
    EXPECT_EQ(CountSeenByReaders(), met ? 20 : 30);
    if (!met) break;
  }
  EXPECT_LT(n, 1000);
  EXPECT_GT(n, 50);
  EXPECT_EQ(database_->QuickCheck(), absl::OkStatus());
}

TEST_F(GatheredDatabaseTest, WhatARolledBackTransactionLeftIsReadByNobody) {
  ASSERT_NO_FATAL_FAILURE(Open(/*sync_each_commit=*/true, /*writer_cache_kib=*/16));
  ASSERT_EQ(database_->Write("gob", [](WriteTx& tx) { return Insert(tx, 1, 20); }),
            absl::OkStatus());
  EXPECT_EQ(database_->Write("gob",
                             [](WriteTx& tx) {
                               const absl::Status inserted = Insert(tx, 21, 60);
                               return inserted.ok() ? absl::AbortedError("no") : inserted;
                             }),
            absl::AbortedError("no"));
  EXPECT_EQ(CountSeenByReaders(), 20);
  EXPECT_EQ(database_->Write("gob", [](WriteTx& tx) { return Insert(tx, 21, 30); }),
            absl::OkStatus());
  EXPECT_EQ(CountSeenByReaders(), 30);
  database_.reset();
  ASSERT_NO_FATAL_FAILURE(Open(/*sync_each_commit=*/true, /*writer_cache_kib=*/16));
  EXPECT_EQ(CountSeenByReaders(), 30);
  EXPECT_EQ(database_->QuickCheck(), absl::OkStatus());
}

}  // namespace
}  // namespace athena::sql
