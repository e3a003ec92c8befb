#include "services/reporting/scorecards/messages/scorecard_message.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libs/fields/fields.h"
#include "libs/status/macros.h"
#include "services/reporting/rules/figures/attention.h"
#include "services/reporting/rules/figures/owner_units.h"
#include "services/reporting/scorecards/figures.h"
#include "services/reporting/scorecards/messages/contract_enums.h"
#include "services/reporting/scorecards/messages/figure_messages.h"
#include "services/reporting/scorecards/messages/languages.h"
#include "services/reporting/scorecards/messages/numbers.h"
#include "services/reporting/scorecards/messages/part_messages.h"

namespace athena::reporting {
namespace {

template <typename Message>
void PutDouble(const std::optional<double>& number, Message* message,
               common::v1::Number* (Message::*mutable_field)()) {
  if (number.has_value()) Put(Decimal::FromDouble(*number), message, mutable_field);
}

bool IsEmpty(const NotApplicableCounts& counts) {
  return counts.no_target + counts.target_ended + counts.cancelled + counts.deferred +
             counts.no_data + counts.not_due ==
         0;
}

void NotApplicableInto(const NotApplicableCounts& counts, v1::NotApplicableCounts* message) {
  message->set_no_target(counts.no_target);
  message->set_target_ended(counts.target_ended);
  message->set_cancelled(counts.cancelled);
  message->set_deferred(counts.deferred);
  message->set_no_data(counts.no_data);
  message->set_not_due(counts.not_due);
}

bool SameScore(const Scored& a, const Scored& b) {
  return a.status == b.status && a.reason == b.reason && a.score == b.score;
}

void LastStoodInto(const Scored& stood, v1::ScoreAsLastStood* message) {
  message->set_status(StatusOf(stood.status));
  message->set_reason(ReasonOf(stood.reason));
  Put(stood.score, message, &v1::ScoreAsLastStood::mutable_score);
}

void MeasureInto(const DefinitionSummary& definition, const indicator::v1::Measured& measured,
                 Reason reason, const JudgedMeasure& judged, v1::Measurement* message) {
  if (measured.has_value()) *message->mutable_value() = measured.value();
  message->set_reason(ReasonOf(reason));
  message->set_provisional(measured.provisional());
  Put(judged.coverage, message->mutable_coverage(), &v1::Coverage::mutable_share);
  message->mutable_coverage()->set_present(measured.present());
  message->mutable_coverage()->set_expected(measured.expected());
  message->set_not_expected(measured.not_expected());
  message->set_judged(measured.judged());
  message->set_all(measured.all());
  if (measured.has_current()) {
    JudgementInto(judged.current, measured.current(), message->mutable_current());
  }
  if (measured.has_original()) {
    JudgementInto(judged.original, measured.original(), message->mutable_original());
  } else if (definition.has_original && reason != Reason::kNotReadable) {
    message->mutable_original()->set_status(v1::SCORECARD_STATUS_NO_SCORE);
    message->mutable_original()->set_version(definition.original_target_version);
  }
  if (measured.has_last_held()) {
    JudgementInto(judged.ended, measured.last_held(), message->mutable_ended());
  }
}

class Writer {
 public:
  Writer(const ScoredPlan& plan, const Presentation& presentation)
      : plan_(plan),
        presentation_(presentation),
        languages_(presentation.language, plan.tree->plan()),
        milestones_(CountMilestones(plan.rules, plan.outcome)) {}

  void Write(int root, v1::ScorecardResult* result) const {
    result->set_period(plan_.quarter.ToString());
    result->set_score_basis(plan_.rules.score_year_to_date
                                ? plan::v1::Plan::SCORE_BASIS_YEAR_TO_DATE
                                : plan::v1::Plan::SCORE_BASIS_QUARTER);
    const int depth = presentation_.depth.value_or(static_cast<int>(plan_.tree->elements.size()));
    if (root < 0) {
      if (presentation_.full) WriteOwnerUnits(result);
      WritePlan(depth, result->mutable_root());
    } else {
      WriteElement(root, depth, result->mutable_root());
    }
    WarnOfTimeZones(result);
    for (const RepeatedLink& repeated : plan_.outcome.repeated) {
      v1::ScorecardWarning* warning = result->add_warnings();
      warning->set_kind(v1::ScorecardWarning::KIND_INDICATOR_LINKED_TWICE);
      const auto [element, link] = repeated.places.front();
      const plan::v1::IndicatorLink& message = plan_.tree->elements[element]->indicators(link);
      warning->set_indicator(message.indicator());
      *warning->mutable_slice() = message.slice();
      for (const auto& place : repeated.places) {
        warning->add_elements(plan_.tree->elements[place.first]->name());
      }
    }
  }

