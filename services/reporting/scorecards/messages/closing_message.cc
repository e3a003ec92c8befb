#include "services/reporting/scorecards/messages/closing_message.h"

#include <map>
#include <string>
#include <vector>

#include "libs/fields/fields.h"
#include "services/reporting/limits.h"
#include "services/reporting/scorecards/differences.h"
#include "services/reporting/scorecards/messages/part_messages.h"

namespace athena::reporting {

v1::ScorecardClosing ClosingMessage(const LastClosing& closing) {
  v1::ScorecardClosing message;
  *message.mutable_close_time() = fields::TimestampOf(closing.time);
  message.set_reopened(closing.reopened);
  return message;
}

v1::ScorecardClosing ClosingMessage(const LastClosing& closing, const ClosedPlan& closed,
                                    const ScoredPlan& now, const Presentation& presentation) {
  v1::ScorecardClosing message = ClosingMessage(closing);
  const int depth = presentation.depth.value_or(kMaxDepth);
  // Those that differ also without the day.
  std::map<std::string, bool> changed;
  for (const Difference& difference :
       PlacesOf(closed.on_later_day, now, presentation.element, depth)) {
    if (OutcomeDiffers(difference)) changed[difference.last().key()] = true;
  }
  for (const Difference& difference : PlacesOf(closed.then, now, presentation.element, depth)) {
    if (!OutcomeDiffers(difference)) continue;
    v1::ClosingDifference& one = *message.add_differences();
    const Place& last = difference.last();
    one.set_name(last.name());
    if (last.element >= 0) {
      const plan::v1::Element& element = *last.plan->tree->elements[last.element];
      one.set_code(element.code());
      if (last.link >= 0) {
        one.set_indicator(element.indicators(last.link).indicator());
        *one.mutable_slice() = element.indicators(last.link).slice();
      }
    }
    if (difference.from.has_value()) *one.mutable_at_closing() = ScoreMessage(*difference.from);
    if (difference.to.has_value()) *one.mutable_now() = ScoreMessage(*difference.to);
    one.set_became_due(changed.find(last.key()) == changed.end());
  }
  return message;
}

}  // namespace athena::reporting
