#include "services/reporting/rules/delivery.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string_view>

#include "services/reporting/rules/testing/values.h"

namespace athena::reporting {
namespace {

using Day = absl::CivilDay;

const Period kQuarter = Period::Quarter(2026, 3);  // July to September

// --- States

TEST(StateOn, IsThatOfTheLatestEvent) {
  Element element;
  EXPECT_EQ(StateOn(element, Day(2026, 9, 30)), State::kActive);
  element.deferred_on = Day(2026, 3, 1);
  element.resumed_on = Day(2026, 5, 1);
  element.completed_on = Day(2026, 7, 1);
  element.cancelled_on = Day(2026, 8, 1);
  EXPECT_EQ(StateOn(element, Day(2026, 2, 28)), State::kActive);
  EXPECT_EQ(StateOn(element, Day(2026, 3, 1)), State::kDeferred);
  EXPECT_EQ(StateOn(element, Day(2026, 4, 30)), State::kDeferred);
  EXPECT_EQ(StateOn(element, Day(2026, 5, 1)), State::kActive);
  EXPECT_EQ(StateOn(element, Day(2026, 7, 31)), State::kCompleted);
  EXPECT_EQ(StateOn(element, Day(2026, 8, 1)), State::kCancelled);
}

TEST(StateOn, OnOneDayCancelledComesBeforeDeferredCompletedAndResumed) {
  const Day day(2026, 8, 1);
  Element element;
  element.resumed_on = day;
  EXPECT_EQ(StateOn(element, day), State::kActive);
  element.completed_on = day;
  EXPECT_EQ(StateOn(element, day), State::kCompleted);
  element.deferred_on = day;
  EXPECT_EQ(StateOn(element, day), State::kDeferred);
  element.cancelled_on = day;
  EXPECT_EQ(StateOn(element, day), State::kCancelled);
}

TEST(LastStandingDay, IsTheDayBeforeAllThatTookItOut) {
  Element element;
  EXPECT_EQ(LastStandingDay(element, Day(2026, 9, 30)), Day(2026, 9, 30));
  element.deferred_on = Day(2026, 3, 1);
  element.cancelled_on = Day(2026, 8, 1);
  EXPECT_EQ(LastStandingDay(element, Day(2026, 9, 30)), Day(2026, 2, 28));
  element.resumed_on = Day(2026, 5, 1);
  EXPECT_EQ(LastStandingDay(element, Day(2026, 9, 30)), Day(2026, 7, 31));
}

// --- Milestones

Milestone Due(Day due, std::optional<Day> done = {}, std::optional<Day> withdrawn = {}) {
  return {"m", due, done, withdrawn, false};
}

TEST(StateOf, MilestonesAreMissedWhenTheirDayIsOver) {
  const Day later(2026, 11, 1);
  EXPECT_EQ(StateOf(Due(Day(2026, 9, 30)), kQuarter, later), MilestoneState::kMissed);
  EXPECT_EQ(StateOf(Due(Day(2026, 10, 1)), kQuarter, later), MilestoneState::kOpen);
  EXPECT_EQ(StateOf(Due(Day(2026, 8, 1)), kQuarter, Day(2026, 8, 1)), MilestoneState::kOpen);
  EXPECT_EQ(StateOf(Due(Day(2026, 8, 1)), kQuarter, Day(2026, 8, 2)), MilestoneState::kMissed);
}

TEST(StateOf, DoneIsDoneLateOrEarly) {
  const Day later(2026, 11, 1);
  EXPECT_EQ(StateOf(Due(Day(2026, 2, 1), Day(2026, 9, 30)), kQuarter, later),
            MilestoneState::kDone);
  EXPECT_EQ(StateOf(Due(Day(2026, 2, 1), Day(2026, 10, 1)), kQuarter, later),
            MilestoneState::kMissed);
  EXPECT_EQ(StateOf(Due(Day(2027, 2, 1), Day(2026, 9, 30)), kQuarter, later),
            MilestoneState::kDone);
}

TEST(StateOf, WithdrawnCountsAsMissedThroughTheQuarterOfItsWithdrawal) {
  const Milestone milestone = Due(Day(2026, 2, 1), {}, Day(2026, 7, 1));
  const Day later(2026, 12, 31);
  EXPECT_EQ(StateOf(milestone, Period::Quarter(2026, 2), later), MilestoneState::kMissed);
  EXPECT_EQ(StateOf(milestone, kQuarter, later), MilestoneState::kMissed);
  EXPECT_EQ(StateOf(milestone, Period::Quarter(2026, 4), later), MilestoneState::kWithdrawn);
}

// The delivery of an element with so many milestones done and missed.
Delivery OfMilestones(int done, int missed, std::optional<Day> end = {}) {
  Element element;
  element.end = end;
  for (int i = 0; i < done; ++i) {
    element.milestones.push_back(Due(Day(2026, 8, 1), Day(2026, 8, 1)));
  }
  for (int i = 0; i < missed; ++i) element.milestones.push_back(Due(Day(2026, 8, 1)));
  element.milestones.push_back(Due(Day(2027, 1, 1)));  // open: it does not count
  return DeliveryOf(Plan(), element, kQuarter, Day(2026, 11, 1)).value();
}

TEST(DeliveryOf, MilestonesScoreByTheShareThatIsDone) {
  const Delivery half = OfMilestones(1, 1);
  EXPECT_EQ(half.scored_by, ScoredBy::kMilestones);
  EXPECT_EQ(Text(half.ratio), "0.5");
  EXPECT_EQ(half.milestones_done, 1);
  EXPECT_EQ(half.milestones_judged, 2);
  EXPECT_EQ(Text(half.score), "0");  // 100 (0.5 - 0.5) / 0.6
  EXPECT_EQ(half.status, Status::kRed);
  // 7 of 10: the red flag. 100 x 0.2 / 0.6.
  EXPECT_EQ(Text(OfMilestones(7, 3).score), "33.333333333333");
  EXPECT_EQ(OfMilestones(7, 3).status, Status::kAmber);
  EXPECT_EQ(OfMilestones(69, 31).status, Status::kRed);
  // 9 of 10: the target. 100 x 0.4 / 0.6.
  EXPECT_EQ(Text(OfMilestones(9, 1).score), "66.666666666667");
  EXPECT_EQ(OfMilestones(9, 1).status, Status::kGreen);
  EXPECT_EQ(OfMilestones(89, 11).status, Status::kAmber);
  EXPECT_EQ(Text(OfMilestones(3, 0).score), "83.333333333333");
  EXPECT_EQ(Text(OfMilestones(0, 3).score), "0");
  // 2/3 is rounded first: 100 (0.666666666667 - 0.5) / 0.6 = 27.777777777833...
  EXPECT_EQ(Text(OfMilestones(2, 1).score), "27.777777777833");
}

TEST(DeliveryOf, PastItsEndItIsAmberAtBestThenRed) {
  // A quarter that ends on 30 September, read on 1 November.
  const Delivery on_its_last_day = OfMilestones(1, 0, Day(2026, 9, 30));
  EXPECT_EQ(on_its_last_day.past_end, PastEnd::kNo);
  EXPECT_EQ(Text(on_its_last_day.score), "83.333333333333");
  const Delivery past = OfMilestones(1, 0, Day(2026, 9, 29));
  EXPECT_EQ(past.past_end, PastEnd::kYes);
  EXPECT_EQ(Text(past.score), "66");
  EXPECT_EQ(past.status, Status::kAmber);
  // The quarter after that of its last day is not yet long past it, the next one is.
  EXPECT_EQ(OfMilestones(1, 0, Day(2026, 4, 1)).past_end, PastEnd::kYes);
  const Delivery long_past = OfMilestones(1, 0, Day(2026, 3, 31));
  EXPECT_EQ(long_past.past_end, PastEnd::kLong);
  EXPECT_EQ(Text(long_past.score), "33");
  EXPECT_EQ(long_past.status, Status::kRed);
  // What scores less stays.
  EXPECT_EQ(Text(OfMilestones(7, 3, Day(2026, 4, 1)).score), "33.333333333333");
  EXPECT_EQ(OfMilestones(1, 1, Day(2026, 4, 1)).status, Status::kRed);
  EXPECT_EQ(Text(OfMilestones(1, 1, Day(2026, 3, 31)).score), "0");
}

TEST(DeliveryOf, WithoutJudgedMilestonesThereIsNoPart) {
  Element element;
  EXPECT_FALSE(DeliveryOf(Plan(), element, kQuarter, Day(2026, 11, 1)).has_value());
  element.milestones.push_back(Due(Day(2026, 10, 1)));
  element.milestones.push_back(Due(Day(2026, 2, 1), {}, Day(2026, 6, 30)));  // withdrawn
  EXPECT_FALSE(DeliveryOf(Plan(), element, kQuarter, Day(2026, 11, 1)).has_value());
}

TEST(DeliveryOf, CompletedIsGreenWhateverWasMissed) {
  Element element;
  element.milestones.push_back(Due(Day(2026, 2, 1)));
  element.end = Day(2026, 3, 31);
  element.completed_on = Day(2026, 9, 30);
  const Delivery done = DeliveryOf(Plan(), element, kQuarter, Day(2026, 11, 1)).value();
  EXPECT_EQ(done.scored_by, ScoredBy::kCompleted);
  EXPECT_EQ(Text(done.score), "100");
  EXPECT_EQ(done.status, Status::kGreen);
  EXPECT_EQ(done.past_end, PastEnd::kNo);
  element.completed_on = Day(2026, 10, 1);
  EXPECT_EQ(DeliveryOf(Plan(), element, kQuarter, Day(2026, 11, 1))->scored_by,
            ScoredBy::kMilestones);
}

// --- Progress

// An action from 1 January to 31 December 2026 (365 days) in a plan that asks for progress since
// the second quarter. 273 days have passed on 30 September, 181 on 30 June.
struct Action {
  Action() {
    plan.progress_expected_from = Period::Quarter(2026, 2);
    element.is_action = true;
    element.start = Day(2026, 1, 1);
    element.end = Day(2026, 12, 31);
  }
  std::optional<Delivery> At(Day date, Period quarter = kQuarter) const {
    return DeliveryOf(plan, element, quarter, date);
  }
  void Report(Period quarter, std::string_view percent, bool validated = true) {
    element.reports.push_back({quarter, validated, D(percent)});
  }

