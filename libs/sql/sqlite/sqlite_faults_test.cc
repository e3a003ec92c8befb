// What stays true when the disk fails or the power goes: at every single operation, one run each.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <stdlib.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <memory>
#include <mutex>
#include <optional>
#include <ostream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/cleanup/cleanup.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "libs/sql/database.h"
#include "libs/sql/sqlite/sqlite_database.h"
#include "libs/sql/testing/faulty_vfs.h"
#include "libs/sql/testing/temporary_folder.h"

namespace athena::sql {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::IsSubsetOf;
using testing::IsSupersetOf;

constexpr int32_t kTestId = 0x61746802;
// A sweep ends when a run meets no fault; past this it does not end.
constexpr int64_t kEndlessSweep = 2000;
constexpr int64_t kCheckpointBytes = 40'000;
constexpr int kGroups = 5;
constexpr int kWritesPerGroup = 3;
constexpr int64_t kAfterRecovery = 1000;  // the id of an entry

constexpr Migration kSchema[] = {{1, "entries", R"(
  CREATE TABLE entry (id BIGINT NOT NULL PRIMARY KEY, body BYTEA NOT NULL);
)"}};
constexpr Statement kInsert{"INSERT INTO entry (id, body) VALUES (?, ?)"};
constexpr Statement kInsertFour{
    "INSERT INTO entry (id, body) VALUES (?, ?), (?, ?), (?, ?), (?, ?)"};
constexpr Statement kList{"SELECT id, body FROM entry ORDER BY id"};

// Longer than a page, so that an entry takes several writes; and its own, so that a torn one shows.
std::string BodyOf(int64_t id) {
  std::string body;
  while (body.size() < 5000) absl::StrAppend(&body, "entry ", id, ", ");
  return body;
}

WriteFn Inserting(int64_t id) {
  return [id, body = BodyOf(id)](WriteTx& tx) {
    return tx.Execute(kInsert, {id, Blob{body}}).status();
  };
}

// The entries that are there, each with its own body, or the read's error.
absl::StatusOr<std::vector<int64_t>> StoredIn(Database& database) {
  std::vector<int64_t> ids;
  const absl::Status read = database.Read([&](ReadTx& tx) {
    return tx.Query(kList, {}, [&](const Row& row) {
      ids.push_back(row.Int(0));
      EXPECT_EQ(row.Bytes(1), BodyOf(row.Int(0)));
      return absl::OkStatus();
    });
  });
  if (!read.ok()) return read;
  return ids;
}

// Writes that share one commit; their answers, in order.
std::vector<absl::Status> WriteTogether(Database& database, const std::vector<int64_t>& ids) {
  absl::Notification all_queued;
  absl::Notification all_answered;
  std::mutex mu;
  std::vector<absl::Status> answers(ids.size());
  size_t open = ids.size();
  for (size_t i = 0; i < ids.size(); ++i) {
    database.WriteAsync(
        "gob", 1,
        [&all_queued, insert = Inserting(ids[i])](WriteTx& tx) mutable {
          all_queued.WaitForNotification();
          return insert(tx);
        },
        [&, i](absl::Status status) {
          bool last = false;
          {
            const std::lock_guard hold(mu);
            answers[i] = std::move(status);
            last = --open == 0;
          }
          if (last) all_answered.Notify();
        });
  }
  all_queued.Notify();
  all_answered.WaitForNotification();
  return answers;
}

// A folder on a faulty disk, and what was promised about the database in it.
class Machine {
 public:
  explicit Machine(bool sync_each_commit = true) : sync_each_commit_(sync_each_commit) {}

  FaultyVfs& disk() { return disk_; }
  // Before Open: the WAL only grows, so that what the disk meets is the commits alone.
  void LeaveOutCheckpoints() { checkpoints_ = false; }
  // The disk is to refuse reads, too.
  void LetReadsFail() { reads_fail_ = true; }

  absl::StatusOr<std::unique_ptr<SqliteDatabase>> Open() {
    SqliteOptions options;
    options.path = folder_.File("faults.db");
    options.application_id = kTestId;
    options.migrations = kSchema;
    options.vfs = disk_.name();
    options.readers = 1;
    options.sync_each_commit = sync_each_commit_;
    // Small, so that the series below comes by checkpoints and by pages that leave the cache before
    // their commit.
    options.checkpoint_bytes = checkpoints_ ? kCheckpointBytes : 40'000'000;
    options.writer_cache_kib = 16;
    fatal_ = false;
    options.on_fatal = [this](const absl::Status&) { fatal_ = true; };
    return SqliteDatabase::Open(std::move(options));
  }

  // Opens, writes in groups, reads after each, closes. Ends early at a refusal; but with `heal` the
  // fault ends there, what was refused is written again, and the series goes on, unless on_fatal
  // was called.
  void RunSeries(bool heal) {
    absl::StatusOr<std::unique_ptr<SqliteDatabase>> database = Open();
    if (!database.ok()) {
      EXPECT_EQ(database.status().code(), absl::StatusCode::kUnavailable) << database.status();
      return;
    }
    opened_ = true;
    for (int64_t group = 0; group < kGroups; ++group) {
      std::vector<int64_t> ids;
      for (int64_t i = 1; i <= kWritesPerGroup; ++i) ids.push_back(group * kWritesPerGroup + i);
      std::vector<int64_t> refused = WriteAll(**database, ids);
      if (!refused.empty() && !fatal_ && heal) {
        disk_.Heal();
        refused = WriteAll(**database, refused);
        EXPECT_THAT(refused, IsEmpty()) << "the fault is gone, and the database does not write";
      }
      ExpectReads(**database);
      if (!refused.empty()) return;
    }
  }

  // Whether the series got past Open.
  bool opened() const { return opened_; }
  // Whether on_fatal was called since the last Open.
  bool stopped() const { return fatal_; }
  // What was acknowledged, in ascending order.
  const std::vector<int64_t>& acknowledged() const { return acknowledged_; }
  // What was answered with UNKNOWN.
  const std::vector<int64_t>& unknown() const { return unknown_; }

 private:
  // Returns what was refused.
  std::vector<int64_t> WriteAll(SqliteDatabase& database, const std::vector<int64_t>& ids) {
    const std::vector<absl::Status> answers = WriteTogether(database, ids);
    std::vector<int64_t> refused;
    for (size_t i = 0; i < ids.size(); ++i) {
      if (answers[i].ok()) {
        acknowledged_.push_back(ids[i]);
      } else {
        refused.push_back(ids[i]);
        // It may be stored only where that is what was answered.
        if (absl::IsUnknown(answers[i])) {
          EXPECT_TRUE(fatal_) << answers[i];
          unknown_.push_back(ids[i]);
        } else {
          EXPECT_EQ(answers[i].code(), absl::StatusCode::kUnavailable) << answers[i];
        }
      }
    }
    std::sort(acknowledged_.begin(), acknowledged_.end());
    return refused;
  }

  // Reads see what was acknowledged and nothing else, unless it is reading that the disk refuses.
  void ExpectReads(SqliteDatabase& database) {
    const absl::StatusOr<std::vector<int64_t>> stored = StoredIn(database);
    if (stored.ok()) {
      EXPECT_EQ(*stored, acknowledged_);
    } else {
      EXPECT_EQ(stored.status().code(), absl::StatusCode::kUnavailable);
      EXPECT_TRUE(disk_.power_lost() || reads_fail_) << stored.status();
    }
  }

  const bool sync_each_commit_;
  const TemporaryFolder folder_;
  FaultyVfs disk_;
  bool checkpoints_ = true;
  bool reads_fail_ = false;
  bool opened_ = false;
  std::atomic<bool> fatal_ = false;
  std::vector<int64_t> acknowledged_;
  std::vector<int64_t> unknown_;
};

// Opens again on a disk without faults: all that was acknowledged is there, nothing that was
// refused, the file is sound, and the next write succeeds.
void ExpectRecovered(Machine& machine, bool then_lose_power = false) {
  absl::StatusOr<std::unique_ptr<SqliteDatabase>> database = machine.Open();
  ASSERT_EQ(database.status(), absl::OkStatus());
  std::vector<int64_t> possible = machine.acknowledged();
  possible.insert(possible.end(), machine.unknown().begin(), machine.unknown().end());
  const absl::StatusOr<std::vector<int64_t>> stored = StoredIn(**database);
  ASSERT_EQ(stored.status(), absl::OkStatus());
  EXPECT_THAT(*stored, AllOf(IsSupersetOf(machine.acknowledged()), IsSubsetOf(possible)));
  EXPECT_EQ((*database)->QuickCheck(), absl::OkStatus());
  EXPECT_EQ((*database)->Write("gob", Inserting(kAfterRecovery)), absl::OkStatus());
  if (then_lose_power) machine.disk().LosePowerAt(1);
}

// Figures that tests/campaigns prints: how many runs a sweep had, and what was acknowledged in
// them.
void RecordSweep(const char* what, int64_t runs, size_t acknowledged) {
  testing::Test::RecordProperty(what, static_cast<int>(runs));
  testing::Test::RecordProperty("acknowledged", static_cast<int>(acknowledged));
}

struct FaultCase {
  const char* name;
  DiskFault fault;
  bool lasting;
  int64_t at_least;  // how many operations of the series the sweep must meet
};

void PrintTo(const FaultCase& fault, std::ostream* out) { *out << fault.name; }

class SqliteFaultTest : public testing::TestWithParam<FaultCase> {};

INSTANTIATE_TEST_SUITE_P(
    Faults, SqliteFaultTest,
    testing::Values(FaultCase{"OneIoError", DiskFault::kIoError, false, 100},
                    FaultCase{"LastingIoErrors", DiskFault::kIoError, true, 100},
                    FaultCase{"FullForOneWrite", DiskFault::kFull, false, 80},
                    FaultCase{"FullFromThenOn", DiskFault::kFull, true, 80},
                    FaultCase{"OneFailedSync", DiskFault::kSyncError, false, 10},
                    FaultCase{"OneReadError", DiskFault::kReadError, false, 5}),
    [](const testing::TestParamInfo<FaultCase>& fault) { return fault.param.name; });

TEST_P(SqliteFaultTest, WhatIsAcknowledgedIsThereAndReadsGoOnWhateverOperationFails) {
  int64_t n = 1;
  size_t acknowledged = 0;
  for (; n < kEndlessSweep && !HasFailure(); ++n) {
    SCOPED_TRACE(absl::StrCat("operation ", n));
    Machine machine;
    if (GetParam().fault == DiskFault::kReadError) machine.LetReadsFail();
    if (GetParam().lasting) {
      machine.disk().FailFrom(GetParam().fault, n);
    } else {
      machine.disk().FailOnce(GetParam().fault, n);
    }
    machine.RunSeries(/*heal=*/true);
    const bool met = machine.disk().faults() > 0;
    if (met && machine.opened()) {
      // A full disk needs no restart. After a failed sync nothing but a restart is safe.
      if (GetParam().fault == DiskFault::kFull) {
        EXPECT_FALSE(machine.stopped());
      } else if (GetParam().fault == DiskFault::kSyncError) {
        EXPECT_TRUE(machine.stopped());
      }
    }
    machine.disk().Heal();
    ExpectRecovered(machine);
    acknowledged += machine.acknowledged().size();
    if (!met) break;
  }
  EXPECT_LT(n, kEndlessSweep);
  EXPECT_GT(n, GetParam().at_least);
  RecordSweep("operations_failed_one_by_one", n - 1, acknowledged);
}

TEST(SqliteStoppedTest, AfterAFailedCommitNothingIsWrittenAnyMoreAndReadsGoOn) {
  Machine machine;
  machine.LeaveOutCheckpoints();
  absl::StatusOr<std::unique_ptr<SqliteDatabase>> database = machine.Open();
  ASSERT_EQ(database.status(), absl::OkStatus());
  ASSERT_EQ((*database)->Write("gob", Inserting(1)), absl::OkStatus());
  machine.disk().FailOnce(DiskFault::kSyncError, 1);
  EXPECT_EQ((*database)->Write("gob", Inserting(2)).code(), absl::StatusCode::kUnknown);
  EXPECT_TRUE(machine.stopped());
  machine.disk().TakeOperations();
  EXPECT_EQ((*database)->Write("gob", Inserting(3)).code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(machine.disk().TakeOperations(), IsEmpty());
  const absl::StatusOr<std::vector<int64_t>> stored = StoredIn(**database);
  ASSERT_EQ(stored.status(), absl::OkStatus());
  EXPECT_THAT(*stored, ElementsAre(1));
}

// Without that, readers that follow each other closely would let the WAL grow for as long as they
// do.
TEST(SqliteLogTest, AWalOfFourTimesItsSizeHasTheWriterWaitForReadersToLeaveIt) {
  Machine machine;
  absl::Notification reads;
  absl::Notification writer_waits;
  machine.disk().OnWait([&] {
    if (reads.HasBeenNotified() && !writer_waits.HasBeenNotified()) writer_waits.Notify();
  });
  const absl::StatusOr<std::unique_ptr<SqliteDatabase>> database = machine.Open();
  ASSERT_EQ(database.status(), absl::OkStatus());
  std::thread reader([&] {
    const absl::Status read = (*database)->Read([&](ReadTx& tx) {
      const absl::Status listed = tx.Query(kList, {}, [](const Row&) { return absl::OkStatus(); });
      reads.Notify();
      writer_waits.WaitForNotification();
      return listed;
    });
    EXPECT_EQ(read, absl::OkStatus());
  });
  reads.WaitForNotification();
  int64_t id = 1;
  int64_t largest = 0;
  for (; id < kEndlessSweep && !writer_waits.HasBeenNotified() && !HasFailure(); ++id) {
    EXPECT_EQ((*database)->Write("gob", Inserting(id)), absl::OkStatus());
    largest = std::max(largest, (*database)->stats().wal_bytes);
  }
  EXPECT_TRUE(writer_waits.HasBeenNotified());
  if (!writer_waits.HasBeenNotified()) writer_waits.Notify();
  reader.join();
  EXPECT_GE(largest, 4 * kCheckpointBytes);
  // The reader may have left too late for that one checkpoint.
  while ((*database)->stats().wal_bytes > kCheckpointBytes && ++id < kEndlessSweep) {
    EXPECT_EQ((*database)->Write("gob", Inserting(id)), absl::OkStatus());
  }
  EXPECT_LT(id, kEndlessSweep);
}

// After a lack of memory SQLite undoes a statement of several rows alone, and leaves open its
// transaction with what it did before.
void WriteWithLittleMemory() {
  const std::string bodies[] = {BodyOf(2), BodyOf(3), BodyOf(4), BodyOf(5)};
  int refused = 0;
  for (int64_t room = 0; room < 400'000 && !testing::Test::HasFailure(); room += 2'000) {
    SCOPED_TRACE(absl::StrCat(room, " bytes of memory"));
    Machine machine;
    machine.LeaveOutCheckpoints();
    const absl::StatusOr<std::unique_ptr<SqliteDatabase>> database = machine.Open();
    ASSERT_EQ(database.status(), absl::OkStatus());
    const absl::Status status = (*database)->Write("gob", [&](WriteTx& tx) -> absl::Status {
      const absl::Status inserted = Inserting(1)(tx);
      if (!inserted.ok()) return inserted;
      sqlite3_hard_heap_limit64(sqlite3_memory_used() + room);
      const absl::Cleanup no_limit = [] { sqlite3_hard_heap_limit64(0); };
      return tx
          .Execute(kInsertFour,
                   {2, Blob{bodies[0]}, 3, Blob{bodies[1]}, 4, Blob{bodies[2]}, 5, Blob{bodies[3]}})
          .status();
    });
    EXPECT_EQ((*database)->Write("gob", Inserting(6)), absl::OkStatus());
    const absl::StatusOr<std::vector<int64_t>> stored = StoredIn(**database);
    ASSERT_EQ(stored.status(), absl::OkStatus());
    if (status.ok()) {
      EXPECT_THAT(*stored, ElementsAre(1, 2, 3, 4, 5, 6));
      break;
    }
    EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable) << status;
    EXPECT_THAT(*stored, ElementsAre(6));
    ++refused;
  }
  EXPECT_GT(refused, 5);
}

TEST(SqliteMemoryDeathTest, AGroupThatLacksMemoryIsRolledBackAndTheNextOneIsStored) {
  // In a process of its own: after other tests SQLite has memory to spare.
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        WriteWithLittleMemory();
        std::_Exit(HasFailure() ? 1 : 0);
      },
      testing::ExitedWithCode(0), "");
}

