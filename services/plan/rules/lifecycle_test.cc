#include "services/plan/rules/lifecycle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

namespace athena::plan {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

constexpr LifeState kStates[] = {LifeState::kProposed,   LifeState::kPlanned,
                                 LifeState::kInProgress, LifeState::kCompleted,
                                 LifeState::kDeferred,   LifeState::kCancelled};
constexpr absl::CivilDay kToday(2026, 9, 30);

absl::CivilDay DayOf2026(int month, int day = 1) { return absl::CivilDay(2026, month, day); }

// An element in this state, with the day that the state needs.
Life In(LifeState state, absl::CivilDay day = kToday) {
  Life life{state, {}, {}, {}, {}};
  if (state == LifeState::kCompleted) life.completed_on = day;
  if (state == LifeState::kDeferred) life.deferred_on = day;
  if (state == LifeState::kCancelled) life.cancelled_on = day;
  return life;
}

// The fields at fault.
std::vector<std::string> Fields(const std::vector<LifeFault>& faults) {
  std::vector<std::string> fields;
  for (const LifeFault& fault : faults) fields.push_back(fault.field);
  return fields;
}

// Written down by hand, as a planner would: the row's state may become the column's; "r" with a
// reason.
TEST(LifecycleTest, AStateFollowsAnotherAsTheTableSays) {
  const std::map<LifeState, std::string> table = {
      //                          PROP PLAN INPR COMP DEFE CANC
      {LifeState::kProposed, "=y--yy"},   {LifeState::kPlanned, "r=y-yy"},
      {LifeState::kInProgress, "-r=yyy"}, {LifeState::kCompleted, "--r=--"},
      {LifeState::kDeferred, "-yy-=y"},   {LifeState::kCancelled, "-rr--="},
  };
  for (const LifeState from : kStates) {
    for (size_t i = 0; i < std::size(kStates); ++i) {
      const Life before = In(from, DayOf2026(3));
      const char want = table.at(from)[i];
      // What was over is so no longer: its day is cleared.
      const Life after = In(kStates[i], DayOf2026(6));
      if (want == '=') continue;
      EXPECT_EQ(CheckLife(&before, after, kToday, true).empty(), want != '-')
          << NameOf(from) << " > " << NameOf(kStates[i]);
      EXPECT_EQ(CheckLife(&before, after, kToday, false).empty(), want == 'y')
          << NameOf(from) << " > " << NameOf(kStates[i]);
    }
  }
}

TEST(LifecycleTest, ARefusalListsWhatMayFollow) {
  const Life before = In(LifeState::kPlanned);
  const auto faults = CheckLife(&before, In(LifeState::kCompleted), kToday, true);
  ASSERT_EQ(faults.size(), 1);
  EXPECT_EQ(faults[0].field, "state");
  EXPECT_EQ(faults[0].saw, "COMPLETED");
  EXPECT_EQ(faults[0].allowed,
            "what may follow PLANNED: IN_PROGRESS, DEFERRED, CANCELLED, PROPOSED (with a reason)");
}

TEST(LifecycleTest, AMissingReasonIsAFaultOfTheRequest) {
  const Life before = In(LifeState::kCompleted, DayOf2026(3));
  Life after = In(LifeState::kInProgress);
  const auto faults = CheckLife(&before, after, kToday, false);
  ASSERT_THAT(Fields(faults), ElementsAre("reason"));
  EXPECT_EQ(faults[0].allowed, "why it is IN_PROGRESS again, after COMPLETED");
}

TEST(LifecycleTest, NoDayThatChangesIsInTheFuture) {
  const Life before = In(LifeState::kInProgress);
  EXPECT_THAT(CheckLife(&before, In(LifeState::kCompleted, kToday), kToday, false), IsEmpty());
  const auto faults = CheckLife(&before, In(LifeState::kCompleted, kToday + 1), kToday, false);
  ASSERT_THAT(Fields(faults), ElementsAre("completed_on"));
  EXPECT_EQ(faults[0].saw, "2026-10-01");
  EXPECT_THAT(faults[0].allowed, HasSubstr("today is 2026-09-30"));
  // One that was stored while the plan was a DRAFT stays.
  const Life future = In(LifeState::kCompleted, kToday + 1);
  Life reopened = future;
  reopened.state = LifeState::kInProgress;
  reopened.resumed_on = kToday + 2;
  EXPECT_THAT(Fields(CheckLife(&future, reopened, kToday, true)), ElementsAre("resumed_on"));
}

TEST(LifecycleTest, ANewElementMayHaveAnyStateThatIsNotInTheFuture) {
  for (const LifeState state : kStates) {
    EXPECT_THAT(CheckLife(nullptr, In(state), kToday, false), IsEmpty()) << NameOf(state);
  }
  EXPECT_THAT(Fields(CheckLife(nullptr, In(LifeState::kCancelled, kToday + 1), kToday, true)),
              ElementsAre("cancelled_on"));
}

TEST(LifecycleTest, WhatGoesOnWasResumedAfterItWasOver) {
  for (const LifeState over :
       {LifeState::kCompleted, LifeState::kDeferred, LifeState::kCancelled}) {
    const Life before = In(over, DayOf2026(3));
    Life after = before;
    after.state = LifeState::kInProgress;
    const auto faults = CheckLife(&before, after, kToday, true);
    ASSERT_THAT(Fields(faults), ElementsAre("resumed_on")) << NameOf(over);
    EXPECT_EQ(faults[0].saw, "");
    EXPECT_THAT(faults[0].allowed, AllOf(HasSubstr("_on, 2026-03-01"), HasSubstr("or clear ")));
    // Of two events on one day the other one counts.
    after.resumed_on = DayOf2026(3);
    EXPECT_THAT(Fields(CheckLife(&before, after, kToday, true)), ElementsAre("resumed_on"));
    after.resumed_on = DayOf2026(3, 2);
    EXPECT_THAT(CheckLife(&before, after, kToday, true), IsEmpty()) << NameOf(over);
  }
}

TEST(LifecycleTest, TheLatestEventIsTheStatesOwn) {
  // Deferred in March, resumed in May, completed in July.
  Life life = In(LifeState::kInProgress);
  life.deferred_on = DayOf2026(3);
  life.resumed_on = DayOf2026(5);
  Life completed = life;
  completed.state = LifeState::kCompleted;
  completed.completed_on = DayOf2026(7);
  EXPECT_THAT(CheckLife(&life, completed, kToday, false), IsEmpty());
  completed.completed_on = DayOf2026(4);
  const auto faults = CheckLife(&life, completed, kToday, false);
  ASSERT_THAT(Fields(faults), ElementsAre("completed_on"));
  EXPECT_EQ(faults[0].allowed, "a day after resumed_on, 2026-05-01, since it is COMPLETED");
  // On one day completed comes before resumed, and after deferred.
  completed.completed_on = DayOf2026(5);
  EXPECT_THAT(CheckLife(&life, completed, kToday, false), IsEmpty());
  life.resumed_on.reset();
  life.state = LifeState::kDeferred;
  completed.resumed_on.reset();
  completed.state = LifeState::kDeferred;
  completed.completed_on = DayOf2026(3);
  EXPECT_THAT(CheckLife(&life, completed, kToday, false), IsEmpty());
  completed.completed_on = DayOf2026(4);
  EXPECT_THAT(Fields(CheckLife(&life, completed, kToday, false)), ElementsAre("deferred_on"));
}

TEST(LifecycleTest, AllFaultsAreNamedAtOnce) {
  const Life before = In(LifeState::kCompleted, DayOf2026(3));
  Life after = before;
  after.state = LifeState::kCancelled;
  after.cancelled_on = kToday + 5;
  after.resumed_on = kToday + 9;
  EXPECT_THAT(Fields(CheckLife(&before, after, kToday, false)),
              UnorderedElementsAre("state", "cancelled_on", "resumed_on", "cancelled_on"));
}

TEST(LifecycleTest, WhatDoesNotChangeIsNotJudged) {
  Life odd = In(LifeState::kInProgress);
  odd.completed_on = kToday + 100;
  EXPECT_THAT(CheckLife(&odd, odd, kToday, false), IsEmpty());
}

}  // namespace
}  // namespace athena::plan
