#ifndef ATHENA_SERVICES_REPORTING_SCORECARDS_MESSAGES_FIGURE_MESSAGES_H_
#define ATHENA_SERVICES_REPORTING_SCORECARDS_MESSAGES_FIGURE_MESSAGES_H_

#include <optional>
#include <string>

#include "athena/indicator/v1/period_value.pb.h"
#include "athena/plan/v1/plan.pb.h"
#include "athena/reporting/v1/figures.pb.h"
#include "athena/reporting/v1/scorecard.pb.h"
#include "athena/reporting/v1/trend.pb.h"
#include "services/reporting/rules/figures/attention.h"
#include "services/reporting/rules/figures/trend.h"
#include "services/reporting/rules/judgement.h"
#include "services/reporting/rules/outcome.h"
#include "services/reporting/scorecards/figures.h"
#include "services/reporting/scorecards/messages/languages.h"
#include "services/reporting/scorecards/scored_plan.h"

// What stands beside scores as the contract's messages. Pure and thread-safe.
namespace athena::reporting {

void CountsInto(const Counts& counts, v1::StatusCounts* message);

// A value compared with thresholds; without judgement there is no value.
void JudgementInto(const std::optional<Judgement>& judgement,
                   const indicator::v1::Thresholds& thresholds, v1::Assessment* message);

// `period` is that of the earlier value; empty when there is none.
void TrendInto(const Trend& trend, const std::string& period, v1::Trend* message);

// The trend of a node's score against that of so many quarters before; `node` -1: the plan. What
// its own delivery was scored by decides whether two scores can be compared.
Trend TrendOfNode(const ScoredPlan& plan, int node, int quarters_before);
void NodeTrendInto(const ScoredPlan& plan, int node, int quarters_before, v1::Trend* message);

v1::MilestoneCounts MilestoneMessage(const MilestoneTally& tally);

// The following are of a plan with figures. `node` is an element, or -1: the plan.
v1::NodeBudget BudgetMessage(const ScoredPlan& plan, int node);
v1::NodeRisks RisksMessage(const ScoredPlan& plan, const RiskFigures& risks);
// The progress report in force.
void NarrativeInto(const ReportInForce& report, const Languages& languages,
                   v1::ReportNarrative* message);

// What the report says of an indicator that its element links; nullptr when it says nothing.
const plan::v1::IndicatorNote* NoteOf(const ReportInForce& report,
                                      const plan::v1::IndicatorLink& link);
void NoteInto(const plan::v1::IndicatorNote& note, const Languages& languages,
              v1::IndicatorNarrative* message);

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_SCORECARDS_MESSAGES_FIGURE_MESSAGES_H_
