#include "services/athenactl/sending/pushes/file_survey.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/status/testing/matchers.h"

namespace athena::athenactl {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class FileSurveyTest : public ::testing::Test {
 protected:
  FileSurveyTest() {
    std::string name = (fs::temp_directory_path() / "survey-XXXXXX").string();
    folder_ = mkdtemp(name.data());
    path_ = (folder_ / "rows.csv").string();
  }
  ~FileSurveyTest() override { fs::remove_all(folder_); }

  SourceFile Open(const std::string& text) {
    std::ofstream(path_, std::ios::binary) << text;
    auto file = SourceFile::Open(path_, Dialect(), false);
    ATHENA_EXPECT_OK(file);
    return *std::move(file);
  }

  static std::vector<int64_t> LinesIn(const RowFaults& faults) {
    std::vector<int64_t> lines;
    for (const RowRefusal& fault : faults.ByLine()) lines.push_back(fault.line);
    return lines;
  }

  fs::path folder_;
  std::string path_;
};

TEST_F(FileSurveyTest, P4_EqualKeysFarApartAreRefusedNamingBothLines) {
  for (const int apart : {1, 5, 9'999, 10'000, 25'000}) {
    std::string csv = "indicator,period,unit,value\nk,2021,a,1\n";
    for (int at = 1; at < apart; ++at) absl::StrAppend(&csv, "k,2021,u", at, ",1\n");
    csv += "k,2021,a,2\n";
    SourceFile file = Open(csv);
    const auto survey = Survey(file);
    ATHENA_ASSERT_OK(survey);
    EXPECT_EQ(survey->rows, apart + 1);
    EXPECT_EQ(survey->observations, apart - 1);
    EXPECT_THAT(LinesIn(survey->refused), ElementsAre(2, apart + 2));
    EXPECT_EQ(survey->refused.ByLine()[0].description,
              absl::StrCat("lines 2, ", apart + 2,
                           " have the same indicator, period and dimensions, want each cell once"));
    // And neither of the two is pushed.
    const auto rows = RowsOf(file, *survey);
    ATHENA_ASSERT_OK(rows);
    EXPECT_EQ(static_cast<int64_t>(rows->size()), survey->observations);
  }
}

TEST_F(FileSurveyTest, KeysThatDifferInOnePartAreDifferent) {
  SourceFile file = Open(
      "indicator,period,unit,sex,value\nk,2021,a,,1\nk,2021,,a,1\nk,2021,a,a,1\nkk,2021,a,,1\n"
      "k,2022,a,,1\n");
  const auto survey = Survey(file);
  ATHENA_ASSERT_OK(survey);
  EXPECT_TRUE(survey->refused.empty());
  EXPECT_EQ(survey->observations, 5);
}

TEST_F(FileSurveyTest, P11_AllFaultsOfAFileAreFoundAtOnce) {
  SourceFile file = Open(
      "indicator,period,value,comment\n"
      "k,2021,x,\n"
      "k,2022,1,caf\xE9\n"
      "k,2023,1\n"
      "k,2024,1,a\"b\n"
      "k,2025,1,\n"
      "k,2025,2,\n"
      ",,,\n"
      "k,2026,1,\n");
  const auto survey = Survey(file);
  ATHENA_ASSERT_OK(survey);
  EXPECT_THAT(LinesIn(survey->refused), ElementsAre(2, 3, 4, 5, 6, 7));
  EXPECT_EQ(survey->rows, 7);
  EXPECT_EQ(survey->observations, 1);
  EXPECT_EQ(survey->refused.rows() + survey->observations, survey->rows);
}

TEST_F(FileSurveyTest, AFileThatBreaksOffIsReadUpToThere) {
  SourceFile file = Open("indicator,period,value\nk,2021,x\nk,2022,\"1\nk,2023,1\n");
  const auto survey = Survey(file);
  ATHENA_ASSERT_OK(survey);
  EXPECT_THAT(LinesIn(survey->refused), ElementsAre(2));
  EXPECT_THAT(survey->broken.message(), HasSubstr("line 3: a quoted field does not end"));
}

TEST_F(FileSurveyTest, APipeIsReadTwice) {
  const std::string pipe = (folder_ / "pipe").string();
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  std::thread writer([&] { std::ofstream(pipe) << "indicator,period,value\nk,2021,1\n"; });
  auto file = SourceFile::Open(pipe, Dialect(), false);
  writer.join();
  ATHENA_ASSERT_OK(file);
  const auto survey = Survey(*file);
  ATHENA_ASSERT_OK(survey);
  EXPECT_EQ(survey->observations, 1);
  const auto rows = RowsOf(*file, *survey);
  ATHENA_ASSERT_OK(rows);
  EXPECT_THAT(*rows, SizeIs(1));
}

TEST_F(FileSurveyTest, A6_ASparseGigabyteIsRefusedAtItsFirstBytes) {
  std::ofstream(path_, std::ios::binary) << "indicator,period,value\nk,2021,1\n";
  fs::resize_file(path_, uintmax_t{1} << 30);
  auto file = SourceFile::Open(path_, Dialect(), false);
  ATHENA_ASSERT_OK(file);
  EXPECT_THAT(Survey(*file).status().message(), HasSubstr("NUL bytes"));
}

}  // namespace
}  // namespace athena::athenactl
