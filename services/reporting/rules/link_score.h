#ifndef ATHENA_SERVICES_REPORTING_RULES_LINK_SCORE_H_
#define ATHENA_SERVICES_REPORTING_RULES_LINK_SCORE_H_

#include "services/reporting/rules/outcome.h"
#include "services/reporting/rules/plan.h"

namespace athena::reporting {

// Scores an indicator link; the first that applies:
//
//  1. The element does not count (`inactive` is kCancelled or kDeferred): NOT_APPLICABLE.
//  2. The quarter has not begun: NO_SCORE (kNotBegun), not expected.
//  3. No value: NO_SCORE with the value's reason. It is expected when the indicator cannot be read
//     or is overdue, or when cells of it are due; never when it is not due.
//  4. No target: NO_SCORE (kNoTarget), expected when cells are due.
//  5. The current target's judgement of the value.
//
// `year_to_date`: the year to date is scored in place of the period, where the link has one. Pure
// and thread-safe.
LinkOutcome ScoreLink(const Link& link, bool year_to_date, bool begun, Reason inactive);

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_RULES_LINK_SCORE_H_
