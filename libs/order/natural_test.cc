#include "libs/order/natural.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace athena {
namespace {

using ::testing::ElementsAreArray;

TEST(NaturalOrder, OrdersNumbersByTheirSize) {
  const std::vector<std::string> ordered = {"1",     "2",      "3",     "3.1",   "3.1.9", "3.1.10",
                                            "3.1.A", "3.1.A1", "3.1.B", "3.1.a", "3.2",   "3.10",
                                            "10",    "A-2",    "A-10",  "A_1"};
  std::vector<std::string> shuffled = ordered;
  std::mt19937 random(1);
  for (int round = 0; round < 50; ++round) {
    std::shuffle(shuffled.begin(), shuffled.end(), random);
    std::sort(shuffled.begin(), shuffled.end(),
              [](const auto& a, const auto& b) { return NaturalLess(a, b); });
    ASSERT_THAT(shuffled, ElementsAreArray(ordered));
  }
}

TEST(NaturalOrder, TellsDifferentCodesApart) {
  EXPECT_EQ(CompareNaturally("3.1", "3.1"), 0);
  EXPECT_LT(CompareNaturally("3.01", "3.1"), 0);
  EXPECT_GT(CompareNaturally("3.1", "3.01"), 0);
  // Beyond what fits an integer.
  EXPECT_LT(CompareNaturally("99999999999999999999", "100000000000000000000"), 0);
}

// Any three codes agree with each other, whatever they are made of.
TEST(NaturalOrder, IsAnOrder) {
  std::mt19937 random(2);
  const std::string_view letters = "0129.-_aZ";
  const auto code = [&] {
    std::string text;
    for (size_t length = 1 + random() % 5; length > 0; --length) {
      text += letters[random() % letters.size()];
    }
    return text;
  };
  for (int round = 0; round < 200'000; ++round) {
    const std::string a = code();
    const std::string b = code();
    const std::string c = code();
    ASSERT_EQ(CompareNaturally(a, b), -CompareNaturally(b, a)) << a << ' ' << b;
    ASSERT_EQ(CompareNaturally(a, b) == 0, a == b) << a << ' ' << b;
    if (CompareNaturally(a, b) < 0 && CompareNaturally(b, c) < 0) {
      ASSERT_LT(CompareNaturally(a, c), 0) << a << ' ' << b << ' ' << c;
    }
  }
}

}  // namespace
}  // namespace athena
