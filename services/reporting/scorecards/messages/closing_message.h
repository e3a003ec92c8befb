#ifndef ATHENA_SERVICES_REPORTING_SCORECARDS_MESSAGES_CLOSING_MESSAGE_H_
#define ATHENA_SERVICES_REPORTING_SCORECARDS_MESSAGES_CLOSING_MESSAGE_H_

#include "athena/reporting/v1/scorecard.pb.h"
#include "services/reporting/reading/closings.h"
#include "services/reporting/scorecards/scored_plan.h"
#include "services/reporting/scorecards/validate.h"

namespace athena::reporting {

// A plan at the closing of its quarter: as it was scored then, and what was known then, scored on a
// later day.
struct ClosedPlan {
  const ScoredPlan& then;
  const ScoredPlan& on_later_day;
};

// The closing, and the places that the presentation shows where `now` differs from it. Pure.
v1::ScorecardClosing ClosingMessage(const LastClosing& closing, const ClosedPlan& closed,
                                    const ScoredPlan& now, const Presentation& presentation);
// The closing alone: of a scorecard as it was closed.
v1::ScorecardClosing ClosingMessage(const LastClosing& closing);

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_SCORECARDS_MESSAGES_CLOSING_MESSAGE_H_
