#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/status/testing/matchers.h"
#include "services/athenactl/files/export_file.h"
#include "services/athenactl/testing/fake_services.h"
#include "services/athenactl/testing/terminal.h"

namespace athena::athenactl {
namespace {

namespace v1 = athena::indicator::v1;
using ::testing::AllOf;
using testing::FakeIndicator;
using testing::Folder;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::Ran;
using ::testing::SizeIs;

class ExportTest : public ::testing::Test {
 protected:
  ExportTest() {
    options_.indicator_address = indicator_.address();
    v1::BatchCreateIndicatorsRequest create;
    create.set_parent("institutions/a");
    for (const auto& [id, dimensions] :
         std::vector<std::pair<std::string, std::vector<std::string>>>{
             {"by-unit", {"unit"}}, {"by-sex", {"sex", "unit"}}, {"plain", {}}}) {
      v1::CreateIndicatorRequest& one = *create.add_requests();
      one.set_indicator_id(id);
      one.mutable_indicator()->set_kind(v1::Indicator::KIND_BASE);
      for (const std::string& dimension : dimensions) {
        one.mutable_indicator()->add_dimensions()->set_id(dimension);
      }
    }
    v1::CreateIndicatorRequest& formula = *create.add_requests();
    formula.set_indicator_id("share");
    formula.mutable_indicator()->set_kind(v1::Indicator::KIND_FORMULA);
    ConnectionOptions options = options_;
    options.plan_address = options.reporting_address = "127.0.0.1:1";
    ATHENA_EXPECT_OK(Connections(options).Call<v1::BatchCreateIndicatorsResponse>(create));
  }

  Ran Do(std::vector<std::string> words) const {
    words.insert(words.end(), {"--institution", "a"});
    return testing::RunAthenactl(words, options_);
  }

  void Push(const std::string& csv, const std::vector<std::string>& flags = {}) const {
    std::vector<std::string> words = {"push", folder_.Write("in.csv", csv)};
    words.insert(words.end(), flags.begin(), flags.end());
    const Ran ran = Do(words);
    EXPECT_EQ(ran.code, 0) << ran.err;
  }

