#include "services/reporting/scorecard_message.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "libs/status/status.h"

namespace athena::reporting {
namespace {

common::v1::Number NumberOf(Decimal decimal) {
  common::v1::Number number;
  number.set_value(decimal.ToDouble());
  number.set_decimal(decimal.ToString());
  return number;
}

v1::ScorecardStatus StatusOf(Status status) {
  switch (status) {
    case Status::kGreen:
      return v1::SCORECARD_STATUS_GREEN;
    case Status::kAmber:
      return v1::SCORECARD_STATUS_AMBER;
    case Status::kRed:
      return v1::SCORECARD_STATUS_RED;
    case Status::kNoScore:
      return v1::SCORECARD_STATUS_NO_SCORE;
    case Status::kNotApplicable:
      return v1::SCORECARD_STATUS_NOT_APPLICABLE;
  }
  return v1::SCORECARD_STATUS_UNSPECIFIED;
}

v1::ScorecardReason ReasonOf(Reason reason) {
  switch (reason) {
    case Reason::kNone:
      return v1::SCORECARD_REASON_UNSPECIFIED;
    case Reason::kNotBegun:
      return v1::SCORECARD_REASON_NOT_BEGUN;
    case Reason::kNotDue:
      return v1::SCORECARD_REASON_NOT_DUE;
    case Reason::kOverdue:
      return v1::SCORECARD_REASON_OVERDUE;
    case Reason::kNoTarget:
      return v1::SCORECARD_REASON_NO_TARGET;
    case Reason::kIncomplete:
      return v1::SCORECARD_REASON_INCOMPLETE;
    case Reason::kNotAdditive:
      return v1::SCORECARD_REASON_NOT_ADDITIVE;
    case Reason::kDivisionByZero:
      return v1::SCORECARD_REASON_DIV0;
    case Reason::kOperand:
      return v1::SCORECARD_REASON_OPERAND;
    case Reason::kOverflow:
      return v1::SCORECARD_REASON_OVERFLOW;
    case Reason::kNotReadable:
      return v1::SCORECARD_REASON_INDICATOR_NOT_READABLE;
    case Reason::kNoData:
      return v1::SCORECARD_REASON_NO_DATA;
    case Reason::kCoverage:
      return v1::SCORECARD_REASON_COVERAGE;
    case Reason::kNoWeight:
      return v1::SCORECARD_REASON_NO_WEIGHT;
    case Reason::kMissingPart:
      return v1::SCORECARD_REASON_MISSING_PART;
    case Reason::kNothingExpected:
      return v1::SCORECARD_REASON_NOTHING_EXPECTED;
    case Reason::kCancelled:
      return v1::SCORECARD_REASON_CANCELLED;
    case Reason::kDeferred:
      return v1::SCORECARD_REASON_DEFERRED;
  }
  return v1::SCORECARD_REASON_UNSPECIFIED;
}

v1::Growth::Class ClassOf(GrowthClass growth_class) {
  switch (growth_class) {
    case GrowthClass::kNone:
      return v1::Growth::CLASS_UNSPECIFIED;
    case GrowthClass::kReached:
      return v1::Growth::CLASS_REACHED;
    case GrowthClass::kOnTrack:
      return v1::Growth::CLASS_ON_TRACK;
    case GrowthClass::kModerate:
      return v1::Growth::CLASS_MODERATE;
    case GrowthClass::kInsufficient:
      return v1::Growth::CLASS_INSUFFICIENT;
    case GrowthClass::kMovingAway:
      return v1::Growth::CLASS_MOVING_AWAY;
  }
  return v1::Growth::CLASS_UNSPECIFIED;
}

v1::Growth::Reason GrowthReasonOf(GrowthReason reason) {
  switch (reason) {
    case GrowthReason::kNone:
      return v1::Growth::REASON_UNSPECIFIED;
    case GrowthReason::kNoTarget:
      return v1::Growth::REASON_NO_TARGET;
    case GrowthReason::kZero:
      return v1::Growth::REASON_ZERO;
    case GrowthReason::kNoGrowth:
      return v1::Growth::REASON_NO_GROWTH;
    case GrowthReason::kNotWholeYears:
      return v1::Growth::REASON_NOT_WHOLE_YEARS;
    case GrowthReason::kOverflow:
      return v1::Growth::REASON_OVERFLOW;
  }
  return v1::Growth::REASON_UNSPECIFIED;
}

v1::ScorecardIndicator::Direction DirectionOf(indicator::v1::Indicator::Direction direction) {
  switch (direction) {
    case indicator::v1::Indicator::DIRECTION_HIGHER:
      return v1::ScorecardIndicator::DIRECTION_HIGHER;
    case indicator::v1::Indicator::DIRECTION_LOWER:
      return v1::ScorecardIndicator::DIRECTION_LOWER;
    case indicator::v1::Indicator::DIRECTION_RANGE:
      return v1::ScorecardIndicator::DIRECTION_RANGE;
    default:
      return v1::ScorecardIndicator::DIRECTION_UNSPECIFIED;
  }
}

void CountsInto(const Counts& counts, v1::StatusCounts* message) {
  message->set_green(counts.green);
  message->set_amber(counts.amber);
  message->set_red(counts.red);
  message->set_no_score(counts.no_score);
  message->set_not_applicable(counts.not_applicable);
}

void JudgementInto(const std::optional<Judgement>& judgement,
                   const indicator::v1::Thresholds& thresholds, v1::Assessment* message) {
  if (thresholds.has_target()) *message->mutable_target() = thresholds.target();
  if (thresholds.has_red()) *message->mutable_red_flag() = thresholds.red();
  if (thresholds.has_low()) *message->mutable_low() = thresholds.low();
  if (thresholds.has_high()) *message->mutable_high() = thresholds.high();
  if (thresholds.has_red_low()) *message->mutable_red_low() = thresholds.red_low();
  if (thresholds.has_red_high()) *message->mutable_red_high() = thresholds.red_high();
  if (!judgement.has_value()) {
    message->set_status(v1::SCORECARD_STATUS_NO_SCORE);
    return;
  }
  message->set_status(StatusOf(judgement->status));
  if (judgement->score.has_value()) *message->mutable_score() = NumberOf(*judgement->score);
  if (judgement->gap.has_value()) *message->mutable_gap() = NumberOf(*judgement->gap);
}

void MeasureInto(const indicator::v1::Measured& measured, Reason reason,
                 const JudgedMeasure& judged, v1::Measurement* message) {
  if (measured.has_value()) *message->mutable_value() = measured.value();
  message->set_reason(ReasonOf(reason));
  message->set_provisional(measured.provisional());
  if (judged.coverage.has_value()) {
    *message->mutable_coverage()->mutable_share() = NumberOf(*judged.coverage);
  }
  message->mutable_coverage()->set_present(measured.present());
  message->mutable_coverage()->set_expected(measured.expected());
  if (measured.has_current()) {
    JudgementInto(judged.current, measured.current(), message->mutable_current());
  }
  if (measured.has_original()) {
    JudgementInto(judged.original, measured.original(), message->mutable_original());
  }
}

// A text in the language asked for, else one of those it falls back to.
class Languages {
 public:
  Languages(const std::string& asked, const plan::v1::Plan& plan) {
    fallback_ = plan.languages().empty() ? "" : plan.languages(0);
    asked_ = asked.empty() ? fallback_ : asked;
  }

