#include "services/athenactl/files/observation_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "libs/status/macros.h"
#include "libs/status/testing/matchers.h"

namespace athena::athenactl {
namespace {

namespace v1 = athena::indicator::v1;
using ::testing::HasSubstr;

absl::StatusOr<ObservationFile> ReadObservations(std::string_view csv, const Dialect& dialect) {
  TextSource source = TextSource::OfText(csv);
  ATHENA_ASSIGN_OR_RETURN(const auto reader, OpenObservations(source, dialect));
  return ReadAllRows(*reader);
}

ObservationFile ReadRows(std::string_view csv, const Dialect& dialect = {}) {
  absl::StatusOr<ObservationFile> file = ReadObservations(csv, dialect);
  ATHENA_EXPECT_OK(file);
  return file.value_or(ObservationFile{});
}

std::string ObservationsFault(std::string_view csv) {
  return std::string(ReadObservations(csv, {}).status().message());
}

TEST(ObservationFileTest, ColumnsComeInAnyOrderAndTheOthersAreDimensions) {
  const ObservationFile file = ReadRows(
      "value,unit,period,status,indicator,comment\n420.5,BM,2020-Q4,E,headcount,\"so, so\"\n");
  ASSERT_EQ(file.rows.size(), 1U);
  EXPECT_EQ(file.rows[0].line, 2);
  const v1::Observation& row = file.rows[0].observation;
  EXPECT_EQ(row.indicator(), "headcount");
  EXPECT_EQ(row.period(), "2020-Q4");
  EXPECT_EQ(row.value(), 420.5);
  EXPECT_EQ(row.status(), v1::OBSERVATION_STATUS_ESTIMATED);
  EXPECT_EQ(row.comment(), "so, so");
  EXPECT_EQ(row.dimensions().size(), 1U);
  EXPECT_EQ(row.dimensions().at("unit"), "BM");
}

TEST(ObservationFileTest, AnEmptyValueIsNoneAndAnEmptyCodeNoDimension) {
  const ObservationFile file = ReadRows("indicator,period,unit,value,status\nheadcount,2021,,,O\n");
  ASSERT_EQ(file.rows.size(), 1U);
  EXPECT_FALSE(file.rows[0].observation.has_value());
  EXPECT_EQ(file.rows[0].observation.status(), v1::OBSERVATION_STATUS_MISSING);
  EXPECT_TRUE(file.rows[0].observation.dimensions().empty());
}

TEST(ObservationFileTest, EveryStatusLetterHasItsStatusAndComesBack) {
  const std::string_view letters = "AEPFMOLHQ";
  for (size_t at = 0; at < letters.size(); ++at) {
    const std::string_view letter = letters.substr(at, 1);
    const ObservationFile file = ReadRows(
        absl::StrCat("indicator,period,value,status\nk,2021,,", std::string(letter), "\n"));
    ASSERT_EQ(file.rows.size(), 1U) << letter;
    EXPECT_EQ(file.rows[0].observation.status(), static_cast<int>(at) + 1);
    EXPECT_EQ(StatusLetter(file.rows[0].observation.status()), letter);
  }
  EXPECT_EQ(StatusLetter(v1::OBSERVATION_STATUS_UNSPECIFIED), "");
}

TEST(ObservationFileTest, NumbersHaveDecimalPoints) {
  const ObservationFile file = ReadRows(
      "indicator,period,value\nk,2021,0.1\nk,2022,-1e3\nk,2023,\"1,5\"\nk,2024,nan\nk,2025,0x1\n"
      "k,2026, 1\n");
  ASSERT_EQ(file.rows.size(), 3U);
  EXPECT_EQ(file.rows[0].observation.value(), 0.1);
  EXPECT_EQ(file.rows[1].observation.value(), -1000.0);
  EXPECT_EQ(file.rows[2].observation.value(), 1.0);
  ASSERT_EQ(file.refused.size(), 3U);
  EXPECT_EQ(file.refused[0].line, 4);
  EXPECT_EQ(file.refused[0].field, "value");
  EXPECT_EQ(file.refused[0].description,
            "got \"1,5\", want a number with a decimal point and without separators, like 1250.5; "
            "--decimal , says that commas are decimal signs");
}

TEST(ObservationFileTest, MoreDigitsThanAreKeptAreReportedWithTheirLine) {
  const ObservationFile file =
      ReadRows("indicator,period,value\nk,2021,6.0\nk,2022,33.333333333333333333\n");
  ASSERT_EQ(file.rows.size(), 2U);
  EXPECT_EQ(file.rows[1].observation.value(), 33.333333333333336);
  ASSERT_EQ(file.imprecise.size(), 1U);
  EXPECT_EQ(file.imprecise[0].line, 3);
  EXPECT_EQ(file.imprecise[0].description,
            "got 33.333333333333333333, of which 33.333333333333336 is kept: it has more digits "
            "than a double");
}

TEST(ObservationFileTest, RetractTakesACellBack) {
  const ObservationFile file =
      ReadRows("indicator,period,value,retract\nk,2021,,yes\nk,2022,1,\nk,2023,,no\n");
  ASSERT_EQ(file.rows.size(), 2U);
  EXPECT_TRUE(file.rows[0].observation.retract());
  EXPECT_FALSE(file.rows[1].observation.retract());
  ASSERT_EQ(file.refused.size(), 1U);
  EXPECT_EQ(file.refused[0].description,
            "got \"no\", want yes, which takes the cell back, or nothing");
}

TEST(ObservationFileTest, P8_TextsAreReadAsTheyStandUnlessTheFileIsFromASpreadsheet) {
  constexpr std::string_view kFile =
      "indicator,period,value,comment,unit\nk,2021,-1,'=see below,'-A\nk,2022,1,'-' means nil,B\n";
  const ObservationFile plain = ReadRows(kFile);
  ASSERT_EQ(plain.rows.size(), 2U);
  EXPECT_EQ(plain.rows[0].observation.comment(), "'=see below");
  EXPECT_EQ(plain.rows[0].observation.dimensions().at("unit"), "'-A");
  EXPECT_EQ(plain.rows[1].observation.comment(), "'-' means nil");
  Dialect spreadsheet;
  spreadsheet.spreadsheet = true;
  const ObservationFile guarded = ReadRows(kFile, spreadsheet);
  EXPECT_EQ(guarded.rows[0].observation.value(), -1);
  EXPECT_EQ(guarded.rows[0].observation.comment(), "=see below");
  EXPECT_EQ(guarded.rows[0].observation.dimensions().at("unit"), "-A");
}

TEST(ObservationFileTest, P2_AColumnThatIsNotThereIsNotSpokenOf) {
  for (const auto& [header, mask] :
       std::vector<std::pair<std::string, int>>{{"value", kValuePart},
                                                {"value,status", kValuePart | kStatusPart},
                                                {"comment", kCommentPart},
                                                {"status,comment,value", kWholeCell},
                                                {"retract", kWholeCell}}) {
    const ObservationFile file = ReadRows(
        absl::StrCat("indicator,period,", header, "\nk,2021", header == "value" ? ",1" : "", "\n"));
    if (header == "value") {
      ASSERT_EQ(file.rows.size(), 1U);
      EXPECT_EQ(file.rows[0].mask, mask);
    }
    const ObservationFile one = ReadRows(absl::StrCat(
        "indicator,period,", header, "\nk,2021,",
        std::string(static_cast<size_t>(std::count(header.begin(), header.end(), ',')), ','),
        "\n"));
    ASSERT_EQ(one.rows.size(), 1U) << header;
    EXPECT_EQ(one.rows[0].mask, mask) << header;
  }
}

TEST(ObservationFileTest, P10_ASpreadsheetsFileIsReadByItsDialect) {
  Dialect dialect;
  dialect.separator = ';';
  dialect.decimal = ',';
  dialect.columns = {{"kpi", "indicator"}, {"month", "period"}};
  dialect.ignored = {"remark"};
  const ObservationFile file =
      ReadRows("KPI;Month;Value;Remark\nvisits ; 2014-01; 95,5 ;no matter\n;;;\n", dialect);
  ASSERT_EQ(file.rows.size(), 1U);
  EXPECT_TRUE(file.refused.empty());
  EXPECT_EQ(file.rows[0].observation.indicator(), "visits");
  EXPECT_EQ(file.rows[0].observation.period(), "2014-01");
  EXPECT_EQ(file.rows[0].observation.value(), 95.5);
  EXPECT_TRUE(file.rows[0].observation.dimensions().empty());
}

TEST(ObservationFileTest, P10_UpperCaseOfColumnsDoesNotMatter) {
  const ObservationFile file = ReadRows("Indicator,PERIOD, Value ,Unit\nk,2021,1,BM\n");
  ASSERT_EQ(file.rows.size(), 1U);
  EXPECT_EQ(file.rows[0].observation.dimensions().at("Unit"), "BM");
  TextSource source = TextSource::OfText("Indicator,period,value,UNIT\nk,2021,1,BM\n");
  const auto reader = OpenObservations(source, {});
  ATHENA_ASSERT_OK(reader);
  (*reader)->NameDimensions({"sex", "unit"});
  const auto named = ReadAllRows(**reader);
  ATHENA_ASSERT_OK(named);
  EXPECT_EQ(named->rows[0].observation.dimensions().at("unit"), "BM");
}

TEST(ObservationFileTest, P5_ARowThatIsNotUtf8IsRefusedAndTheOthersAreRead) {
  const ObservationFile file =
      ReadRows("indicator,period,value,comment\nk,2021,1,caf\xE9\nk,2022,2,caf\u00e9\n");
  ASSERT_EQ(file.rows.size(), 1U);
  ASSERT_EQ(file.refused.size(), 1U);
  EXPECT_EQ(file.refused[0].line, 2);
  EXPECT_EQ(file.refused[0].field, "comment");
  EXPECT_EQ(file.refused[0].description,
            "column 13: the byte E9 is not UTF-8 (Windows-1252? save as UTF-8)");
}

TEST(ObservationFileTest, ARowTellsAllItsFaultsAndSparesTheOthers) {
  const ObservationFile file =
      ReadRows("indicator,period,value,status\n,,x,Z\nk,2021,1,A\nk,2021\n");
  ASSERT_EQ(file.rows.size(), 1U);
  EXPECT_EQ(file.rows[0].line, 3);
  ASSERT_EQ(file.refused.size(), 5U);
  EXPECT_EQ(file.refused[0].field, "indicator");
  EXPECT_EQ(file.refused[1].field, "period");
  EXPECT_EQ(file.refused[2].field, "value");
  EXPECT_EQ(file.refused[3].field, "status");
  EXPECT_EQ(file.refused[4].line, 4);
  EXPECT_EQ(file.refused[4].description, "got 2 fields, want 4 as in line 1");
}

TEST(ObservationFileTest, AFileWithoutTheColumnsItNeedsIsRefusedAsAWhole) {
  EXPECT_THAT(ObservationsFault("indicator,period\nk,2021\n"),
              HasSubstr("there is no column value"));
  EXPECT_THAT(ObservationsFault("indicator;period;value\nk;2021;1\n"),
              HasSubstr("--separator \";\""));
  EXPECT_THAT(ObservationsFault("indicator,period,value,value\n"),
              HasSubstr("value stands there twice"));
  EXPECT_THAT(ObservationsFault("indicator,period,value,\n"), HasSubstr("a column has no name"));
  EXPECT_THAT(ObservationsFault(""), HasSubstr("the file is empty"));
}

}  // namespace
}  // namespace athena::athenactl
