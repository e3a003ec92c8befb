#include "libs/daemon/institution_wakeups.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "absl/synchronization/notification.h"
#include "libs/sql/sqlite/sqlite_database.h"
#include "libs/sql/testing/temporary_folder.h"
#include "libs/status/testing/matchers.h"

namespace athena::daemon {
namespace {

class InstitutionWakeupsTest : public ::testing::Test {
 protected:
  InstitutionWakeupsTest() {
    sql::SqliteOptions options;
    options.path = folder_.File("a.db");
    options.application_id = 0x41544855;
    auto opened = sql::SqliteDatabase::Open(std::move(options));
    ATHENA_EXPECT_OK(opened);
    database_ = *std::move(opened);
  }
  void Commit(const std::string& institution, int64_t revision) {
    ASSERT_EQ(database_->Write(institution,
                               [&](sql::WriteTx& tx) {
                                 tx.SetRevision(revision, "hash");
                                 return absl::OkStatus();
                               }),
              absl::OkStatus());
  }

  sql::TemporaryFolder folder_;
  std::unique_ptr<sql::SqliteDatabase> database_;
};

TEST_F(InstitutionWakeupsTest, ARevisionThatNobodyNotifiedOfIsFoundByPolling) {
  InstitutionWakeups wakeups(*database_, absl::Milliseconds(1));
  absl::Notification first;
  absl::Notification second;
  const uint64_t id = wakeups.Of("gob").Add([&] {
    // The first poll cannot know what the watcher has seen.
    if (!first.HasBeenNotified()) {
      first.Notify();
    } else if (!second.HasBeenNotified()) {
      second.Notify();
    }
  });
  first.WaitForNotification();
  Commit("gob", 1);
  second.WaitForNotification();
  wakeups.Of("gob").Remove(id);
}

TEST_F(InstitutionWakeupsTest, OnlyTheInstitutionsOwnWatchersAreWoken) {
  InstitutionWakeups wakeups(*database_, absl::Hours(1));
  int gob = 0;
  int tal = 0;
  const uint64_t of_gob = wakeups.Of("gob").Add([&] { ++gob; });
  const uint64_t of_tal = wakeups.Of("tal").Add([&] { ++tal; });
  wakeups.Notify("gob");
  wakeups.Notify("nobody's");
  EXPECT_EQ(gob, 1);
  EXPECT_EQ(tal, 0);
  wakeups.Of("gob").Remove(of_gob);
  wakeups.Of("tal").Remove(of_tal);
}

TEST_F(InstitutionWakeupsTest, ADatabaseThatIsClosedFirstIsNoFault) {
  InstitutionWakeups wakeups(*database_, absl::Milliseconds(1));
  const uint64_t id = wakeups.Of("gob").Add([] {});
  database_->Close();
  wakeups.Of("gob").Remove(id);
}

}  // namespace
}  // namespace athena::daemon