  // Sets `used` only when it is not the language asked for. "nl-BE" is looked for as "nl", too.
  void Pick(const common::v1::LocalizedText& localized, std::string* text,
            std::string* used) const {
    const auto& texts = localized.text();
    if (texts.empty()) return;
    std::string tag = asked_;
    while (true) {
      if (const auto found = texts.find(tag); found != texts.end()) {
        *text = found->second;
        if (tag != asked_) *used = tag;
        return;
      }
      const size_t dash = tag.rfind('-');
      if (dash == std::string::npos) break;
      tag.resize(dash);
    }
    auto found = texts.find(fallback_);
    if (found == texts.end()) {
      found = texts.begin();
      for (auto it = texts.begin(); it != texts.end(); ++it) {
        if (it->first < found->first) found = it;
      }
    }
    *text = found->second;
    *used = found->first;
  }

 private:
  std::string asked_;
  std::string fallback_;
};

class Writer {
 public:
  Writer(const Reading& reading, const Showing& showing)
      : reading_(reading), showing_(showing), languages_(showing.language, reading.tree->plan()) {}

  void Write(int root, v1::ScorecardResult* result) const {
    result->set_period(reading_.quarter.ToString());
    result->set_score_basis(reading_.rules.score_year_to_date
                                ? plan::v1::Plan::SCORE_BASIS_YEAR_TO_DATE
                                : plan::v1::Plan::SCORE_BASIS_QUARTER);
    const int depth = showing_.depth.value_or(static_cast<int>(reading_.tree->elements.size()));
    if (root < 0) {
      WritePlan(depth, result->mutable_root());
    } else {
      WriteElement(root, depth, result->mutable_root());
    }
    for (const RepeatedLink& repeated : reading_.outcome.repeated) {
      v1::ScorecardWarning* warning = result->add_warnings();
      warning->set_kind(v1::ScorecardWarning::KIND_INDICATOR_LINKED_TWICE);
      const auto [element, link] = repeated.places.front();
      const plan::v1::IndicatorLink& message = reading_.tree->elements[element]->indicators(link);
      warning->set_indicator(message.indicator());
      *warning->mutable_slice() = message.slice();
      for (const auto& place : repeated.places) {
        warning->add_elements(reading_.tree->elements[place.first]->name());
      }
    }
  }

