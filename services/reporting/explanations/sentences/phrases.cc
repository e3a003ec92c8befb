#include "services/reporting/explanations/sentences/phrases.h"

#include "services/reporting/explanations/sentences/texts.h"

namespace athena::reporting {
namespace {

// nullopt when there are no sentences in it.
std::optional<Language> LanguageOf(std::string_view tag) {
  std::string primary(tag.substr(0, tag.find('-')));
  for (char& letter : primary) letter = static_cast<char>(letter | 0x20);
  for (const Language language : kLanguages) {
    if (primary == TagOf(language)) return language;
  }
  return std::nullopt;
}

}  // namespace

std::string_view TagOf(Language language) {
  switch (language) {
    case Language::kDutch:
      return "nl";
    case Language::kFrench:
      return "fr";
    case Language::kEnglish:
      break;
  }
  return "en";
}

Language SentencesIn(std::string_view asked, const plan::v1::Plan& plan) {
  if (const std::optional<Language> language = LanguageOf(asked)) return *language;
  for (const std::string& tag : plan.languages()) {
    if (const std::optional<Language> language = LanguageOf(tag)) return *language;
  }
  return Language::kEnglish;
}

std::string_view TextIn(Language language, Phrase phrase) {
  switch (language) {
    case Language::kDutch:
      return DutchText(phrase);
    case Language::kFrench:
      return FrenchText(phrase);
    case Language::kEnglish:
      break;
  }
  return EnglishText(phrase);
}

std::string Say(Language language, Phrase phrase, const Filling& filling) {
  const std::string_view text = TextIn(language, phrase);
  std::string said;
  for (size_t at = 0; at < text.size();) {
    const size_t open = text.find('{', at);
    const size_t close = text.find('}', open);
    if (open == std::string_view::npos || close == std::string_view::npos) {
      said += text.substr(at);
      break;
    }
    said += text.substr(at, open - at);
    const std::string_view place = text.substr(open + 1, close - open - 1);
    for (const auto& [name, value] : filling) {
      if (name == place) said += value;
    }
    at = close + 1;
  }
  return said;
}

}  // namespace athena::reporting
