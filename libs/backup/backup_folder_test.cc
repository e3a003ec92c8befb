#include "libs/backup/backup_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "libs/sql/testing/temporary_folder.h"
#include "libs/status/testing/matchers.h"

namespace athena::backup {
namespace {

using status::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

const absl::Time kEvening =
    absl::FromCivil(absl::CivilSecond(2026, 11, 30, 18, 52, 5), absl::UTCTimeZone());

TEST(BackupFolderTest, ANameHasTheServiceAndTheTimeToTheSecond) {
  EXPECT_EQ(FileName("plan", kEvening), "plan-20261130T185205Z.db");
  EXPECT_EQ(FileName("plan", kEvening + absl::Milliseconds(999)), "plan-20261130T185205Z.db");
  EXPECT_EQ(TimeOf("plan", "plan-20261130T185205Z.db"), kEvening);
}

TEST(BackupFolderTest, OtherNamesAreNoBackupsOfTheService) {
  for (const char* const name :
       {"", "plan", "plan-.db", "indicator-20261130T185205Z.db", "plan-20261130T185205Z.db.partial",
        "plan-20261130T185205Z.dbx", "plan-20261130T185205.db", "plan-20261131T185205Z.db",
        "plan-20261130T18520Z.db", "plan-20261130T185205Z .db", "xplan-20261130T185205Z.db",
        "plan_20261130T185205Z.db", "plan-infinite-future.db", "plan-+20261130T185205Z.db"}) {
    EXPECT_EQ(TimeOf("plan", name), std::nullopt) << name;
  }
}

TEST(BackupFolderTest, AFoldersBackupsAreListedFromTheOldestOn) {
  const sql::TemporaryFolder folder;
  for (const char* const name :
       {"plan-20261130T000000Z.db", "plan-20261001T000000Z.db", "plan-20261130T000001Z.db",
        "indicator-20261130T000000Z.db", "plan-20261130T000002Z.db.partial",
        "plan-20261130T000002Z.db.partial-journal", "plan.db", "notes.txt.partial"}) {
    std::ofstream(folder.File(name)) << name;
  }
  std::filesystem::create_directory(folder.File("plan-20260101T000000Z.db"));
  ATHENA_ASSERT_OK_AND_ASSIGN(const auto files, ListBackups(folder.File(""), "plan"));
  std::vector<std::string> names;
  for (const BackupFile& file : files) {
    names.push_back(std::filesystem::path(file.path).filename().string());
    EXPECT_EQ(file.bytes, 24);
  }
  EXPECT_THAT(names, ElementsAre("plan-20261001T000000Z.db", "plan-20261130T000000Z.db",
                                 "plan-20261130T000001Z.db"));
  ATHENA_ASSERT_OK_AND_ASSIGN(const auto partial, ListPartial(folder.File(""), "plan"));
  EXPECT_THAT(partial, UnorderedElementsAre(HasSubstr("plan-20261130T000002Z.db.partial"),
                                            HasSubstr("plan-20261130T000002Z.db.partial-journal")));
}

TEST(BackupFolderTest, AFolderThatIsMissingIsSaid) {
  EXPECT_THAT(ListBackups("/nowhere/at/all", "plan"),
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr("/nowhere/at/all")));
}

}  // namespace
}  // namespace athena::backup