// What the operations say about each commit noted among them: was the WAL written since the one
// before, and synced after the last write to it?
std::vector<bool> SyncedBefore(const std::string& note,
                               const std::vector<std::string>& operations) {
  std::vector<bool> synced;
  bool written = false;
  bool written_is_synced = false;
  for (const std::string& operation : operations) {
    if (operation == "write wal") {
      written = true;
      written_is_synced = false;
    }
    if (operation == "sync wal") written_is_synced = written;
    if (operation == note) {
      synced.push_back(written_is_synced);
      written = written_is_synced = false;
    }
  }
  return synced;
}

std::vector<bool> CommitsSynced(bool sync_each_commit) {
  Machine machine(sync_each_commit);
  machine.LeaveOutCheckpoints();
  absl::StatusOr<std::unique_ptr<SqliteDatabase>> database = machine.Open();
  EXPECT_EQ(database.status(), absl::OkStatus());
  machine.disk().TakeOperations();
  for (int64_t id = 1; id <= 3; ++id) {
    EXPECT_EQ((*database)->Write("gob",
                                 [&](WriteTx& tx) {
                                   // After the COMMIT, before the answer.
                                   tx.OnCommit([&] { machine.disk().Note("committed"); });
                                   return Inserting(id)(tx);
                                 }),
              absl::OkStatus());
  }
  return SyncedBefore("committed", machine.disk().TakeOperations());
}

