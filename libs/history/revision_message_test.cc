#include "libs/history/revision_message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "athena/common/v1/history.pb.h"
#include "libs/audit/journal.h"
#include "libs/history/testing/json.h"
#include "libs/history/testing/sheet.pb.h"
#include "libs/status/testing/matchers.h"

namespace athena::history {
namespace {

using common::v1::ResourceChange;
using common::v1::Revision;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::LinesOf;
using testing::Sheet;

constexpr size_t kMebibyte = 1 << 20;

Sheet SheetWith(const std::string& owner) {
  Sheet sheet;
  sheet.set_name("a/b");
  sheet.set_revision(7);
  sheet.set_etag(owner);
  sheet.set_owner(owner);
  return sheet;
}

class RevisionMessageTest : public ::testing::Test {
 protected:
  // What a resource was and is; null: it does not exist. Both outlive the test.
  void Set(const std::string& name, const Sheet* before, const Sheet* after) {
    names_.push_back(name);
    sheets_[name] = {before, after};
  }

  Revision Made() {
    audit::Record record;
    record.revision = 8;
    record.time = absl::FromUnixSeconds(1'600'000'000);
    record.subject = "ann";
    record.action = "UpdateSheet";
    record.reason = "why not";
    auto made = RevisionMessage(record, "00ff", names_,
                                [this](const std::string& name) -> absl::StatusOr<Versions> {
                                  const auto& [before, after] = sheets_[name];
                                  Versions versions;
                                  versions.left_out = kBookkeeping;
                                  if (before != nullptr) {
                                    versions.before = std::make_unique<Sheet>(*before);
                                  }
                                  if (after != nullptr) {
                                    versions.after = std::make_unique<Sheet>(*after);
                                  }
                                  return versions;
                                });
    ATHENA_EXPECT_OK(made);
    return *std::move(made);
  }

  std::vector<std::string> names_;
  std::map<std::string, std::pair<const Sheet*, const Sheet*>> sheets_;
};

TEST_F(RevisionMessageTest, SaysWhoChangedWhatWhenAndWhy) {
  const Sheet ann = SheetWith("Ann");
  const Sheet bo = SheetWith("Bo");
  Set("new", nullptr, &ann);
  Set("old", &ann, &bo);
  Set("gone", &bo, nullptr);
  Set("untouched", nullptr, nullptr);
  const Revision revision = Made();
  EXPECT_EQ(revision.revision(), 8);
  EXPECT_EQ(revision.time().seconds(), 1'600'000'000);
  EXPECT_EQ(revision.subject(), "ann");
  EXPECT_EQ(revision.action(), "UpdateSheet");
  EXPECT_EQ(revision.reason(), "why not");
  EXPECT_EQ(revision.lineage(), "00ff");
  EXPECT_EQ(revision.more_changes(), 0);
  ASSERT_EQ(revision.changes_size(), 3);
  EXPECT_EQ(revision.changes(0).resource(), "new");
  EXPECT_EQ(revision.changes(0).kind(), ResourceChange::KIND_CREATED);
  EXPECT_THAT(LinesOf(revision.changes(0).differences()), ElementsAre(R"(owner: nothing > "Ann")"));
  EXPECT_EQ(revision.changes(1).kind(), ResourceChange::KIND_UPDATED);
  EXPECT_THAT(LinesOf(revision.changes(1).differences()), ElementsAre(R"(owner: "Ann" > "Bo")"));
  EXPECT_EQ(revision.changes(2).kind(), ResourceChange::KIND_DELETED);
  EXPECT_THAT(LinesOf(revision.changes(2).differences()), ElementsAre(R"(owner: "Bo" > nothing)"));
}

TEST_F(RevisionMessageTest, AHundredDifferencesOfAResourceAreListedAndTheOthersCounted) {
  Sheet before;
  for (int i = 0; i < 100; ++i) before.add_steps()->set_id(absl::StrCat("s", i));
  const Sheet empty;
  Set("at", &before, &empty);
  Sheet owned;
  owned.set_owner("Ann");
  Set("above", &before, &owned);
  const Revision revision = Made();
  EXPECT_EQ(revision.changes(0).differences_size(), 100);
  EXPECT_EQ(revision.changes(0).more_differences(), 0);
  EXPECT_EQ(revision.changes(1).differences_size(), 100);
  EXPECT_EQ(revision.changes(1).more_differences(), 1);
}

TEST_F(RevisionMessageTest, LongValuesAreShortenedAndSaidToBe) {
  const Sheet fits = SheetWith(std::string(1000, 'x'));
  const Sheet longer = SheetWith(std::string(1001, 'x'));
  Set("a", nullptr, &fits);
  Set("b", nullptr, &longer);
  const Revision revision = Made();
  EXPECT_FALSE(revision.changes(0).differences(0).shortened());
  EXPECT_TRUE(revision.changes(1).differences(0).shortened());
  EXPECT_EQ(revision.changes(1).differences(0).to().string_value(), std::string(1000, 'x') + "…");
}

// The largest revision: 1,000 resources with the longest names and many long texts.
TEST_F(RevisionMessageTest, ARevisionIsBoundedWhateverItChanged) {
  Sheet large;
  for (int i = 0; i < 101; ++i) {
    (*large.mutable_title()->mutable_text())[absl::StrCat("l", i)] = std::string(1001, 'x');
  }
  for (int i = 0; i < 1000; ++i) {
    Set(absl::StrCat("institutions/", std::string(63, 'i'), "/plans/", std::string(63, 'p'),
                     "/elements/", std::string(63, 'e'), i),
        nullptr, &large);
  }
  const Revision revision = Made();
  EXPECT_LT(revision.ByteSizeLong(), kMebibyte);
  EXPECT_EQ(revision.changes_size(), 1000);
  EXPECT_EQ(revision.changes(0).differences_size(), 100);
  EXPECT_EQ(revision.changes(0).more_differences(), 1);
  EXPECT_THAT(revision.changes(999).differences(), IsEmpty());
  EXPECT_EQ(revision.changes(999).more_differences(), 101);
}

TEST_F(RevisionMessageTest, ResourcesWhoseNamesDoNotFitAreCounted) {
  const Sheet sheet = SheetWith("Ann");
  for (int i = 0; i < 1000; ++i) Set(absl::StrCat(std::string(2000, 'n'), i), nullptr, &sheet);
  const Revision revision = Made();
  EXPECT_LT(revision.ByteSizeLong(), kMebibyte);
  EXPECT_GT(revision.more_changes(), 500);
  EXPECT_EQ(revision.changes_size() + revision.more_changes(), 1000);
}

}  // namespace
}  // namespace athena::history
