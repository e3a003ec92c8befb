#include "libs/audit/journal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>

#include "libs/audit/verify.h"
#include "libs/clock/clock.h"
#include "libs/sql/sqlite/sqlite_database.h"
#include "libs/status/testing/matchers.h"

namespace athena::audit {
namespace {

using testing::ElementsAre;

constexpr sql::Statement kTamperReason{"UPDATE journal SET reason = ? WHERE revision = ?"};
constexpr sql::Statement kRemove{"DELETE FROM journal WHERE revision = ?"};

class JournalTest : public testing::Test {
 protected:
  JournalTest() {
    folder_ = testing::TempDir() + "/journal-" +
              testing::UnitTest::GetInstance()->current_test_info()->name();
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    static const sql::Migration kMigrations[] = {{1, "journal", kSchema}};
    sql::SqliteOptions options;
    options.path = folder_ + "/a.db";
    options.application_id = 0x61746e61;
    options.migrations = kMigrations;
    options.clock = &clock_;
    auto opened = sql::SqliteDatabase::Open(std::move(options));
    ATHENA_EXPECT_OK(opened);
    database_ = *std::move(opened);
  }
  ~JournalTest() override {
    database_.reset();
    std::filesystem::remove_all(folder_);
  }

  int64_t Append(std::string_view institution, std::string_view reason = "because") {
    clock_.Advance(absl::Seconds(10));
    int64_t made = 0;
    EXPECT_EQ(database_->Write(institution,
                               [&](sql::WriteTx& tx) {
                                 const auto revision =
                                     audit::Append(tx, {.subject = "an",
                                                        .action = "UpdatePlan",
                                                        .reason = reason,
                                                        .resources = {"plans/a", "plans/b"},
                                                        .digest = "digest"});
                                 if (!revision.ok()) return revision.status();
                                 made = *revision;
                                 return absl::OkStatus();
                               }),
              absl::OkStatus());
    return made;
  }

  absl::Status Verified(std::string_view institution) {
    return database_->Read([&](sql::ReadTx& tx) { return Verify(tx, institution); });
  }

  int64_t RevisionAt(std::string_view institution, absl::Time time) {
    int64_t revision = -1;
    EXPECT_EQ(database_->Read([&](sql::ReadTx& tx) {
      const auto head = ReadHeadAt(tx, institution, time);
      if (!head.ok()) return head.status();
      revision = head->revision;
      return absl::OkStatus();
    }),
              absl::OkStatus());
    return revision;
  }

  void Tamper(const sql::Statement& statement, std::vector<sql::Param> params) {
    ASSERT_EQ(database_->Write(
                  "gob", [&](sql::WriteTx& tx) { return tx.Execute(statement, params).status(); }),
              absl::OkStatus());
  }