TEST(SqliteDurabilityTest, TheWalIsSyncedAfterItsLastWriteAndBeforeTheAnswer) {
  EXPECT_THAT(CommitsSynced(true), ElementsAre(true, true, true));
}

TEST(SqliteDurabilityTest, WithoutASyncPerCommitTheWalIsSeenUnsyncedAtTheAnswer) {
  EXPECT_THAT(CommitsSynced(false), ElementsAre(false, false, false));
}

// Cuts the power at every operation of the series, one run each, and passes what comes back after
// it to `visit`.
template <typename Visit>
void CutPowerEverywhere(bool sync_each_commit, bool keep_some, Visit visit) {
  int64_t n = 1;
  size_t acknowledged = 0;
  for (; n < kEndlessSweep && !testing::Test::HasFailure(); ++n) {
    SCOPED_TRACE(absl::StrCat("power lost at operation ", n));
    Machine machine(sync_each_commit);
    machine.disk().LosePowerAt(n);
    machine.RunSeries(/*heal=*/false);
    const bool lost = machine.disk().power_lost();
    machine.disk().RestorePower(keep_some ? std::optional(static_cast<uint32_t>(n)) : std::nullopt);
    visit(machine);
    acknowledged += machine.acknowledged().size();
    if (!lost) break;
  }
  EXPECT_LT(n, kEndlessSweep);
  EXPECT_GT(n, 100);
  RecordSweep("power_lost_at_each_of_operations", n - 1, acknowledged);
}