  FakeIndicator indicator_;
  ConnectionOptions options_;
  Folder folder_;
};

constexpr char kAwkward[] =
    "indicator,period,unit,sex,value,status,comment\n"
    "by-unit,2021-Q1,BM,,0.30000000000000004,,\n"
    "by-unit,2021-Q2,BM,,,O,\"=cmd|' /C calc'!A0\"\n"
    "by-unit,2021-Q1,@x,,12,E,\"a \"\"b\"\",\r\nc\"\n"
    "by-sex,2021-07-15,BM,F,1000000000000000,,''=x\n"
    "by-sex,2021-07-15,BM,M,0,P,-5\n"
    "plain,2020-W53,,,0.0000001,F,\" é \"\n";

TEST_F(ExportTest, PushingAnExportChangesNothingInEitherFormat) {
  Push(kAwkward);
  const auto before = indicator_.cells();
  ASSERT_THAT(before, SizeIs(6));
  for (const char* const format : {"csv", "sdmx-csv"}) {
    const Ran exported = Do({"export", "--all", "--format", format});
    ASSERT_EQ(exported.code, 0) << exported.err;
    const Ran pushed = Do({"push", folder_.Write(absl::StrCat("out.", format), exported.out)});
    EXPECT_EQ(pushed.code, 0) << pushed.err << exported.out;
    EXPECT_THAT(pushed.out, HasSubstr("  6 unchanged\n")) << exported.out;
    EXPECT_EQ(indicator_.cells(), before);
  }
}

TEST_F(ExportTest, AllOfItIsOneTableWithTheDimensionsOfAll) {
  Push(kAwkward);
  const Ran ran = Do({"export", "--all"});
  EXPECT_EQ(ran.out,
            "indicator,period,sex,unit,value,status,comment\n"
            "by-sex,2021-07-15,F,BM,1000000000000000,A,''=x\n"
            "by-sex,2021-07-15,M,BM,0,P,-5\n"
            "by-unit,2021-Q1,,@x,12,E,\"a \"\"b\"\",\r\nc\"\n"
            "by-unit,2021-Q1,,BM,0.30000000000000004,A,\n"
            "by-unit,2021-Q2,,BM,,O,=cmd|' /C calc'!A0\n"
            "plain,2020-W53,,,0.0000001,F,\" é \"\n");
  EXPECT_EQ(ran.err, "6 observations of 3 indicators, true at revision 2\n");
}

TEST_F(ExportTest, P8_AFileForASpreadsheetIsGuardedAndReadAsSuch) {
  Push(kAwkward);
  const auto cells = [&] {
    std::vector<std::string> all;
    for (const auto& [key, value] : indicator_.cells()) {
      all.push_back(indicator_.cell(key).ShortDebugString());
    }
    return all;
  };
  const auto before = cells();
  for (const char* const format : {"csv", "sdmx-csv"}) {
    // Programs get the texts as they are.
    EXPECT_THAT(Do({"export", "--all", "--format", format}).out,
                AllOf(HasSubstr(",@x,"), HasSubstr(",=cmd|' /C calc'!A0"), Not(HasSubstr("'=cmd")),
                      Not(HasSubstr("'@x"))));
    const Ran exported = Do({"export", "--all", "--format", format, "--spreadsheet"});
    EXPECT_THAT(exported.out, HasSubstr("'@x"));
    EXPECT_THAT(exported.out, HasSubstr("'=cmd|' /C calc'!A0"));
    const Ran pushed =
        Do({"push", folder_.Write(absl::StrCat("sheet.", format), exported.out), "--spreadsheet"});
    EXPECT_EQ(pushed.code, 0) << pushed.err;
    EXPECT_THAT(pushed.out, HasSubstr("  6 unchanged\n")) << exported.out;
    EXPECT_EQ(cells(), before);
  }
}

TEST_F(ExportTest, P10_AColumnNamesADimensionWhateverItsCase) {
  Push("Indicator,Period,UNIT,Value\nby-unit,2021-Q1,BM,1.5\n");
  EXPECT_EQ(indicator_.cells().count("by-unit 2021-Q1 unit=BM"), 1U);
  const std::string site = folder_.Write("site.json", R"([
      {"name": "institutions/a/indicators/by-site", "kind": "KIND_BASE",
       "dimensions": [{"id": "SITE"}]}])");
  ASSERT_EQ(testing::RunAthenactl({"import", "indicators", site}, options_).code, 0);
  Push("indicator,period,site,value\nby-site,2021-Q1,N,2\n");
  EXPECT_EQ(indicator_.cells().count("by-site 2021-Q1 SITE=N"), 1U);
}

TEST_F(ExportTest, P10_ASliceNamesADimensionWhateverItsCase) {
  Push("indicator,period,unit,value\nby-unit,2021-Q1,BM,1.5\nby-unit,2021-Q1,BF,2\n");
  const Ran ran = Do({"observations", "a/by-unit", "--slice", "UNIT=BM"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, AllOf(HasSubstr("BM"), Not(HasSubstr("BF"))));
  // Codes are the institution's: their case matters.
  EXPECT_THAT(Do({"observations", "a/by-unit", "--slice", "UNIT=bm"}).out, Not(HasSubstr("BM")));
  Push("indicator,period,unit,value\nby-unit,2021-Q1,BM,3\n",
       {"--replace", "--from", "2021-Q1", "--to", "2021-Q1", "--slice", "Unit=BM"});
  EXPECT_EQ(indicator_.cells().at("by-unit 2021-Q1 unit=BM"), 3);
  EXPECT_EQ(indicator_.cells().at("by-unit 2021-Q1 unit=BF"), 2);
}

TEST_F(ExportTest, JsonIsALineForEachCell) {
  Push("indicator,period,unit,value,status\nby-unit,2021-Q1,BM,1.5,E\n");
  EXPECT_EQ(Do({"export", "a/by-unit", "--json"}).out,
            "{\"observation\":{\"indicator\":\"by-unit\",\"period\":\"2021-Q1\","
            "\"dimensions\":{\"unit\":\"BM\"},\"value\":1.5,"
            "\"status\":\"OBSERVATION_STATUS_ESTIMATED\"},\"revision\":\"2\","
            "\"time\":\"1970-01-01T00:00:02Z\"}\n");
}

TEST_F(ExportTest, SdmxCsvNamesTheStructureOfEachIndicator) {
  Push("indicator,period,unit,value,status\nby-unit,2021-Q1,BM,1.5,E\n");
  EXPECT_EQ(Do({"export", "a/by-unit", "--format=sdmx-csv"}).out,
            "STRUCTURE,STRUCTURE_ID,ACTION,unit,TIME_PERIOD,OBS_VALUE,OBS_STATUS,COMMENT\n"
            "dataflow,A:BY_UNIT(1.0.0),I,BM,2021-Q1,1.5,E,\n");
}

TEST_F(ExportTest, HistoryTellsEveryRevisionAndRetraction) {
  Push("indicator,period,value\nplain,2021,1\n");
  Push("indicator,period,value\nplain,2021,2\n");
  Push("indicator,period,value,retract\nplain,2021,,yes\n");
  EXPECT_EQ(Do({"export", "plain", "--history"}).out,
            "indicator,period,value,status,comment,retract,revision,updated\n"
            "plain,2021,1,A,,,2,1970-01-01T00:00:02Z\n"
            "plain,2021,2,A,,,3,1970-01-01T00:00:03Z\n"
            "plain,2021,,,,yes,4,1970-01-01T00:00:04Z\n");
  EXPECT_THAT(Do({"export", "plain", "--history", "--format=sdmx-csv"}).out,
              HasSubstr("dataflow,A:PLAIN(1.0.0),D,2021,,,,4,1970-01-01T00:00:04Z\n"));
  EXPECT_EQ(Do({"export", "plain"}).out, "indicator,period,value,status,comment\n");
  EXPECT_EQ(Do({"export", "plain", "--as-of", "2"}).out,
            "indicator,period,value,status,comment\nplain,2021,1,A,\n");
}

TEST_F(ExportTest, AllIndicatorsAreReadAtTheRevisionOfTheFirst) {
  Push(kAwkward);
  ASSERT_EQ(Do({"export", "--all", "--from", "2021", "--to", "2021-Q4"}).code, 0);
  const auto lists = indicator_.lists();
  ASSERT_GE(lists.size(), 3U);
  EXPECT_FALSE(lists.front().has_as_of());
  EXPECT_EQ(lists.back().as_of().revision(), 2);
  for (const auto& list : lists) {
    EXPECT_EQ(list.start_period(), "2021");
    EXPECT_EQ(list.end_period(), "2021-Q4");
  }
}

TEST_F(ExportTest, AFileIsWrittenWholeOrNotAtAll) {
  Push(kAwkward);
  const std::string path = folder_.path() + "/out.csv";
  const auto content = [&] {
    std::ifstream file(path, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), {});
  };
  const Ran ran = Do({"export", "--all", "--output", path});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(ran.out, "");
  EXPECT_EQ(content(), Do({"export", "--all"}).out);
  const std::string before = content();
  EXPECT_EQ(Do({"export", "nobody", "--output", path}).code, 1);
  EXPECT_EQ(content(), before);
  EXPECT_FALSE(std::filesystem::exists(path + ".part"));
  EXPECT_EQ(Do({"export", "--all", "--output", "/no/such/folder/out.csv"}).code, 1);
}

TEST_F(ExportTest, WhatCannotBeFollowedIsMisuse) {
  EXPECT_EQ(Do({"export"}).code, 2);
  const Ran ran = Do({"export", "plain", "--format", "xlsx"});
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.err, HasSubstr("--format got xlsx, want csv or sdmx-csv"));
}

TEST(ExportLayoutTest, ADimensionThatIsNamedLikeAColumnIsRefused) {
  for (const char* const name : {"value", "comment", "retract"}) {
    EXPECT_FALSE(CheckLayout({ExportFormat::kCsv, "a", {"x", name}, false}).ok()) << name;
    EXPECT_TRUE(CheckLayout({ExportFormat::kSdmxCsv, "a", {"x", name}, false}).ok()) << name;
  }
  for (const char* const name : {"OBS_VALUE", "COMMENT", "FREQ", "SERIES_KEY"}) {
    EXPECT_FALSE(CheckLayout({ExportFormat::kSdmxCsv, "a", {name}, false}).ok()) << name;
    EXPECT_TRUE(CheckLayout({ExportFormat::kCsv, "a", {name}, false}).ok()) << name;
  }
}

}  // namespace
}  // namespace athena::athenactl
