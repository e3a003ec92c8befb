#include "libs/sql/sqlite/sqlite_database.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <unistd.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/clock/clock.h"
#include "libs/sql/testing/conformance_test_suite.h"
#include "libs/sql/testing/temporary_folder.h"

namespace athena::sql {
namespace {

constexpr int32_t kTestId = 0x61746801;

class SqliteBackend : public ConformanceBackend {
 public:
  std::unique_ptr<Database> Open(absl::Span<const Migration> migrations,
                                 const Clock& clock) override {
    SqliteOptions options;
    options.path = folder_.File("conformance.db");
    options.application_id = kTestId;
    options.migrations = migrations;
    options.clock = &clock;
    auto opened = SqliteDatabase::Open(std::move(options));
    EXPECT_EQ(opened.status(), absl::OkStatus());
    return *std::move(opened);
  }

 private:
  TemporaryFolder folder_;
};

TEST(NotesTest, EachIsFoundByItsKindAndWhatItIsAbout) {
  constexpr NoteKind<int64_t> kNumber{"number"};
  constexpr NoteKind<int64_t> kOther{"number"};
  constexpr NoteKind<std::string> kText{"text"};
  Notes notes;
  notes.Keep(kNumber, "a", 1);
  notes.Keep(kNumber, "b", 2);
  notes.Keep(kNumber, "a", 3);
  notes.Keep(kText, "a", "three");
  ASSERT_NE(notes.Find(kNumber, "a"), nullptr);
  EXPECT_EQ(*notes.Find(kNumber, "a"), 3);
  EXPECT_EQ(*notes.Find(kNumber, "b"), 2);
  EXPECT_EQ(*notes.Find(kText, "a"), "three");
  EXPECT_EQ(notes.Find(kOther, "a"), nullptr);
  EXPECT_EQ(notes.Find(kText, "b"), nullptr);
}

TEST(NotesTest, WhatIsEditedIsKept) {
  constexpr NoteKind<std::vector<int>> kList{"list"};
  Notes notes;
  notes.Edit(kList, "a").push_back(1);
  notes.Edit(kList, "a").push_back(2);
  EXPECT_TRUE(notes.Edit(kList, "b").empty());
  ASSERT_NE(notes.Find(kList, "a"), nullptr);
  EXPECT_EQ(*notes.Find(kList, "a"), std::vector({1, 2}));
}

TEST(NotesTest, TheFirstBeyondTheBoundTakesThePlaceOfAll) {
  constexpr NoteKind<int64_t> kNumber{"number"};
  Notes notes;
  for (size_t i = 0; i < Notes::kMost; ++i) notes.Keep(kNumber, absl::StrCat(i), 1);
  ASSERT_NE(notes.Find(kNumber, "0"), nullptr);
  notes.Keep(kNumber, "one more", 2);
  EXPECT_EQ(notes.Find(kNumber, "0"), nullptr);
  ASSERT_NE(notes.Find(kNumber, "one more"), nullptr);
  EXPECT_EQ(*notes.Find(kNumber, "one more"), 2);
}

TEST(SqliteNotesTest, ANoteIsThereForTheNextTransactionUntilOneFails) {
  constexpr NoteKind<int64_t> kNumber{"number"};
  const TemporaryFolder folder;
  SqliteOptions options;
  options.path = folder.File("notes.db");
  options.application_id = kTestId;
  auto database = SqliteDatabase::Open(std::move(options));
  ASSERT_EQ(database.status(), absl::OkStatus());
  const auto noted = [&] {
    bool found = false;
    EXPECT_EQ((*database)->Write("gob",
                                 [&](WriteTx& tx) {
                                   found = tx.notes()->Find(kNumber, "a") != nullptr;
                                   return absl::OkStatus();
                                 }),
              absl::OkStatus());
    return found;
  };
  EXPECT_EQ((*database)->Write("gob",
                               [&](WriteTx& tx) {
                                 tx.notes()->Keep(kNumber, "a", 1);
                                 return absl::OkStatus();
                               }),
            absl::OkStatus());
  EXPECT_TRUE(noted());
  EXPECT_EQ((*database)->Write("gob", [](WriteTx&) { return absl::AbortedError("no"); }),
            absl::AbortedError("no"));
  EXPECT_FALSE(noted());
}

INSTANTIATE_TEST_SUITE_P(Drivers, DatabaseConformanceTest,
                         testing::Values(ConformanceDriver{
                             "Sqlite", [] { return std::make_unique<SqliteBackend>(); }}),
                         ConformanceDriverName);

}  // namespace
}  // namespace athena::sql
