#include "services/reporting/scorecards/messages/contract_enums.h"

namespace athena::reporting {

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
    case Reason::kTargetEnded:
      return v1::SCORECARD_REASON_TARGET_ENDED;
    case Reason::kNoCommonCells:
      return v1::SCORECARD_REASON_NO_COMMON_CELLS;
    case Reason::kNoReport:
      return v1::SCORECARD_REASON_NO_REPORT;
  }
  return v1::SCORECARD_REASON_UNSPECIFIED;
}

v1::Growth::Class GrowthClassOf(GrowthClass growth_class) {
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
    case GrowthReason::kNegative:
      return v1::Growth::REASON_NEGATIVE;
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

v1::ScorecardIndicator::Direction ScorecardDirectionOf(
    indicator::v1::Indicator::Direction direction) {
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

v1::StatusCap::Cause CauseOf(Cap::Cause cause) {
  switch (cause) {
    case Cap::Cause::kPartRed:
      return v1::StatusCap::CAUSE_PART_RED;
    case Cap::Cause::kPartWithoutScore:
      return v1::StatusCap::CAUSE_PART_WITHOUT_SCORE;
    case Cap::Cause::kMilestoneMissed:
      return v1::StatusCap::CAUSE_MILESTONE_MISSED;
  }
  return v1::StatusCap::CAUSE_UNSPECIFIED;
}

v1::Delivery::ScoredBy ScoredByOf(ScoredBy scored_by) {
  switch (scored_by) {
    case ScoredBy::kNothing:
      return v1::Delivery::SCORED_BY_UNSPECIFIED;
    case ScoredBy::kCompleted:
      return v1::Delivery::SCORED_BY_COMPLETED;
    case ScoredBy::kProgress:
      return v1::Delivery::SCORED_BY_PROGRESS;
    case ScoredBy::kMilestones:
      return v1::Delivery::SCORED_BY_MILESTONES;
  }
  return v1::Delivery::SCORED_BY_UNSPECIFIED;
}

v1::Delivery::PastEnd PastEndOf(PastEnd past_end) {
  switch (past_end) {
    case PastEnd::kNo:
      return v1::Delivery::PAST_END_UNSPECIFIED;
    case PastEnd::kYes:
      return v1::Delivery::PAST_END_YES;
    case PastEnd::kLong:
      return v1::Delivery::PAST_END_LONG;
  }
  return v1::Delivery::PAST_END_UNSPECIFIED;
}

v1::ScorecardMilestone::State MilestoneStateOf(MilestoneState state) {
  switch (state) {
    case MilestoneState::kOpen:
      return v1::ScorecardMilestone::STATE_OPEN;
    case MilestoneState::kDone:
      return v1::ScorecardMilestone::STATE_DONE;
    case MilestoneState::kMissed:
      return v1::ScorecardMilestone::STATE_MISSED;
    case MilestoneState::kWithdrawn:
      return v1::ScorecardMilestone::STATE_WITHDRAWN;
  }
  return v1::ScorecardMilestone::STATE_UNSPECIFIED;
}

v1::Trend::Direction TrendDirectionOf(TrendDirection direction) {
  switch (direction) {
    case TrendDirection::kNone:
      return v1::Trend::DIRECTION_UNSPECIFIED;
    case TrendDirection::kImproving:
      return v1::Trend::DIRECTION_IMPROVING;
    case TrendDirection::kStable:
      return v1::Trend::DIRECTION_STABLE;
    case TrendDirection::kDeclining:
      return v1::Trend::DIRECTION_DECLINING;
  }
  return v1::Trend::DIRECTION_UNSPECIFIED;
}

v1::Trend::Reason NoTrendOf(NoTrend reason) {
  switch (reason) {
    case NoTrend::kNone:
      return v1::Trend::REASON_UNSPECIFIED;
    case NoTrend::kNoValue:
      return v1::Trend::REASON_NO_VALUE;
    case NoTrend::kNoEarlier:
      return v1::Trend::REASON_NO_EARLIER;
    case NoTrend::kProvisional:
      return v1::Trend::REASON_PROVISIONAL;
    case NoTrend::kNotComparable:
      return v1::Trend::REASON_NOT_COMPARABLE;
    case NoTrend::kScoredOtherwise:
      return v1::Trend::REASON_SCORED_OTHERWISE;
    case NoTrend::kOverflow:
      return v1::Trend::REASON_OVERFLOW;
  }
  return v1::Trend::REASON_UNSPECIFIED;
}

v1::NodeBudget::Timing TimingOf(Timing timing) {
  switch (timing) {
    case Timing::kNone:
      return v1::NodeBudget::TIMING_UNSPECIFIED;
    case Timing::kBehind:
      return v1::NodeBudget::TIMING_BEHIND;
    case Timing::kInStep:
      return v1::NodeBudget::TIMING_IN_STEP;
    case Timing::kAhead:
      return v1::NodeBudget::TIMING_AHEAD;
  }
  return v1::NodeBudget::TIMING_UNSPECIFIED;
}

v1::CostPerUnit::Reason NoCostOf(NoCost reason) {
  switch (reason) {
    case NoCost::kNone:
      return v1::CostPerUnit::REASON_UNSPECIFIED;
    case NoCost::kNoBudget:
      return v1::CostPerUnit::REASON_NO_AMOUNT;
    case NoCost::kNoOutput:
      return v1::CostPerUnit::REASON_NO_OUTPUT;
    case NoCost::kZeroOutput:
      return v1::CostPerUnit::REASON_ZERO_OUTPUT;
    case NoCost::kOverflow:
      return v1::CostPerUnit::REASON_OVERFLOW;
  }
  return v1::CostPerUnit::REASON_UNSPECIFIED;
}

}  // namespace athena::reporting
