#include "services/athenactl/terminal/text.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

namespace athena::athenactl {
namespace {

TEST(NumberTest, OnlyFiniteNumbersWithADecimalPointAreRead) {
  EXPECT_EQ(ReadNumber("-12.5"), -12.5);
  EXPECT_EQ(ReadNumber("1e3"), 1000);
  for (const char* const text :
       {"", " 1", "1 ", "1,5", "+1", "0x1", "nan", "inf", "1e999", "1.5x"}) {
    EXPECT_FALSE(ReadNumber(text).has_value()) << text;
  }
}

TEST(KeepsPrecisionTest, WritingANumberOtherwiseLosesNothing) {
  for (const char* const text :
       {"6", "6.0", "6.", "0006", "60e-1", "0.6e1", "0.06e+2", "-0", "0.000", "0.1", ".1",
        "100000000000000000000", "1E2", "1234567.000001", "0.30000000000000004", "5e-324"}) {
    EXPECT_TRUE(KeepsPrecision(text, *ReadNumber(text))) << text;
  }
}

TEST(KeepsPrecisionTest, DigitsThatADoubleDoesNotKeepAreSeen) {
  for (const char* const text :
       {"0.10000000000000001", "33.333333333333333333", "9007199254740993", "0.300000000000000041",
        "1.00000000000000000001", "-123456789.123456789123"}) {
    EXPECT_FALSE(KeepsPrecision(text, *ReadNumber(text))) << text;
  }
}

TEST(KeepsPrecisionTest, TheShortestTextOfADoubleAlwaysKeepsIt) {
  for (const double number : {0.1 + 0.2, 1e15, 1.0 / 3, std::numeric_limits<double>::min(),
                              std::numeric_limits<double>::max(), -2.5e-7}) {
    EXPECT_TRUE(KeepsPrecision(Shortest(number), number));
    EXPECT_EQ(ReadNumber(Shortest(number)), number);
  }
}

TEST(TextTest, WidthCountsCodePointsAndNoCombiningMarks) {
  EXPECT_EQ(Width("Économie"), 8);
  EXPECT_EQ(Width("E\xCC\x81"), 1);
  EXPECT_EQ(Width("██▌"), 3);
  EXPECT_EQ(Cut("Économie", 8), "Économie");
  EXPECT_EQ(Cut("Économie", 4), "Éco…");
  EXPECT_EQ(Cut("Économie", 0), "");
  EXPECT_EQ(PadRight("é", 3) + "|" + PadLeft("é", 3), "é  |  é");
}

TEST(TextTest, NumbersAreWrittenAlikeEverywhere) {
  EXPECT_EQ(Grouped(0), "0");
  EXPECT_EQ(Grouped(999), "999");
  EXPECT_EQ(Grouped(12765), "12,765");
  EXPECT_EQ(Grouped(-1234567), "-1,234,567");
  EXPECT_EQ(Shortest(0.1), "0.1");
  EXPECT_EQ(Shortest(1e15), "1000000000000000");
  EXPECT_EQ(Shortest(-2.5e-7), "-0.00000025");
  EXPECT_EQ(Counted(1, "row", "rows"), "1 row");
  EXPECT_EQ(Counted(10000, "row", "rows"), "10,000 rows");
  EXPECT_EQ(WholeNumber("17"), 17);
  EXPECT_EQ(WholeNumber("-17"), std::nullopt);
  EXPECT_EQ(WholeNumber("1.5"), std::nullopt);
  EXPECT_EQ(WholeNumber(""), std::nullopt);
  EXPECT_EQ(WholeNumber("99999999999999999999"), std::nullopt);
}

TEST(TextTest, WhatWouldSteerATerminalIsEscaped) {
  EXPECT_EQ(Printable("a\x1b[2Jb"), "a\\x1b[2Jb");
  EXPECT_EQ(Printable("één\n"), "één\\n");
}

TEST(PrintableTest, A14_ControlsAndMarksOfDirectionAreNeverPrintedRaw) {
  EXPECT_EQ(Printable("a\u009Bb\u0085c"), "a\\u009bb\\u0085c");
  EXPECT_EQ(Printable("x\u2028y\u2029"), "x\\u2028y\\u2029");
  EXPECT_EQ(Printable("\u202Egnp\u2066.\u200F"), "\\u202egnp\\u2066.\\u200f");
  EXPECT_EQ(Printable("\x1b[2J\n"), "\\x1b[2J\\n");
  EXPECT_EQ(Printable("Financiën ≥ 80 €"), "Financiën ≥ 80 €");
}

TEST(ToAsciiTest, SymbolsKeepTheirColumns) {
  for (const char* const text : {"● GREEN  80.0 ███▌··", "├─ Financiën: 8, target ≥ 80…", "│ └─ x",
                                 "▁▂▅▇█·", "é, è, ü, Ö, ß, œ, 日"}) {
    const std::string ascii = ToAscii(text);
    EXPECT_EQ(Width(ascii), Width(text)) << ascii;
    for (const char letter : ascii) EXPECT_TRUE(letter >= ' ' && letter <= '~') << ascii;
  }
  EXPECT_EQ(ToAscii("target ≥ 80, ≤ 5, Financiën"), "target >=80, <=5, Financien");
}

TEST(IsUtf8Test, OnlyWholeCodePointsAre) {
  EXPECT_TRUE(IsUtf8("caf\u00e9 \u20ac \U0001F600 \uFFFD"));
  EXPECT_TRUE(IsUtf8(""));
  for (const char* const text :
       {"caf\xe9", "\xc3", "\xe2\x82", "\xed\xa0\x80", "\xc0\xaf", "\xff"}) {
    EXPECT_FALSE(IsUtf8(text));
  }
}

TEST(GroupedTest, NumbersAreWrittenAsTheLanguageWritesThem) {
  EXPECT_EQ(Grouped("1234567.25", "en"), "1,234,567.25");
  EXPECT_EQ(Grouped("1234567.25", ""), "1,234,567.25");
  EXPECT_EQ(Grouped("-1234567.25", "nl-BE"), "-1.234.567,25");
  EXPECT_EQ(Grouped("1234567.25", "fr"), "1\u202F234\u202F567,25");
  EXPECT_EQ(Grouped("999", "nl"), "999");
  EXPECT_EQ(Grouped("0.1234567", "en"), "0.1234567");
  EXPECT_EQ(Grouped("", "en"), "");
}

TEST(WrappedTest, LinesBreakAtBlanksAndLongWordsAnywhere) {
  EXPECT_EQ(Wrapped("one two three", 7), (std::vector<std::string>{"one two", "three"}));
  EXPECT_EQ(Wrapped("one two three", 0), (std::vector<std::string>{"one two three"}));
  EXPECT_EQ(Wrapped("abcdefgh ij", 3), (std::vector<std::string>{"abc", "def", "gh", "ij"}));
  EXPECT_EQ(Wrapped("éé éé", 2), (std::vector<std::string>{"éé", "éé"}));
  EXPECT_EQ(Wrapped("", 5), std::vector<std::string>());
  EXPECT_EQ(WrappedLines("one two\n\nthree four\n", 5), "one\ntwo\n\nthree\nfour\n");
}

}  // namespace
}  // namespace athena::athenactl
