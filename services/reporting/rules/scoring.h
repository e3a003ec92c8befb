#ifndef ATHENA_SERVICES_REPORTING_RULES_SCORING_H_
#define ATHENA_SERVICES_REPORTING_RULES_SCORING_H_

#include <string_view>

#include "services/reporting/rules/outcome.h"
#include "services/reporting/rules/plan.h"

// How a quarter of a plan is scored: the rules alone. Values in, scores out; no clock, no I/O, no
// protobuf. In steps:
//
//   judgement.h   a value against its thresholds
//   link_score.h  an indicator link: its value, or why it has no score
//   roll_up.h     an element: the weighted mean of its parts, and their coverage
//   scoring.h     the plan: elements that do not count, critical parts, milestones, warnings
//
// progress.h and growth.h compute what stands beside a score.
namespace athena::reporting {

// Raised whenever an outcome could change.
inline constexpr std::string_view kEngineVersion = "1";

// Scores a plan's quarter. The parts of an element are its links and the elements below it.
//
// An element that was cancelled, or stood deferred, on the quarter's last day is NOT_APPLICABLE
// with all that is below it, and is no part of its parent. Neither is an element without expected
// parts.
//
// Critical parts: a critical part that is RED, or expected and without score, and a critical
// milestone that was missed, cap the status (never the score) of the element itself at AMBER. A cap
// goes no further up. A milestone is missed when its day is over on `date`, lies in or before the
// quarter, and it was not done by the quarter's last day.
//
// When the quarter has not begun on `date`, everything is NO_SCORE (kNotBegun).
//
// The order of elements and of links in the input changes nothing but the order of their outcomes.
// Pure and thread-safe.
Outcome Score(const Plan& plan);

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_RULES_SCORING_H_