 private:
  void WriteOwnerUnits(v1::ScorecardResult* result) const {
    const auto& elements = plan_.tree->elements;
    std::map<std::string_view, int> units;
    for (const plan::v1::Element* element : elements) {
      if (!element->owner_unit().empty()) units.emplace(element->owner_unit(), 0);
    }
    std::vector<std::string_view> names;
    for (auto& [name, number] : units) {
      number = static_cast<int>(names.size());
      names.push_back(name);
    }
    std::vector<int> owners;
    for (const plan::v1::Element* element : elements) {
      owners.push_back(element->owner_unit().empty() ? -1 : units[element->owner_unit()]);
    }
    for (const OwnerOutcome& outcome : ScoreByOwner(plan_.rules, plan_.outcome, owners)) {
      v1::UnitScore& message = *result->add_owner_units();
      message.set_unit(std::string(names[outcome.owner]));
      const auto unit = plan_.tree->units.find(names[outcome.owner]);
      if (unit != plan_.tree->units.end()) {
        languages_.Pick(unit->second->display_name(), message.mutable_title(),
                        message.mutable_title_language());
      }
      *message.mutable_score() = ScoreMessage(outcome);
      message.set_capped(outcome.capped);
      CountsInto(outcome.counts, message.mutable_action_counts());
      for (const int action : outcome.actions) message.add_actions(elements[action]->name());
    }
  }

  void WarnOfTimeZones(v1::ScorecardResult* result) const {
    if (plan_.values == nullptr) return;
    const plan::v1::Institution& institution = plan_.tree->header().institution();
    const auto found = plan_.values->time_zones.find(institution.name());
    const std::string zone = ZoneOf(institution).name();
    if (found == plan_.values->time_zones.end() || found->second == zone) return;
    v1::ScorecardWarning* warning = result->add_warnings();
    warning->set_kind(v1::ScorecardWarning::KIND_TIME_ZONES_DIFFER);
    warning->set_plan_time_zone(zone);
    warning->set_indicator_time_zone(found->second);
  }

  void WritePlan(int depth, v1::ScorecardNode* node) const {
    const plan::v1::Plan& plan = plan_.tree->plan();
    node->set_name(plan.name());
    languages_.Pick(plan.title(), node->mutable_title(), node->mutable_title_language());
    if (presentation_.full) WriteFigures(-1, node);
    WriteMilestoneCounts(milestones_.back(), node);
    WriteOutcome(-1, plan_.outcome.plan, depth, node);
  }

  static void WriteMilestoneCounts(const MilestoneTally& tally, v1::ScorecardNode* node) {
    if (tally != MilestoneTally()) *node->mutable_milestone_counts() = MilestoneMessage(tally);
  }

  // Of an element, or of the plan: -1.
  void WriteFigures(int index, v1::ScorecardNode* node) const {
    NodeTrendInto(plan_, index, 1, node->mutable_on_quarter_before());
    NodeTrendInto(plan_, index, 4, node->mutable_on_year_before());
    v1::NodeBudget budget = BudgetMessage(plan_, index);
    if (budget.lines() > 0) *node->mutable_budget() = std::move(budget);
    const Figures& figures = *plan_.figures;
    const RiskFigures& risks = index < 0 ? figures.plan_risks : figures.element_risks[index];
    if (!risks.open.empty()) *node->mutable_risks() = RisksMessage(plan_, risks);
    if (index >= 0 && figures.reports[index].report != nullptr) {
      NarrativeInto(figures.reports[index], languages_, node->mutable_narrative());
    }
  }

