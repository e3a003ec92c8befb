#include "services/reporting/board/words.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "libs/decimal/decimal.h"

namespace athena::reporting {
namespace {

Decimal Exactly(std::string_view text) { return Decimal::Parse(text).value(); }

// The arguments that a text shows, by marking each of them.
std::set<char> ArgumentsOf(const std::string& text) {
  std::set<char> found;
  for (const char mark : {'\1', '\2', '\3', '\4', '\5', '\6'}) {
    if (text.find(mark) != std::string::npos) found.insert(mark);
  }
  return found;
}

TEST(Words, EveryPhraseShowsTheSameArgumentsInEachLanguage) {
  for (int16_t i = 0; i < static_cast<int16_t>(BoardPhrase::kPhrases); ++i) {
    const auto say = [&](Language language) {
      return Words(language).Say(static_cast<BoardPhrase>(i), "\1", "\2", "\3", "\4", "\5", "\6");
    };
    for (const Language language : kLanguages) {
      EXPECT_FALSE(say(language).empty()) << i;
      EXPECT_EQ(ArgumentsOf(say(language)), ArgumentsOf(say(Language::kEnglish))) << say(language);
    }
  }
}

TEST(Words, OneHasAFormOfItsOwn) {
  EXPECT_EQ(Words(Language::kEnglish).Count(BoardPhrase::kQuarters, 1), "1 quarter");
  EXPECT_EQ(Words(Language::kEnglish).Count(BoardPhrase::kQuarters, 0), "0 quarters");
  EXPECT_EQ(Words(Language::kFrench).Count(BoardPhrase::kQuarters, 0), "0 trimestre");
  EXPECT_EQ(Words(Language::kFrench).Count(BoardPhrase::kQuarters, 2), "2 trimestres");
  EXPECT_EQ(Words(Language::kDutch).Count(BoardPhrase::kDaysLate, 61, "31 okt. 2022"),
            "31 okt. 2022, 61 dagen te laat");
}

TEST(Words, NumbersAreWrittenAsTheLanguageWritesThem) {
  const Decimal number = Exactly("-1234567.5");
  EXPECT_EQ(Words(Language::kEnglish).Number(number, 1), "−1,234,567.5");
  EXPECT_EQ(Words(Language::kDutch).Number(number, 2), "−1.234.567,50");
  EXPECT_EQ(Words(Language::kFrench).Number(number, 0), "−1\u202f234\u202f568");
  EXPECT_EQ(Words(Language::kEnglish).Number(Exactly("999"), 0), "999");
  EXPECT_EQ(Words(Language::kEnglish).Signed(Exactly("2.06"), 1), "+2.1");
  EXPECT_EQ(Words(Language::kEnglish).Signed(Exactly("0.04"), 1), "0.0");
}

TEST(Words, WhatDiffersDoesNotLookTheSame) {
  const Words words(Language::kEnglish);
  EXPECT_EQ(words.Score(Exactly("66.6")), "66.6");
  EXPECT_EQ(words.Score(Exactly("66.666666666666")), "66.666666666666");
  EXPECT_EQ(words.Percent(Exactly("0.99999"), 0), "99.999\u00a0%");
  EXPECT_EQ(words.Percent(Exactly("1"), 1), "100.0\u00a0%");
}

TEST(Words, DaysAndQuarters) {
  EXPECT_EQ(Words(Language::kEnglish).Day(absl::CivilDay(2022, 10, 31)), "31\u00a0Oct\u00a02022");
  EXPECT_EQ(Words(Language::kFrench).Day(absl::CivilDay(2022, 8, 1)), "1\u00a0août\u00a02022");
  EXPECT_EQ(Words(Language::kDutch).Quarter(Period::Quarter(2022, 4)), "vierde kwartaal van 2022");
  EXPECT_EQ(Words(Language::kEnglish).Quarter(Period::Quarter(2021, 1)), "first quarter of 2021");
}

}  // namespace
}  // namespace athena::reporting
