#include "services/athenactl/files/csv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/status/testing/matchers.h"

namespace athena::athenactl {
namespace {

using ::testing::ElementsAre;
using Fields = std::vector<std::string>;

std::vector<Fields> Records(std::string_view text) {
  CsvReader reader(text);
  std::vector<Fields> records;
  CsvRecord record;
  for (;;) {
    const absl::StatusOr<bool> more = reader.Next(record);
    ATHENA_EXPECT_OK(more);
    if (!more.ok() || !*more) return records;
    records.push_back(record.fields);
  }
}

std::string CsvFault(std::string_view text) {
  CsvReader reader(text);
  CsvRecord record;
  for (;;) {
    const absl::StatusOr<bool> more = reader.Next(record);
    if (!more.ok()) return std::string(more.status().message());
    if (!*more) return "";
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
  CsvReader reader("a\n\n\"x\ny\"\nb\n");
  CsvRecord record;
  std::vector<int64_t> lines;
  while (*reader.Next(record)) lines.push_back(record.line);
  EXPECT_THAT(lines, ElementsAre(1, 3, 5));
}

TEST(CsvTest, BrokenQuotesAreRefusedWithTheirLine) {
  EXPECT_EQ(CsvFault("a\nb\"c\n"), "line 2: a quote inside a field; put the whole field in quotes");
  EXPECT_EQ(CsvFault("a\n\"b\nc"), "line 2: a quoted field does not end");
  EXPECT_EQ(CsvFault("\"a\"b\n"),
            "line 1: text after a closing quote; a quote inside a quoted field is doubled");
}

TEST(CsvLineTest, WhatIsWrittenIsReadBack) {
  const std::vector<std::vector<std::string>> records = {
      {"a", "", "b,c", "d\"e\"", "f\ng", "\r\nh\r"}, {""}, {"", ""}, {"'", " x "}};
  std::string text;
  for (const auto& record : records) text += CsvLine(record);
  CsvReader reader(text);
  CsvRecord read;
  for (const auto& record : records) {
    ASSERT_TRUE(*reader.Next(read));
    EXPECT_EQ(read.fields, record);
  }
  EXPECT_FALSE(*reader.Next(read));
}

TEST(GuardedTest, WhatWouldBeAFormulaIsGuardedUnlessItIsANumber) {
  EXPECT_EQ(Guarded("=1+1"), "'=1+1");
  EXPECT_EQ(Guarded("+32 2 555"), "'+32 2 555");
  EXPECT_EQ(Guarded("-see note"), "'-see note");
  EXPECT_EQ(Guarded("@SUM(A1)"), "'@SUM(A1)");
  EXPECT_EQ(Guarded("\t=1"), "'\t=1");
  EXPECT_EQ(Guarded("\r=1"), "'\r=1");
  EXPECT_EQ(Guarded("-5.5"), "-5.5");
  EXPECT_EQ(Guarded("a=b"), "a=b");
  EXPECT_EQ(Guarded("'quoted'"), "'quoted'");
  EXPECT_EQ(Guarded(""), "");
}

TEST(GuardedTest, UnguardedGivesBackWhatWasGuarded) {
  // Every text of up to four letters from those that matter.
  const std::string letters = "'=-5 ";
  std::vector<std::string> texts = {""};
  for (size_t at = 0; at < texts.size(); ++at) {
    const std::string text = texts[at];
    EXPECT_EQ(Unguarded(Guarded(text)), text);
    if (text.size() == 4) continue;
    for (const char letter : letters) texts.push_back(text + letter);
  }
  EXPECT_EQ(texts.size(), 781U);
}

}  // namespace
}  // namespace athena::athenactl
