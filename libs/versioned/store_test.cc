#include "libs/versioned/store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>

#include "absl/strings/str_cat.h"
#include "libs/audit/journal.h"
#include "libs/audit/verify.h"
#include "libs/clock/clock.h"
#include "libs/fields/fields.h"
#include "libs/sql/sqlite/sqlite_database.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "libs/status/testing/matchers.h"
#include "libs/versioned/last_change.h"
#include "libs/versioned/lineage.h"
#include "libs/versioned/testing/note.pb.h"

namespace athena::versioned {
namespace {

using ::athena::versioned::testing::Note;
using status::testing::IsOk;
using status::testing::Refuses;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

constexpr Collection kNotes{"notes"};

common::v1::AsOf AtRevision(int64_t revision) {
  common::v1::AsOf as_of;
  as_of.set_revision(revision);
  return as_of;
}

common::v1::AsOf AtTime(absl::Time time) {
  common::v1::AsOf as_of;
  as_of.mutable_time()->set_seconds(absl::ToUnixSeconds(time));
  return as_of;
}

class StoreTest : public ::testing::Test {
 protected:
  StoreTest() {
    folder_ = ::testing::TempDir() + "/store-" +
              ::testing::UnitTest::GetInstance()->current_test_info()->name();
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    Open("a.db");
  }
  ~StoreTest() override {
    database_.reset();
    std::filesystem::remove_all(folder_);
  }

  void Open(const std::string& file) {
    static const sql::Migration kMigrations[] = {{1, "journal", audit::kSchema},
                                                 {2, "resources", kSchema},
                                                 {3, "journal of versions", audit::kVersionsSchema},
                                                 {4, "resources by revision", kRevisionsSchema}};
    sql::SqliteOptions options;
    options.path = folder_ + "/" + file;
    options.application_id = 0x61746e61;
    options.migrations = kMigrations;
    options.clock = &clock_;
    auto opened = sql::SqliteDatabase::Open(std::move(options));
    ATHENA_EXPECT_OK(opened);
    database_ = *std::move(opened);
    store_ = std::make_unique<Store>(*database_,
                                     [this](const std::string& institution, int64_t revision) {
                                       committed_.emplace_back(institution, revision);
                                     });
  }

  absl::StatusOr<Note> Mutate(absl::FunctionRef<absl::StatusOr<Note>(Edit&)> edit,
                              std::string_view request_id = "", const Note& request = {}) {
    clock_.Advance(absl::Seconds(10));
    return store_->Mutate<Note>({.institution = "gob",
                                 .subject = "an",
                                 .action = "Write",
                                 .reason = "",
                                 .request_id = request_id,
                                 .request = &request},
                                edit);
  }

  absl::StatusOr<Note> Insert(const std::string& id, const std::string& text) {
    return Mutate([&](Edit& edit) -> absl::StatusOr<Note> {
      Note note;
      note.set_name("notes/" + id);
      note.set_text(text);
      ATHENA_RETURN_IF_ERROR(edit.Insert(kNotes, id, &note));
      return note;
    });
  }
  absl::StatusOr<Note> Replace(const std::string& id, const std::string& text) {
    return Mutate([&](Edit& edit) -> absl::StatusOr<Note> {
      Note note;
      note.set_name("notes/" + id);
      note.set_text(text);
      ATHENA_RETURN_IF_ERROR(edit.Replace(kNotes, id, &note));
      return note;
    });
  }
  absl::Status Delete(const std::string& id) {
    return Mutate([&](Edit& edit) -> absl::StatusOr<Note> {
             if (absl::Status done = edit.Delete(kNotes, id, "notes/" + id); !done.ok())
               return done;
             return Note();
           })
        .status();
  }