  std::string folder_;
  const absl::Time start_ = absl::FromUnixSeconds(1'700'000'000);
  FakeClock clock_{start_};
  std::unique_ptr<sql::SqliteDatabase> database_;
};

TEST_F(JournalTest, RevisionsCountFromOneForEachInstitution) {
  EXPECT_EQ(Append("a"), 1);
  EXPECT_EQ(Append("b"), 1);
  EXPECT_EQ(Append("a"), 2);
  EXPECT_EQ(Append("a"), 3);
  EXPECT_EQ(Append("b"), 2);
}

TEST_F(JournalTest, ATimeFindsTheNewestRevisionNotAfterIt) {
  for (int i = 0; i < 7; ++i) Append("a");  // at start + 10 s, 20 s ... 70 s
  EXPECT_EQ(RevisionAt("a", start_), 0);
  EXPECT_EQ(RevisionAt("a", start_ + absl::Seconds(9)), 0);
  for (int i = 1; i <= 7; ++i) {
    EXPECT_EQ(RevisionAt("a", start_ + absl::Seconds(10 * i)), i);
    EXPECT_EQ(RevisionAt("a", start_ + absl::Seconds(10 * i + 9)), i);
  }
  EXPECT_EQ(RevisionAt("nobody", start_ + absl::Seconds(50)), 0);
}

TEST_F(JournalTest, EntriesComeBackAsTheyWereRecorded) {
  Append("a", "first");
  Append("a", "second");
  std::vector<std::string> reasons;
  ASSERT_EQ(database_->Read([&](sql::ReadTx& tx) {
    return ReadAfter(tx, "a", 1, 10, [&](const Record& record) {
      reasons.push_back(record.reason);
      EXPECT_EQ(record.revision, 2);
      EXPECT_EQ(record.subject, "an");
      EXPECT_EQ(record.action, "UpdatePlan");
      EXPECT_THAT(record.resources, ElementsAre("plans/a", "plans/b"));
      EXPECT_EQ(record.time, start_ + absl::Seconds(20));
      return absl::OkStatus();
    });
  }),
            absl::OkStatus());
  EXPECT_THAT(reasons, ElementsAre("second"));
}

TEST_F(JournalTest, AChainThatNobodyTouchedIsSound) {
  for (int i = 0; i < 5; ++i) Append("a");
  EXPECT_EQ(Verified("a"), absl::OkStatus());
  EXPECT_EQ(Verified("nobody"), absl::OkStatus());
}

TEST_F(JournalTest, AnEditedEntryBreaksTheChainThere) {
  for (int i = 0; i < 5; ++i) Append("a");
  Tamper(kTamperReason, {std::string_view("another"), int64_t{3}});
  EXPECT_THAT(Verified("a").ToString(), testing::HasSubstr("broken at revision 3"));
}

TEST_F(JournalTest, ARemovedEntryBreaksTheChainThere) {
  for (int i = 0; i < 5; ++i) Append("a");
  Tamper(kRemove, {int64_t{2}});
  EXPECT_THAT(Verified("a").ToString(), testing::HasSubstr("broken at revision 2"));
}

TEST_F(JournalTest, RemovedNewestEntriesBreakTheChainAtTheirBeginning) {
  for (int i = 0; i < 5; ++i) Append("a");
  Tamper(kRemove, {int64_t{5}});
  Tamper(kRemove, {int64_t{4}});
  EXPECT_THAT(Verified("a").ToString(), testing::HasSubstr("broken at revision 4"));
}

// Case A16: which fault is found does not depend on how many entries are read at once.
TEST_F(JournalTest, A16_AChainIsVerifiedPieceByPiece) {
  for (int i = 0; i < 5; ++i) Append("a");
  const auto verify = [&](int64_t limit) -> absl::Status {
    CheckedChain chain;
    while (true) {
      bool done = false;
      const absl::Status next = database_->Read([&](sql::ReadTx& tx) {
        const absl::StatusOr<bool> last = VerifyNext(tx, "a", limit, &chain);
        if (last.ok()) done = *last;
        return last.status();
      });
      if (!next.ok() || done) return next;
    }
  };
  for (const int64_t limit : {1, 2, 5, 6}) EXPECT_EQ(verify(limit), absl::OkStatus()) << limit;
  Tamper(kRemove, {int64_t{5}});
  for (const int64_t limit : {1, 2, 4, 6}) {
    EXPECT_THAT(verify(limit).ToString(), testing::HasSubstr("revision 5: it is missing")) << limit;
  }
}

TEST_F(JournalTest, EntriesAreReadFromTheNewestOn) {
  for (int i = 0; i < 6; ++i) Append("a");
  const auto read = [&](int64_t before, int64_t after, int64_t limit) {
    std::vector<int64_t> revisions;
    ATHENA_EXPECT_OK(database_->Read([&](sql::ReadTx& tx) {
      return ReadBefore(tx, "a", before, after, limit, [&](const Record& record) {
        revisions.push_back(record.revision);
        EXPECT_EQ(record.time, start_ + absl::Seconds(10 * record.revision));
        return absl::OkStatus();
      });
    }));
    return revisions;
  };
  EXPECT_THAT(read(100, 0, 10), ElementsAre(6, 5, 4, 3, 2, 1));
  EXPECT_THAT(read(5, 2, 10), ElementsAre(4, 3));
  EXPECT_THAT(read(5, 0, 2), ElementsAre(4, 3));
  EXPECT_THAT(read(1, 0, 2), ElementsAre());
}

class VerifyInstitutionTest : public JournalTest {
 protected:
  VerifyInstitutionTest() {
    for (int i = 0; i < 5; ++i) Append("gob");
  }

