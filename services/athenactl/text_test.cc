#include "services/athenactl/text.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace athena::athenactl {
namespace {

TEST(NumberTest, OnlyFiniteNumbersWithADecimalPointAreRead) {
  EXPECT_EQ(Number("-12.5"), -12.5);
  EXPECT_EQ(Number("1e3"), 1000);
  for (const char* const text :
       {"", " 1", "1 ", "1,5", "+1", "0x1", "nan", "inf", "1e999", "1.5x"}) {
    EXPECT_FALSE(Number(text).has_value()) << text;
  }
}

TEST(KeepsPrecisionTest, WritingANumberOtherwiseLosesNothing) {
  for (const char* const text :
       {"6", "6.0", "6.", "0006", "60e-1", "0.6e1", "0.06e+2", "-0", "0.000", "0.1", ".1",
        "100000000000000000000", "1E2", "1234567.000001", "0.30000000000000004", "5e-324"}) {
    EXPECT_TRUE(KeepsPrecision(text, *Number(text))) << text;
  }
}

TEST(KeepsPrecisionTest, DigitsThatADoubleDoesNotKeepAreSeen) {
  for (const char* const text :
       {"0.10000000000000001", "33.333333333333333333", "9007199254740993", "0.300000000000000041",
        "1.00000000000000000001", "-123456789.123456789123"}) {
    EXPECT_FALSE(KeepsPrecision(text, *Number(text))) << text;
  }
}

TEST(KeepsPrecisionTest, TheShortestTextOfADoubleAlwaysKeepsIt) {
  for (const double number : {0.1 + 0.2, 1e15, 1.0 / 3, std::numeric_limits<double>::min(),
                              std::numeric_limits<double>::max(), -2.5e-7}) {
    EXPECT_TRUE(KeepsPrecision(Shortest(number), number));
    EXPECT_EQ(Number(Shortest(number)), number);
  }
}

}  // namespace
}  // namespace athena::athenactl