  // The text of a note as of a point; "-" when there is none, else the error.
  std::string TextOf(const std::string& id, const common::v1::AsOf& as_of = {}) {
    std::string text = "-";
    const absl::Status status =
        store_->Read("gob", as_of, clock_.Now(), [&](const Snapshot& snapshot) {
          const auto note = snapshot.Find<Note>(kNotes, id);
          if (!note.ok()) return note.status();
          if (note->has_value()) text = (*note)->text();
          return absl::OkStatus();
        });
    return status.ok() ? text : status::Reason(status);
  }
  std::vector<std::string> Names(std::string_view prefix, const common::v1::AsOf& as_of = {}) {
    std::vector<std::string> names;
    EXPECT_EQ(store_->Read("gob", as_of, clock_.Now(),
                           [&](const Snapshot& snapshot) {
                             const auto notes = snapshot.List<Note>(kNotes, prefix);
                             if (!notes.ok()) return notes.status();
                             for (const Note& note : *notes) names.push_back(note.name());
                             return absl::OkStatus();
                           }),
              absl::OkStatus());
    return names;
  }

  std::string folder_;
  const absl::Time start_ = absl::FromUnixSeconds(1'700'000'000);
  FakeClock clock_{start_};
  std::unique_ptr<sql::SqliteDatabase> database_;
  std::unique_ptr<Store> store_;
  std::vector<std::pair<std::string, int64_t>> committed_;
};

TEST_F(StoreTest, EveryVersionStaysReadable) {
  ATHENA_ASSERT_OK(Insert("a", "one"));
  ATHENA_ASSERT_OK(Replace("a", "two"));
  ATHENA_ASSERT_OK(Delete("a"));
  ATHENA_ASSERT_OK(Insert("a", "three"));
  EXPECT_EQ(TextOf("a", AtRevision(1)), "one");
  EXPECT_EQ(TextOf("a", AtRevision(2)), "two");
  EXPECT_EQ(TextOf("a", AtRevision(3)), "-");
  EXPECT_EQ(TextOf("a", AtRevision(4)), "three");
  EXPECT_EQ(TextOf("a"), "three");
}

TEST_F(StoreTest, ATimeShowsWhatWasKnownThen) {
  ATHENA_ASSERT_OK(Insert("a", "one"));   // start + 10 s
  ATHENA_ASSERT_OK(Replace("a", "two"));  // start + 20 s
  EXPECT_EQ(TextOf("a", AtTime(start_ + absl::Seconds(9))), "-");
  EXPECT_EQ(TextOf("a", AtTime(start_ + absl::Seconds(10))), "one");
  EXPECT_EQ(TextOf("a", AtTime(start_ + absl::Seconds(19))), "one");
  EXPECT_EQ(TextOf("a", AtTime(start_ + absl::Seconds(20))), "two");
}

TEST_F(StoreTest, TheFutureIsRefused) {
  ATHENA_ASSERT_OK(Insert("a", "one"));
  EXPECT_EQ(TextOf("a", AtTime(clock_.Now() + absl::Seconds(1))), "FUTURE_AS_OF");
  EXPECT_EQ(TextOf("a", AtRevision(2)), "FUTURE_AS_OF");
  EXPECT_EQ(TextOf("a", AtRevision(0)), "INVALID_FIELDS");
}

TEST_F(StoreTest, OutputFieldsTellWhenAndAtWhichRevision) {
  const auto made = Insert("a", "one");
  ATHENA_ASSERT_OK(made);
  const auto changed = Replace("a", "two");
  ATHENA_ASSERT_OK(changed);
  EXPECT_EQ(changed->revision(), 2);
  EXPECT_EQ(changed->create_time().seconds(), absl::ToUnixSeconds(start_) + 10);
  EXPECT_EQ(changed->update_time().seconds(), absl::ToUnixSeconds(start_) + 20);
  EXPECT_NE(changed->etag(), made->etag());
}

TEST_F(StoreTest, AnEqualVersionIsNoRevision) {
  const auto made = Insert("a", "one");
  const auto again = Replace("a", "one");
  ATHENA_ASSERT_OK(again);
  EXPECT_EQ(again->etag(), made->etag());
  EXPECT_EQ(again->revision(), 1);
  EXPECT_THAT(committed_, ElementsAre(Pair("gob", 1)));
}

TEST_F(StoreTest, BackToAnEarlierTextIsANewVersion) {
  ATHENA_ASSERT_OK(Insert("a", "one"));
  ATHENA_ASSERT_OK(Replace("a", "two"));
  const auto back = Replace("a", "one");
  ATHENA_ASSERT_OK(back);
  EXPECT_EQ(back->revision(), 3);
}

TEST_F(StoreTest, ATakenIdIsRefusedAndAMissingOneIsNotFound) {
  ATHENA_ASSERT_OK(Insert("a", "one"));
  EXPECT_EQ(Insert("a", "two").status().code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(Replace("b", "two").status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(Delete("b").code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(TextOf("a"), "one");
}

TEST_F(StoreTest, AFailedMutationLeavesNothing) {
  const auto failed = Mutate([](Edit& edit) -> absl::StatusOr<Note> {
    Note note;
    note.set_name("notes/a");
    ATHENA_RETURN_IF_ERROR(edit.Insert(kNotes, "a", &note));
    return absl::FailedPreconditionError("no");
  });
  EXPECT_EQ(failed.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(TextOf("a"), "-");
  EXPECT_THAT(committed_, IsEmpty());
}

TEST_F(StoreTest, APrefixListsWhatBelongsToIt) {
  for (const char* id : {"p1/b", "p1/a", "p10/a", "p2/a", "p1"}) {
    ATHENA_ASSERT_OK(Insert(id, "text"));
  }
  EXPECT_THAT(Names("p1/"), ElementsAre("notes/p1/a", "notes/p1/b"));
  EXPECT_THAT(Names("p1/", AtRevision(1)), ElementsAre("notes/p1/b"));
}

TEST_F(StoreTest, SeveralChangesAreOneRevision) {
  const auto made = Mutate([](Edit& edit) -> absl::StatusOr<Note> {
    Note one;
    one.set_name("notes/a");
    ATHENA_RETURN_IF_ERROR(edit.Insert(kNotes, "a", &one));
    one.set_text("rewritten");
    ATHENA_RETURN_IF_ERROR(edit.Replace(kNotes, "a", &one));
    Note gone;
    gone.set_name("notes/b");
    ATHENA_RETURN_IF_ERROR(edit.Insert(kNotes, "b", &gone));
    ATHENA_RETURN_IF_ERROR(edit.Delete(kNotes, "b", "notes/b"));
    return one;
  });
  ATHENA_ASSERT_OK(made);
  EXPECT_EQ(made->revision(), 1);
  EXPECT_EQ(TextOf("a"), "rewritten");
  EXPECT_THAT(Names(""), ElementsAre("notes/a"));
  EXPECT_THAT(committed_, ElementsAre(Pair("gob", 1)));
}

TEST_F(StoreTest, ARepeatedRequestGetsTheFirstAnswer) {
  Note request;
  request.set_text("please");
  int runs = 0;
  const auto write = [&](Edit& edit) -> absl::StatusOr<Note> {
    ++runs;
    Note note;
    note.set_name("notes/a");
    ATHENA_RETURN_IF_ERROR(edit.Insert(kNotes, "a", &note));
    return note;
  };
  const auto first = Mutate(write, "id-1", request);
  const auto second = Mutate(write, "id-1", request);
  ATHENA_ASSERT_OK(first);
  ATHENA_ASSERT_OK(second);
  EXPECT_EQ(first->SerializeAsString(), second->SerializeAsString());
  EXPECT_EQ(runs, 1);
  request.set_text("something else");
  EXPECT_EQ(status::Reason(Mutate(write, "id-1", request).status()), "REQUEST_ID_REUSED");
}

TEST_F(StoreTest, AnIdOfTheServerIsKeptOnlyIfSomethingChanged) {
  Note request;
  const auto nothing = [](Edit&) -> absl::StatusOr<Note> { return Note(); };
  const std::string server = std::string(fields::kServerRequestId) + "1";
  ATHENA_EXPECT_OK(Mutate(nothing, server, request).status());
  ATHENA_EXPECT_OK(Mutate(nothing, "id-1", request).status());
  request.set_text("something else");
  ATHENA_EXPECT_OK(Mutate(nothing, server, request).status());
  EXPECT_EQ(status::Reason(Mutate(nothing, "id-1", request).status()), "REQUEST_ID_REUSED");
}

TEST_F(StoreTest, ALineageIsRefusedOnceABackupWasRestored) {
  ATHENA_ASSERT_OK(Insert("a", "one"));
  std::string lineage;
  ATHENA_ASSERT_OK(store_->ReadAt("gob", 0, [&](const Snapshot& now) {
    ATHENA_ASSIGN_OR_RETURN(lineage, ReadLineage(now.tx(), "gob"));
    return absl::OkStatus();
  }));
  EXPECT_THAT(lineage, ::testing::MatchesRegex("[0-9a-f]{16}"));
  std::vector<common::v1::AsOf> points = {AtRevision(1), AtTime(clock_.Now()), {}};
  for (common::v1::AsOf& point : points) point.set_lineage(lineage);
  // More revisions than the backup has: the lineage is what the error names, not the revision.
  points.push_back(AtRevision(2));
  points.back().set_lineage(lineage);
  ATHENA_ASSERT_OK(Insert("b", "two"));
  for (const common::v1::AsOf& point : points) EXPECT_EQ(TextOf("a", point), "one");

  ATHENA_ASSERT_OK(Delete("b"));
  ASSERT_EQ(database_->Backup(folder_ + "/b.db").status(), absl::OkStatus());
  Open("b.db");
  for (const common::v1::AsOf& point : points) {
    EXPECT_THAT(
        store_->Read("gob", point, clock_.Now(), [](const Snapshot&) { return absl::OkStatus(); }),
        Refuses("LINEAGE_CHANGED"));
  }
  EXPECT_EQ(TextOf("a", AtRevision(1)), "one");
}

TEST_F(StoreTest, ARefusedRequestLeavesItsIdFree) {
  const auto refuse = [](Edit&) -> absl::StatusOr<Note> {
    return absl::FailedPreconditionError("no");
  };
  EXPECT_FALSE(Mutate(refuse, "id-1").ok());
  EXPECT_TRUE(Mutate([](Edit&) -> absl::StatusOr<Note> { return Note(); }, "id-1").ok());
}

// A database whose first commit ends unknown: stored, or lost on the way.
class UnknownCommit : public sql::Database {
 public:
  UnknownCommit(sql::Database& database, bool stored) : database_(database), stored_(stored) {}

  absl::Status Write(std::string_view institution, sql::WriteFn write) override {
    if (std::exchange(met_, true)) return database_.Write(institution, std::move(write));
    if (stored_) {
      EXPECT_EQ(database_.Write(institution, std::move(write)), absl::OkStatus());
    }
    return absl::UnknownError("the connection was lost at the commit");
  }
  void WriteAsync(std::string_view institution, size_t rows, sql::WriteFn write,
                  absl::AnyInvocable<void(absl::Status) &&> done) override {
    database_.WriteAsync(institution, rows, std::move(write), std::move(done));
  }
  absl::Status Read(sql::ReadFn read) override { return database_.Read(read); }
  absl::Status AwaitPast(std::string_view institution, absl::Time as_of) override {
    return database_.AwaitPast(institution, as_of);
  }
  void Close() override { database_.Close(); }

 private:
  sql::Database& database_;
  const bool stored_;
  bool met_ = false;
};

TEST_F(StoreTest, AnUnknownCommitIsRetriedUnderItsRequestId) {
  for (const bool stored : {true, false}) {
    UnknownCommit unknown(*database_, stored);
    const Store store(unknown);
    const Note request;
    const std::string id = stored ? "stored" : "lost";
    const auto made = store.Mutate<Note>({.institution = "gob",
                                          .subject = "an",
                                          .action = "Write",
                                          .reason = "",
                                          .request_id = stored ? "server-1" : "id-1",
                                          .request = &request},
                                         [&](Edit& edit) -> absl::StatusOr<Note> {
                                           Note note;
                                           note.set_name("notes/" + id);
                                           note.set_text("one");
                                           const absl::Status done = edit.Insert(kNotes, id, &note);
                                           if (!done.ok()) return done;
                                           return note;
                                         });
    // Run twice without an id, the first of these would be RESOURCE_EXISTS.
    ATHENA_ASSERT_OK(made);
    EXPECT_EQ(made->revision(), stored ? 1 : 2);
    EXPECT_EQ(TextOf(id), "one");
  }
}

TEST_F(StoreTest, WithoutRequestIdTheSameRequestIsAnotherMutation) {
  Note request;
  const auto write = [&](Edit& edit) -> absl::StatusOr<Note> {
    Note note;
    note.set_name(absl::StrCat("notes/", edit.revision()));
    ATHENA_RETURN_IF_ERROR(edit.Insert(kNotes, absl::StrCat(edit.revision()), &note));
    return note;
  };
  EXPECT_EQ(Mutate(write, "", request)->revision(), 1);
  EXPECT_EQ(Mutate(write, "", request)->revision(), 2);
}

TEST_F(StoreTest, ManyAreFoundInTheOrderOfTheirIds) {
  ATHENA_ASSERT_OK(Insert("a", "one"));
  ATHENA_ASSERT_OK(Insert("b", "two"));
  ATHENA_ASSERT_OK(Replace("a", "three"));
  ATHENA_ASSERT_OK(Delete("b"));
  std::vector<std::string> texts;
  for (const int64_t revision : {2, 4}) {
    EXPECT_EQ(store_->Read("gob", AtRevision(revision), clock_.Now(),
                           [&](const Snapshot& snapshot) {
                             const auto notes = snapshot.FindMany<Note>(kNotes, {"b", "c", "a"});
                             if (!notes.ok()) return notes.status();
                             for (const auto& note : *notes) {
                               texts.push_back(note.has_value() ? note->text() : "-");
                             }
                             return absl::OkStatus();
                           }),
              absl::OkStatus());
  }
  EXPECT_THAT(texts, ElementsAre("two", "-", "one", "-", "-", "three"));
}

TEST_F(StoreTest, EachChangeMarksWhatItsCollectionSays) {
  constexpr Collection kUnmarked{"unmarked"};
  constexpr Collection kShared{"shared", Marks::kInstitution};
  constexpr Collection kRooted{"rooted", Marks::kRoot};
  const auto insert = [&](Collection collection, const std::string& id) {
    EXPECT_THAT(Mutate([&](Edit& edit) -> absl::StatusOr<Note> {
                  Note note;
                  note.set_name("notes/" + id);
                  ATHENA_RETURN_IF_ERROR(edit.Insert(collection, id, &note));
                  return note;
                }),
                IsOk());
  };
  const auto last = [&](const std::string& root) {
    int64_t revision = -1;
    EXPECT_THAT(database_->Read([&](sql::ReadTx& tx) -> absl::Status {
      ATHENA_ASSIGN_OR_RETURN(revision, LastChange(tx, "gob", root));
      return absl::OkStatus();
    }),
                IsOk());
    return revision;
  };
  insert(kUnmarked, "p1");
  EXPECT_EQ(last("p1"), 0);
  insert(kRooted, "p1/e1");
  EXPECT_EQ(last("p1"), 2);
  EXPECT_EQ(last("p2"), 0);
  insert(kRooted, "p2");
  EXPECT_EQ(last("p1"), 2);
  EXPECT_EQ(last("p2"), 3);
  insert(kShared, "x");
  EXPECT_EQ(last("p1"), 4);
  EXPECT_EQ(last("p3"), 4);
  EXPECT_EQ(last(""), 4);
  // An edit that changes nothing marks nothing; a deletion does.
  EXPECT_THAT(Mutate([&](Edit& edit) -> absl::StatusOr<Note> {
                ATHENA_ASSIGN_OR_RETURN(auto note, edit.Find<Note>(kRooted, "p2"));
                ATHENA_RETURN_IF_ERROR(edit.Replace(kRooted, "p2", &*note));
                return *note;
              }),
              IsOk());
  EXPECT_EQ(last("p2"), 4);
  EXPECT_THAT(Mutate([&](Edit& edit) -> absl::StatusOr<Note> {
                ATHENA_RETURN_IF_ERROR(edit.Delete(kRooted, "p2", "notes/p2"));
                return Note();
              }),
              IsOk());
  EXPECT_EQ(last("p2"), 5);
}

TEST_F(StoreTest, InstitutionsAreVisitedOneAfterTheOther) {
  const auto next = [&](const std::string& after) {
    std::string found;
    EXPECT_THAT(database_->Read([&](sql::ReadTx& tx) -> absl::Status {
      ATHENA_ASSIGN_OR_RETURN(found, NextInstitution(tx, after));
      return absl::OkStatus();
    }),
                IsOk());
    return found;
  };
  EXPECT_EQ(next(""), "");
  ASSERT_THAT(Insert("a", "one"), IsOk());
  ASSERT_THAT(Insert("b", "two"), IsOk());
  EXPECT_EQ(next(""), "gob");
  EXPECT_EQ(next("goa"), "gob");
  EXPECT_EQ(next("gob"), "");
}

TEST_F(StoreTest, AVisitBeginsBehindAnIdAndEndsWhenEnoughIsSeen) {
  for (const char* id : {"p1/a", "p1/b", "p1/c", "p2/a"}) ASSERT_THAT(Insert(id, id), IsOk());
  const auto visit = [&](const std::string& prefix, const std::string& after, size_t most) {
    std::vector<std::string> seen;
    EXPECT_THAT(store_->ReadAt("gob", 0,
                               [&](const Snapshot& now) {
                                 Note note;
                                 return now.VisitMessages(
                                     kNotes, prefix, after, [&] { return &note; },
                                     [&](google::protobuf::Message*) {
                                       seen.push_back(note.text());
                                       return seen.size() < most;
                                     });
                               }),
                IsOk());
    return seen;
  };
  EXPECT_THAT(visit("p1/", "", 9), ElementsAre("p1/a", "p1/b", "p1/c"));
  EXPECT_THAT(visit("p1/", "p1/a", 9), ElementsAre("p1/b", "p1/c"));
  EXPECT_THAT(visit("p1/", "p1/a", 1), ElementsAre("p1/b"));
  EXPECT_THAT(visit("", "p1/c", 9), ElementsAre("p2/a"));
}

class AlteredVersionsTest : public StoreTest {
 protected:
  AlteredVersionsTest() {
    ATHENA_EXPECT_OK(Insert("a", "one"));    // revision 1
    ATHENA_EXPECT_OK(Replace("a", "two"));   // 2
    ATHENA_EXPECT_OK(Insert("b", "other"));  // 3
    ATHENA_EXPECT_OK(Delete("a"));           // 4
    // All that can happen to one resource in one revision: 5.
    ATHENA_EXPECT_OK(Mutate([&](Edit& edit) -> absl::StatusOr<Note> {
      Note note;
      for (const char* text : {"first", "second"}) {
        note.set_name("notes/c");
        note.set_text(text);
        const auto put = std::string(text) == "first" ? edit.Insert(kNotes, "c", &note)
                                                      : edit.Replace(kNotes, "c", &note);
        if (!put.ok()) return put;
      }
      note.set_name("notes/d");
      if (absl::Status put = edit.Insert(kNotes, "d", &note); !put.ok()) return put;
      if (absl::Status put = edit.Delete(kNotes, "d", "notes/d"); !put.ok()) return put;
      if (absl::Status put = edit.Delete(kNotes, "b", "notes/b"); !put.ok()) return put;
      note.set_name("notes/b");
      if (absl::Status put = edit.Insert(kNotes, "b", &note); !put.ok()) return put;
      return note;
    }));
    ATHENA_EXPECT_OK(Replace("c", "third"));  // 6
  }

  std::optional<int64_t> FirstAltered() {
    const auto first = FirstAlteredVersion(*database_, "gob", [] { return absl::OkStatus(); });
    ATHENA_EXPECT_OK(first);
    return first.value_or(std::nullopt);
  }
  void Tamper(const sql::Statement& statement) {
    ATHENA_ASSERT_OK(database_->Write(
        "gob", [&](sql::WriteTx& tx) { return tx.Execute(statement, {}).status(); }));
  }
};

TEST_F(AlteredVersionsTest, NothingIsFoundWhereNobodyTouchedThem) {
  EXPECT_EQ(FirstAltered(), std::nullopt);
  EXPECT_EQ(FirstAlteredVersion(*database_, "nobody", [] { return absl::OkStatus(); }).value(),
            std::nullopt);
}

TEST_F(AlteredVersionsTest, AnAlteredBodyIsFound) {
  Tamper({"UPDATE resource SET body = CAST(body || 'x' AS BLOB) WHERE from_revision = 2"});
  EXPECT_EQ(FirstAltered(), 2);
  Tamper({"UPDATE resource SET body = X'' WHERE from_revision = 1"});
  EXPECT_EQ(FirstAltered(), 1);
}

TEST_F(AlteredVersionsTest, AlteredTimesAndIdsAreFound) {
  Tamper({"UPDATE resource SET update_time = update_time + 1 WHERE from_revision = 6"});
  EXPECT_EQ(FirstAltered(), 6);
  Tamper({"UPDATE resource SET create_time = create_time - 1 WHERE from_revision = 3"});
  EXPECT_EQ(FirstAltered(), 3);
  Tamper({"UPDATE resource SET id = 'z' WHERE from_revision = 2"});
  EXPECT_EQ(FirstAltered(), 2);
}

TEST_F(AlteredVersionsTest, AVersionThatWasAddedOrRemovedIsFound) {
  Tamper(
      {"INSERT INTO resource SELECT institution, collection, 'forged', from_revision, "
       "to_revision, create_time, update_time, body FROM resource WHERE from_revision = 6"});
  EXPECT_EQ(FirstAltered(), 6);
  Tamper({"DELETE FROM resource WHERE id = 'b' AND from_revision = 5"});
  EXPECT_EQ(FirstAltered(), 5);
}

TEST_F(AlteredVersionsTest, ADeletionThatWasTakenBackOrAddedIsFound) {
  Tamper({"UPDATE resource SET to_revision = 9223372036854775807 WHERE to_revision = 4"});
  EXPECT_EQ(FirstAltered(), 4);
}

TEST_F(AlteredVersionsTest, AVersionThatWasEndedIsFound) {
  Tamper({"UPDATE resource SET to_revision = 6 WHERE id = 'b' AND from_revision = 5"});
  EXPECT_EQ(FirstAltered(), 6);
}

TEST_F(AlteredVersionsTest, EntriesFromBeforeThereWereDigestsArePassedOver) {
  Tamper({"UPDATE journal SET versions = NULL WHERE revision < 6"});
  Tamper({"UPDATE resource SET body = X'' WHERE from_revision < 6"});
  EXPECT_EQ(FirstAltered(), std::nullopt);
}

TEST_F(StoreTest, TheJournalHasTheRequestIdAndTheCause) {
  const auto write = [&](const Mutation& mutation) {
    clock_.Advance(absl::Seconds(10));
    return store_
        ->Mutate<Note>(
            mutation,
            [](Edit& edit) -> absl::StatusOr<Note> {
              Note note;
              note.set_name(absl::StrCat("notes/", edit.revision()));
              if (absl::Status done = edit.Insert(kNotes, std::to_string(edit.revision()), &note);
                  !done.ok()) {
                return done;
              }
              return note;
            })
        .status();
  };
  const Note request;
  Mutation mutation = {.institution = "gob",
                       .subject = "an",
                       .action = "Write",
                       .reason = "",
                       .request_id = "",
                       .request = &request};
  mutation.request_id = "mine";
  mutation.cause = "decisions/d";
  ATHENA_ASSERT_OK(write(mutation));
  mutation.request_id = "server-7";
  mutation.cause = "";
  ATHENA_ASSERT_OK(write(mutation));
  mutation.request_id = "";
  mutation.journal_id = "push-1";
  ATHENA_ASSERT_OK(write(mutation));
  std::vector<std::string> ids;
  ATHENA_ASSERT_OK(database_->Read([&](sql::ReadTx& tx) {
    return audit::ReadAfter(tx, "gob", 0, 10, [&](const audit::Record& record) {
      ids.push_back(absl::StrCat(record.request_id, " ", record.cause));
      return absl::OkStatus();
    });
  }));
  EXPECT_THAT(ids, ElementsAre("mine decisions/d", " ", "push-1 "));
}

TEST_F(StoreTest, TheJournalOfAllThisIsSound) {
  ATHENA_ASSERT_OK(Insert("a", "one"));
  ATHENA_ASSERT_OK(Replace("a", "two"));
  ATHENA_ASSERT_OK(Delete("a"));
  EXPECT_EQ(database_->Read([](sql::ReadTx& tx) { return audit::Verify(tx, "gob"); }),
            absl::OkStatus());
}

}  // namespace
}  // namespace athena::versioned