  void WriteElement(int index, int depth, v1::ScorecardNode* node) const {
    const plan::v1::Element& element = *plan_.tree->elements[index];
    const NodeOutcome& outcome = plan_.outcome.elements[index];
    node->set_name(element.name());
    node->set_kind(element.kind());
    node->set_code(element.code());
    languages_.Pick(element.title(), node->mutable_title(), node->mutable_title_language());
    *node->mutable_weight() = NumberOf(plan_.rules.elements[index].weight);
    node->set_critical(element.critical());
    const bool has_original = element.has_end_date_at_activation();
    // A last day that was moved is shown everywhere.
    const bool moved = has_original && fields::DayOf(element.end_date()) !=
                                           fields::DayOf(element.end_date_at_activation());
    if (presentation_.full || moved) {
      if (element.has_end_date()) *node->mutable_end_date() = element.end_date();
      if (has_original) {
        *node->mutable_end_date_at_activation() = element.end_date_at_activation();
        node->set_end_date_declared(element.has_declared_end_date());
      }
    }
    if (presentation_.full) {
      node->set_owner_unit(element.owner_unit());
      node->set_lead(element.lead());
      if (element.has_start_date()) *node->mutable_start_date() = element.start_date();
      for (int i = 0; i < element.milestones_size(); ++i) {
        const Milestone& rules = plan_.rules.elements[index].milestones[i];
        MilestoneInto(element.milestones(i), StateOf(rules, plan_.quarter, plan_.date), languages_,
                      node->add_milestones());
      }
      WriteFigures(index, node);
    }
    WriteMilestoneCounts(milestones_[index], node);
    if (outcome.delivery.has_value()) {
      DeliveryInto(*outcome.delivery, plan_.rules.elements[index].delivery_weight,
                   node->mutable_delivery());
    }
    for (const int link : outcome.link_order) WriteLink(index, link, node->add_indicators());
    WriteOutcome(index, outcome, depth, node);
  }

  void WriteOutcome(int element, const NodeOutcome& outcome, int depth,
                    v1::ScorecardNode* node) const {
    node->set_status(StatusOf(outcome.status));
    node->set_reason(ReasonOf(outcome.reason));
    Put(outcome.score, node, &v1::ScorecardNode::mutable_score);
    if (outcome.coverage.has_value()) {
      *node->mutable_coverage()->mutable_share() = NumberOf(*outcome.coverage);
    }
    for (const Cap& cap : outcome.caps) CapInto(*plan_.tree, element, cap, node->add_caps());
    if (!IsEmpty(outcome.not_applicable)) {
      NotApplicableInto(outcome.not_applicable, node->mutable_not_applicable_parts());
    }
    if (!SameScore(outcome, outcome.as_last_stood)) {
      LastStoodInto(outcome.as_last_stood, node->mutable_as_last_stood());
    }
    CountsInto(outcome.element_counts, node->mutable_element_counts());
    CountsInto(outcome.indicator_counts, node->mutable_indicator_counts());
    if (depth <= 0) return;
    for (const int child : outcome.children) WriteElement(child, depth - 1, node->add_children());
  }

