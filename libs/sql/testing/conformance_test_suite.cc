#include "libs/sql/testing/conformance_test_suite.h"

#include <gmock/gmock.h>

#include <atomic>
#include <bit>
#include <cmath>
#include <condition_variable>
#include <limits>
#include <map>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "absl/time/time.h"
#include "libs/status/macros.h"

namespace athena::sql {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr Migration kSchema[] = {{1, "entries", R"(
  CREATE TABLE entry (
    id BIGINT NOT NULL PRIMARY KEY,
    label TEXT NOT NULL UNIQUE,
    amount BIGINT NOT NULL CHECK (amount >= 0)
  );
  CREATE TABLE part (
    id BIGINT NOT NULL PRIMARY KEY,
    entry BIGINT NOT NULL REFERENCES entry (id)
  );
  CREATE TABLE late_part (
    id BIGINT NOT NULL PRIMARY KEY,
    entry BIGINT NOT NULL REFERENCES entry (id) DEFERRABLE INITIALLY DEFERRED
  );
  CREATE TABLE sample (
    id BIGINT NOT NULL PRIMARY KEY,
    i BIGINT, r DOUBLE PRECISION, t TEXT, b BYTEA
  );
)"}};

constexpr Statement kInsert{"INSERT INTO entry (id, label, amount) VALUES (?, ?, ?)"};
constexpr Statement kListIds{"SELECT id FROM entry ORDER BY id"};

absl::Status Insert(WriteTx& tx, int64_t id, int64_t amount = 1) {
  const std::string label = absl::StrCat("entry ", id);
  return tx.Execute(kInsert, {id, std::string_view(label), amount}).status();
}

WriteFn Inserting(int64_t id) {
  return [id](WriteTx& tx) { return Insert(tx, id); };
}

std::vector<int64_t> IdsIn(ReadTx& tx) {
  std::vector<int64_t> ids;
  EXPECT_EQ(tx.Query(kListIds, {},
                     [&](const Row& row) {
                       ids.push_back(row.Int(0));
                       return absl::OkStatus();
                     }),
            absl::OkStatus());
  return ids;
}

std::vector<int64_t> IdsIn(Database& database) {
  std::vector<int64_t> ids;
  EXPECT_EQ(database.Read([&](ReadTx& tx) {
    ids = IdsIn(tx);
    return absl::OkStatus();
  }),
            absl::OkStatus());
  return ids;
}

// Keeps the writing thread inside a write until it is let go, so that later writes share a commit.
class HeldWriter {
 public:
  explicit HeldWriter(Database& database) {
    database.WriteAsync(
        "gob", 1,
        [this](WriteTx&) {
          if (!started_.HasBeenNotified()) started_.Notify();
          go_.WaitForNotification();
          return absl::OkStatus();
        },
        [this](absl::Status) { done_.Notify(); });
    started_.WaitForNotification();
  }
  ~HeldWriter() { Release(); }
  void Release() {
    if (!go_.HasBeenNotified()) go_.Notify();
    done_.WaitForNotification();
  }

 private:
  absl::Notification started_;
  absl::Notification go_;
  absl::Notification done_;
};

// Queues writes and collects their answers, in the order in which they came.
class Answers {
 public:
  explicit Answers(Database& database) : database_(database) {}

  void Queue(std::string name, WriteFn write) {
    {
      const std::lock_guard hold(mu_);
      ++open_;
    }
    database_.WriteAsync("gob", 1, std::move(write),
                         [this, name = std::move(name)](absl::Status status) {
                           const std::lock_guard hold(mu_);
                           answers_.emplace_back(name, std::move(status));
                           if (--open_ == 0) idle_.notify_all();
                         });
  }

  std::vector<std::pair<std::string, absl::StatusCode>> Wait() {
    std::unique_lock hold(mu_);
    idle_.wait(hold, [this] { return open_ == 0; });
    std::vector<std::pair<std::string, absl::StatusCode>> codes;
    for (const auto& [name, status] : answers_) codes.emplace_back(name, status.code());
    return codes;
  }

