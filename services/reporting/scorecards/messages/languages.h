#ifndef ATHENA_SERVICES_REPORTING_SCORECARDS_MESSAGES_LANGUAGES_H_
#define ATHENA_SERVICES_REPORTING_SCORECARDS_MESSAGES_LANGUAGES_H_

#include <string>

#include "athena/common/v1/values.pb.h"
#include "athena/plan/v1/plan.pb.h"

namespace athena::reporting {

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

inline void Languages::Pick(const common::v1::LocalizedText& localized, std::string* text,
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

#endif  // ATHENA_SERVICES_REPORTING_SCORECARDS_MESSAGES_LANGUAGES_H_
