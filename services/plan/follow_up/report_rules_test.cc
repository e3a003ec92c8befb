#include "services/plan/follow_up/report_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace athena::plan {
namespace {

using ::testing::ElementsAre;
using Day = absl::CivilDay;

// An action from November 2021 to the end of 2023.
ReportedElement Action() {
  ReportedElement action;
  action.is_action = true;
  action.start = Day(2021, 11, 15);
  action.end = Day(2023, 12, 31);
  return action;
}

// Progress is expected from 2021-Q1 on; the quarter is long over.
bool IsExpected(const ReportedElement& element, Period quarter) {
  return ExpectReports({element}, Period::Quarter(2021, 1), quarter, Day(2030, 1, 1))[0];
}

TEST(ExpectReports, FromTheQuarterAfterTheOneInWhichTheActionStarts) {
  ReportedElement action = Action();
  EXPECT_FALSE(IsExpected(action, Period::Quarter(2021, 3)));
  EXPECT_FALSE(IsExpected(action, Period::Quarter(2021, 4)));
  EXPECT_TRUE(IsExpected(action, Period::Quarter(2022, 1)));
  action.start = Day(2021, 12, 31);
  EXPECT_TRUE(IsExpected(action, Period::Quarter(2022, 1)));
  action.start = Day(2022, 1, 1);
  EXPECT_FALSE(IsExpected(action, Period::Quarter(2022, 1)));
  EXPECT_TRUE(IsExpected(action, Period::Quarter(2022, 2)));
}

TEST(ExpectReports, AfterTheEndTooUntilItIsCompleted) {
  ReportedElement action = Action();
  EXPECT_TRUE(IsExpected(action, Period::Quarter(2024, 4)));
  action.completed_on = Day(2024, 10, 1);
  EXPECT_TRUE(IsExpected(action, Period::Quarter(2024, 3)));
  EXPECT_FALSE(IsExpected(action, Period::Quarter(2024, 4)));
}

TEST(ExpectReports, FromThePlansQuarterOnOrNever) {
  const ReportedElement action = Action();
  const auto from = [&](std::optional<Period> quarter) -> bool {
    return ExpectReports({action}, quarter, Period::Quarter(2022, 2), Day(2030, 1, 1))[0];
  };
  EXPECT_TRUE(from(Period::Quarter(2022, 2)));
  EXPECT_FALSE(from(Period::Quarter(2022, 3)));
  EXPECT_FALSE(from(std::nullopt));
}

TEST(ExpectReports, OfActionsWithStartAndEnd) {
  const Period quarter = Period::Quarter(2022, 2);
  ReportedElement element = Action();
  element.is_action = false;
  EXPECT_FALSE(IsExpected(element, quarter));
  element = Action();
  element.start.reset();
  EXPECT_FALSE(IsExpected(element, quarter));
  element = Action();
  element.end.reset();
  EXPECT_FALSE(IsExpected(element, quarter));
}

TEST(ExpectReports, NotWhenItIsCompletedDeferredOrCancelledOnTheLastDay) {
  const Period quarter = Period::Quarter(2022, 2);
  for (auto ReportedElement::*date : {&ReportedElement::completed_on, &ReportedElement::deferred_on,
                                      &ReportedElement::cancelled_on}) {
    ReportedElement action = Action();
    action.*date = Day(2022, 6, 30);
    EXPECT_FALSE(IsExpected(action, quarter));
    EXPECT_TRUE(IsExpected(action, Period::Quarter(2022, 1)));
    action.*date = Day(2022, 7, 1);
    EXPECT_TRUE(IsExpected(action, quarter));
  }
  ReportedElement resumed = Action();
  resumed.deferred_on = Day(2022, 1, 10);
  resumed.resumed_on = Day(2022, 6, 30);
  EXPECT_FALSE(IsExpected(resumed, Period::Quarter(2022, 1)));
  EXPECT_TRUE(IsExpected(resumed, quarter));
}

TEST(ExpectReports, ARunningQuarterIsReadToday) {
  ReportedElement action = Action();
  action.cancelled_on = Day(2022, 5, 20);
  const auto on = [&](Day today) -> bool {
    return ExpectReports({action}, Period::Quarter(2021, 1), Period::Quarter(2022, 2), today)[0];
  };
  EXPECT_TRUE(on(Day(2022, 5, 19)));
  EXPECT_FALSE(on(Day(2022, 5, 20)));
}

TEST(ExpectReports, NotBelowWhatIsDeferredOrCancelled) {
  // axis > objective > action, and an action beside the objective.
  ReportedElement axis;
  ReportedElement objective;
  objective.parent = 0;
  ReportedElement below = Action();
  below.parent = 1;
  ReportedElement beside = Action();
  beside.parent = 0;
  const auto expected = [&] {
    return ExpectReports({axis, objective, below, beside}, Period::Quarter(2021, 1),
                         Period::Quarter(2022, 2), Day(2030, 1, 1));
  };
  EXPECT_THAT(expected(), ElementsAre(false, false, true, true));
  objective.deferred_on = Day(2022, 4, 1);
  EXPECT_THAT(expected(), ElementsAre(false, false, false, true));
  // What is above an action may be completed without it.
  objective.deferred_on.reset();
  objective.completed_on = Day(2022, 4, 1);
  EXPECT_THAT(expected(), ElementsAre(false, false, true, true));
  axis.cancelled_on = Day(2022, 6, 30);
  EXPECT_THAT(expected(), ElementsAre(false, false, false, false));
}

TEST(StandingOn, OfOneDayCancelledComesBeforeDeferredCompletedAndResumed) {
  ReportedElement element;
  const Day day(2022, 5, 1);
  EXPECT_EQ(StandingOn(element, day), Standing::kActive);
  element.resumed_on = day;
  EXPECT_EQ(StandingOn(element, day), Standing::kActive);
  element.completed_on = day;
  EXPECT_EQ(StandingOn(element, day), Standing::kCompleted);
  element.deferred_on = day;
  EXPECT_EQ(StandingOn(element, day), Standing::kDeferred);
  element.cancelled_on = day;
  EXPECT_EQ(StandingOn(element, day), Standing::kCancelled);
  EXPECT_EQ(StandingOn(element, day - 1), Standing::kActive);
}

TEST(ReportDueDate, IsTheQuartersLastDayAndTheDelay) {
  EXPECT_EQ(ReportDueDate(Period::Quarter(2026, 1), 14), Day(2026, 4, 14));
  EXPECT_EQ(ReportDueDate(Period::Quarter(2026, 4), 0), Day(2026, 12, 31));
  EXPECT_EQ(ReportDueDate(Period::Quarter(2023, 4), 60), Day(2024, 2, 29));
}

}  // namespace
}  // namespace athena::plan