 private:
  void WritePlan(int depth, v1::ScorecardNode* node) const {
    const plan::v1::Plan& plan = reading_.tree->plan();
    node->set_name(plan.name());
    languages_.Pick(plan.title(), node->mutable_title(), node->mutable_title_language());
    WriteOutcome(nullptr, reading_.outcome.plan, depth, node);
  }

  void WriteElement(int index, int depth, v1::ScorecardNode* node) const {
    const plan::v1::Element& element = *reading_.tree->elements[index];
    const NodeOutcome& outcome = reading_.outcome.elements[index];
    node->set_name(element.name());
    node->set_kind(element.kind());
    node->set_code(element.code());
    languages_.Pick(element.title(), node->mutable_title(), node->mutable_title_language());
    *node->mutable_weight() = NumberOf(reading_.rules.elements[index].weight);
    node->set_critical(element.critical());
    if (showing_.full) {
      node->set_owner_unit(element.owner_unit());
      node->set_lead(element.lead());
      if (element.has_start_date()) *node->mutable_start_date() = element.start_date();
      if (element.has_end_date()) *node->mutable_end_date() = element.end_date();
      if (element.has_end_date_at_activation()) {
        *node->mutable_end_date_at_activation() = element.end_date_at_activation();
      }
    }
    for (const int link : outcome.link_order) WriteLink(index, link, node->add_indicators());
    WriteOutcome(&element, outcome, depth, node);
  }

  void WriteOutcome(const plan::v1::Element* element, const NodeOutcome& outcome, int depth,
                    v1::ScorecardNode* node) const {
    node->set_status(StatusOf(outcome.status));
    node->set_reason(ReasonOf(outcome.reason));
    if (outcome.score.has_value()) *node->mutable_score() = NumberOf(*outcome.score);
    if (outcome.coverage.has_value()) {
      *node->mutable_coverage()->mutable_share() = NumberOf(*outcome.coverage);
    }
    for (const Cap& cap : outcome.caps) WriteCap(element, cap, node->add_caps());
    CountsInto(outcome.element_counts, node->mutable_element_counts());
    CountsInto(outcome.indicator_counts, node->mutable_indicator_counts());
    if (depth <= 0) return;
    for (const int child : outcome.children) WriteElement(child, depth - 1, node->add_children());
  }

  void WriteCap(const plan::v1::Element* element, const Cap& cap, v1::StatusCap* message) const {
    switch (cap.cause) {
      case Cap::Cause::kPartRed:
        message->set_cause(v1::StatusCap::CAUSE_PART_RED);
        break;
      case Cap::Cause::kPartWithoutScore:
        message->set_cause(v1::StatusCap::CAUSE_PART_WITHOUT_SCORE);
        break;
      case Cap::Cause::kMilestoneMissed:
        message->set_cause(v1::StatusCap::CAUSE_MILESTONE_MISSED);
        break;
    }
    switch (cap.part) {
      case Cap::Part::kElement:
        message->set_part(reading_.tree->elements[cap.index]->name());
        break;
      case Cap::Part::kLink:
        message->set_part(element->indicators(cap.index).indicator());
        *message->mutable_slice() = element->indicators(cap.index).slice();
        break;
      case Cap::Part::kMilestone:
        message->set_milestone(element->milestones(cap.index).id());
        break;
    }
  }