  void WriteLink(int element, int link, v1::ScorecardIndicator* message) const {
    const plan::v1::IndicatorLink& linked = plan_.tree->elements[element]->indicators(link);
    const Link& rules = plan_.rules.elements[element].links[link];
    const LinkOutcome& outcome = plan_.outcome.elements[element].links[link];
    const int selection = plan_.tree->links[element][link];
    const DefinitionSummary& definition = *plan_.values->definitions[selection];
    const indicator::v1::PeriodValue& value = *plan_.values->values[selection];
    message->set_indicator(linked.indicator());
    *message->mutable_slice() = linked.slice();
    languages_.Pick(definition.title, message->mutable_title(), message->mutable_title_language());
    message->set_unit(definition.unit);
    message->set_decimals(definition.decimals);
    message->set_direction(ScorecardDirectionOf(definition.direction));
    message->set_evaluation_period(value.period());
    message->set_status(StatusOf(outcome.status));
    message->set_reason(ReasonOf(outcome.reason));
    message->set_scored_year_to_date(outcome.scored_year_to_date);
    const indicator::v1::Measured& scored =
        outcome.scored_year_to_date ? value.year_to_date() : value.own();
    message->set_reason_detail(scored.operand());
    message->set_operand_reason(ReasonOf(ValueReasonOf(scored.operand_reason())));
    if (!SameScore(outcome, outcome.as_last_stood)) {
      LastStoodInto(outcome.as_last_stood, message->mutable_as_last_stood());
    }
    message->set_target_added_after_activation(value.added_after_activation());
    if (definition.retired_on.has_value()) *message->mutable_retired_on() = *definition.retired_on;
    if (value.has_so_far()) {
      message->mutable_so_far()->set_period(value.so_far().period());
      *message->mutable_so_far()->mutable_value() = value.so_far().value();
    }
    Put(outcome.score, message, &v1::ScorecardIndicator::mutable_score);
    *message->mutable_weight() = NumberOf(rules.weight);
    message->set_critical(linked.critical());
    MeasureInto(definition, value.own(), rules.period.reason, outcome.period,
                message->mutable_period_result());
    if (value.has_year_to_date()) {
      MeasureInto(definition, value.year_to_date(), rules.year_to_date->reason,
                  *outcome.year_to_date, message->mutable_year_to_date());
    }
    if (!presentation_.full) return;
    WriteDetail(selection, definition, message->mutable_detail());
    WriteTrends(plan_.details[selection], value.period(), message);
    if (const auto* const note = NoteOf(plan_.figures->reports[element], linked)) {
      NoteInto(*note, languages_, message->mutable_narrative());
    }
  }

  static void WriteTrends(const SelectionDetail& detail, const std::string& evaluation_period,
                          v1::ScorecardIndicator* message) {
    const absl::StatusOr<Period> period = Period::Parse(evaluation_period);
    if (!period.ok()) return;
    const std::string year_before = period->Minus(PeriodsOfYear(period->frequency())).ToString();
    if (message->scored_year_to_date()) {
      TrendInto(detail.year_to_date, year_before, message->mutable_on_year_before());
      return;
    }
    TrendInto(detail.on_period_before, period->Minus(1).ToString(),
              message->mutable_on_period_before());
    TrendInto(detail.on_year_before, year_before, message->mutable_on_year_before());
  }

  void WriteDetail(int selection, const DefinitionSummary& definition,
                   v1::IndicatorDetail* message) const {
    const SelectionDetail& detail = plan_.details[selection];
    message->set_baseline_period(definition.baseline_period);
    PutDouble(definition.baseline, message, &v1::IndicatorDetail::mutable_baseline);
    PutDouble(definition.end, message, &v1::IndicatorDetail::mutable_end_target);
    message->set_end_target_period(definition.end_period);
    Put(detail.progress.share, message, &v1::IndicatorDetail::mutable_progress);
    Put(detail.progress.pace, message, &v1::IndicatorDetail::mutable_pace);
    Put(detail.progress.required_rate, message, &v1::IndicatorDetail::mutable_required_rate);
    v1::Growth* growth = message->mutable_growth();
    growth->set_growth_class(GrowthClassOf(detail.growth.growth_class));
    growth->set_reason(GrowthReasonOf(detail.growth.reason));
    Put(detail.growth.ratio, growth, &v1::Growth::mutable_ratio);
    Put(detail.growth.score, growth, &v1::Growth::mutable_score);
    message->set_source_system(definition.source_system);
    languages_.Pick(definition.description, message->mutable_data_note(),
                    message->mutable_data_note_language());
    message->set_target_version(definition.target_version);
    message->set_original_target_version(definition.original_target_version);
  }

  const ScoredPlan& plan_;
  const Presentation& presentation_;
  const Languages languages_;
  const std::vector<MilestoneTally> milestones_;  // of the elements, then of the plan
};

}  // namespace

absl::StatusOr<v1::ScorecardResult> ResultMessage(const ScoredPlan& plan,
                                                  const Presentation& presentation) {
  ATHENA_ASSIGN_OR_RETURN(const int root, NodeOf(*plan.tree, presentation.element));
  v1::ScorecardResult result;
  Writer(plan, presentation).Write(root, &result);
  return result;
}

}  // namespace athena::reporting
