#include "libs/csv/csv.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace athena {
namespace {

TEST(CsvLineTest, FieldsThatNeedQuotesStandInThem) {
  EXPECT_EQ(CsvLine({"a", "b,c", "say \"it\"", "two\nlines", " blank ", ""}),
            "a,\"b,c\",\"say \"\"it\"\"\",\"two\nlines\",\" blank \",\n");
  EXPECT_EQ(CsvLine({""}), "\"\"\n");
  EXPECT_EQ(CsvLine({"1", "2"}, "\r\n"), "1,2\r\n");
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
}  // namespace athena
