#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "athena/common/v1/backup_service.pb.h"
#include "libs/sql/sqlite/sqlite_database.h"
#include "libs/status/testing/matchers.h"
#include "services/athenactl/testing/fake_services.h"
#include "services/athenactl/testing/terminal.h"

namespace athena::athenactl {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;
using testing::Ran;
using testing::RunAthenactl;

common::v1::CreateBackupResponse Made(const std::string& text) {
  common::v1::CreateBackupResponse message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message)) << text;
  return message;
}

TEST(BackupCommandTest, EveryServiceIsAskedAndAFailureDoesNotKeepTheOthersFromIt) {
  testing::FakePlan plan;
  testing::FakeReporting reporting{{}};
  plan.SetHistory(Made(R"pb(
    file: "/b/plan-20261130T185205Z.db"
    bytes: 1234567
    as_of { seconds: 1671840000 }
    sha256: "ba7816"
  )pb"));
  reporting.SetHistory(Made(R"pb(file: "/b/reporting-20261130T185206Z.db" bytes: 7)pb"));
  ConnectionOptions options;
  options.plan_address = plan.address();
  options.reporting_address = reporting.address();  // nobody answers for the indicator service
  const Ran ran = RunAthenactl({"backup"}, options);
  EXPECT_EQ(ran.code, 4) << ran.err;
  EXPECT_THAT(ran.out,
              MatchesRegex("SERVICE +FILE +BYTES  SECONDS  AS OF \\(UTC\\) +SHA-256\n"
                           "plan +/b/plan-20261130T185205Z\\.db +1,234,567 +[0-9.]+  2022-12-24 "
                           "00:00:00 +ba7816\n"
                           "reporting +/b/reporting-20261130T185206Z\\.db +7 +[0-9.]+ +1970.*\n"));
  EXPECT_THAT(ran.err, AllOf(HasSubstr("the indicator service"), Not(HasSubstr("the plan"))));

  const Ran one = RunAthenactl({"backup", "--service=plan", "--json"}, options);
  EXPECT_EQ(one.code, 0) << one.err;
  EXPECT_THAT(one.out, AllOf(HasSubstr("\"bytes\": \"1234567\""), Not(HasSubstr("reporting"))));
  EXPECT_EQ(RunAthenactl({"backup", "--service=dashboard"}, options).code, 2);
}

// Files as the plan service has them.
class RestoreCommandTest : public ::testing::Test {
 protected:
  std::unique_ptr<sql::SqliteDatabase> Open(const std::string& name, int32_t id = 0x41544850) {
    sql::SqliteOptions options;
    options.path = folder_.path() + "/" + name;
    options.application_id = id;
    auto database = sql::SqliteDatabase::Open(std::move(options));
    EXPECT_EQ(database.status(), absl::OkStatus());
    return *std::move(database);
  }
  Ran Run(std::vector<std::string> words) { return RunAthenactl(words, {}); }
  std::string File(const std::string& name) { return folder_.path() + "/" + name; }

  testing::Folder folder_;
};

TEST_F(RestoreCommandTest, ABackupIsCheckedAndRestoredWithoutAnyService) {
  ATHENA_ASSERT_OK(Open("plan.db")->Backup(File("backup.db")));
  const Ran checked = Run({"check", "--database", File("backup.db")});
  EXPECT_EQ(checked.code, 0) << checked.err;
  EXPECT_THAT(checked.out,
              AllOf(HasSubstr("a database of the plan service"), HasSubstr("structure: sound")));
  EXPECT_THAT(Run({"check", "--json", "--database", File("backup.db")}).out,
              AllOf(HasSubstr("\"service\": \"plan\""), HasSubstr("\"sound\": true")));
  const Ran restored = Run({"restore", File("backup.db"), "--database", File("plan.db")});
  EXPECT_EQ(restored.code, 0) << restored.err;
  EXPECT_THAT(restored.out, AllOf(HasSubstr("is now the plan service's backup"),
                                  MatchesRegex(".*plan\\.db\\.replaced-[0-9]{8}T[0-9]{6}Z\n.*"),
                                  HasSubstr("LINEAGE_CHANGED")));
  EXPECT_THAT(Run({"restore", File("backup.db"), "--database", File("new.db"), "--json"}).out,
              HasSubstr("\"replaced\": \"\""));
  Open("plan.db");
  Open("new.db");
}

TEST_F(RestoreCommandTest, WhatIsNotDoneIsSaid) {
  ATHENA_ASSERT_OK(Open("plan.db")->Backup(File("backup.db")));
  ATHENA_ASSERT_OK(Open("reporting.db", 0x41544852)->Backup(File("other.db")));
  ATHENA_ASSERT_OK(Open("foreign.db", 0x1234)->Backup(File("foreign-backup.db")));
  const auto running = Open("running.db");
  const auto refused = [&](std::vector<std::string> words, int code, const char* says) {
    const Ran ran = Run(words);
    EXPECT_EQ(ran.code, code) << ran.err;
    EXPECT_THAT(ran.err, HasSubstr(says));
    EXPECT_EQ(ran.out, "");
  };
  refused({"restore", File("backup.db")}, 2, "--database");
  refused({"restore", File("none.db"), "--database", File("plan.db")}, 1, "none.db");
  refused({"restore", File("other.db"), "--database", File("plan.db")}, 1, "another program");
  refused({"restore", File("foreign-backup.db"), "--database", File("x.db")}, 1,
          "no database of a service of Athena");
  refused({"restore", File("backup.db"), "--database", File("running.db")}, 1, "another process");
  refused({"check", "--database", File("foreign-backup.db")}, 1,
          "no database of a service of Athena");
  refused({"check", "--database", File("running.db")}, 1, "running.db-wal");
  refused({"check", "gob", "--database", File("backup.db")}, 2, "takes no institution");
  EXPECT_FALSE(fs::exists(File("x.db")));
}

TEST_F(RestoreCommandTest, ADamagedBackupIsFound) {
  ATHENA_ASSERT_OK(Open("plan.db")->Backup(File("backup.db")));
  {
    std::fstream file(File("backup.db"), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(-4096, std::ios::end);
    file << std::string(4096, '\x55');
  }
  const Ran checked = Run({"check", "--database", File("backup.db")});
  EXPECT_EQ(checked.code, 1);
  EXPECT_THAT(checked.out + checked.err, HasSubstr("damaged"));
  EXPECT_EQ(Run({"restore", File("backup.db"), "--database", File("plan.db")}).code, 1);
}

}  // namespace
}  // namespace athena::athenactl
