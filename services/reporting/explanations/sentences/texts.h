#ifndef ATHENA_SERVICES_REPORTING_EXPLANATIONS_SENTENCES_TEXTS_H_
#define ATHENA_SERVICES_REPORTING_EXPLANATIONS_SENTENCES_TEXTS_H_

#include <string_view>

#include "services/reporting/explanations/sentences/phrases.h"

// Internal to sentences/: the texts of each language.
namespace athena::reporting {

std::string_view DutchText(Phrase phrase);
std::string_view EnglishText(Phrase phrase);
std::string_view FrenchText(Phrase phrase);

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_EXPLANATIONS_SENTENCES_TEXTS_H_
