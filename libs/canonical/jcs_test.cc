#include "libs/canonical/jcs.h"

#include <gtest/gtest.h>

#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <random>
#include <string>
#include <utility>

#include "libs/status/testing/matchers.h"

namespace athena {
namespace {

using status::testing::IsOkAndHolds;
using status::testing::Refuses;

// RFC 8785, appendix B: the bits of a double, and its text.
TEST(JcsNumberTest, AgreesWithTheSamplesOfTheRfc) {
  const std::pair<uint64_t, const char*> kSamples[] = {
      {0x0000000000000000, "0"},
      {0x8000000000000000, "0"},
      {0x0000000000000001, "5e-324"},
      {0x8000000000000001, "-5e-324"},
      {0x7fefffffffffffff, "1.7976931348623157e+308"},
      {0xffefffffffffffff, "-1.7976931348623157e+308"},
      {0x4340000000000000, "9007199254740992"},
      {0xc340000000000000, "-9007199254740992"},
      {0x4430000000000000, "295147905179352830000"},
      {0x44b52d02c7e14af5, "9.999999999999997e+22"},
      {0x44b52d02c7e14af6, "1e+23"},
      {0x44b52d02c7e14af7, "1.0000000000000001e+23"},
      {0x444b1ae4d6e2ef4e, "999999999999999700000"},
      {0x444b1ae4d6e2ef4f, "999999999999999900000"},
      {0x444b1ae4d6e2ef50, "1e+21"},
      {0x3eb0c6f7a0b5ed8c, "9.999999999999997e-7"},
      {0x3eb0c6f7a0b5ed8d, "0.000001"},
      {0x41b3de4355555553, "333333333.3333332"},
      {0x41b3de4355555554, "333333333.33333325"},
      {0x41b3de4355555555, "333333333.3333333"},
      {0x41b3de4355555556, "333333333.3333334"},
      {0x41b3de4355555557, "333333333.33333343"},
      {0xbecbf647612f3696, "-0.0000033333333333333333"},
      {0x43143ff3c1cb0959, "1424953923781206.2"},
  };
  for (const auto& [bits, text] : kSamples) {
    EXPECT_EQ(JcsNumber(std::bit_cast<double>(bits)), text) << std::hex << bits;
  }
}

TEST(JcsNumberTest, EveryTextGivesItsNumberBack) {
  std::mt19937_64 random(8785);
  for (int i = 0; i < 200'000; ++i) {
    const double number = std::bit_cast<double>(random());
    if (!std::isfinite(number)) continue;
    const std::string text = JcsNumber(number);
    double back = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), back);
    ASSERT_EQ(read.ptr, text.data() + text.size()) << text;
    ASSERT_EQ(back, number) << text;
    ASSERT_THAT(Jcs(text), IsOkAndHolds(text));
  }
}

// RFC 8785, section 3.2.2.
TEST(JcsTest, AgreesWithTheSampleOfTheRfc) {
  EXPECT_THAT(
      Jcs(R"({
      "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
      "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
      "literals": [null, true, false]
    })"),
      IsOkAndHolds("{\"literals\":[null,true,false],\"numbers\":[333333333.3333333,1e+30,"
                   "4.5,0.002,1e-27],\"string\":\"\u20ac$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}"));
}

// RFC 8785, section 3.2.3: by UTF-16 code units, not by bytes.
TEST(JcsTest, MembersAreSortedAsInTheRfc) {
  EXPECT_THAT(Jcs(R"({
      "\u20ac": "Euro Sign",
      "\r": "Carriage Return",
      "\ufb33": "Hebrew Letter Dalet With Dagesh",
      "1": "One",
      "\ud83d\ude00": "Emoji: Grinning Face",
      "\u0080": "Control",
      "\u00f6": "Latin Small Letter O With Diaeresis"
    })"),
              IsOkAndHolds("{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u0080\":\"Control\","
                           "\"\u00f6\":\"Latin Small Letter O With Diaeresis\",\"\u20ac\":\"Euro "
                           "Sign\",\"\U0001f600\":\"Emoji: Grinning Face\",\"\ufb33\":\"Hebrew "
                           "Letter Dalet With Dagesh\"}"));
}

TEST(JcsTest, EmptyAndNestedValuesAreKept) {
  EXPECT_THAT(Jcs(" [ ] "), IsOkAndHolds("[]"));
  EXPECT_THAT(Jcs(R"({"b" : {}, "a" : [ [], {"":""} , [1 , [ ] ]]})"),
              IsOkAndHolds(R"({"a":[[],{"":""},[1,[]]],"b":{}})"));
  EXPECT_THAT(Jcs("\"\x7f\\b\\f\\t\\u001F\""), IsOkAndHolds("\"\x7f\\b\\f\\t\\u001f\""));
  EXPECT_THAT(Jcs("-0.0"), IsOkAndHolds("0"));
  EXPECT_THAT(Jcs("9007199254740993"), IsOkAndHolds("9007199254740992"));
}

TEST(JcsTest, TheCanonicalFormIsItsOwn) {
  const std::string text = Jcs(R"({"x":[1e3,"\u00e9",{"b":1,"a":null}]})").value();
  EXPECT_THAT(Jcs(text), IsOkAndHolds(text));
}

TEST(JcsTest, WhatMeansNoValueOrTwoIsRefused) {
  for (const char* text :
       {"", "{", "[1,]", "nul", "1 2", "{\"a\":1,\"a\":1}", "{\"a\":{\"b\":1,\"c\":2,\"b\":3}}",
        "1e400", "NaN", "\"\xff\"", "\"\\ud800\"", "'a'", "{\"a\":1}x", "// c\n1"}) {
    EXPECT_THAT(Jcs(text), Refuses("NOT_JSON")) << text;
  }
}

TEST(JcsTest, DepthIsLimited) {
  const auto nested = [](int depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  EXPECT_THAT(Jcs(nested(kMaxJsonDepth)), IsOkAndHolds(nested(kMaxJsonDepth)));
  EXPECT_THAT(Jcs(nested(kMaxJsonDepth + 1)), Refuses("NOT_JSON"));
}

}  // namespace
}  // namespace athena
