#include "libs/backup/backups.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <prometheus/registry.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "libs/auth/principal.h"
#include "libs/clock/clock.h"
#include "libs/rpc/testing/direct_call.h"
#include "libs/sql/testing/temporary_folder.h"
#include "libs/status/status.h"
#include "libs/status/storage.h"
#include "libs/status/testing/matchers.h"

namespace athena::backup {
namespace {

namespace fs = std::filesystem;
using auth::Role;
using common::v1::CreateBackupResponse;
using status::testing::IsOk;
using status::testing::Refuses;
using status::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// 2026-11-30 18:52:05 UTC, by `date -d @1796064725 -u`.
constexpr int64_t kUnixEvening = 1'796'064'725;

class BackupsTest : public ::testing::Test {
 protected:
  Backups& Start(int keep = 14, std::optional<std::string> folder = std::nullopt) {
    registry_ = std::make_unique<prometheus::Registry>();
    backups_ = std::make_unique<Backups>(
        BackupOptions{"plan", folder.value_or(folder_.File("")), keep},
        [this](const std::string& path,
               absl::FunctionRef<absl::Status()> go_on) -> absl::StatusOr<sql::BackupCopy> {
          if (meanwhile_) meanwhile_();
          if (absl::Status wanted = go_on(); !wanted.ok()) return wanted;
          if (!fault_.ok()) return fault_;
          std::ofstream(path) << "abc";
          return sql::BackupCopy{
              3, absl::FromUnixMillis(1'500), {{"gob", 7, 0xbeef, std::string(2, '\x11')}}};
        },
        clock_, *registry_);
    return *backups_;
  }
  absl::StatusOr<CreateBackupResponse> Create(const std::string& institution = "*",
                                              bool cancelled = false) {
    const rpc::ServiceTable table = backups_->Table();
    const auto caller =
        std::make_shared<auth::Principal>(auth::Principal{"operator", institution, {Role::kAdmin}});
    const rpc::testing::DirectCall call(table.methods.at(0), caller, "", 1, cancelled);
    if (!call.status().ok()) return call.status();
    CreateBackupResponse response;
    EXPECT_TRUE(response.ParseFromString(call.messages().at(0)));
    return response;
  }
  double Value(const std::string& name) {
    for (const auto& family : registry_->Collect()) {
      if (family.name != name) continue;
      const auto& metric = family.metric.at(0);
      return family.type == prometheus::MetricType::Counter ? metric.counter.value
                                                            : metric.gauge.value;
    }
    ADD_FAILURE() << "no metric " << name;
    return -1;
  }
  std::vector<std::string> Files() {
    std::vector<std::string> names;
    for (const auto& file : fs::directory_iterator(folder_.File(""))) {
      names.push_back(file.path().filename().string());
    }
    std::sort(names.begin(), names.end());
    return names;
  }

  const sql::TemporaryFolder folder_;
  FakeClock clock_{absl::FromUnixSeconds(kUnixEvening)};
  absl::Status fault_;
  std::function<void()> meanwhile_;
  std::unique_ptr<prometheus::Registry> registry_;
  std::unique_ptr<Backups> backups_;
};

TEST_F(BackupsTest, TheTableIsThatOfTheContract) {
  const rpc::ServiceTable table = Start().Table();
  EXPECT_THAT(rpc::TableFaults(table), IsEmpty());
  EXPECT_EQ(table.methods.at(0).roles.ToString(), "admin");
}

TEST_F(BackupsTest, ItTellsWhatItMade) {
  Start();
  ATHENA_ASSERT_OK_AND_ASSIGN(const CreateBackupResponse made, Create());
  EXPECT_EQ(made.file(), folder_.File("plan-20261130T185205Z.db"));
  EXPECT_EQ(made.bytes(), 3);
  EXPECT_EQ(made.as_of().seconds(), 1);
  EXPECT_EQ(made.as_of().nanos(), 500'000'000);
  // FIPS 180-4's example for "abc".
  EXPECT_EQ(made.sha256(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  ASSERT_EQ(made.heads_size(), 1);
  EXPECT_EQ(made.heads(0).institution(), "institutions/gob");
  EXPECT_EQ(made.heads(0).head().revision(), 7);
  EXPECT_EQ(made.heads(0).head().hash(), "1111");
  EXPECT_EQ(made.heads(0).head().lineage(), "000000000000beef");
}

TEST_F(BackupsTest, TheAdministratorOfOneInstitutionMayNot) {
  Start();
  EXPECT_THAT(Create("gob"), Refuses("PERMISSION_DENIED"));
  Start(14, "");  // nor learns whether there is a folder
  EXPECT_THAT(Create("gob"), Refuses("PERMISSION_DENIED"));
  EXPECT_THAT(Files(), IsEmpty());
  EXPECT_EQ(Value("athena_backup_failures_total"), 0);
}

TEST_F(BackupsTest, WithoutAFolderItSaysWhichFlagIsMissing) {
  Start(14, "");
  EXPECT_THAT(Create(),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("--backup_folder")));
  EXPECT_THAT(Create(), Refuses("NO_BACKUP_FOLDER"));
  EXPECT_EQ(Value("athena_backup_last_success_timestamp_seconds"), 0);
}

TEST_F(BackupsTest, TheNewestStayAndOtherFilesDo) {
  Start(2);
  for (const char* const name : {"plan-20200101T000000Z.db", "indicator-20200101T000000Z.db",
                                 "plan.db", "plan-20200101T000000Z.db.txt"}) {
    std::ofstream(folder_.File(name)) << "other";
  }
  // A process that was killed left this.
  std::ofstream(folder_.File("plan-20200102T000000Z.db.partial")) << "half";
  for (int i = 0; i < 3; ++i) {
    ATHENA_ASSERT_OK(Create());
    clock_.Advance(absl::Hours(1));
  }
  EXPECT_THAT(Files(),
              ElementsAre("indicator-20200101T000000Z.db", "plan-20200101T000000Z.db.txt",
                          "plan-20261130T195205Z.db", "plan-20261130T205205Z.db", "plan.db"));
}

TEST_F(BackupsTest, NothingIsDeletedForABackupThatFails) {
  Start(1);
  ATHENA_ASSERT_OK(Create());
  fault_ = absl::UnavailableError("the disk");
  EXPECT_THAT(Create(), ::testing::Not(IsOk()));
  EXPECT_THAT(Files(), ElementsAre("plan-20261130T185205Z.db"));
}

TEST_F(BackupsTest, TwoInOneSecondAreTwoFiles) {
  Start();
  ATHENA_ASSERT_OK(Create());
  ATHENA_ASSERT_OK(Create());
  EXPECT_THAT(Files(), ElementsAre("plan-20261130T185205Z.db", "plan-20261130T185206Z.db"));
}

TEST_F(BackupsTest, TheAgeIsThereFromTheFirstScrapeOn) {
  Start();
  EXPECT_EQ(Value("athena_backup_last_success_timestamp_seconds"), 0);
  ATHENA_ASSERT_OK(Create());
  EXPECT_EQ(Value("athena_backup_last_success_timestamp_seconds"), kUnixEvening);
  EXPECT_EQ(Value("athena_backup_bytes"), 3);
  Start();  // a new process finds the file
  EXPECT_EQ(Value("athena_backup_last_success_timestamp_seconds"), kUnixEvening);
  EXPECT_EQ(Value("athena_backup_bytes"), 3);
  Start(14, folder_.File("none"));  // a disk that is not there does not keep it from starting
  EXPECT_EQ(Value("athena_backup_last_success_timestamp_seconds"), 0);
}

TEST_F(BackupsTest, EachCauseHasAnAnswerOfItsOwnAndIsCounted) {
  Start();
  struct Case {
    absl::Status fault;
    absl::StatusCode code;
    const char* reason;
  };
  int failures = 0;
  for (const Case& one :
       {Case{status::StorageFault(status::StorageCause::kDiskFull, "no room"),
             absl::StatusCode::kResourceExhausted, "BACKUP_DISK_FULL"},
        Case{status::StorageFault(status::StorageCause::kIoError, "broken"),
             absl::StatusCode::kUnavailable, "BACKUP_FAILED"},
        Case{absl::DataLossError("page 7"), absl::StatusCode::kDataLoss, "DATABASE_DAMAGED"}}) {
    fault_ = one.fault;
    const absl::Status refused = Create().status();
    EXPECT_THAT(refused, StatusIs(one.code, HasSubstr(std::string(one.fault.message()))));
    EXPECT_THAT(refused, Refuses(one.reason));
    // A full disk stays full: no client sends it again by itself.
    EXPECT_EQ(status::RetryAfter(refused), absl::ZeroDuration());
    EXPECT_EQ(Value("athena_backup_failures_total"), ++failures);
  }
  EXPECT_EQ(Value("athena_backup_last_success_timestamp_seconds"), 0);
}

TEST_F(BackupsTest, ACallThatNobodyWaitsForMakesNone) {
  Start();
  EXPECT_THAT(Create("*", /*cancelled=*/true), StatusIs(absl::StatusCode::kCancelled));
  EXPECT_THAT(Files(), IsEmpty());
}

TEST_F(BackupsTest, OneAtATime) {
  Start();
  absl::Status second;
  meanwhile_ = [&] {
    meanwhile_ = nullptr;
    second = Create().status();
  };
  ATHENA_EXPECT_OK(Create());
  EXPECT_THAT(second, Refuses("BACKUP_UNDER_WAY"));
  ATHENA_EXPECT_OK(Create());
}

}  // namespace
}  // namespace athena::backup