TEST(SqliteDurabilityTest, AcknowledgedEntriesOutlastALossOfPowerThatDropsAllThatWasNotSynced) {
  CutPowerEverywhere(true, /*keep_some=*/false, [](Machine& machine) { ExpectRecovered(machine); });
}

TEST(SqliteDurabilityTest, AcknowledgedEntriesOutlastALossOfPowerThatKeepsSomeUnsyncedWrites) {
  CutPowerEverywhere(true, /*keep_some=*/true, [](Machine& machine) { ExpectRecovered(machine); });
}

TEST(SqliteDurabilityTest, WithoutASyncPerCommitALossOfPowerIsSeenToLoseAcknowledgedEntries) {
  int runs_with_loss = 0;
  CutPowerEverywhere(false, /*keep_some=*/false, [&](Machine& machine) {
    absl::StatusOr<std::unique_ptr<SqliteDatabase>> database = machine.Open();
    ASSERT_EQ(database.status(), absl::OkStatus());
    const absl::StatusOr<std::vector<int64_t>> stored = StoredIn(**database);
    ASSERT_EQ(stored.status(), absl::OkStatus());
    std::vector<int64_t> lost;
    std::set_difference(machine.acknowledged().begin(), machine.acknowledged().end(),
                        stored->begin(), stored->end(), std::back_inserter(lost));
    runs_with_loss += lost.empty() ? 0 : 1;
  });
  EXPECT_GT(runs_with_loss, 10);
  RecordProperty("runs_with_loss", runs_with_loss);
}

