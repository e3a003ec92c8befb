#ifndef ATHENA_SERVICES_REPORTING_RULES_LINK_SCORE_H_
#define ATHENA_SERVICES_REPORTING_RULES_LINK_SCORE_H_

#include "services/reporting/rules/outcome.h"
#include "services/reporting/rules/plan.h"

namespace athena::reporting {

// Scores an indicator link; the first that applies:
//
//  1. The quarter has not begun: NO_SCORE (kNotBegun).
//  2. The element does not count (`inactive` is kCancelled or kDeferred): NOT_APPLICABLE.
//  3. The indicator cannot be read: NO_SCORE (kNotReadable).
//  4. There is no current target: NOT_APPLICABLE (kTargetEnded where an earlier version has one,
//  else
//     kNoTarget).
//  5. A value: the current target's judgement of it.
//  6. Nothing is expected, or nothing is judged or due yet: NOT_APPLICABLE (kNoData, kNotDue).
//  7. NO_SCORE with the value's own reason (kOverdue, kIncomplete, ...).
//
// What is NOT_APPLICABLE is no part of the element; what is NO_SCORE is expected and missing,
// except for 1. As it last stood: without 2, and with the ended target in the place of the current
// one.
//
// `year_to_date`: the year to date is scored in place of the period, where the link has one. Pure
// and thread-safe.
LinkOutcome ScoreLink(const Link& link, bool year_to_date, bool begun, Reason inactive);

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_RULES_LINK_SCORE_H_
