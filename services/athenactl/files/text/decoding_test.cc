#include "services/athenactl/files/text/decoding.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/status/testing/matchers.h"

namespace athena::athenactl {
namespace {

using ::testing::HasSubstr;

TEST(DecodingTest, Utf8IsThatOfRfc3629) {
  for (const char* const good : {"", "a", "\u00e9", "\u20ac", "\U0001F600", "\xF4\x8F\xBF\xBF"}) {
    EXPECT_EQ(Utf8Prefix(good), std::string_view(good).size()) << good;
  }
  // Overlong, surrogate, beyond U+10FFFF, cut off, a lone continuation.
  for (const char* const bad : {"\xC0\xAF", "\xE0\x80\xAF", "\xF0\x80\x80\xAF", "\xED\xA0\x80",
                                "\xF4\x90\x80\x80", "\xE2\x82", "\x80", "\xFF"}) {
    EXPECT_EQ(Utf8Prefix(std::string("ab") + bad), 2U);
  }
}

TEST(DecodingTest, APlaceCountsCharacters) {
  const TextPlace place = PlaceOf("a\r\n\u00e9\u00e9x", 8, 5);
  EXPECT_EQ(place.line, 6);
  EXPECT_EQ(place.column, 4);
}

TEST(DecodingTest, P5_AWholeFileIsCheckedAndItsMarkTakenAway) {
  const auto text = DecodeText("f.json", "\xEF\xBB\xBF{}");
  ATHENA_ASSERT_OK(text);
  EXPECT_EQ(*text, "{}");
  EXPECT_THAT(DecodeText("f.json", "{\n \"caf\xE9\"}").status().message(),
              HasSubstr("f.json:2:6: the byte E9 is not UTF-8 (Windows-1252? save as UTF-8)"));
  using std::string_view_literals::operator""sv;
  EXPECT_THAT(DecodeText("f.json", "\xFE\xFF\0{\0}"sv).status().message(), HasSubstr("UTF-16"));
}

}  // namespace
}  // namespace athena::athenactl
