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
//   delivery.h    what an element itself had to deliver
//   roll_up.h     an element: the weighted mean of its parts, and their coverage
//   scoring.h     the plan: elements that do not count, critical parts, warnings
//
// figures/ computes what stands beside a score.
namespace athena::reporting {

// Raised whenever an outcome could change.
inline constexpr std::string_view kEngineVersion = "2";

// Scores a plan's quarter. The parts of an element are its links, the elements below it and its own
// delivery.
//
// An element that is cancelled or deferred on D, the earlier of the quarter's last day and `date`,
// is NOT_APPLICABLE with all that is below it, and is no part of its parent. Neither is an element
// without expected parts. `not_applicable` counts the links and deliveries, here and at any depth
// below, that are NOT_APPLICABLE, and cancelled or deferred elements, each once: nothing below it
// is counted, nor does it have counts itself.
//
// Critical parts: a critical part that is RED, or expected and without score, and a critical
// milestone that was missed, unless the element is completed on D, cap the status (never the score)
// of the element itself at AMBER, whatever their weight. A cap goes no further up. It `changed` the
// status where that would be GREEN without caps.
//
// As it last stood: cancelled and deferred elements, and those below them, count with the delivery
// and the milestones of the last day on which they were neither, as the quarter of that day would
// show them on it; links with their values in the scored quarter and with ended targets held.
//
// When the quarter has not begun on `date`, everything is NO_SCORE (kNotBegun), without coverage,
// caps, counts of what is NOT_APPLICABLE and delivery.
//
// The order of elements and of links in the input changes nothing but the order of their outcomes.
// Pure and thread-safe.
Outcome Score(const Plan& plan);

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_RULES_SCORING_H_
