#ifndef ATHENA_SERVICES_REPORTING_SCORECARDS_MESSAGES_PART_MESSAGES_H_
#define ATHENA_SERVICES_REPORTING_SCORECARDS_MESSAGES_PART_MESSAGES_H_

#include "athena/reporting/v1/scorecard.pb.h"
#include "services/reporting/rules/delivery.h"
#include "services/reporting/rules/outcome.h"
#include "services/reporting/scorecards/differences.h"
#include "services/reporting/scorecards/messages/languages.h"
#include "services/reporting/scorecards/scored_plan.h"

// Parts of a scorecard that several answers have. Pure and thread-safe.
namespace athena::reporting {

void DeliveryInto(const Delivery& delivery, Decimal weight, v1::Delivery* message);

void MilestoneInto(const plan::v1::Milestone& milestone, MilestoneState state,
                   const Languages& languages, v1::ScorecardMilestone* message);

// Of an element, or of the plan (-1).
void CapInto(const PlanTree& tree, int element, const Cap& cap, v1::StatusCap* message);

// A score without counts of cells.
v1::NodeScore ScoreMessage(const Scored& scored);
// The score of the plan, an element or a link.
v1::NodeScore ScoreMessage(const Place& place);

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_SCORECARDS_MESSAGES_PART_MESSAGES_H_
