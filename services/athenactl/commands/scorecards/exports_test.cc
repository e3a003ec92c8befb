#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "libs/status/testing/matchers.h"
#include "services/athenactl/testing/fake_services.h"
#include "services/athenactl/testing/folder.h"
#include "services/athenactl/testing/terminal.h"

namespace athena::athenactl {
namespace {

namespace reporting = athena::reporting::v1;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::Ran;
using testing::RunAthenactl;

std::string TextOf(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

class ExportsTest : public ::testing::Test {
 protected:
  ExportsTest() {
    options_.plan_address = plan_.address();
    options_.reporting_address = reporting_.address();
  }

  testing::FakePlan plan_;
  testing::FakeReporting reporting_{reporting::Scorecard()};
  ConnectionOptions options_;
  testing::Folder folder_;
};

TEST_F(ExportsTest, AScorecardIsWrittenToTheFile) {
  const std::string path = folder_.path() + "/card.csv";
  const Ran ran =
      RunAthenactl({"export-scorecard", "gob/strategy", "2022-Q4", "--format", "CSV", "--output",
                    path, "--language=fr", "--element=e3", "--spreadsheet", "--as-of=closing"},
                   options_);
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(ran.out, "");
  EXPECT_EQ(ran.err, "athenactl: wrote " + path + "\n");
  EXPECT_EQ(TextOf(path), "one,two\n");
  const reporting::ExportScorecardRequest request = reporting_.exports().back();
  EXPECT_EQ(request.name(), "institutions/gob/plans/strategy/scorecards/2022-Q4");
  EXPECT_EQ(request.format(), reporting::EXPORT_FORMAT_CSV);
  EXPECT_EQ(request.language_code(), "fr");
  EXPECT_EQ(request.element(), "institutions/gob/plans/strategy/elements/e3");
  EXPECT_TRUE(request.guard());
  EXPECT_TRUE(request.as_of().closing());
}

TEST_F(ExportsTest, WithoutAFileItGetsTheServicesNameHere) {
  const std::filesystem::path before = std::filesystem::current_path();
  std::filesystem::current_path(folder_.path());
  const Ran ran = RunAthenactl({"export-scorecard", "gob/strategy", "2022-Q4"}, options_);
  std::filesystem::current_path(before);
  EXPECT_EQ(ran.code, 0) << ran.err;
  // The folder that the fake names is left out.
  EXPECT_EQ(TextOf(folder_.path() + "/gob-strategy-2022-Q4.csv"), "one,two\n");
  EXPECT_EQ(reporting_.exports().back().format(), reporting::EXPORT_FORMAT_XLSX);
}

TEST_F(ExportsTest, ADashIsTheTerminal) {
  const Ran ran =
      RunAthenactl({"export-scorecard", "gob/strategy", "2022-Q4", "--output", "-"}, options_);
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(ran.out, "one,two\n");
}

TEST_F(ExportsTest, WhatIsNoFormatIsRefusedBeforeAnythingIsAsked) {
  Ran ran = RunAthenactl({"export-scorecard", "gob/strategy", "2022-Q4", "--format=pdf"}, options_);
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.err, HasSubstr("--format got pdf, want json, csv, xlsx, html or stratml"));
  ran = RunAthenactl({"export-scorecard", "gob/strategy", "2022-Q4", "--spreadsheet"}, options_);
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.err, HasSubstr("--spreadsheet is for --format csv"));
  EXPECT_THAT(reporting_.exports(), IsEmpty());
}

TEST_F(ExportsTest, ObservationsSayHowManyThereAreAndWhatIsLeftOut) {
  const Ran ran =
      RunAthenactl({"export-observations", "gob/strategy", "2022-Q4", "--output=-"}, options_);
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(ran.out, "A,B\n1,2\n");
  EXPECT_EQ(ran.err,
            "2 observations\ninstitutions/other/indicators/secret is left out: you may not read "
            "it, or it does not exist\n");
  EXPECT_EQ(reporting_.observation_exports().back().name(),
            "institutions/gob/plans/strategy/scorecards/2022-Q4");
}

}  // namespace
}  // namespace athena::athenactl
