#ifndef ATHENA_SERVICES_REPORTING_SCORECARDS_MESSAGES_CONTRACT_ENUMS_H_
#define ATHENA_SERVICES_REPORTING_SCORECARDS_MESSAGES_CONTRACT_ENUMS_H_

#include "athena/indicator/v1/indicator.pb.h"
#include "athena/reporting/v1/scorecard.pb.h"
#include "services/reporting/rules/delivery.h"
#include "services/reporting/rules/figures/budget.h"
#include "services/reporting/rules/figures/progress.h"
#include "services/reporting/rules/figures/trend.h"
#include "services/reporting/rules/judgement.h"
#include "services/reporting/rules/outcome.h"

// The rules' enumerations as the contract's.
namespace athena::reporting {

v1::ScorecardStatus StatusOf(Status status);
v1::ScorecardReason ReasonOf(Reason reason);
v1::Growth::Class GrowthClassOf(GrowthClass growth_class);
v1::Growth::Reason GrowthReasonOf(GrowthReason reason);
v1::StatusCap::Cause CauseOf(Cap::Cause cause);
v1::Delivery::ScoredBy ScoredByOf(ScoredBy scored_by);
v1::Delivery::PastEnd PastEndOf(PastEnd past_end);
v1::ScorecardMilestone::State MilestoneStateOf(MilestoneState state);
v1::Trend::Direction TrendDirectionOf(TrendDirection direction);
v1::Trend::Reason NoTrendOf(NoTrend reason);
v1::NodeBudget::Timing TimingOf(Timing timing);
v1::CostPerUnit::Reason NoCostOf(NoCost reason);
v1::ScorecardIndicator::Direction ScorecardDirectionOf(
    indicator::v1::Indicator::Direction direction);

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_SCORECARDS_MESSAGES_CONTRACT_ENUMS_H_
