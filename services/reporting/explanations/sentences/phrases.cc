#include "services/reporting/explanations/sentences/phrases.h"

#include "services/reporting/explanations/sentences/texts.h"

namespace athena::reporting {
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