 private:
  Database& database_;
  std::mutex mu_;
  std::condition_variable idle_;
  int open_ = 0;
  std::vector<std::pair<std::string, absl::Status>> answers_;
};

}  // namespace

std::string ConformanceDriverName(const testing::TestParamInfo<ConformanceDriver>& info) {
  return info.param.name;
}

DatabaseConformanceTest::DatabaseConformanceTest()
    : backend_(GetParam().make()), database_(backend_->Open(kSchema, Clock::System())) {}

void DatabaseConformanceTest::Reopen() {
  database_.reset();
  database_ = backend_->Open(kSchema, Clock::System());
}

TEST_P(DatabaseConformanceTest, AnAcknowledgedWriteIsSeenByTheNextRead) {
  for (int64_t id = 1; id <= 50; ++id) {
    ASSERT_EQ(database_->Write("gob", Inserting(id)), absl::OkStatus());
    ASSERT_EQ(IdsIn(*database_).back(), id);
  }
}

TEST_P(DatabaseConformanceTest, AcknowledgedWritesAreThereAfterReopening) {
  ASSERT_EQ(database_->Write("gob", Inserting(7)), absl::OkStatus());
  Reopen();
  EXPECT_THAT(IdsIn(*database_), ElementsAre(7));
}

TEST_P(DatabaseConformanceTest, ATransactionReadsWhatItWrote) {
  EXPECT_EQ(database_->Write("gob",
                             [](WriteTx& tx) {
                               ATHENA_RETURN_IF_ERROR(Insert(tx, 3));
                               EXPECT_THAT(IdsIn(tx), ElementsAre(3));
                               return absl::OkStatus();
                             }),
            absl::OkStatus());
}

TEST_P(DatabaseConformanceTest, AnErrorRollsBackAllTheFunctionDid) {
  const absl::Status refused = absl::PermissionDeniedError("not today");
  EXPECT_EQ(database_->Write("gob",
                             [&](WriteTx& tx) {
                               EXPECT_EQ(Insert(tx, 1), absl::OkStatus());
                               EXPECT_EQ(Insert(tx, 2), absl::OkStatus());
                               return refused;
                             }),
            refused);
  EXPECT_THAT(IdsIn(*database_), IsEmpty());
}

TEST_P(DatabaseConformanceTest, AnExceptionInAFunctionIsInternalAndRollsBack) {
  EXPECT_EQ(database_
                ->Write("gob",
                        [](WriteTx& tx) -> absl::Status {
                          EXPECT_EQ(Insert(tx, 1), absl::OkStatus());
                          throw std::runtime_error("oops");
                        })
                .code(),
            absl::StatusCode::kInternal);
  EXPECT_THAT(IdsIn(*database_), IsEmpty());
}

TEST_P(DatabaseConformanceTest, AFailingWriteInAGroupFailsAlone) {
  Answers answers(*database_);
  {
    HeldWriter held(*database_);
    answers.Queue("first", Inserting(1));
    answers.Queue("poisoned", [](WriteTx& tx) {
      EXPECT_EQ(Insert(tx, 2), absl::OkStatus());
      return absl::AbortedError("after writing");
    });
    answers.Queue("clashing", [](WriteTx& tx) {
      EXPECT_EQ(Insert(tx, 4), absl::OkStatus());
      return Insert(tx, 1);
    });
    answers.Queue("refused", [](WriteTx&) { return absl::NotFoundError("wrote nothing"); });
    answers.Queue("last", Inserting(3));
  }
  EXPECT_THAT(answers.Wait(),
              testing::UnorderedElementsAre(std::pair("first", absl::StatusCode::kOk),
                                            std::pair("poisoned", absl::StatusCode::kAborted),
                                            std::pair("clashing", absl::StatusCode::kAlreadyExists),
                                            std::pair("refused", absl::StatusCode::kNotFound),
                                            std::pair("last", absl::StatusCode::kOk)));
  EXPECT_THAT(IdsIn(*database_), ElementsAre(1, 3));
}

TEST_P(DatabaseConformanceTest, NoNoteOutlivesTheWriteItIsAbout) {
  static constexpr NoteKind<int64_t> kNewest{"newest entry"};
  const auto inserting = [](WriteTx& tx, int64_t id) {
    const absl::Status inserted = Insert(tx, id);
    if (Notes* const notes = tx.notes(); notes != nullptr) notes->Keep(kNewest, "entry", id);
    return inserted;
  };
  // What is noted, if anything is, and what is true.
  std::vector<std::pair<int64_t, int64_t>> seen;
  const auto looking = [&](WriteTx& tx) {
    const Notes* const notes = tx.notes();
    const int64_t* const noted = notes == nullptr ? nullptr : notes->Find(kNewest, "entry");
    const std::vector<int64_t> ids = IdsIn(tx);
    seen.emplace_back(noted == nullptr ? ids.back() : *noted, ids.back());
    return absl::OkStatus();
  };
  Answers answers(*database_);
  {
    HeldWriter held(*database_);
    answers.Queue("first", [&](WriteTx& tx) { return inserting(tx, 1); });
    answers.Queue("look", looking);
    answers.Queue("poisoned", [&](WriteTx& tx) {
      EXPECT_EQ(inserting(tx, 2), absl::OkStatus());
      return absl::AbortedError("after writing");
    });
    answers.Queue("look again", looking);
    answers.Queue("clashing", [&](WriteTx& tx) { return inserting(tx, 1); });
    answers.Queue("look at the end", looking);
  }
  answers.Wait();
  ASSERT_FALSE(seen.empty());
  for (const auto& [noted, newest] : seen) EXPECT_EQ(noted, newest);
  EXPECT_THAT(IdsIn(*database_), ElementsAre(1));
}

TEST_P(DatabaseConformanceTest, WhoOnlyReadsHasNoNotes) {
  EXPECT_EQ(database_->Read([](ReadTx& tx) {
    EXPECT_EQ(tx.notes(), nullptr);
    return absl::OkStatus();
  }),
            absl::OkStatus());
}

TEST_P(DatabaseConformanceTest, ADeferredForeignKeyFailsOnlyTheWriteThatBrokeIt) {
  constexpr Statement kInsertLate{"INSERT INTO late_part (id, entry) VALUES (?, ?)"};
  Answers answers(*database_);
  {
    HeldWriter held(*database_);
    answers.Queue("dangling", [&](WriteTx& tx) {
      return tx.Execute(kInsertLate, {int64_t{1}, int64_t{99}}).status();
    });
    answers.Queue("resolved", [&](WriteTx& tx) {
      absl::Status status = tx.Execute(kInsertLate, {int64_t{2}, int64_t{5}}).status();
      return status.ok() ? Insert(tx, 5) : status;
    });
  }
  EXPECT_THAT(answers.Wait(), testing::UnorderedElementsAre(
                                  std::pair("dangling", absl::StatusCode::kFailedPrecondition),
                                  std::pair("resolved", absl::StatusCode::kOk)));
  EXPECT_THAT(IdsIn(*database_), ElementsAre(5));
}

TEST_P(DatabaseConformanceTest, TimesStrictlyIncreaseInWholeMicroseconds) {
  std::mutex mu;
  std::vector<absl::Time> times;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 50; ++i) {
        ASSERT_EQ(database_->Write("gob",
                                   [&, id = t * 100 + i](WriteTx& tx) {
                                     // Commit order is the order of execution: collected on commit.
                                     tx.OnCommit([&mu, &times, at = tx.time()] {
                                       const std::lock_guard hold(mu);
                                       times.push_back(at);
                                     });
                                     return Insert(tx, id);
                                   }),
                  absl::OkStatus());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  ASSERT_EQ(times.size(), 200);
  for (size_t i = 0; i < times.size(); ++i) {
    EXPECT_EQ(times[i], absl::FromUnixMicros(absl::ToUnixMicros(times[i])));
    if (i > 0) {
      EXPECT_LT(times[i - 1], times[i]);
    }
  }
}

TEST_P(DatabaseConformanceTest, TimesIncreaseWhenTheClockIsSetBackAcrossARestart) {
  const absl::Time noon = fake_clock_.Now();
  absl::Time first;
  absl::Time second;
  absl::Time third;
  const auto insert_at = [](int64_t id, absl::Time& time) {
    return [id, &time](WriteTx& tx) {
      time = tx.time();
      return Insert(tx, id);
    };
  };
  database_.reset();
  database_ = backend_->Open(kSchema, fake_clock_);
  ASSERT_EQ(database_->Write("gob", insert_at(1, first)), absl::OkStatus());
  ASSERT_EQ(database_->Write("gob", insert_at(2, second)), absl::OkStatus());
  database_.reset();
  fake_clock_.Set(noon - absl::Hours(1));
  database_ = backend_->Open(kSchema, fake_clock_);
  ASSERT_EQ(database_->Write("gob", insert_at(3, third)), absl::OkStatus());
  EXPECT_EQ(first, noon);
  EXPECT_EQ(second, noon + absl::Microseconds(1));
  EXPECT_GT(third, second);
}

TEST_P(DatabaseConformanceTest, AwaitPastWaitsForTheTransactionsUnderWay) {
  absl::Notification started;
  absl::Notification go;
  absl::Time before;
  absl::Time time;
  std::atomic<bool> published = false;
  ASSERT_EQ(database_->Write("gob",
                             [&](WriteTx& tx) {
                               before = tx.time();
                               return Insert(tx, 0);
                             }),
            absl::OkStatus());
  database_->WriteAsync(
      "gob", 1,
      [&](WriteTx& tx) {
        time = tx.time();
        tx.OnCommit([&] { published = true; });
        started.Notify();
        go.WaitForNotification();
        return Insert(tx, 1);
      },
      [](absl::Status status) { EXPECT_EQ(status, absl::OkStatus()); });
  started.WaitForNotification();
  // Nothing to wait for.
  EXPECT_EQ(database_->AwaitPast("gob", before), absl::OkStatus());

  std::vector<int64_t> seen;
  std::thread reader([&] {
    EXPECT_EQ(database_->AwaitPast("gob", time), absl::OkStatus());
    EXPECT_TRUE(published);
    seen = IdsIn(*database_);
  });
  go.Notify();
  reader.join();
  EXPECT_THAT(seen, ElementsAre(0, 1));
}

TEST_P(DatabaseConformanceTest, NoTransactionGetsATimeThatWasAwaited) {
  const absl::Time frozen = fake_clock_.Now();
  database_.reset();
  database_ = backend_->Open(kSchema, fake_clock_);
  EXPECT_EQ(database_->AwaitPast("gob", frozen), absl::OkStatus());
  absl::Time time;
  ASSERT_EQ(database_->Write("gob",
                             [&](WriteTx& tx) {
                               time = tx.time();
                               return Insert(tx, 1);
                             }),
            absl::OkStatus());
  EXPECT_GT(time, frozen);
  // What lies in the future is taken as now, and does not push the times ahead.
  EXPECT_EQ(database_->AwaitPast("gob", frozen + absl::Hours(24)), absl::OkStatus());
  ASSERT_EQ(database_->Write("gob",
                             [&](WriteTx& tx) {
                               time = tx.time();
                               return Insert(tx, 2);
                             }),
            absl::OkStatus());
  EXPECT_LT(time, frozen + absl::Seconds(1));
}

TEST_P(DatabaseConformanceTest, TimesOfAnotherInstitutionAreItsOwn) {
  database_.reset();
  database_ = backend_->Open(kSchema, fake_clock_);
  const absl::Time noon = fake_clock_.Now();
  std::vector<absl::Time> times;
  for (const char* institution : {"gob", "gob", "other"}) {
    ASSERT_EQ(database_->Write(institution,
                               [&](WriteTx& tx) {
                                 times.push_back(tx.time());
                                 return Insert(tx, static_cast<int64_t>(times.size()));
                               }),
              absl::OkStatus());
  }
  EXPECT_THAT(times, ElementsAre(noon, noon + absl::Microseconds(1), noon));
}

TEST_P(DatabaseConformanceTest, ATimeThatWasAwaitedIsNotGivenOutAfterARestartEither) {
  database_.reset();
  database_ = backend_->Open(kSchema, fake_clock_);
  ASSERT_EQ(database_->Write("gob", Inserting(1)), absl::OkStatus());
  fake_clock_.Advance(absl::Hours(1));
  const absl::Time awaited = fake_clock_.Now();
  ASSERT_EQ(database_->AwaitPast("gob", awaited), absl::OkStatus());
  database_.reset();
  fake_clock_.Advance(-absl::Hours(2));
  database_ = backend_->Open(kSchema, fake_clock_);
  ASSERT_EQ(database_->Write("gob",
                             [&](WriteTx& tx) {
                               EXPECT_GT(tx.time(), awaited);
                               return Insert(tx, 2);
                             }),
            absl::OkStatus());
}

InstitutionHead HeadIn(Database& database, std::string_view institution) {
  InstitutionHead head;
  EXPECT_EQ(database.Read([&](ReadTx& tx) {
    const auto found = tx.Head(institution);
    if (found.ok()) head = *found;
    return found.status();
  }),
            absl::OkStatus());
  return head;
}

TEST_P(DatabaseConformanceTest, TheHeadIsStoredWithTheTransactionThatChangesIt) {
  EXPECT_EQ(HeadIn(*database_, "gob").key, 0);
  absl::Time time;
  ASSERT_EQ(database_->Write("gob",
                             [&](WriteTx& tx) {
                               EXPECT_EQ(tx.institution(), "gob");
                               EXPECT_EQ(tx.head().revision, 0);
                               tx.SetRevision(1, "hash one");
                               tx.SetDefinitions(1);
                               time = tx.time();
                               EXPECT_EQ(tx.Head("gob")->journal_hash, "hash one");
                               return absl::OkStatus();
                             }),
            absl::OkStatus());
  ASSERT_EQ(database_->Write("gob",
                             [](WriteTx& tx) {
                               tx.SetRevision(2, "hash two");
                               return absl::AbortedError("no");
                             }),
            absl::AbortedError("no"));
  Reopen();
  const InstitutionHead head = HeadIn(*database_, "gob");
  EXPECT_EQ(head.revision, 1);
  EXPECT_EQ(head.revision_time, time);
  EXPECT_EQ(head.journal_hash, "hash one");
  EXPECT_EQ(head.definitions, 1);
  EXPECT_EQ(head.time, time);
  EXPECT_GT(head.lineage, 0);
}

TEST_P(DatabaseConformanceTest, AnInstitutionHasOneKeyThatNoOtherHas) {
  std::vector<std::thread> threads;
  std::mutex mu;
  std::map<std::string, std::set<int64_t>> keys;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 10; ++i) {
        const std::string institution = absl::StrCat("i", i);
        ASSERT_EQ(database_->Write(institution,
                                   [&](WriteTx& tx) {
                                     tx.OnCommit([&, key = tx.head().key] {
                                       const std::lock_guard hold(mu);
                                       keys[institution].insert(key);
                                     });
                                     return Insert(tx, t * 100 + i);
                                   }),
                  absl::OkStatus());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::set<int64_t> all;
  for (const auto& [institution, own] : keys) {
    EXPECT_EQ(own.size(), 1) << institution;
    EXPECT_EQ(HeadIn(*database_, institution).key, *own.begin());
    all.insert(own.begin(), own.end());
  }
  EXPECT_EQ(all.size(), 10);
  EXPECT_FALSE(all.contains(0));
}

TEST_P(DatabaseConformanceTest, AWriteThatChangesNothingLeavesNoHead) {
  ASSERT_EQ(database_->Write("gob", [](WriteTx&) { return absl::OkStatus(); }), absl::OkStatus());
  EXPECT_EQ(HeadIn(*database_, "gob").key, 0);
}

TEST_P(DatabaseConformanceTest, ATextWithANulIsRefused) {
  using namespace std::string_view_literals;
  EXPECT_EQ(database_
                ->Write("gob",
                        [&](WriteTx& tx) {
                          return tx.Execute(kInsert, {int64_t{1}, "a\0b"sv, int64_t{1}}).status();
                        })
                .code(),
            absl::StatusCode::kInvalidArgument);
}

TEST_P(DatabaseConformanceTest, OnCommitRunsInOrderBeforeTheAnswerAndSeesTheCommit) {
  std::vector<std::string> events;
  absl::Notification done;
  database_->WriteAsync(
      "gob", 1,
      [&](WriteTx& tx) {
        tx.OnCommit([&] { events.emplace_back("first"); });
        tx.OnCommit([&] { events.emplace_back("second"); });
        return Insert(tx, 1);
      },
      [&](absl::Status status) {
        EXPECT_EQ(status, absl::OkStatus());
        events.emplace_back("answer");
        done.Notify();
      });
  done.WaitForNotification();
  EXPECT_THAT(events, ElementsAre("first", "second", "answer"));
}

TEST_P(DatabaseConformanceTest, OnCommitIsDroppedWhenTheTransactionFails) {
  Answers answers(*database_);
  std::vector<std::string> published;
  {
    HeldWriter held(*database_);
    answers.Queue("good", [&](WriteTx& tx) {
      tx.OnCommit([&] { published.emplace_back("good"); });
      return Insert(tx, 1);
    });
    answers.Queue("wrote", [&](WriteTx& tx) {
      tx.OnCommit([&] { published.emplace_back("wrote"); });
      EXPECT_EQ(Insert(tx, 2), absl::OkStatus());
      return absl::AbortedError("no");
    });
    answers.Queue("read", [&](WriteTx& tx) {
      tx.OnCommit([&] { published.emplace_back("read"); });
      return absl::AbortedError("no");
    });
  }
  answers.Wait();
  EXPECT_THAT(published, ElementsAre("good"));
}

TEST_P(DatabaseConformanceTest, ConstraintsMapToStatusCodes) {
  ASSERT_EQ(database_->Write("gob", Inserting(1)), absl::OkStatus());
  const auto code = [&](const Statement& statement, std::vector<Param> params) {
    return database_
        ->Write("gob", [&](WriteTx& tx) { return tx.Execute(statement, params).status(); })
        .code();
  };
  using namespace std::string_view_literals;
  // Primary key, unique, check, not null, foreign key.
  EXPECT_EQ(code(kInsert, {int64_t{1}, "other"sv, int64_t{1}}), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(code(kInsert, {int64_t{2}, "entry 1"sv, int64_t{1}}), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(code(kInsert, {int64_t{2}, "other"sv, int64_t{-1}}),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(code(kInsert, {int64_t{2}, Null{}, int64_t{1}}), absl::StatusCode::kFailedPrecondition);
  constexpr Statement kInsertPart{"INSERT INTO part (id, entry) VALUES (?, ?)"};
  EXPECT_EQ(code(kInsertPart, {int64_t{1}, int64_t{99}}), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(code(kInsertPart, {int64_t{1}, int64_t{1}}), absl::StatusCode::kOk);
  // A wrong number of parameters, a statement that is none: the program's fault.
  EXPECT_EQ(code(kInsertPart, {int64_t{1}}), absl::StatusCode::kInternal);
  constexpr Statement kNonsense{"INSRT INTO part"};
  EXPECT_EQ(code(kNonsense, {}), absl::StatusCode::kInternal);
  constexpr Statement kTwo{"DELETE FROM part; DELETE FROM entry"};
  EXPECT_EQ(code(kTwo, {}), absl::StatusCode::kInternal);
}

TEST_P(DatabaseConformanceTest, AFailedStatementDoomsTheTransactionEvenIfTheErrorIsDropped) {
  ASSERT_EQ(database_->Write("gob", Inserting(1)), absl::OkStatus());
  EXPECT_EQ(database_
                ->Write("gob",
                        [](WriteTx& tx) {
                          EXPECT_EQ(Insert(tx, 2), absl::OkStatus());
                          EXPECT_EQ(Insert(tx, 1).code(), absl::StatusCode::kAlreadyExists);
                          EXPECT_EQ(Insert(tx, 3).code(), absl::StatusCode::kAlreadyExists);
                          return absl::OkStatus();
                        })
                .code(),
            absl::StatusCode::kAlreadyExists);
  EXPECT_THAT(IdsIn(*database_), ElementsAre(1));
}

TEST_P(DatabaseConformanceTest, AFunctionCannotEndTheTransactionItRunsIn) {
  constexpr Statement kCommit{"COMMIT"};
  constexpr Statement kRollback{"ROLLBACK"};
  for (const Statement& statement : {kCommit, kRollback}) {
    EXPECT_EQ(database_
                  ->Write("gob",
                          [&](WriteTx& tx) {
                            EXPECT_EQ(Insert(tx, 1), absl::OkStatus());
                            return tx.Execute(statement, {}).status();
                          })
                  .code(),
              absl::StatusCode::kInternal);
    EXPECT_THAT(IdsIn(*database_), IsEmpty());
  }
}

TEST_P(DatabaseConformanceTest, ExecuteCountsTheRowsItChanged) {
  constexpr Statement kRaise{"UPDATE entry SET amount = amount + 1 WHERE id >= ?"};
  constexpr Statement kIgnore{
      "INSERT INTO entry (id, label, amount) VALUES (?, 'x', 1) ON CONFLICT DO NOTHING"};
  EXPECT_EQ(database_->Write("gob",
                             [&](WriteTx& tx) {
                               for (int64_t id = 1; id <= 5; ++id)
                                 EXPECT_EQ(Insert(tx, id), absl::OkStatus());
                               EXPECT_EQ(tx.Execute(kRaise, {int64_t{3}}).value(), 3);
                               EXPECT_EQ(tx.Execute(kRaise, {int64_t{9}}).value(), 0);
                               EXPECT_EQ(tx.Execute(kIgnore, {int64_t{5}}).value(), 0);
                               EXPECT_EQ(tx.Execute(kIgnore, {int64_t{6}}).value(), 1);
                               return absl::OkStatus();
                             }),
            absl::OkStatus());
}

TEST_P(DatabaseConformanceTest, ReturningAppliesAllRowsEvenWhenTheVisitorStops) {
  constexpr Statement kRaise{"UPDATE entry SET amount = 7 WHERE id <= ? RETURNING id"};
  EXPECT_EQ(database_->Write("gob",
                             [&](WriteTx& tx) {
                               for (int64_t id = 1; id <= 4; ++id)
                                 EXPECT_EQ(Insert(tx, id), absl::OkStatus());
                               int visited = 0;
                               EXPECT_EQ(tx.Query(kRaise, {int64_t{3}},
                                                  [&](const Row&) {
                                                    ++visited;
                                                    return absl::CancelledError("enough");
                                                  }),
                                         absl::CancelledError("enough"));
                               EXPECT_EQ(visited, 1);
                               return absl::OkStatus();
                             }),
            absl::OkStatus());
  constexpr Statement kSevens{"SELECT count(*) FROM entry WHERE amount = 7"};
  EXPECT_EQ(database_->Read([&](ReadTx& tx) {
    return tx.Query(kSevens, {}, [](const Row& row) {
      EXPECT_EQ(row.Int(0), 3);
      return absl::OkStatus();
    });
  }),
            absl::OkStatus());
}

TEST_P(DatabaseConformanceTest, AVisitorsErrorStopsAQueryAndIsReturned) {
  ASSERT_EQ(database_->Write("gob",
                             [](WriteTx& tx) {
                               for (int64_t id = 1; id <= 5; ++id)
                                 EXPECT_EQ(Insert(tx, id), absl::OkStatus());
                               return absl::OkStatus();
                             }),
            absl::OkStatus());
  std::vector<int64_t> seen;
  EXPECT_EQ(database_->Read([&](ReadTx& tx) {
    return tx.Query(kListIds, {}, [&](const Row& row) {
      seen.push_back(row.Int(0));
      return row.Int(0) == 2 ? absl::OutOfRangeError("two") : absl::OkStatus();
    });
  }),
            absl::OutOfRangeError("two"));
  EXPECT_THAT(seen, ElementsAre(1, 2));
}

TEST_P(DatabaseConformanceTest, AVisitorCannotUseItsTransaction) {
  ASSERT_EQ(database_->Write("gob", Inserting(1)), absl::OkStatus());
  EXPECT_EQ(database_->Read([&](ReadTx& tx) {
    EXPECT_EQ(tx.Query(kListIds, {},
                       [&](const Row&) {
                         return tx.Query(kListIds, {}, [](const Row&) { return absl::OkStatus(); });
                       })
                  .code(),
              absl::StatusCode::kInternal);
    EXPECT_THAT(IdsIn(tx), ElementsAre(1));
    return absl::OkStatus();
  }),
            absl::OkStatus());
}

TEST_P(DatabaseConformanceTest, QueryManyVisitsTheRowsOfEachKeyInTheOrderOfTheKeys) {
  constexpr Statement kFrom{"SELECT id FROM entry WHERE id BETWEEN ? AND ? ORDER BY id"};
  std::vector<std::pair<size_t, int64_t>> visited;
  const auto visit = [&](size_t key, const Row& row) {
    visited.emplace_back(key, row.Int(0));
    return visited.size() < 4 ? absl::OkStatus() : absl::OutOfRangeError("four");
  };
  EXPECT_EQ(database_->Write("gob",
                             [&](WriteTx& tx) {
                               for (int64_t id = 1; id <= 5; ++id)
                                 EXPECT_EQ(Insert(tx, id), absl::OkStatus());
                               // The second key has no row.
                               const std::vector<Param> keys = {int64_t{4}, int64_t{5}, int64_t{7},
                                                                int64_t{9}, int64_t{1}, int64_t{1}};
                               EXPECT_EQ(tx.QueryMany(kFrom, 2, keys, visit), absl::OkStatus());
                               EXPECT_EQ(tx.QueryMany(kFrom, 2, {}, visit), absl::OkStatus());
                               return absl::OkStatus();
                             }),
            absl::OkStatus());
  EXPECT_THAT(visited, ElementsAre(std::pair(0, 4), std::pair(0, 5), std::pair(2, 1)));
  const std::vector<Param> keys = {int64_t{2}, int64_t{3}, int64_t{4}, int64_t{4}};
  EXPECT_EQ(database_->Read([&](ReadTx& tx) { return tx.QueryMany(kFrom, 2, keys, visit); }),
            absl::OutOfRangeError("four"));
  EXPECT_EQ(visited.size(), 4);
}

TEST_P(DatabaseConformanceTest, ExecuteManyRunsTheStatementOncePerRow) {
  std::vector<std::string> labels;
  for (int i = 0; i < 1000; ++i) labels.push_back(absl::StrCat("label ", i));
  std::vector<Param> values;
  int64_t sum = 0;
  for (int64_t i = 0; i < 1000; ++i) {
    values.emplace_back(i);
    values.emplace_back(std::string_view(labels[static_cast<size_t>(i)]));
    values.emplace_back(i * i);
    sum += i * i;
  }
  ASSERT_EQ(
      database_->Write("gob", [&](WriteTx& tx) { return tx.ExecuteMany(kInsert, 3, values); }),
      absl::OkStatus());
  constexpr Statement kTotals{"SELECT count(*), sum(amount), max(label) FROM entry"};
  EXPECT_EQ(database_->Read([&](ReadTx& tx) {
    return tx.Query(kTotals, {}, [&](const Row& row) {
      EXPECT_EQ(row.Int(0), 1000);
      EXPECT_EQ(row.Int(1), sum);
      EXPECT_EQ(row.Text(2), "label 999");
      return absl::OkStatus();
    });
  }),
            absl::OkStatus());
}

TEST_P(DatabaseConformanceTest, ExecuteManyOfNoRowsDoesNothing) {
  EXPECT_EQ(database_->Write("gob", [&](WriteTx& tx) { return tx.ExecuteMany(kInsert, 3, {}); }),
            absl::OkStatus());
  EXPECT_THAT(IdsIn(*database_), IsEmpty());
}

TEST_P(DatabaseConformanceTest, AFailingRowOfExecuteManyLeavesNothing) {
  using namespace std::string_view_literals;
  const std::vector<Param> values = {int64_t{1}, "a"sv, int64_t{1},  //
                                     int64_t{2}, "a"sv, int64_t{1}};
  EXPECT_EQ(database_
                ->Write("gob",
                        [&](WriteTx& tx) {
                          tx.ExecuteMany(kInsert, 3, values).IgnoreError();
                          return absl::OkStatus();
                        })
                .code(),
            absl::StatusCode::kAlreadyExists);
  EXPECT_THAT(IdsIn(*database_), IsEmpty());
  EXPECT_EQ(database_->Write("gob", [&](WriteTx& tx) { return tx.ExecuteMany(kInsert, 2, values); })
                .code(),
            absl::StatusCode::kInternal);
}

TEST_P(DatabaseConformanceTest, EveryTypeComesBackAsItWasBound) {
  constexpr Statement kPut{"INSERT INTO sample (id, i, r, t, b) VALUES (?, ?, ?, ?, ?)"};
  constexpr Statement kGet{"SELECT i, r, t, b FROM sample WHERE id = ?"};
  using Limits = std::numeric_limits<double>;
  const std::vector<int64_t> integers = {0, -1, std::numeric_limits<int64_t>::min(),
                                         std::numeric_limits<int64_t>::max(), int64_t{1} << 53};
  const std::vector<double> reals = {0.1, -1e15, Limits::max(), Limits::denorm_min(),
                                     std::nextafter(1.0, 2.0)};
  const std::vector<std::string> texts = {"", "Één ü 漢字", "a'b\"c", std::string(100'000, 'x'),
                                          "%_?"};
  const std::vector<std::string> blobs = {"", std::string("\0a\0\xff", 4), std::string(3, '\0'),
                                          std::string(100'000, '\x80'), "plain"};
  ASSERT_EQ(database_->Write(
                "gob",
                [&](WriteTx& tx) {
                  for (size_t i = 0; i < 5; ++i) {
                    absl::Status status =
                        tx.Execute(kPut, {static_cast<int64_t>(i), integers[i], reals[i],
                                          std::string_view(texts[i]), Blob{blobs[i]}})
                            .status();
                    if (!status.ok()) return status;
                  }
                  return tx.Execute(kPut, {int64_t{5}, Null{}, Null{}, Null{}, Null{}}).status();
                }),
            absl::OkStatus());
  EXPECT_EQ(database_->Read([&](ReadTx& tx) {
    for (size_t i = 0; i < 5; ++i) {
      absl::Status status = tx.Query(kGet, {static_cast<int64_t>(i)}, [&](const Row& row) {
        EXPECT_EQ(row.Int(0), integers[i]);
        EXPECT_EQ(std::bit_cast<uint64_t>(row.Real(1)), std::bit_cast<uint64_t>(reals[i]))
            << reals[i];
        EXPECT_EQ(row.Text(2), texts[i]);
        EXPECT_EQ(row.Bytes(3), blobs[i]);
        for (int column = 0; column < 4; ++column) EXPECT_FALSE(row.IsNull(column)) << column;
        return absl::OkStatus();
      });
      if (!status.ok()) return status;
    }
    return tx.Query(kGet, {int64_t{5}}, [&](const Row& row) {
      for (int column = 0; column < 4; ++column) EXPECT_TRUE(row.IsNull(column)) << column;
      EXPECT_EQ(row.Int(0), 0);
      EXPECT_EQ(row.Real(1), 0);
      EXPECT_EQ(row.Text(2), "");
      EXPECT_EQ(row.Bytes(3), "");
      return absl::OkStatus();
    });
  }),
            absl::OkStatus());
}

TEST_P(DatabaseConformanceTest, ADefaultStringViewIsAnEmptyTextAndNotNull) {
  EXPECT_EQ(database_->Write(
                "gob",
                [](WriteTx& tx) {
                  return tx.Execute(kInsert, {int64_t{1}, std::string_view(), int64_t{1}}).status();
                }),
            absl::OkStatus());
}

TEST_P(DatabaseConformanceTest, MinusZeroComesBackAsZeroAndNaNIsRefused) {
  constexpr Statement kPut{"INSERT INTO sample (id, r) VALUES (?, ?)"};
  constexpr Statement kGet{"SELECT r FROM sample WHERE id = 1"};
  ASSERT_EQ(database_->Write("gob",
                             [&](WriteTx& tx) {
                               return tx.Execute(kPut, {int64_t{1}, -0.0}).status();
                             }),
            absl::OkStatus());
  EXPECT_EQ(database_->Read([&](ReadTx& tx) {
    return tx.Query(kGet, {}, [](const Row& row) {
      EXPECT_EQ(row.Real(0), 0.0);
      EXPECT_FALSE(std::signbit(row.Real(0)));
      return absl::OkStatus();
    });
  }),
            absl::OkStatus());
  EXPECT_EQ(database_
                ->Write("gob",
                        [&](WriteTx& tx) {
                          return tx.Execute(kPut, {int64_t{2}, std::nan("")}).status();
                        })
                .code(),
            absl::StatusCode::kInvalidArgument);
}

TEST_P(DatabaseConformanceTest, AReadKeepsItsSnapshotWhileOthersCommit) {
  ASSERT_EQ(database_->Write("gob", Inserting(1)), absl::OkStatus());
  EXPECT_EQ(database_->Read([&](ReadTx& tx) {
    EXPECT_THAT(IdsIn(tx), ElementsAre(1));
    std::thread writer([&] { EXPECT_EQ(database_->Write("gob", Inserting(2)), absl::OkStatus()); });
    writer.join();
    EXPECT_THAT(IdsIn(tx), ElementsAre(1));
    return absl::OkStatus();
  }),
            absl::OkStatus());
  EXPECT_THAT(IdsIn(*database_), ElementsAre(1, 2));
}

TEST_P(DatabaseConformanceTest, AReadCannotWrite) {
  constexpr Statement kDelete{"DELETE FROM entry WHERE id = 1 RETURNING id"};
  ASSERT_EQ(database_->Write("gob", Inserting(1)), absl::OkStatus());
  EXPECT_FALSE(database_
                   ->Read([&](ReadTx& tx) {
                     return tx.Query(kDelete, {}, [](const Row&) { return absl::OkStatus(); });
                   })
                   .ok());
  EXPECT_THAT(IdsIn(*database_), ElementsAre(1));
}

TEST_P(DatabaseConformanceTest, ThirtyTwoThreadsWriteAndReadTheirOwnWrites) {
  constexpr int kThreads = 32;
  constexpr int kWrites = 20;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kWrites; ++i) {
        const int64_t id = t * kWrites + i;
        // Every fifth fails after it has written.
        const bool poisoned = i % 5 == 4;
        const absl::Status status = database_->Write("gob", [&](WriteTx& tx) {
          absl::Status inserted = Insert(tx, id);
          return poisoned ? absl::AbortedError("poisoned") : inserted;
        });
        ASSERT_EQ(status.ok(), !poisoned) << status;
        ASSERT_EQ(database_->Read([&](ReadTx& tx) {
          constexpr Statement kFind{"SELECT count(*) FROM entry WHERE id = ?"};
          return tx.Query(kFind, {id}, [&](const Row& row) {
            EXPECT_EQ(row.Int(0), poisoned ? 0 : 1);
            return absl::OkStatus();
          });
        }),
                  absl::OkStatus());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(IdsIn(*database_).size(), kThreads * kWrites * 4 / 5);
}

TEST_P(DatabaseConformanceTest, UsingTheDatabaseFromInsideItsTransactionIsRefused) {
  EXPECT_EQ(database_->Write("gob",
                             [&](WriteTx&) {
                               EXPECT_EQ(database_->Write("gob", Inserting(1)).code(),
                                         absl::StatusCode::kInternal);
                               EXPECT_EQ(
                                   database_->Read([](ReadTx&) { return absl::OkStatus(); }).code(),
                                   absl::StatusCode::kInternal);
                               return absl::OkStatus();
                             }),
            absl::OkStatus());
  EXPECT_EQ(database_->Read([&](ReadTx&) {
    EXPECT_EQ(database_->Write("gob", Inserting(1)).code(), absl::StatusCode::kInternal);
    EXPECT_EQ(database_->Read([](ReadTx&) { return absl::OkStatus(); }).code(),
              absl::StatusCode::kInternal);
    return absl::OkStatus();
  }),
            absl::OkStatus());
}

TEST_P(DatabaseConformanceTest, AnAnswersCallbackCanQueueTheNextWrite) {
  absl::Notification done;
  database_->WriteAsync("gob", 1, Inserting(1), [&](absl::Status first) {
    EXPECT_EQ(first, absl::OkStatus());
    database_->WriteAsync("gob", 1, Inserting(2), [&](absl::Status second) {
      EXPECT_EQ(second, absl::OkStatus());
      done.Notify();
    });
  });
  done.WaitForNotification();
  EXPECT_THAT(IdsIn(*database_), ElementsAre(1, 2));
}

TEST_P(DatabaseConformanceTest, CloseFinishesWhatIsQueuedAndRefusesTheRest) {
  Answers answers(*database_);
  for (int64_t id = 1; id <= 100; ++id) answers.Queue(absl::StrCat(id), Inserting(id));
  database_->Close();
  for (const auto& [name, code] : answers.Wait()) EXPECT_EQ(code, absl::StatusCode::kOk) << name;
  EXPECT_EQ(database_->Write("gob", Inserting(101)).code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(database_->Read([](ReadTx&) { return absl::OkStatus(); }).code(),
            absl::StatusCode::kUnavailable);
  bool answered = false;
  database_->WriteAsync("gob", 1, Inserting(102), [&](absl::Status status) {
    answered = true;
    EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  });
  EXPECT_TRUE(answered);
  database_->Close();
  Reopen();
  EXPECT_EQ(IdsIn(*database_).size(), 100);
}

TEST_P(DatabaseConformanceTest, ConcurrentClosesAllReturn) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) threads.emplace_back([&] { database_->Close(); });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(database_->Write("gob", Inserting(1)).code(), absl::StatusCode::kUnavailable);
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(DatabaseConformanceTest);

}  // namespace athena::sql
