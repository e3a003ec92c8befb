#include "services/athenactl/csv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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
    EXPECT_TRUE(more.ok()) << more.status();
    if (!more.ok() || !*more) return records;
    records.push_back(record.fields);
  }
}

std::string Fault(std::string_view text) {
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
  EXPECT_EQ(Fault("a\nb\"c\n"), "line 2: a quote inside a field; put the whole field in quotes");
  EXPECT_EQ(Fault("a\n\"b\nc"), "line 2: a quoted field does not end");
  EXPECT_EQ(Fault("\"a\"b\n"),
            "line 1: text after a closing quote; a quote inside a quoted field is doubled");
}

}  // namespace
}  // namespace athena::athenactl