  void WriteLink(int element, int link, v1::ScorecardIndicator* message) const {
    const plan::v1::IndicatorLink& linked = reading_.tree->elements[element]->indicators(link);
    const Link& rules = reading_.rules.elements[element].links[link];
    const LinkOutcome& outcome = reading_.outcome.elements[element].links[link];
    const int selection = reading_.tree->links[element][link];
    const Described& definition = *reading_.values->definitions[selection];
    const indicator::v1::PeriodValue& value = *reading_.values->values[selection];
    message->set_indicator(linked.indicator());
    *message->mutable_slice() = linked.slice();
    languages_.Pick(definition.title, message->mutable_title(), message->mutable_title_language());
    message->set_unit(definition.unit);
    message->set_decimals(definition.decimals);
    message->set_direction(DirectionOf(definition.direction));
    message->set_evaluation_period(value.period());
    message->set_status(StatusOf(outcome.status));
    message->set_reason(ReasonOf(outcome.reason));
    message->set_scored_year_to_date(outcome.scored_year_to_date);
    const indicator::v1::Measured& scored =
        outcome.scored_year_to_date ? value.year_to_date() : value.own();
    message->set_reason_detail(scored.operand());
    if (outcome.score.has_value()) *message->mutable_score() = NumberOf(*outcome.score);
    *message->mutable_weight() = NumberOf(rules.weight);
    message->set_critical(linked.critical());
    MeasureInto(value.own(), rules.period.reason, outcome.period, message->mutable_period_result());
    if (value.has_year_to_date()) {
      MeasureInto(value.year_to_date(), rules.year_to_date->reason, *outcome.year_to_date,
                  message->mutable_year_to_date());
    }
    if (showing_.full) WriteDetail(selection, definition, value, message->mutable_detail());
  }

  void WriteDetail(int selection, const Described& definition,
                   const indicator::v1::PeriodValue& value, v1::IndicatorDetail* message) const {
    const Detail& detail = reading_.details[selection];
    message->set_baseline_period(definition.baseline_period);
    if (value.own().current().has_baseline()) {
      *message->mutable_baseline() = value.own().current().baseline();
    }
    if (value.current_at_end().has_target()) {
      *message->mutable_end_target() = value.current_at_end().target();
    }
    if (detail.way.progress.has_value()) {
      *message->mutable_progress() = NumberOf(*detail.way.progress);
    }
    if (detail.way.pace.has_value()) *message->mutable_pace() = NumberOf(*detail.way.pace);
    if (detail.way.required_rate.has_value()) {
      *message->mutable_required_rate() = NumberOf(*detail.way.required_rate);
    }
    v1::Growth* growth = message->mutable_growth();
    growth->set_growth_class(ClassOf(detail.growth.growth_class));
    growth->set_reason(GrowthReasonOf(detail.growth.reason));
    if (detail.growth.ratio.has_value()) *growth->mutable_ratio() = NumberOf(*detail.growth.ratio);
    if (detail.growth.score.has_value()) *growth->mutable_score() = NumberOf(*detail.growth.score);
    message->set_source_system(definition.source_system);
    languages_.Pick(definition.description, message->mutable_data_note(),
                    message->mutable_data_note_language());
    message->set_target_version(definition.target_version);
    message->set_original_target_version(definition.original_target_version);
  }

  const Reading& reading_;
  const Showing& showing_;
  const Languages languages_;
};

}  // namespace

absl::StatusOr<v1::ScorecardResult> ResultMessage(const Reading& reading, const Showing& showing) {
  int root = -1;
  if (!showing.element.empty()) {
    const std::vector<const plan::v1::Element*>& elements = reading.tree->elements;
    const auto found = std::find_if(
        elements.begin(), elements.end(),
        [&showing](const plan::v1::Element* e) { return e->name() == showing.element; });
    if (found == elements.end()) return status::NotFound(showing.element);
    root = static_cast<int>(found - elements.begin());
  }
  v1::ScorecardResult result;
  Writer(reading, showing).Write(root, &result);
  return result;
}

}  // namespace athena::reporting
