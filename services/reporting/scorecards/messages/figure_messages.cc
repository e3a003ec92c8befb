#include "services/reporting/scorecards/messages/figure_messages.h"

#include <algorithm>
#include <optional>

#include "services/reporting/limits.h"
#include "services/reporting/scorecards/messages/contract_enums.h"
#include "services/reporting/scorecards/messages/numbers.h"

namespace athena::reporting {
namespace {

Trend CompareNodes(const NodeOutcome& now, const NodeOutcome& then) {
  const auto scored_by = [](const NodeOutcome& node) {
    return node.delivery.has_value() ? node.delivery->scored_by : ScoredBy::kNothing;
  };
  Trend trend = CompareScores(now.score, then.score);
  if (trend.reason != NoTrend::kNone || scored_by(now) == scored_by(then)) return trend;
  Trend otherwise;
  otherwise.reason = NoTrend::kScoredOtherwise;
  otherwise.earlier = trend.earlier;
  return otherwise;
}

const NodeOutcome& OutcomeOf(const ScoredPlan& plan, int node) {
  return node < 0 ? plan.outcome.plan : plan.outcome.elements[node];
}

void CostInto(const ScoredPlan& plan, int element, const OutputCost& cost,
              v1::CostPerUnit* message) {
  const plan::v1::IndicatorLink& link = plan.tree->elements[element]->indicators(cost.link);
  message->set_indicator(link.indicator());
  *message->mutable_slice() = link.slice();
  Put(cost.cost.cost, message, &v1::CostPerUnit::mutable_cost);
  Put(cost.output, message, &v1::CostPerUnit::mutable_output);
  message->set_reason(NoCostOf(cost.cost.reason));
  TrendInto(cost.on_year_before, plan.quarter.Minus(4).ToString(),
            message->mutable_on_year_before());
}

}  // namespace

void CountsInto(const Counts& counts, v1::StatusCounts* message) {
  message->set_green(counts.green);
  message->set_amber(counts.amber);
  message->set_red(counts.red);
  message->set_no_score(counts.no_score);
  message->set_not_applicable(counts.not_applicable);
}

void TrendInto(const Trend& trend, const std::string& period, v1::Trend* message) {
  message->set_direction(TrendDirectionOf(trend.direction));
  message->set_reason(NoTrendOf(trend.reason));
  Put(trend.change, message, &v1::Trend::mutable_change);
  Put(trend.earlier, message, &v1::Trend::mutable_earlier);
  message->set_period(period);
}

Trend TrendOfNode(const ScoredPlan& plan, int node, int quarters_before) {
  const NodeOutcome& now = OutcomeOf(plan, node);
  const auto then = plan.compared.find(plan.quarter.Minus(quarters_before));
  if (then == plan.compared.end()) return CompareScores(now.score, std::nullopt);
  return CompareNodes(now, OutcomeOf(*then->second, node));
}

void NodeTrendInto(const ScoredPlan& plan, int node, int quarters_before, v1::Trend* message) {
  const Period then = plan.quarter.Minus(quarters_before);
  TrendInto(TrendOfNode(plan, node, quarters_before),
            plan.compared.contains(then) ? then.ToString() : "", message);
}

void JudgementInto(const std::optional<Judgement>& judgement,
                   const indicator::v1::Thresholds& thresholds, v1::Assessment* message) {
  if (thresholds.has_target()) *message->mutable_target() = thresholds.target();
  if (thresholds.has_red()) *message->mutable_red_flag() = thresholds.red();
  if (thresholds.has_low()) *message->mutable_low() = thresholds.low();
  if (thresholds.has_high()) *message->mutable_high() = thresholds.high();
  if (thresholds.has_red_low()) *message->mutable_red_low() = thresholds.red_low();
  if (thresholds.has_red_high()) *message->mutable_red_high() = thresholds.red_high();
  message->set_version(thresholds.version());
  if (!judgement.has_value()) {
    message->set_status(v1::SCORECARD_STATUS_NO_SCORE);
    return;
  }
  message->set_status(StatusOf(judgement->status));
  Put(judgement->score, message, &v1::Assessment::mutable_score);
  Put(judgement->gap, message, &v1::Assessment::mutable_gap);
}

v1::MilestoneCounts MilestoneMessage(const MilestoneTally& tally) {
  v1::MilestoneCounts message;
  message.set_due(tally.due);
  message.set_done(tally.done);
  message.set_missed(tally.missed);
  message.set_missed_critical(tally.missed_critical);
  return message;
}

v1::NodeBudget BudgetMessage(const ScoredPlan& plan, int node) {
  const NodeBudget& budget =
      node < 0 ? plan.figures->budget.plan : plan.figures->budget.elements[node];
  v1::NodeBudget message;
  message.set_year(static_cast<int32_t>(plan.quarter.FirstDay().year()));
  using Field = v1::NodeBudget;
  Put(budget.sums[Amount::kCommitmentInitial], &message, &Field::mutable_commitment_initial);
  Put(budget.sums[Amount::kCommitmentAdjusted], &message, &Field::mutable_commitment_adjusted);
  Put(budget.sums[Amount::kPaymentInitial], &message, &Field::mutable_payment_initial);
  Put(budget.sums[Amount::kPaymentAdjusted], &message, &Field::mutable_payment_adjusted);
  Put(budget.sums[Amount::kCommitted], &message, &Field::mutable_committed);
  Put(budget.sums[Amount::kPaid], &message, &Field::mutable_paid);
  Put(budget.commitment_execution, &message, &Field::mutable_commitment_execution);
  Put(budget.payment_execution, &message, &Field::mutable_payment_execution);
  Put(plan.figures->elapsed, &message, &Field::mutable_elapsed);
  message.set_timing(TimingOf(budget.timing));
  message.set_lines(budget.lines);
  message.set_incomplete_lines(budget.incomplete);
  if (node >= 0 && plan.figures->costs[node].has_value()) {
    CostInto(plan, node, *plan.figures->costs[node], message.mutable_cost_per_unit());
  }
  return message;
}

v1::NodeRisks RisksMessage(const ScoredPlan& plan, const RiskFigures& risks) {
  v1::NodeRisks message;
  message.set_open(static_cast<int32_t>(risks.open.size()));
  const auto count = [&](RiskLevel level) { return risks.by_level[static_cast<size_t>(level)]; };
  message.mutable_levels()->set_low(count(RiskLevel::kLow));
  message.mutable_levels()->set_moderate(count(RiskLevel::kModerate));
  message.mutable_levels()->set_high(count(RiskLevel::kHigh));
  message.mutable_levels()->set_very_high(count(RiskLevel::kVeryHigh));
  message.set_without_treatment(risks.untreated);
  message.set_reviews_overdue(risks.reviews_overdue);
  for (size_t i = 0; i < std::min(risks.open.size(), kMaxBoardLines); ++i) {
    message.add_top(plan.tree->risks[risks.open[i]]->name());
  }
  if (!risks.open.empty()) {
    message.set_highest_score(plan.figures->risks[risks.open.front()].Score());
  }
  return message;
}

void NarrativeInto(const ReportInForce& in_force, const Languages& languages,
                   v1::ReportNarrative* message) {
  const plan::v1::ProgressReport& report = *in_force.report;
  message->set_quarter(report.quarter());
  message->set_validated(report.state() == plan::v1::ProgressReport::STATE_VALIDATED);
  message->set_carried(in_force.carried);
  languages.Pick(report.narrative(), message->mutable_text(), message->mutable_text_language());
  languages.Pick(report.blockers(), message->mutable_blockers(),
                 message->mutable_blockers_language());
  languages.Pick(report.corrective_action(), message->mutable_corrective_action(),
                 message->mutable_corrective_action_language());
  if (report.has_forecast_end()) *message->mutable_forecast_end() = report.forecast_end();
}

const plan::v1::IndicatorNote* NoteOf(const ReportInForce& in_force,
                                      const plan::v1::IndicatorLink& link) {
  if (in_force.report == nullptr) return nullptr;
  const auto same = [&](const plan::v1::IndicatorNote& note) {
    return note.indicator() == link.indicator() && note.slice_size() == link.slice_size() &&
           std::all_of(note.slice().begin(), note.slice().end(), [&](const auto& pair) {
             const auto found = link.slice().find(pair.first);
             return found != link.slice().end() && found->second == pair.second;
           });
  };
  const auto& notes = in_force.report->indicator_notes();
  const auto found = std::find_if(notes.begin(), notes.end(), same);
  return found == notes.end() ? nullptr : &*found;
}

void NoteInto(const plan::v1::IndicatorNote& note, const Languages& languages,
              v1::IndicatorNarrative* message) {
  languages.Pick(note.cause(), message->mutable_cause(), message->mutable_cause_language());
  languages.Pick(note.measure(), message->mutable_measure(), message->mutable_measure_language());
  message->set_owner(note.owner());
  if (note.has_due_date()) *message->mutable_due_date() = note.due_date();
}

}  // namespace athena::reporting
