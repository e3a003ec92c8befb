#include "services/reporting/scorecards/messages/languages.h"

#include <optional>
#include <string>

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

void Languages::Pick(const common::v1::LocalizedText& localized, std::string* text,
                     std::string* used) const {
  const auto& texts = localized.text();
  if (texts.empty()) return;
  std::string tag = asked_;
  while (true) {
    if (const auto found = texts.find(tag); found != texts.end()) {
      *text = found->second;
      if (tag != asked_) *used = tag;
      return;
    }
    const size_t dash = tag.rfind('-');
    if (dash == std::string::npos) break;
    tag.resize(dash);
  }
  auto found = texts.find(fallback_);
  if (found == texts.end()) {
    found = texts.begin();
    for (auto it = texts.begin(); it != texts.end(); ++it) {
      if (it->first < found->first) found = it;
    }
  }
  *text = found->second;
  *used = found->first;
}

}  // namespace athena::reporting
