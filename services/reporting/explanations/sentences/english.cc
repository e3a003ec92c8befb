#include "services/reporting/explanations/sentences/texts.h"

namespace athena::reporting {

std::string_view EnglishText(Phrase phrase) {
  switch (phrase) {
    case Phrase::kNotBegun:
      return "The quarter {quarter} has not begun on {date}, so nothing is scored yet.";
    case Phrase::kCancelled:
      return "It is cancelled: neither it nor what is below it counts.";
    case Phrase::kDeferred:
      return "It is deferred: neither it nor what is below it counts.";
    case Phrase::kLinkCancelled:
      return "The element is cancelled, so its indicators do not count.";
    case Phrase::kLinkDeferred:
      return "The element is deferred, so its indicators do not count.";
    case Phrase::kPeriod:
      return "The evaluated period is {period}.";
    case Phrase::kPeriodJudged:
      return "The evaluated period is {period}, of which {judged} of {all} sub-periods are judged "
             "so far.";
    case Phrase::kYearToDate:
      return "The year to date is scored, up to the end of {period}.";
    case Phrase::kNoPeriod:
      return "No period of the indicator is over yet.";
    case Phrase::kData:
      return "Of {expected} expected values {present} are there, a coverage of {coverage}{policy}.";
    case Phrase::kNothingIsExpected:
      return "No values are expected.";
    case Phrase::kNeedsAll:
      return "; the indicator needs all of them";
    case Phrase::kNeedsShare:
      return "; the indicator needs at least {least}";
    case Phrase::kValue:
      return "The value is {value}.";
    case Phrase::kValueOverTime:
      return "The value is {value}, {time} over time.";
    case Phrase::kValueOverSeries:
      return "The value is {value}, {time} over time and {group} over series.";
    case Phrase::kValueOfFormula:
      return "The value is {value}, computed as {formula}.";
    case Phrase::kNoValue:
      return "There is no value: {reason}.";
    case Phrase::kSum:
      return "the sum";
    case Phrase::kMean:
      return "the mean";
    case Phrase::kLeast:
      return "the least";
    case Phrase::kGreatest:
      return "the greatest";
    case Phrase::kFirst:
      return "the first";
    case Phrase::kLast:
      return "the last";
    case Phrase::kNumber:
      return "the number";
    case Phrase::kTargetAtLeast:
      return "The target is at least {target}, and below {red} it is RED{scaled}{original}.";
    case Phrase::kTargetAtMost:
      return "The target is at most {target}, and above {red} it is RED{scaled}{original}.";
    case Phrase::kTargetRange:
      return "The target is from {low} to {high}, and below {red_low} or above {red_high} it is "
             "RED{scaled}{original}.";
    case Phrase::kScaled:
      return "; for the whole period it is {whole}";
    case Phrase::kOriginal:
      return "; originally it was {original}";
    case Phrase::kNoTarget:
      return "There is no target for the period.";
    case Phrase::kTargetEnded:
      return "The target was ended, so there is none for the period.";
    case Phrase::kScore:
      return "{value} against a target of {target} and a red flag of {red} scores {score} of 100.";
    case Phrase::kNumberTooLarge:
      return "The score cannot be computed: {reason}.";
    case Phrase::kValueIsGreen:
      return "The value is at least as good as the target: GREEN.";
    case Phrase::kValueIsAmber:
      return "The value is worse than the target and no worse than the red flag: AMBER.";
    case Phrase::kValueIsRed:
      return "The value is worse than the red flag: RED.";
    case Phrase::kNoScore:
      return "So there is no score: {reason}.";
    case Phrase::kNotApplicable:
      return "So it does not count: {reason}.";
    case Phrase::kCompleted:
      return "It is completed, so its own delivery scores 100.";
    case Phrase::kProgress:
      return "Its own delivery: {percent} was reported done after {elapsed} of {days} "
             "days{report}, a ratio of {ratio}, which scores {score}{past_end}.";
    case Phrase::kNotValidated:
      return " (not validated yet)";
    case Phrase::kCarried:
      return " (as of the quarter before: the report is not due yet)";
    case Phrase::kPastEnd:
      return "; it is past its end, so that at most {most} is possible";
    case Phrase::kMilestones:
      return "Its own delivery: {done} of {judged} milestones that were due are reached, a ratio "
             "of {ratio}, which scores {score}{past_end}.";
    case Phrase::kNoReport:
      return "Its own delivery: the progress report is due, and there is none.";
    case Phrase::kReportNotDue:
      return "Its own delivery: the progress report is not due yet, and does not count.";
    case Phrase::kLongPastEnd:
      return "Its own delivery: it is long past its end and nothing was reported, which scores 0.";
    case Phrase::kParts:
      return "Expected parts: {expected}; with a score: {scored}; that do not count: {others}.";
    case Phrase::kCoverage:
      return "The coverage is {coverage}, and the plan asks for at least {least}.";
    case Phrase::kCoverageTooLow:
      return "The coverage is {coverage}, less than the {least} that the plan asks for: there is "
             "no score.";
    case Phrase::kPolicyIgnore:
      return "Parts without a score are left out of the mean.";
    case Phrase::kPolicyStrict:
      return "A part has no score, and the plan then gives no score at all.";
    case Phrase::kPolicyZero:
      return "Parts without a score count as 0.";
    case Phrase::kWeightedMean:
      return "The mean of the parts by their weights is {score}.";
    case Phrase::kScoreIsGreen:
      return "A score of {score} is at least {green}: GREEN.";
    case Phrase::kScoreIsAmber:
      return "A score of {score} is at least {amber} and less than {green}: AMBER.";
    case Phrase::kScoreIsRed:
      return "A score of {score} is less than {amber}: RED.";
    case Phrase::kCapRed:
      return "The critical part {part} is RED, so the status is AMBER at best{changed}.";
    case Phrase::kCapWithoutScore:
      return "The critical part {part} has no score, so the status is AMBER at best{changed}.";
    case Phrase::kCapMilestone:
      return "The critical milestone {milestone} was missed, so the status is AMBER at "
             "best{changed}.";
    case Phrase::kCapChanged:
      return "; the score alone would be GREEN";
    case Phrase::kCapUnchanged:
      return "; that changes nothing here";
    case Phrase::kWait:
      return "Nothing can be done yet: nothing is due.";
    case Phrase::kResume:
      return "The element has to be resumed.";
    case Phrase::kAccess:
      return "Somebody has to share the indicator, or the plan has to link one that exists.";
    case Phrase::kSetTarget:
      return "A target has to be set for the period.";
    case Phrase::kSendData:
      return "The missing values have to be sent: {present} of {expected} are there.";
    case Phrase::kSendAnyData:
      return "A value has to be sent.";
    case Phrase::kRaiseCoverage:
      return "More of the expected data has to be there: the coverage has to rise from {present} "
             "to {required}.";
    case Phrase::kMend:
      return "The definition of the indicator has to be mended: {reason}.";
    case Phrase::kValueAtLeast:
      return "The value has to be at least {required}{now}.";
    case Phrase::kValueAtMost:
      return "The value has to be at most {required}{now}.";
    case Phrase::kNow:
      return " (now {present})";
    case Phrase::kPartScore:
      return "{part} alone has to score at least {required}{now}{value}.";
    case Phrase::kByValueAtLeast:
      return ", which takes a value of at least {value}";
    case Phrase::kByValueAtMost:
      return ", which takes a value of at most {value}";
    case Phrase::kByPercent:
      return ", which takes a report of at least {value}";
    case Phrase::kAllParts:
      return "No single part is enough: every expected part has to score at least {required}.";
    case Phrase::kLiftCap:
      return "The critical part {part} must no longer be RED{value}.";
    case Phrase::kScoreCritical:
      return "The critical part {part} must have a score and be GREEN{value}.";
    case Phrase::kReachMilestone:
      return "The critical milestone {milestone} has to be reached.";
    case Phrase::kGiveWeight:
      return "Its parts need a weight: those that are expected weigh 0.";
    case Phrase::kExpect:
      return "Something has to be expected of it: an indicator with a target, an element, a report "
             "or a milestone.";
    case Phrase::kOwnDelivery:
      return "Its own delivery";
    case Phrase::kPercent:
      return "{number} %";
    case Phrase::kReasonNotBegun:
      return "the quarter has not begun";
    case Phrase::kReasonNotDue:
      return "nothing is due yet";
    case Phrase::kReasonOverdue:
      return "values are due, and none was received";
    case Phrase::kReasonNoTarget:
      return "there is no target for the period";
    case Phrase::kReasonIncomplete:
      return "too many expected values are missing";
    case Phrase::kReasonNotAdditive:
      return "it cannot be aggregated over its series";
    case Phrase::kReasonDivisionByZero:
      return "its formula divides by zero";
    case Phrase::kReasonOperand:
      return "an operand of its formula has no value";
    case Phrase::kReasonOverflow:
      return "a number is too large";
    case Phrase::kReasonNotReadable:
      return "the indicator does not exist, or you may not read it";
    case Phrase::kReasonNoData:
      return "there are no data, and none are expected";
    case Phrase::kReasonCoverage:
      return "too little of what is expected is there";
    case Phrase::kReasonNoWeight:
      return "the weights of its expected parts add up to 0";
    case Phrase::kReasonMissingPart:
      return "a part has no score, and the plan asks for all of them";
    case Phrase::kReasonNothingExpected:
      return "nothing is expected in this quarter";
    case Phrase::kReasonCancelled:
      return "it is cancelled";
    case Phrase::kReasonDeferred:
      return "it is deferred";
    case Phrase::kReasonTargetEnded:
      return "its target was ended";
    case Phrase::kReasonNoCommonCells:
      return "the operands of its formula have no cell in common";
    case Phrase::kReasonNoReport:
      return "the progress report is due, and there is none";
  }
  return "";
}

}  // namespace athena::reporting
