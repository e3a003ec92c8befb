#include "services/athenactl/terminal/table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "services/athenactl/terminal/text.h"

namespace athena::athenactl {
namespace {

using ::testing::HasSubstr;

std::vector<std::string> LinesOf(const Table& table, int width) {
  return absl::StrSplit(table.Text(width, false), '\n');
}

TEST(TableTest, A22_NumbersAreNotCutWhereTheScreenIsNarrow) {
  Table table({{"NAME"}, {"SOURCE"}, {"VALUE", true}});
  table.Add({std::string(60, 'n'), std::string(60, 's'), "1,234,567.25"});
  const std::vector<std::string> lines = LinesOf(table, 80);
  EXPECT_THAT(lines[1], HasSubstr("1,234,567.25"));
  for (const std::string& line : lines) EXPECT_LE(Width(line), 80) << line;
}

TEST(TableTest, LongTextIsWrappedAndNothingOfItIsLost) {
  Table table({{"VERSION", true}, {.heading = "TARGET", .wraps = true}});
  table.Add({"12", "2022-Q4: 440, 2024-Q4: 450, 2026-Q4: 460; linear; red from a margin of 10"});
  const std::vector<std::string> lines = LinesOf(table, 40);
  ASSERT_EQ(lines.size(), 5);
  EXPECT_EQ(lines[1], "     12  2022-Q4: 440, 2024-Q4: 450,");
  EXPECT_EQ(lines[2], "         2026-Q4: 460; linear; red from");
  EXPECT_EQ(lines[3], "         a margin of 10");
}

TEST(TableTest, SpareColumnsGoBeforeAnythingIsCutTooShort) {
  Table table({{.heading = "INDICATOR", .least = 16},
               {"CELLS", true},
               {"STATE"},
               {.heading = "SOURCE", .spare = true}});
  table.Add({"applications-per-vacancy", "12", "overdue", "payroll"});
  EXPECT_THAT(table.Text(60, false), HasSubstr("SOURCE"));
  EXPECT_EQ(table.Text(36, false),
            "INDICATOR             CELLS  STATE\n"
            "applications-per-va…     12  overdue\n");
  EXPECT_EQ(table.Text(32, false),
            "INDICATOR         CELLS  STATE\n"
            "applications-pe…     12  overdue\n");
}

TEST(TableTest, WhereThereIsRoomNothingChanges) {
  Table table({{"A"}, {.heading = "B", .wraps = true}, {"C", true}});
  table.Add({"a", "some text", "1"});
  EXPECT_EQ(table.Text(0, false), "A  B          C\na  some text  1\n");
  EXPECT_EQ(table.Text(80, false), table.Text(0, false));
}

}  // namespace
}  // namespace athena::athenactl