// The kernel may drop what a failed sync could not store, while reads still show it: what is
// appended to it later would be lost with it.
TEST(SqliteDurabilityTest, EntriesAcknowledgedAfterAFailedSyncAndARestartOutlastALossOfPower) {
  int64_t n = 1;
  for (; n < kEndlessSweep && !HasFailure(); ++n) {
    SCOPED_TRACE(absl::StrCat("sync ", n, " failed"));
    Machine machine;
    machine.disk().FailOnce(DiskFault::kSyncError, n);
    machine.RunSeries(/*heal=*/false);
    const bool met = machine.disk().faults() > 0;
    machine.disk().Heal();
    ExpectRecovered(machine, /*then_lose_power=*/true);
    std::vector<int64_t> promised = machine.acknowledged();
    promised.push_back(kAfterRecovery);
    machine.disk().RestorePower();
    const absl::StatusOr<std::unique_ptr<SqliteDatabase>> database = machine.Open();
    ASSERT_EQ(database.status(), absl::OkStatus());
    const absl::StatusOr<std::vector<int64_t>> stored = StoredIn(**database);
    ASSERT_EQ(stored.status(), absl::OkStatus());
    EXPECT_THAT(*stored, IsSupersetOf(promised));
    if (!met) break;
  }
  EXPECT_LT(n, kEndlessSweep);
  EXPECT_GT(n, 10);
}

}  // namespace
}  // namespace athena::sql