  Verdict Verified(const ExportedHead& exported = {}, absl::Span<const Records> records = {}) {
    auto verdict =
        VerifyInstitution(*database_, "gob", records, exported, [] { return absl::OkStatus(); });
    ATHENA_EXPECT_OK(verdict);
    return verdict.ok() ? *std::move(verdict) : Verdict();
  }
  // The entry as an exported head.
  ExportedHead HeadAt(int64_t revision) {
    ExportedHead head;
    ATHENA_EXPECT_OK(database_->Read([&](sql::ReadTx& tx) -> absl::Status {
      const auto entry = ReadEntry(tx, "gob", revision);
      if (!entry.ok()) return entry.status();
      head = {entry->revision, entry->hash};
      return absl::OkStatus();
    }));
    return head;
  }
  // Removes the entries after a revision, and makes it the head.
  void Truncate(int64_t revision) {
    const ExportedHead last = HeadAt(revision);
    Tamper(kRemoveAfter, {revision});
    ATHENA_EXPECT_OK(database_->Write("gob", [&](sql::WriteTx& tx) {
      tx.SetRevision(last.revision, last.hash);
      return absl::OkStatus();
    }));
  }

  static constexpr sql::Statement kRemoveAfter{"DELETE FROM journal WHERE revision > ?"};
};

MATCHER_P2(FaultAt, revision, text, "") {
  return arg.revision == revision && arg.description.find(text) != std::string::npos;
}

TEST_F(VerifyInstitutionTest, A16_RecordsThatAreGoneAreFound) {
  constexpr Records kRecords[] = {
      {"entries", {"SELECT revision FROM journal WHERE institution = ? AND revision = 3"}}};
  const Verdict verdict = Verified({}, kRecords);
  EXPECT_EQ(verdict.revision, 5);
  EXPECT_THAT(verdict.faults, ElementsAre(FaultAt(3, "what revision 3 recorded")));
  EXPECT_EQ(
      VerifyInstitution(*database_, "gob", kRecords, {}, [] { return absl::AbortedError("no"); })
          .status(),
      absl::AbortedError("no"));
}

TEST_F(VerifyInstitutionTest, AnExportedHeadIsFoundAgain) {
  const Verdict exported = Verified();
  EXPECT_EQ(exported.revision, 5);
  Append("gob");
  EXPECT_THAT(Verified({exported.revision, exported.hash}).faults, ElementsAre());
  EXPECT_THAT(Verified({0, ""}).faults, ElementsAre());
}

TEST_F(VerifyInstitutionTest, OnlyTheExportedHeadShowsThatTheNewestEntriesAndTheHeadWereRemoved) {
  const ExportedHead exported = HeadAt(5);
  Truncate(3);
  EXPECT_THAT(Verified().faults, ElementsAre());
  EXPECT_THAT(Verified(exported).faults,
              ElementsAre(FaultAt(4, "from revision 4 on were removed")));
}

TEST_F(VerifyInstitutionTest, OnlyTheExportedHeadShowsThatTheChainWasMadeAnew) {
  const ExportedHead exported = HeadAt(4);
  Truncate(2);
  for (int i = 0; i < 3; ++i) Append("gob", "another reason");
  EXPECT_THAT(Verified().faults, ElementsAre());
  EXPECT_THAT(Verified(exported).faults, ElementsAre(FaultAt(4, "another hash")));
  EXPECT_THAT(Verified(HeadAt(2)).faults, ElementsAre());
}

TEST_F(VerifyInstitutionTest, TheFirstEntryAtFaultComesFirst) {
  const ExportedHead exported = HeadAt(5);
  Tamper(kRemove, {int64_t{5}});
  Tamper(kTamperReason, {std::string_view("another"), int64_t{2}});
  EXPECT_THAT(Verified(exported).faults,
              ElementsAre(FaultAt(2, "it was changed"), FaultAt(5, "from revision 5 on")));
}

}  // namespace
}  // namespace athena::audit
