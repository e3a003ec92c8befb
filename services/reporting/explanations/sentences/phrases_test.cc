#include "services/reporting/explanations/sentences/phrases.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

namespace athena::reporting {
namespace {

// The names of the places of a text.
std::multiset<std::string> PlacesIn(std::string_view text) {
  std::multiset<std::string> places;
  for (size_t open = text.find('{'); open != std::string_view::npos; open = text.find('{', open)) {
    const size_t close = text.find('}', open);
    places.insert(std::string(text.substr(open + 1, close - open - 1)));
    open = close;
  }
  return places;
}

TEST(Phrases, EveryLanguageHasEveryPhraseWithTheSamePlaces) {
  for (int i = 0; i < kPhrases; ++i) {
    const auto phrase = static_cast<Phrase>(i);
    const std::string_view english = TextIn(Language::kEnglish, phrase);
    for (const Language language : kLanguages) {
      const std::string_view text = TextIn(language, phrase);
      EXPECT_FALSE(text.empty()) << i;
      EXPECT_EQ(PlacesIn(text), PlacesIn(english)) << text;
      EXPECT_EQ(text.back() == '.', english.back() == '.') << text;
    }
  }
}

TEST(Phrases, PlacesAreFilledInAndTheOthersAreLeftOut) {
  EXPECT_EQ(Say(Language::kEnglish, Phrase::kPeriod, {{"period", "2021-Q3"}}),
            "The evaluated period is 2021-Q3.");
  EXPECT_EQ(Say(Language::kFrench, Phrase::kPeriod, {{"other", "x"}}), "La période évaluée est .");
}

TEST(Phrases, TheLanguageAskedForIsUsedOrElseThePlans) {
  plan::v1::Plan plan;
  EXPECT_EQ(SentencesIn("", plan), Language::kEnglish);
  plan.add_languages("de");
  plan.add_languages("fr-BE");
  EXPECT_EQ(SentencesIn("nl-BE", plan), Language::kDutch);
  EXPECT_EQ(SentencesIn("EN", plan), Language::kEnglish);
  EXPECT_EQ(SentencesIn("de", plan), Language::kFrench);
  EXPECT_EQ(SentencesIn("", plan), Language::kFrench);
}

}  // namespace
}  // namespace athena::reporting