  Plan plan;
  Element element;
};

TEST(DeliveryOf, ProgressIsThePercentOverTheElapsedShare) {
  Action action;
  action.Report(kQuarter, "60");
  const Delivery delivery = action.At(Day(2026, 11, 1)).value();
  EXPECT_EQ(delivery.scored_by, ScoredBy::kProgress);
  EXPECT_EQ(Text(delivery.percent), "60");
  EXPECT_FALSE(delivery.carried);
  EXPECT_EQ(Text(delivery.ratio), "0.802197802198");   // 60 x 365 / (100 x 273)
  EXPECT_EQ(Text(delivery.score), "50.366300366333");  // 100 x 0.302197802198 / 0.6
  EXPECT_EQ(delivery.status, Status::kAmber);
  // In the running quarter, up to the day of the read: 212 days on 31 July.
  EXPECT_EQ(Text(action.At(Day(2026, 7, 31))->ratio), "1.033018867925");  // 60 x 365 / 21200
  EXPECT_EQ(action.At(Day(2026, 7, 31))->status, Status::kGreen);
  EXPECT_EQ(Text(action.At(Day(2026, 7, 31))->score), "88.8364779875");
}

TEST(DeliveryOf, ProgressIsExpectedOfActionsAfterTheirFirstQuarter) {
  Action action;
  action.Report(kQuarter, "60");
  EXPECT_EQ(action.At(Day(2026, 11, 1))->scored_by, ScoredBy::kProgress);
  const auto is_expected = [](Action changed) {
    return changed.At(Day(2026, 11, 1)).has_value();  // there are no milestones
  };
  Action starting = action;
  starting.element.start = Day(2026, 7, 1);
  EXPECT_FALSE(is_expected(starting));
  starting.element.start = Day(2026, 6, 30);
  EXPECT_TRUE(is_expected(starting));
  Action early = action;
  early.plan.progress_expected_from = Period::Quarter(2026, 4);
  EXPECT_FALSE(is_expected(early));
  early.plan.progress_expected_from = kQuarter;
  EXPECT_TRUE(is_expected(early));
  Action never = action;
  never.plan.progress_expected_from.reset();
  EXPECT_FALSE(is_expected(never));
  Action objective = action;
  objective.element.is_action = false;
  EXPECT_FALSE(is_expected(objective));
  Action endless = action;
  endless.element.end.reset();
  EXPECT_FALSE(is_expected(endless));
}

TEST(DeliveryOf, AReportIsCarriedUntilTheNextIsDue) {
  Action action;
  action.Report(Period::Quarter(2026, 2), "40");
  // 40 x 365 / (100 x 181): against the elapsed share of 30 June.
  const Delivery carried = action.At(Day(2026, 10, 14)).value();
  EXPECT_TRUE(carried.carried);
  EXPECT_EQ(Text(carried.ratio), "0.806629834254");
  // The quarter's end and 14 days are over.
  const Delivery missing = action.At(Day(2026, 10, 15)).value();
  EXPECT_EQ(missing.status, Status::kNoScore);
  EXPECT_EQ(missing.reason, Reason::kNoReport);
  action.plan.report_delay_days = 15;
  EXPECT_TRUE(action.At(Day(2026, 10, 15))->carried);
  // Only the immediately previous quarter's is.
  action.element.reports[0].quarter = Period::Quarter(2026, 1);
  EXPECT_EQ(action.At(Day(2026, 10, 15))->status, Status::kNotApplicable);
  EXPECT_EQ(action.At(Day(2026, 10, 15))->reason, Reason::kNotDue);
}

TEST(DeliveryOf, ValidatedReportsComeBeforeSubmittedOnes) {
  Action action;
  action.Report(kQuarter, "10", false);
  action.Report(kQuarter, "20", false);
  EXPECT_EQ(Text(action.At(Day(2026, 11, 1))->percent), "20");
  EXPECT_FALSE(action.At(Day(2026, 11, 1))->validated);
  action.Report(kQuarter, "30", true);
  action.Report(kQuarter, "40", false);
  EXPECT_EQ(Text(action.At(Day(2026, 11, 1))->percent), "30");
  EXPECT_TRUE(action.At(Day(2026, 11, 1))->validated);
}

TEST(DeliveryOf, LongPastItsEndWithoutReportItIsRedAtOnce) {
  Action action;
  action.element.end = Day(2026, 3, 31);
  action.element.start = Day(2025, 1, 1);
  const Delivery delivery = action.At(Day(2026, 7, 1)).value();
  EXPECT_EQ(delivery.status, Status::kRed);
  EXPECT_EQ(Text(delivery.score), "0");
  EXPECT_EQ(delivery.scored_by, ScoredBy::kProgress);
  EXPECT_EQ(delivery.past_end, PastEnd::kLong);
  EXPECT_FALSE(delivery.ratio.has_value());
  // A report that can be carried is; after its end the whole time has elapsed.
  action.Report(Period::Quarter(2026, 2), "100");
  EXPECT_EQ(Text(action.At(Day(2026, 7, 1))->ratio), "1");
  EXPECT_EQ(Text(action.At(Day(2026, 7, 1))->score), "33");
  // In the quarter after its end's it is not due, as usual.
  action.element.reports.clear();
  EXPECT_EQ(action.At(Day(2026, 6, 1), Period::Quarter(2026, 2))->reason, Reason::kNotDue);
}

}  // namespace
}  // namespace athena::reporting
