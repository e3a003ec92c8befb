#ifndef ATHENA_SERVICES_REPORTING_SCORECARDS_MESSAGES_LANGUAGES_H_
#define ATHENA_SERVICES_REPORTING_SCORECARDS_MESSAGES_LANGUAGES_H_

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "athena/common/v1/values.pb.h"
#include "athena/plan/v1/plan.pb.h"

namespace athena::reporting {

// The languages that answers have sentences in.
enum class Language : int8_t { kDutch, kFrench, kEnglish };

inline constexpr std::array<Language, 3> kLanguages = {Language::kDutch, Language::kFrench,
                                                       Language::kEnglish};

// "nl", "fr", "en".
std::string_view TagOf(Language language);

// The language asked for, by its primary subtag ("nl-BE" is Dutch); empty: the plan's first one. If
// there are no sentences in it, the plan's first language that has some, or else English.
Language SentencesIn(std::string_view asked, const plan::v1::Plan& plan);

// Picks the language of texts: the one that was asked for ("nl-BE", then "nl"), else the plan's
// first language, else the first by its tag.
class Languages {
 public:
  // `asked` empty: the plan's first language.
  Languages(const std::string& asked, const plan::v1::Plan& plan)
      : fallback_(plan.languages().empty() ? "" : plan.languages(0)),
        asked_(asked.empty() ? fallback_ : asked) {}

  // Sets `text`, and `used` to its language when that is not the one asked for.
  void Pick(const common::v1::LocalizedText& localized, std::string* text, std::string* used) const;

 private:
  const std::string fallback_;
  const std::string asked_;
};

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_SCORECARDS_MESSAGES_LANGUAGES_H_
