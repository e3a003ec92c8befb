#ifndef ATHENA_SERVICES_ATHENACTL_VIEWS_INDICATOR_TEXT_H_
#define ATHENA_SERVICES_ATHENACTL_VIEWS_INDICATOR_TEXT_H_

#include <string>
#include <vector>

#include "athena/indicator/v1/indicator.pb.h"
#include "athena/indicator/v1/target.pb.h"
#include "services/athenactl/views/number_text.h"

// Describes definitions and targets. Pure and thread-safe.
namespace athena::athenactl {

// The word of an enum's value, "higher" of DIRECTION_HIGHER; empty for the unspecified one.
std::string Word(athena::indicator::v1::Indicator::Direction direction);
std::string Word(athena::indicator::v1::Indicator::Frequency frequency);
std::string Word(athena::indicator::v1::Indicator::TimeAggregation aggregation);
std::string Word(athena::indicator::v1::Indicator::GroupAggregation aggregation);
std::string Word(athena::indicator::v1::Indicator::Classification classification);
std::string Word(athena::indicator::v1::Indicator::State state);

// A definition: lines of a label and a field, at most `width` columns wide (0: unlimited). Texts
// are in `language` where it has them, and numbers as it writes them; empty: English.
std::string Describe(const athena::indicator::v1::Indicator& indicator, const std::string& language,
                     int width);
// "2022: 80, 2024: 90; linear; red from a margin of 10". Targets that are compared have one style.
std::string Describe(const athena::indicator::v1::Target& target, const NumberStyle& style);
// The style that tells all numbers of these targets apart. `decimals`: of their indicator.
NumberStyle StyleOfTargets(const std::vector<const athena::indicator::v1::Target*>& targets,
                           int decimals, const std::string& language);
// A line of a label and a text, as Describe has them.
std::string LabelledLine(const std::string& label, const std::string& text, int width);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_VIEWS_INDICATOR_TEXT_H_
