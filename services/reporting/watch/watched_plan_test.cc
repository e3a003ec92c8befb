#include "services/reporting/watch/watched_plan.h"

#include <gtest/gtest.h>

#include <memory>

#include "libs/fields/fields.h"

namespace athena::reporting {
namespace {

class WatchedPlanTest : public ::testing::Test {
 protected:
  // What a look finds: a plan that was scored as the `id`-th, on a day of June 2021.
  absl::StatusOr<LookResult> Finds(uint64_t id, int day = 1) {
    auto scored = std::make_shared<ScoredPlan>();
    scored->id = id;
    scored_ = scored;
    LookResult found;
    found.read.plan = scored;
    *found.read.basis.mutable_date() = fields::DateOf(absl::CivilDay(2021, 6, day));
    return found;
  }

  // Has somebody look, who finds this; the version afterwards.
  int64_t VersionAfter(const absl::StatusOr<LookResult>& found) {
    plan_.Tick();
    EXPECT_TRUE(plan_.BeginLook());
    plan_.EndLook(found, /*mine=*/false);
    return plan_.last().version;
  }

  WatchedPlan plan_;
  std::shared_ptr<const ScoredPlan> scored_;  // as the cache keeps it
};

TEST_F(WatchedPlanTest, OneLooksAtATimeAndOnlyWhenALookIsDue) {
  EXPECT_FALSE(plan_.BeginLook());
  EXPECT_EQ(plan_.Ask(), 1);
  EXPECT_TRUE(plan_.BeginLook());
  EXPECT_FALSE(plan_.BeginLook());
  // The look that has begun does not count: the next one does.
  EXPECT_EQ(plan_.Ask(), 2);
  EXPECT_FALSE(plan_.BeginLook());
  plan_.EndLook(Finds(1), /*mine=*/false);
  EXPECT_EQ(plan_.last().number, 1);
  EXPECT_TRUE(plan_.BeginLook());
  plan_.EndLook(Finds(1), /*mine=*/false);
  EXPECT_EQ(plan_.last().number, 2);
  EXPECT_FALSE(plan_.BeginLook());
}

TEST_F(WatchedPlanTest, TheVersionIncreasesWithThePlanItsClosingAndTheDay) {
  EXPECT_EQ(VersionAfter(Finds(1)), 1);
  EXPECT_EQ(VersionAfter(Finds(1)), 1);
  EXPECT_EQ(VersionAfter(Finds(2)), 2);
  EXPECT_EQ(VersionAfter(Finds(2, 2)), 3);
  absl::StatusOr<LookResult> closed = Finds(2, 2);
  closed->closing = LastClosing{absl::FromUnixSeconds(1), false};
  EXPECT_EQ(VersionAfter(closed), 4);
  EXPECT_EQ(VersionAfter(closed), 4);
  closed->closing->reopened = true;
  EXPECT_EQ(VersionAfter(closed), 5);
  EXPECT_EQ(VersionAfter(absl::UnavailableError("down")), 5);
}

TEST_F(WatchedPlanTest, WhatALookFailedWithIsForAllUnlessItIsTheCallersOwn) {
  EXPECT_EQ(VersionAfter(Finds(1)), 1);
  plan_.Tick();
  EXPECT_TRUE(plan_.BeginLook());
  plan_.EndLook(absl::CancelledError(), /*mine=*/true);
  EXPECT_TRUE(plan_.last().status.ok()) << plan_.last().status;
  EXPECT_EQ(plan_.last().number, 1);
  EXPECT_TRUE(plan_.BeginLook());  // somebody else
  plan_.EndLook(absl::UnavailableError("down"), /*mine=*/false);
  EXPECT_FALSE(plan_.last().status.ok());
  EXPECT_EQ(plan_.last().number, 3);
  EXPECT_FALSE(plan_.BeginLook());
  VersionAfter(Finds(1));
  EXPECT_TRUE(plan_.last().status.ok()) << plan_.last().status;
}

// Each who waits is woken at the end of a look that it waits for, whoever looked.
TEST_F(WatchedPlanTest, WatchersAreWokenByWhatIsNewAndByTheEndOfTheLookThatTheyAskedFor) {
  int woken = 0;
  plan_.wakeups().Add([&woken] { ++woken; });
  plan_.Ask();
  EXPECT_TRUE(plan_.BeginLook());
  plan_.EndLook(Finds(1), false);
  EXPECT_EQ(woken, 1);
  plan_.Tick();
  EXPECT_EQ(woken, 2);
  EXPECT_TRUE(plan_.BeginLook());
  plan_.EndLook(Finds(1), false);  // nothing new
  EXPECT_EQ(woken, 2);
  plan_.Tick();
  EXPECT_EQ(woken, 3);
  EXPECT_TRUE(plan_.BeginLook());
  plan_.Ask();  // by one who comes meanwhile
  plan_.EndLook(Finds(1), false);
  EXPECT_EQ(woken, 4);
  EXPECT_TRUE(plan_.BeginLook());  // by another one than who asked
  plan_.EndLook(Finds(1), false);
  EXPECT_EQ(woken, 5);
  plan_.Ask();
  EXPECT_TRUE(plan_.BeginLook());
  plan_.Tick();  // all find that somebody looks
  EXPECT_EQ(woken, 6);
  plan_.EndLook(Finds(1), false);
  EXPECT_EQ(woken, 7);
  EXPECT_TRUE(plan_.BeginLook());
  plan_.EndLook(absl::CancelledError(), true);
  EXPECT_EQ(woken, 8);
}

// What is to be sent at the next tick is sent at the end of its look, also when that finds nothing
// new.
TEST_F(WatchedPlanTest, WhoAwaitsTheNextTickIsWokenAtTheEndOfItsLook) {
  int woken = 0;
  plan_.wakeups().Add([&woken] { ++woken; });
  VersionAfter(Finds(1));
  EXPECT_EQ(plan_.last().tick, 1);
  EXPECT_EQ(woken, 2);
  EXPECT_FALSE(plan_.AwaitsTickAfter(0));
  EXPECT_TRUE(plan_.AwaitsTickAfter(1));
  plan_.Tick();
  EXPECT_EQ(woken, 3);
  EXPECT_EQ(plan_.last().tick, 1);  // the look of this tick has not begun
  EXPECT_TRUE(plan_.BeginLook());
  plan_.Tick();
  plan_.EndLook(Finds(1), false);
  EXPECT_EQ(plan_.last().tick, 2);
  EXPECT_EQ(woken, 5);
  EXPECT_TRUE(plan_.BeginLook());
  plan_.EndLook(Finds(1), false);
  EXPECT_EQ(plan_.last().tick, 3);
  EXPECT_EQ(woken, 6);
  VersionAfter(Finds(1));
  EXPECT_EQ(woken, 7);  // the tick alone
}

TEST_F(WatchedPlanTest, ThePlanIsNotKeptAlive) {
  VersionAfter(Finds(1));
  EXPECT_NE(plan_.last().plan.lock(), nullptr);
  scored_ = nullptr;
  EXPECT_EQ(plan_.last().plan.lock(), nullptr);
}

}  // namespace
}  // namespace athena::reporting
