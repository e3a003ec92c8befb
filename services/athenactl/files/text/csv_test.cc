#include "services/athenactl/files/text/csv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "libs/status/testing/matchers.h"

namespace athena::athenactl {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Fields = std::vector<std::string>;

std::vector<CsvRecord> AllRecords(std::string_view text, char separator = ',') {
  TextSource source = TextSource::OfText(text);
  CsvReader reader(source, separator);
  std::vector<CsvRecord> records;
  CsvRecord record;
  for (;;) {
    const absl::StatusOr<bool> more = reader.Next(record);
    ATHENA_EXPECT_OK(more);
    if (!more.ok() || !*more) return records;
    records.push_back(record);
  }
}

std::vector<Fields> Records(std::string_view text, char separator = ',') {
  std::vector<Fields> records;
  for (const CsvRecord& record : AllRecords(text, separator)) {
    EXPECT_FALSE(record.fault.has_value());
    records.push_back(record.fields);
  }
  return records;
}

// The faults, "line 2: ...", each on a line; the last one may end the reading.
std::string CsvFault(std::string_view text) {
  TextSource source = TextSource::OfText(text);
  CsvReader reader(source);
  CsvRecord record;
  std::string faults;
  for (;;) {
    const absl::StatusOr<bool> more = reader.Next(record);
    if (!more.ok()) return faults + std::string(more.status().message());
    if (!*more) return faults;
    if (!record.fault.has_value()) continue;
    absl::StrAppend(&faults, "line ", record.fault->line, ": ", record.fault->description, "\n");
  }
}

TEST(CsvTest, EveryLineEndIsOneAndTheLastMayBeMissing) {
  const std::vector<Fields> want = {{"a", "b"}, {"1", "2"}};
  EXPECT_EQ(Records("a,b\n1,2\n"), want);
  EXPECT_EQ(Records("a,b\r\n1,2\r\n"), want);
  EXPECT_EQ(Records("a,b\n1,2"), want);
  EXPECT_EQ(Records("\xEF\xBB\xBF"
                    "a,b\r\n1,2"),
            want);
}

TEST(CsvTest, QuotedFieldsHoldCommasLineEndsAndDoubledQuotes) {
  EXPECT_THAT(Records("\"a,b\",\"say \"\"hi\"\"\",\"two\r\nlines\"\r\nx,,\"\"\n"),
              ElementsAre(Fields{"a,b", "say \"hi\"", "two\r\nlines"}, Fields{"x", "", ""}));
  EXPECT_THAT(Records("\"\"\"\"\n"), ElementsAre(Fields{"\""}));
}

TEST(CsvTest, EmptyFieldsCountAndEmptyLinesDoNot) {
  EXPECT_THAT(Records(",\n\n\r\na,\n,b"),
              ElementsAre(Fields{"", ""}, Fields{"a", ""}, Fields{"", "b"}));
  EXPECT_THAT(Records(""), ElementsAre());
}

TEST(CsvTest, ARecordSaysTheLineItBeginsIn) {
  std::vector<int64_t> lines;
  std::vector<int64_t> last_lines;
  for (const CsvRecord& record : AllRecords("a\n\n\"x\ny\"\nb\n")) {
    lines.push_back(record.line);
    last_lines.push_back(record.last_line);
  }
  EXPECT_THAT(lines, ElementsAre(1, 3, 5));
  EXPECT_THAT(last_lines, ElementsAre(1, 4, 5));
}

TEST(CsvTest, BrokenQuotesAreRefusedWithTheirLine) {
  EXPECT_EQ(CsvFault("a\nb\"c\n"),
            "line 2: a quote inside a field; put the whole field in quotes\n");
  EXPECT_EQ(CsvFault("a\n\"b\nc"), "line 2: a quoted field does not end");
  EXPECT_EQ(CsvFault("\"a\"b\n"),
            "line 1: text after a closing quote; a quote inside a quoted field is doubled\n");
}

TEST(CsvTest, P11_RowsAfterABrokenOneAreRead) {
  const std::vector<CsvRecord> records = AllRecords("a,b\nx\"y,1\n\"p\"q,2\nc,d\n");
  ASSERT_EQ(records.size(), 4U);
  EXPECT_TRUE(records[1].fault.has_value());
  EXPECT_TRUE(records[2].fault.has_value());
  EXPECT_EQ(records[3].fields, (Fields{"c", "d"}));
  EXPECT_EQ(records[3].line, 4);
}

TEST(CsvTest, P5_AByteThatIsNotUtf8IsNamedByLineAndColumn) {
  EXPECT_EQ(CsvFault("a,b\n\u00e9x,1\ny\u00e9,caf\xE9\nz,2\n"),
            "line 3: column 7: the byte E9 is not UTF-8 (Windows-1252? save as UTF-8)\n");
  const std::vector<CsvRecord> records = AllRecords("a,b\n1,\"two\nl\xEFnes\",3\n");
  ASSERT_TRUE(records[1].fault.has_value());
  EXPECT_EQ(records[1].fault->line, 3);
  EXPECT_EQ(records[1].fault->field, 1U);
}

TEST(CsvTest, P5_OtherEncodingsAreNamed) {
  using std::string_view_literals::operator""sv;
  EXPECT_THAT(CsvFault("\xFF\xFEi\0n\0d\0"sv), HasSubstr("UTF-16"));
  EXPECT_THAT(CsvFault("i\0n\0d\0i\0c\0"sv), HasSubstr("UTF-16"));
  EXPECT_THAT(CsvFault("\xFF\xFE\0\0i\0\0\0"sv), HasSubstr("UTF-32"));
  EXPECT_THAT(CsvFault("PK\x03\x04..."), HasSubstr("workbook"));
  EXPECT_THAT(CsvFault("abc\0\0\0def"sv), HasSubstr("NUL bytes"));
}

TEST(CsvTest, P10_AnySeparatorAndBlanksAroundFields) {
  EXPECT_THAT(Records("a ; b;\tc\n\" x \" ;1,5;\xC2\xA0y\n", ';'),
              ElementsAre(Fields{"a", "b", "c"}, Fields{" x ", "1,5", "y"}));
  EXPECT_THAT(Records("a\tb\n\t1\n", '\t'), ElementsAre(Fields{"a", "b"}, Fields{"", "1"}));
}

TEST(CsvTest, LinesMayEndInCarriageReturnsAlone) {
  const std::vector<CsvRecord> records = AllRecords("a,b\r1,2\r\r3,4");
  ASSERT_EQ(records.size(), 3U);
  EXPECT_EQ(records[2].line, 4);
}

TEST(CsvTest, EveryPlaceOfTheBlocksReadIsTheSame) {
  // Records of which each begins, and has its quotes and line ends, at another place of a block.
  for (size_t shift = 0; shift < 9; ++shift) {
    std::string text(shift, 'x');
    std::vector<Fields> want;
    text += ",y\r\n";
    want.push_back({std::string(shift, 'x'), "y"});
    for (int at = 0; at < 20'000; ++at) {
      absl::StrAppend(&text, "\"q\"\"\",", at, "\r\n");
      want.push_back({"q\"", absl::StrCat(at)});
    }
    ASSERT_EQ(Records(text), want) << shift;
  }
}

TEST(CsvTest, ARecordThatDoesNotEndIsNotReadIntoMemory) {
  EXPECT_THAT(CsvFault("a\n\"" + std::string(3 * kMostBytesOfRecord, 'x')),
              HasSubstr("line 2: a row of more than 1048576 bytes"));
}

TEST(CsvLineTest, WhatIsWrittenIsReadBack) {
  const std::vector<std::vector<std::string>> records = {
      {"a", "", "b,c", "d\"e\"", "f\ng", "\r\nh\r"}, {""}, {"", ""}, {"'", " x "}};
  std::string text;
  for (const auto& record : records) text += CsvLine(record);
  EXPECT_EQ(Records(text), records);
}

}  // namespace
}  // namespace athena::athenactl
