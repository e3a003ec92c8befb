#include "services/reporting/scorecards/messages/part_messages.h"

#include "services/reporting/scorecards/messages/contract_enums.h"
#include "services/reporting/scorecards/messages/numbers.h"

namespace athena::reporting {

void DeliveryInto(const Delivery& delivery, Decimal weight, v1::Delivery* message) {
  message->set_status(StatusOf(delivery.status));
  message->set_reason(ReasonOf(delivery.reason));
  Put(delivery.score, message, &v1::Delivery::mutable_score);
  *message->mutable_weight() = NumberOf(weight);
  message->set_scored_by(ScoredByOf(delivery.scored_by));
  Put(delivery.ratio, message, &v1::Delivery::mutable_ratio);
  message->set_past_end(PastEndOf(delivery.past_end));
  message->set_milestones_done(delivery.milestones_done);
  message->set_milestones_judged(delivery.milestones_judged);
  Put(delivery.percent, message, &v1::Delivery::mutable_percent_complete);
  message->set_report_validated(delivery.validated);
  message->set_report_carried(delivery.carried);
}

void MilestoneInto(const plan::v1::Milestone& milestone, MilestoneState state,
                   const Languages& languages, v1::ScorecardMilestone* message) {
  message->set_id(milestone.id());
  languages.Pick(milestone.title(), message->mutable_title(), message->mutable_title_language());
  message->set_state(MilestoneStateOf(state));
  message->set_critical(milestone.critical());
  if (milestone.has_due_date()) *message->mutable_due_date() = milestone.due_date();
  if (milestone.has_due_date_at_activation()) {
    *message->mutable_due_date_at_activation() = milestone.due_date_at_activation();
    message->set_due_date_declared(milestone.has_declared_due_date());
  }
  message->set_added_after_activation(milestone.added_after_activation());
  if (milestone.has_done_date()) *message->mutable_done_date() = milestone.done_date();
  if (milestone.has_withdrawn_on()) *message->mutable_withdrawn_on() = milestone.withdrawn_on();
  message->set_withdrawn_reason(milestone.withdrawn_reason());
}

void CapInto(const PlanTree& tree, int element, const Cap& cap, v1::StatusCap* message) {
  message->set_cause(CauseOf(cap.cause));
  message->set_changed_status(cap.changed);
  switch (cap.part) {
    case Cap::Part::kElement:
      message->set_part(tree.elements[cap.index]->name());
      break;
    case Cap::Part::kLink: {
      const plan::v1::IndicatorLink& link = tree.elements[element]->indicators(cap.index);
      message->set_part(link.indicator());
      *message->mutable_slice() = link.slice();
      break;
    }
    case Cap::Part::kMilestone:
      message->set_milestone(tree.elements[element]->milestones(cap.index).id());
      break;
  }
}

v1::NodeScore ScoreMessage(const Scored& scored) {
  v1::NodeScore message;
  message.set_status(StatusOf(scored.status));
  message.set_reason(ReasonOf(scored.reason));
  Put(scored.score, &message, &v1::NodeScore::mutable_score);
  if (scored.coverage.has_value()) {
    *message.mutable_coverage()->mutable_share() = NumberOf(*scored.coverage);
  }
  return message;
}

v1::NodeScore ScoreMessage(const Place& place) {
  v1::NodeScore message = ScoreMessage(place.scored());
  if (place.link >= 0) {
    message.mutable_coverage()->set_present(place.measured().present);
    message.mutable_coverage()->set_expected(place.measured().expected);
  }
  return message;
}

}  // namespace athena::reporting
