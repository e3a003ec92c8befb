#include "services/athenactl/files/text/dialect.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/status/testing/matchers.h"
#include "services/athenactl/files/text/table_reader.h"

namespace athena::athenactl {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

TEST(DialectTest, P10_AFileSaysHowAFileIsWritten) {
  const auto dialect = ParseDialect("d.json", R"({"separator": ";", "decimal": ",",
      "columns": {"KPI": "indicator", " Month": "period"}, "ignore": ["Remark"]})");
  ATHENA_ASSERT_OK(dialect);
  EXPECT_EQ(dialect->separator, ';');
  EXPECT_EQ(dialect->decimal, ',');
  EXPECT_THAT(dialect->columns, ElementsAre(Pair("kpi", "indicator"), Pair("month", "period")));
  EXPECT_THAT(dialect->ignored, ElementsAre("remark"));
}

TEST(DialectTest, WhatItCannotSayIsNamed) {
  for (const auto& [json, want] : std::vector<std::pair<std::string, std::string>>{
           {R"({"separator": "#"})", "separator: got \"#\", want one of , ; | and tab"},
           {R"({"decimal": 1})", "decimal: got 1, want . or ,"},
           {R"({"columns": {"a": 1}})", "columns"},
           {R"({"ignore": "x"})", "ignore"},
           {R"({"decimal": 1e400})", "number that is too large"},
           {R"({"colour": "red"})", "colour: there is no such field; want separator, decimal,"},
           {R"({"spreadsheet": "yes"})", "spreadsheet: got \"yes\", want true or false"},
           {"[]", "want {...}"}}) {
    EXPECT_THAT(std::string(ParseDialect("d.json", json).status().message()), HasSubstr(want));
  }
}

TEST(DialectTest, P11_AllFaultsAreNamedAtOnce) {
  EXPECT_EQ(ParseDialect("d.json", R"({"separator": "#", "decimal": ",", "columns": 5, "x": 1})")
                .status()
                .message(),
            "d.json: separator: got \"#\", want one of , ; | and tab; columns: got 5, want "
            "{\"column of the file\": \"what it is\"}; x: there is no such field; want separator, "
            "decimal, columns, ignore or spreadsheet");
}

TEST(DialectTest, P10_NumbersHaveTheDecimalSignOfTheDialectAndNoOther) {
  Dialect comma;
  comma.separator = ';';
  comma.decimal = ',';
  std::string plain;
  EXPECT_EQ(ReadNumberIn(comma, "95,5", &plain), 95.5);
  EXPECT_EQ(plain, "95.5");
  EXPECT_EQ(ReadNumberIn(comma, " -1,5e3 ", &plain), -1500);
  EXPECT_EQ(ReadNumberIn(comma, "1.250,5", &plain), std::nullopt);
  EXPECT_EQ(ReadNumberIn(comma, "1,250,5", &plain), std::nullopt);
  EXPECT_EQ(ReadNumberIn(Dialect(), "95,5", &plain), std::nullopt);
  EXPECT_THAT(WantedNumber(Dialect(), "95,5"), HasSubstr("--decimal ,"));
}

TEST(TableReaderTest, P10_TheHeaderThatWasSeenIsNamed) {
  TextSource source = TextSource::OfText("KPI;Month;Value\n");
  const auto table = TableReader::Open(source, Dialect());
  ATHENA_ASSERT_OK(table);
  const auto missing = table->Require({"indicator"}, "indicator, period, value");
  EXPECT_THAT(missing.message(), HasSubstr("the columns are KPI;Month;Value"));
  EXPECT_THAT(missing.message(), HasSubstr("--separator \";\""));
}

TEST(TableReaderTest, P6_RowsOfEmptyFieldsAreSkipped) {
  TextSource source = TextSource::OfText(",,\na,b,c\n1,2,3\n,,\n , ,\"\"\n4,5,6\n,,\n");
  auto table = TableReader::Open(source, Dialect());
  ATHENA_ASSERT_OK(table);
  TableReader::Row row;
  std::vector<int64_t> lines;
  while (*table->Next(row)) lines.push_back(row.line);
  EXPECT_THAT(lines, ElementsAre(3, 6));
}

TEST(TableReaderTest, AColumnThatIsMappedOrIgnoredMustBeThere) {
  TextSource source = TextSource::OfText("a,b\n");
  Dialect dialect;
  dialect.ignored = {"c"};
  EXPECT_THAT(TableReader::Open(source, dialect).status().message(),
              HasSubstr("there is no column c to ignore; there are a, b"));
}

}  // namespace
}  // namespace athena::athenactl
