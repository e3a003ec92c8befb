#include "services/reporting/rules/figures/owner_units.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "services/reporting/rules/scoring.h"
#include "services/reporting/rules/testing/plans.h"
#include "services/reporting/rules/testing/values.h"

namespace athena::reporting {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// An action whose score is value / 3, by a link alone.
int AddAction(Plan* plan, const std::string& code, int parent, std::vector<Link> links) {
  const int index = AddElement(plan, code, parent, std::move(links));
  plan->elements[index].is_action = true;
  plan->elements[index].delivery_weight = Decimal();
  return index;
}

class OwnerUnitsTest : public ::testing::Test {
 protected:
  std::vector<OwnerOutcome> Scored(const std::vector<int>& owners) const {
    return ScoreByOwner(plan_, Score(plan_), owners);
  }
  Plan plan_ = OfQuarter();
};

TEST_F(OwnerUnitsTest, TheActionsOfAnOwnerAreRolledUpWithTheirWeights) {
  AddElement(&plan_, "1", -1);
  AddAction(&plan_, "1.10", 0, {Scoring("k", "300")});  // 100
  AddAction(&plan_, "1.2", 0, {Scoring("k", "150")});   // 50, weight 3
  plan_.elements[2].weight = D("3");
  AddElement(&plan_, "2", -1);
  AddAction(&plan_, "2.1", 3, {Scoring("k", "60")});  // 20
  const auto owners = Scored({0, 1, 1, 0, 0});
  ASSERT_THAT(owners, SizeIs(2));
  EXPECT_EQ(owners[0].owner, 0);
  EXPECT_THAT(owners[0].actions, ElementsAre(4)) << "an axis is no action";
  EXPECT_EQ(Text(owners[0].score), "20");
  EXPECT_EQ(owners[0].status, Status::kRed);
  EXPECT_THAT(owners[1].actions, ElementsAre(2, 1)) << "1.2 before 1.10";
  EXPECT_EQ(Text(owners[1].score), "62.5");  // (100 + 3 x 50) / 4
  EXPECT_EQ(owners[1].status, Status::kAmber);
  EXPECT_EQ(owners[1].counts.green, 1);
  EXPECT_EQ(owners[1].counts.amber, 1);
  EXPECT_EQ(Text(owners[1].coverage), "1");
}

TEST_F(OwnerUnitsTest, AnActionBelowAnotherOneOfTheSameOwnerIsPartOfThat) {
  AddAction(&plan_, "1", -1, {});
  AddAction(&plan_, "1.1", 0, {Scoring("k", "300")});
  AddElement(&plan_, "1.2", 0);
  AddAction(&plan_, "1.2.1", 2, {Scoring("k", "0")});
  EXPECT_THAT(Scored({0, 0, 0, 0})[0].actions, ElementsAre(0));
  const auto owners = Scored({0, 1, 0, 0});
  ASSERT_THAT(owners, SizeIs(2));
  EXPECT_THAT(owners[0].actions, ElementsAre(0));
  EXPECT_THAT(owners[1].actions, ElementsAre(1));
  EXPECT_THAT(Scored({-1, 1, 1, 1})[0].actions, ElementsAre(1, 3));
}

TEST_F(OwnerUnitsTest, ACriticalActionThatIsRedCapsItsOwner) {
  AddAction(&plan_, "1", -1, {Scoring("k", "0")});
  AddAction(&plan_, "2", -1, {Scoring("k", "300")});
  plan_.elements[1].weight = D("9");
  EXPECT_EQ(Scored({0, 0})[0].status, Status::kGreen);
  plan_.elements[0].critical = true;
  const auto owners = Scored({0, 0});
  EXPECT_EQ(owners[0].status, Status::kAmber);
  EXPECT_TRUE(owners[0].capped);
  EXPECT_EQ(Text(owners[0].score), "90");
}

TEST_F(OwnerUnitsTest, WhatIsNotExpectedCountsNowhere) {
  AddAction(&plan_, "1", -1, {Scoring("k", "300")});
  AddAction(&plan_, "2", -1, {Scoring("k", "0")});
  plan_.elements[1].cancelled_on = absl::CivilDay(2021, 8, 1);
  auto owners = Scored({0, 0});
  EXPECT_EQ(Text(owners[0].score), "100");
  EXPECT_EQ(owners[0].counts.not_applicable, 1);
  owners = Scored({-1, 0});
  EXPECT_EQ(owners[0].status, Status::kNotApplicable);
  EXPECT_EQ(owners[0].reason, Reason::kNothingExpected);
  EXPECT_THAT(Scored({-1, -1}), IsEmpty());
  plan_.date = absl::CivilDay(2021, 6, 30);
  owners = Scored({0, 0});
  EXPECT_EQ(owners[0].status, Status::kNoScore);
  EXPECT_EQ(owners[0].reason, Reason::kNotBegun);
}

// One owner of all elements at the top, all of them actions, scores what the plan scores.
TEST_F(OwnerUnitsTest, OneOwnerOfEverythingScoresAsThePlan) {
  std::mt19937 random(20261130);
  for (int round = 0; round < 200; ++round) {
    Plan plan = RandomPlan(&random);
    for (Element& element : plan.elements) element.is_action = true;
    const Outcome outcome = Score(plan);
    const auto owners = ScoreByOwner(plan, outcome, std::vector<int>(plan.elements.size(), 0));
    ASSERT_THAT(owners, SizeIs(1));
    EXPECT_EQ(owners[0].status, outcome.plan.status);
    EXPECT_EQ(owners[0].reason, outcome.plan.reason);
    EXPECT_EQ(owners[0].score, outcome.plan.score);
    EXPECT_EQ(owners[0].coverage, outcome.plan.coverage);
  }
}

}  // namespace
}  // namespace athena::reporting
