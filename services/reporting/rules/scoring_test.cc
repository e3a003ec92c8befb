#include "services/reporting/rules/scoring.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "services/reporting/rules/testing/plans.h"
#include "services/reporting/rules/testing/values.h"

namespace athena::reporting {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// --- The roll-up

TEST(Score, WeighsScoresAndCoverage) {
  Plan plan = OfQuarter();
  // Scores 20, 50 and 90 with weights 1, 2 and 3: (20 + 100 + 270) / 6 = 65.
  // Coverage 1, 1/2, 1: (1 + 1 + 3) / 6 = 5/6.
  AddElement(&plan, "1", -1,
             {Scoring("a", "60"), Scoring("b", "150", "2", 1, 2), Scoring("c", "270", "3")});
  const Outcome outcome = Score(plan);
  EXPECT_EQ(Text(outcome.elements[0].score), "65");
  EXPECT_EQ(Text(outcome.elements[0].coverage), "0.833333333333");
  EXPECT_EQ(outcome.elements[0].status, Status::kAmber);
  EXPECT_EQ(Text(outcome.plan.score), "65");
  EXPECT_EQ(Text(outcome.plan.coverage), "0.833333333333");
}

TEST(Score, RollsUpThroughLevels) {
  Plan plan = OfQuarter();
  const int axis = AddElement(&plan, "1", -1);
  AddElement(&plan, "1.1", axis, {Scoring("a", "300")});                    // 100
  const int second = AddElement(&plan, "1.2", axis, {Scoring("b", "30")});  // 10
  AddElement(&plan, "2", -1, {Scoring("c", "60")});                         // 20
  plan.elements[second].weight = D("3");
  const Outcome outcome = Score(plan);
  EXPECT_EQ(Text(outcome.elements[axis].score), "32.5");  // (100 + 30) / 4
  EXPECT_EQ(outcome.elements[axis].status, Status::kRed);
  EXPECT_EQ(Text(outcome.plan.score), "26.25");  // (32.5 + 20) / 2
}

TEST(Score, NodeStatusTurnsAtTheRoundedThirds) {
  const auto status = [](std::string_view value) {
    Plan plan = OfQuarter();
    AddElement(&plan, "1", -1, {Scoring("a", value)});
    return Score(plan).elements[0].status;
  };
  EXPECT_EQ(status("200"), Status::kGreen);
  EXPECT_EQ(status("199.99"), Status::kAmber);
  EXPECT_EQ(status("100"), Status::kAmber);
  EXPECT_EQ(status("99.99"), Status::kRed);
}

TEST(Score, IgnorePolicyScoresTheRestAndTellsTheCoverage) {
  Plan plan = OfQuarter();
  AddElement(&plan, "1", -1, {Scoring("a", "150"), Missing("b", Reason::kIncomplete, 3)});
  const Outcome outcome = Score(plan);
  EXPECT_EQ(Text(outcome.elements[0].score), "50");
  EXPECT_EQ(Text(outcome.elements[0].coverage), "0.5");
  EXPECT_EQ(outcome.elements[0].links[1].reason, Reason::kIncomplete);
  EXPECT_EQ(outcome.elements[0].links[1].status, Status::kNoScore);
}

TEST(Score, StrictPolicyRefusesAScore) {
  Plan plan = OfQuarter();
  plan.missing_policy = MissingPolicy::kStrict;
  AddElement(&plan, "1", -1, {Scoring("a", "150"), Missing("b", Reason::kIncomplete, 3)});
  const Outcome outcome = Score(plan);
  EXPECT_EQ(outcome.elements[0].status, Status::kNoScore);
  EXPECT_EQ(outcome.elements[0].reason, Reason::kMissingPart);
  EXPECT_FALSE(outcome.elements[0].score.has_value());
  EXPECT_EQ(Text(outcome.elements[0].coverage), "0.5");
  EXPECT_EQ(outcome.plan.reason, Reason::kMissingPart);
}

TEST(Score, ZeroPolicyCountsTheMissingPartAsZero) {
  Plan plan = OfQuarter();
  plan.missing_policy = MissingPolicy::kZero;
  AddElement(&plan, "1", -1, {Scoring("a", "150", "3"), Missing("b", Reason::kDivisionByZero, 1)});
  const Outcome outcome = Score(plan);
  EXPECT_EQ(Text(outcome.elements[0].score), "37.5");  // 3 * 50 / 4
  EXPECT_EQ(Text(outcome.elements[0].coverage), "0.75");
}

TEST(Score, CoverageBelowTheMinimumIsNoScore) {
  Plan plan = OfQuarter();
  AddElement(&plan, "1", -1,
             {Scoring("a", "150"), Missing("b", Reason::kOverdue, 0),
              Missing("c", Reason::kNotReadable, 0)});
  const Outcome outcome = Score(plan);
  EXPECT_EQ(outcome.elements[0].status, Status::kNoScore);
  EXPECT_EQ(outcome.elements[0].reason, Reason::kCoverage);
  EXPECT_EQ(Text(outcome.elements[0].coverage), "0.333333333333");
  plan.min_coverage = D("0.3");
  EXPECT_EQ(Text(Score(plan).elements[0].score), "50");
}

TEST(Score, WhatHasNoWeightIsNotApplicable) {
  Plan plan = OfQuarter();
  Link red = Scoring("a", "0", "0");
  red.critical = true;
  AddElement(&plan, "1", -1, {red, Scoring("b", "300", "0")});
  AddElement(&plan, "2", -1, {Scoring("c", "150")});
  const Outcome outcome = Score(plan);
  EXPECT_EQ(outcome.elements[0].status, Status::kNotApplicable);
  EXPECT_EQ(outcome.elements[0].reason, Reason::kNoWeight);
  // The cap stays, and changed nothing.
  ASSERT_THAT(outcome.elements[0].caps, SizeIs(1));
  EXPECT_FALSE(outcome.elements[0].caps[0].changed);
  EXPECT_EQ(Text(outcome.plan.score), "50");
  EXPECT_EQ(Text(outcome.plan.coverage), "1");
}

TEST(Score, APartWithoutScoreCoversNothingWhateverItHas) {
  Plan plan = OfQuarter();
  Link incomplete = Missing("b", Reason::kIncomplete, 3);
  incomplete.period.present = 2;
  AddElement(&plan, "1", -1, {Scoring("a", "150"), incomplete});
  EXPECT_EQ(Text(Score(plan).elements[0].links[1].coverage), "0.666666666667");
  EXPECT_EQ(Text(Score(plan).elements[0].coverage), "0.5");
}

TEST(Score, ScoredPartsWithoutWeightAreTooLittle) {
  Plan plan = OfQuarter();
  plan.min_coverage = D("0");
  AddElement(&plan, "1", -1, {Scoring("a", "150", "0"), Missing("b", Reason::kOverdue, 1)});
  EXPECT_EQ(Score(plan).elements[0].reason, Reason::kCoverage);
  plan.missing_policy = MissingPolicy::kZero;
  EXPECT_EQ(Text(Score(plan).elements[0].score), "0");
  plan.missing_policy = MissingPolicy::kStrict;  // precedes the coverage
  EXPECT_EQ(Score(plan).elements[0].reason, Reason::kMissingPart);
}

TEST(Score, ScoreAndCoverageAreRoundedOnce) {
  Plan plan = OfQuarter();
  // Scores 33.333333333333 and 66.666666666667: (33.333333333333 + 2 x 66.666666666667) / 3 =
  // 166.666666666667 / 3. With products rounded to 12 decimals it would be 55.555555333333.
  AddElement(&plan, "1", -1, {Scoring("a", "100", "0.000001"), Scoring("b", "200", "0.000002")});
  EXPECT_EQ(Text(Score(plan).elements[0].score), "55.555555555556");
}

TEST(Score, PartOfWeightZeroCountsForNothing) {
  Plan plan = OfQuarter();
  AddElement(&plan, "1", -1, {Scoring("a", "150"), Scoring("b", "300", "0")});
  EXPECT_EQ(Text(Score(plan).elements[0].score), "50");
}

TEST(Score, WhatIsNotDueIsNotExpected) {
  Plan plan = OfQuarter();
  AddElement(&plan, "1", -1, {Scoring("a", "150"), Missing("b", Reason::kNotDue, 0)});
  AddElement(&plan, "2", -1, {Missing("c", Reason::kNotDue, 0)});
  AddElement(&plan, "3", -1);
  const Outcome outcome = Score(plan);
  EXPECT_EQ(Text(outcome.elements[0].coverage), "1");
  EXPECT_EQ(outcome.elements[1].status, Status::kNotApplicable);
  EXPECT_EQ(outcome.elements[1].reason, Reason::kNothingExpected);
  EXPECT_EQ(outcome.elements[2].status, Status::kNotApplicable);
  EXPECT_EQ(Text(outcome.plan.score), "50");
  EXPECT_EQ(Text(outcome.plan.coverage), "1");
}

TEST(Score, V8_WhatHasNoTargetIsNoPart) {
  Plan plan = OfQuarter();
  // Value 6 against the target 5 (red flag 4): 100.
  Link aim = Scoring("aim", "6");
  aim.period.current = Target("5", "4");
  AddElement(&plan, "1", -1,
             {aim, WithoutTarget(Missing("info1", Reason::kOverdue, 1)),
              WithoutTarget(Missing("info2", Reason::kOverdue, 1))});
  const auto expect_green = [&plan] {
    const Outcome outcome = Score(plan);
    EXPECT_EQ(outcome.elements[0].status, Status::kGreen);
    EXPECT_EQ(Text(outcome.elements[0].score), "100");
    EXPECT_EQ(Text(outcome.elements[0].coverage), "1");
    EXPECT_EQ(outcome.elements[0].links[1].status, Status::kNotApplicable);
    EXPECT_EQ(outcome.elements[0].links[1].reason, Reason::kNoTarget);
    EXPECT_EQ(outcome.elements[0].not_applicable.no_target, 2);
    EXPECT_EQ(outcome.plan.not_applicable.no_target, 2);
  };
  expect_green();
  for (int i = 1; i <= 2; ++i) {
    plan.elements[0].links[i] = WithoutTarget(Scoring(plan.elements[0].links[i].key, "3"));
  }
  expect_green();
}

TEST(Score, V9_WhatExpectsNoDataIsNotApplicable) {
  Plan plan = OfQuarter();
  AddElement(&plan, "1", -1, {Missing("a", Reason::kNoData, 0), Scoring("b", "300")});
  const Outcome outcome = Score(plan);
  EXPECT_EQ(outcome.elements[0].links[0].status, Status::kNotApplicable);
  EXPECT_EQ(outcome.plan.indicator_counts.not_applicable, 1);
  EXPECT_EQ(outcome.plan.indicator_counts.no_score, 0);
  EXPECT_EQ(outcome.plan.not_applicable.no_data, 1);
  EXPECT_EQ(Text(outcome.plan.coverage), "1");
}

TEST(Score, ALinkIsTheFirstOutcomeThatApplies) {
  struct Case {
    Link link;
    Status status;
    Reason reason;
  };
  const Case cases[] = {
      {WithoutTarget(Missing("a", Reason::kNotReadable, 0)), Status::kNoScore,
       Reason::kNotReadable},
      {WithoutTarget(Missing("b", Reason::kNoData, 0)), Status::kNotApplicable, Reason::kNoTarget},
      {Missing("c", Reason::kNoData, 0), Status::kNotApplicable, Reason::kNoData},
      {Missing("d", Reason::kNotDue, 0), Status::kNotApplicable, Reason::kNotDue},
      {Missing("e", Reason::kOverdue, 1), Status::kNoScore, Reason::kOverdue},
      {Missing("f", Reason::kIncomplete, 2), Status::kNoScore, Reason::kIncomplete},
      {Missing("g", Reason::kNotAdditive, 2), Status::kNoScore, Reason::kNotAdditive},
      {Missing("h", Reason::kDivisionByZero, 1), Status::kNoScore, Reason::kDivisionByZero},
      {Missing("i", Reason::kOperand, 1), Status::kNoScore, Reason::kOperand},
      {Missing("j", Reason::kNoCommonCells, 1), Status::kNoScore, Reason::kNoCommonCells},
      {Missing("k", Reason::kOverflow, 1), Status::kNoScore, Reason::kOverflow},
      {Scoring("l", "150"), Status::kAmber, Reason::kNone},
  };
  for (const Case& one : cases) {
    Plan plan = OfQuarter();
    AddElement(&plan, "1", -1, {one.link});
    const Outcome outcome = Score(plan);
    EXPECT_EQ(outcome.elements[0].links[0].status, one.status) << one.link.key;
    EXPECT_EQ(outcome.elements[0].links[0].reason, one.reason) << one.link.key;
    // What is not applicable is never expected; what has no score lowers the coverage to 0.
    EXPECT_EQ(outcome.elements[0].reason, one.status == Status::kNotApplicable
                                              ? Reason::kNothingExpected
                                          : one.status == Status::kNoScore ? Reason::kCoverage
                                                                           : Reason::kNone)
        << one.link.key;
    plan.elements[0].cancelled_on = absl::CivilDay(2021, 9, 30);
    EXPECT_EQ(Score(plan).elements[0].links[0].reason, Reason::kCancelled) << one.link.key;
    plan.date = absl::CivilDay(2021, 6, 30);
    EXPECT_EQ(Score(plan).elements[0].links[0].reason, Reason::kNotBegun) << one.link.key;
    plan.elements[0].cancelled_on = absl::CivilDay(2021, 6, 30);
    EXPECT_EQ(Score(plan).elements[0].links[0].reason, Reason::kNotBegun) << one.link.key;
  }
}

TEST(Score, AnEndedTargetIsNoPartAndShownAsItWas) {
  Plan plan = OfQuarter();
  Link ended = WithoutTarget(Scoring("a", "60"));
  ended.period.ended = Target("200", "100");
  AddElement(&plan, "1", -1, {ended, Scoring("b", "300")});
  const Outcome outcome = Score(plan);
  const LinkOutcome& link = outcome.elements[0].links[0];
  EXPECT_EQ(link.status, Status::kNotApplicable);
  EXPECT_EQ(link.reason, Reason::kTargetEnded);
  EXPECT_EQ(Text(link.period.ended->score), "20");
  EXPECT_EQ(Text(link.as_last_stood.score), "20");
  EXPECT_EQ(link.as_last_stood.status, Status::kRed);
  EXPECT_EQ(Text(outcome.elements[0].score), "100");
  EXPECT_EQ(outcome.elements[0].not_applicable.target_ended, 1);
  EXPECT_EQ(Text(outcome.plan.as_last_stood.score), "60");  // (20 + 100) / 2
  EXPECT_EQ(outcome.plan.as_last_stood.status, Status::kAmber);
}

TEST(Score, AnEndedTargetsYearToDateIsHeldOverItsOwnQuarters) {
  Plan plan = OfQuarter();
  plan.score_year_to_date = true;
  Link flow = WithoutTarget(Scoring("a", "60"));
  flow.year_to_date = flow.period;
  flow.year_to_date->ended = Target("200", "100");
  flow.year_to_date_held = flow.year_to_date;
  flow.year_to_date_held->value = D("270");
  AddElement(&plan, "1", -1, {flow});
  EXPECT_EQ(Text(Score(plan).elements[0].links[0].as_last_stood.score), "90");
  // The version that was held last begins in the fourth quarter, and has no target for the quarters
  // from January on.
  plan.elements[0].links[0].year_to_date->ended.reset();
  const LinkOutcome link = Score(plan).elements[0].links[0];
  EXPECT_EQ(link.reason, Reason::kTargetEnded);
  EXPECT_EQ(Text(link.as_last_stood.score), "90");
}

TEST(Score, QuarterNotBegunIsNoScoreEverywhere) {
  Plan plan = OfQuarter();
  plan.date = absl::CivilDay(2021, 6, 30);
  const int axis = AddElement(&plan, "1", -1);
  AddElement(&plan, "1.1", axis, {Missing("a", Reason::kNotDue, 0)});
  AddElement(&plan, "1.2", axis);
  plan.elements[2].milestones.push_back(
      {"m", absl::CivilDay(2021, 1, 1), absl::CivilDay(2021, 1, 1), {}, true});
  const Outcome outcome = Score(plan);
  EXPECT_EQ(outcome.plan.reason, Reason::kNotBegun);
  for (const NodeOutcome& node : outcome.elements) {
    EXPECT_EQ(node.status, Status::kNoScore);
    EXPECT_EQ(node.reason, Reason::kNotBegun);
    EXPECT_EQ(node.as_last_stood.reason, Reason::kNotBegun);
    EXPECT_FALSE(node.delivery.has_value());
    EXPECT_FALSE(node.coverage.has_value());
  }
  EXPECT_EQ(outcome.elements[1].links[0].reason, Reason::kNotBegun);
  plan.date = absl::CivilDay(2021, 7, 1);
  EXPECT_EQ(Score(plan).elements[1].reason, Reason::kNothingExpected);
  EXPECT_EQ(Text(Score(plan).elements[2].score), "83.333333333333");  // 1 of 1 milestones
}

TEST(Score, YearToDateIsScoredWhereThePlanSaysSo) {
  Plan plan = OfQuarter();
  Link flow = Scoring("a", "60");
  flow.year_to_date = Scoring("a", "270", "1", 3, 4).period;
  AddElement(&plan, "1", -1, {flow, Scoring("b", "150")});
  EXPECT_EQ(Text(Score(plan).elements[0].score), "35");  // (20 + 50) / 2
  plan.score_year_to_date = true;
  const Outcome outcome = Score(plan);
  EXPECT_EQ(Text(outcome.elements[0].score), "70");  // (90 + 50) / 2
  EXPECT_TRUE(outcome.elements[0].links[0].scored_year_to_date);
  EXPECT_FALSE(outcome.elements[0].links[1].scored_year_to_date);
  EXPECT_EQ(Text(outcome.elements[0].coverage), "0.875");
}

// Of a formula of replacements alone.
TEST(Score, AValueOfWhichNothingIsExpectedIsComplete) {
  Plan plan = OfQuarter();
  AddElement(&plan, "1", -1, {Scoring("a", "150", "1", 0, 0)});
  const Outcome outcome = Score(plan);
  EXPECT_EQ(Text(outcome.elements[0].score), "50");
  EXPECT_EQ(Text(outcome.elements[0].coverage), "1");
}

TEST(Score, OriginalTargetIsJudgedBesideTheCurrentOne) {
  Plan plan = OfQuarter();
  Link link = Scoring("a", "150");
  link.period.original = Target("150", "140");
  AddElement(&plan, "1", -1, {link});
  const LinkOutcome outcome = Score(plan).elements[0].links[0];
  EXPECT_EQ(outcome.status, Status::kAmber);
  EXPECT_EQ(outcome.period.original->status, Status::kGreen);
  EXPECT_EQ(Text(outcome.period.original->score), "66.666666666667");
}

// --- Critical parts

TEST(Score, CriticalRedPartCapsTheStatusOneLevelUpAndNeverTheScore) {
  Plan plan = OfQuarter();
  const int axis = AddElement(&plan, "1", -1);
  Link red = Scoring("a", "30", "0");  // at weight 0, too
  red.critical = true;
  const int objective = AddElement(&plan, "1.1", axis, {red, Scoring("b", "300")});
  plan.elements[objective].critical = true;
  const Outcome outcome = Score(plan);
  EXPECT_EQ(Text(outcome.elements[objective].score), "100");
  EXPECT_EQ(outcome.elements[objective].status, Status::kAmber);
  ASSERT_THAT(outcome.elements[objective].caps, SizeIs(1));
  EXPECT_EQ(outcome.elements[objective].caps[0].cause, Cap::Cause::kPartRed);
  EXPECT_EQ(outcome.elements[objective].caps[0].part, Cap::Part::kLink);
  EXPECT_EQ(outcome.elements[objective].caps[0].index, 0);
  EXPECT_TRUE(outcome.elements[objective].caps[0].changed);
  EXPECT_EQ(outcome.elements[axis].status, Status::kGreen);
  EXPECT_THAT(outcome.elements[axis].caps, IsEmpty());
}

TEST(Score, CriticalPartWithoutScoreCapsOnlyWhenExpected) {
  Plan plan = OfQuarter();
  Link missing = Missing("a", Reason::kIncomplete, 1);
  missing.critical = true;
  missing.weight = D("0");
  AddElement(&plan, "1", -1, {missing, Scoring("b", "300")});
  Link not_due = Missing("a", Reason::kNotDue, 0);
  not_due.critical = true;
  AddElement(&plan, "2", -1, {not_due, Scoring("b", "300")});
  const Outcome outcome = Score(plan);
  EXPECT_EQ(outcome.elements[0].status, Status::kAmber);
  EXPECT_EQ(outcome.elements[0].caps[0].cause, Cap::Cause::kPartWithoutScore);
  EXPECT_EQ(outcome.elements[1].status, Status::kGreen);
}

TEST(Score, CriticalElementCapsItsParentAndRedStaysRed) {
  Plan plan = OfQuarter();
  const int first = AddElement(&plan, "1", -1);
  const int bad = AddElement(&plan, "1.1", first, {Scoring("a", "30")});
  AddElement(&plan, "1.2", first, {Scoring("b", "300", "1")});
  plan.elements[bad].critical = true;
  plan.elements[bad].weight = D("0.1");
  Outcome outcome = Score(plan);
  EXPECT_EQ(outcome.elements[first].status, Status::kAmber);
  EXPECT_EQ(outcome.elements[first].caps[0].part, Cap::Part::kElement);
  EXPECT_EQ(outcome.elements[first].caps[0].index, bad);
  plan.elements[bad].weight = D("100");
  outcome = Score(plan);
  EXPECT_EQ(outcome.elements[first].status, Status::kRed);
}

TEST(Score, V13_ACapThatChangedNothingIsToldApart) {
  const auto capped = [](std::string_view value, std::string_view other) {
    Plan plan = OfQuarter();
    Link red = Scoring("a", "0", "0");
    red.critical = true;
    AddElement(&plan, "1", -1, {red, Scoring("b", value), Scoring("c", other)});
    return Score(plan).elements[0];
  };
  // GREEN by score: AMBER for the cap.
  EXPECT_EQ(capped("300", "300").status, Status::kAmber);
  EXPECT_TRUE(capped("300", "300").caps[0].changed);
  // AMBER and RED by score: the cap is there, and changed nothing.
  EXPECT_EQ(capped("150", "150").status, Status::kAmber);
  EXPECT_FALSE(capped("150", "150").caps[0].changed);
  EXPECT_EQ(capped("30", "30").status, Status::kRed);
  EXPECT_FALSE(capped("30", "30").caps[0].changed);
}

TEST(Score, MissedCriticalMilestoneCapsItsElement) {
  const auto node = [](std::optional<absl::CivilDay> done, absl::CivilDay date) {
    Plan plan = OfQuarter();
    plan.date = date;
    AddElement(&plan, "1", -1, {Scoring("a", "300", "9")});
    plan.elements[0].milestones.push_back({"m", absl::CivilDay(2021, 8, 15), done, {}, true});
    return Score(plan).elements[0];
  };
  const absl::CivilDay later(2021, 11, 1);
  // It is missed: the delivery scores 0 as one part of ten, and the element is capped.
  EXPECT_EQ(Text(node(std::nullopt, later).score), "90");
  EXPECT_EQ(node(std::nullopt, later).status, Status::kAmber);
  EXPECT_EQ(node(absl::CivilDay(2021, 8, 15), later).status, Status::kGreen);
  EXPECT_EQ(node(absl::CivilDay(2021, 9, 30), later).status, Status::kGreen);  // late, not missed
  EXPECT_EQ(node(absl::CivilDay(2021, 10, 1), later).status, Status::kAmber);  // after the quarter
  EXPECT_EQ(node(std::nullopt, absl::CivilDay(2021, 8, 15)).status,
            Status::kGreen);  // not over yet
}

TEST(Score, MissedCriticalMilestoneDoesNotCapWhatIsCompleted) {
  Plan plan = OfQuarter();
  AddElement(&plan, "1", -1, {Scoring("a", "300")});
  plan.elements[0].milestones.push_back({"m", absl::CivilDay(2021, 8, 15), {}, {}, true});
  plan.elements[0].completed_on = absl::CivilDay(2021, 9, 30);
  EXPECT_EQ(Score(plan).elements[0].status, Status::kGreen);
  EXPECT_THAT(Score(plan).elements[0].caps, IsEmpty());
  plan.elements[0].completed_on = absl::CivilDay(2021, 10, 1);  // after the quarter
  EXPECT_THAT(Score(plan).elements[0].caps, SizeIs(1));
}

// --- Delivery as a part

TEST(Score, V12_AnActionWithMilestonesAloneIsScoredByThem) {
  Plan plan = OfQuarter();
  const int axis = AddElement(&plan, "1", -1, {Scoring("a", "300")});
  const int action = AddElement(&plan, "1.1", axis);
  plan.elements[action].is_action = true;
  plan.elements[action].critical = true;
  plan.elements[action].milestones.push_back({"m", absl::CivilDay(2021, 8, 15), {}, {}, true});
  const Outcome outcome = Score(plan);
  // None of one is done: 0 and RED. The action caps the axis, whose score is (100 + 0) / 2.
  EXPECT_EQ(outcome.elements[action].status, Status::kRed);
  EXPECT_EQ(Text(outcome.elements[action].score), "0");
  EXPECT_EQ(Text(outcome.elements[action].coverage), "1");
  ASSERT_THAT(outcome.elements[action].caps, SizeIs(1));
  EXPECT_FALSE(outcome.elements[action].caps[0].changed);
  EXPECT_EQ(Text(outcome.elements[axis].score), "50");
  ASSERT_THAT(outcome.elements[axis].caps, SizeIs(1));
  EXPECT_EQ(outcome.elements[axis].caps[0].cause, Cap::Cause::kPartRed);
}

TEST(Score, DeliveryWeighsAsTheElementSays) {
  Plan plan = OfQuarter();
  AddElement(&plan, "1", -1, {Scoring("a", "60")});  // 20
  plan.elements[0].completed_on = absl::CivilDay(2021, 9, 30);
  EXPECT_EQ(Text(Score(plan).elements[0].score), "60");  // (20 + 100) / 2
  plan.elements[0].delivery_weight = D("3");
  EXPECT_EQ(Text(Score(plan).elements[0].score), "80");  // (20 + 300) / 4
  plan.elements[0].delivery_weight = D("0");
  EXPECT_EQ(Text(Score(plan).elements[0].score), "20");
  EXPECT_EQ(Score(plan).elements[0].delivery->scored_by, ScoredBy::kCompleted);
}

TEST(Score, AReportThatIsMissingLowersTheCoverageAndOneThatIsNotDueIsCounted) {
  Plan plan = OfQuarter();
  plan.progress_expected_from = plan.quarter;
  AddElement(&plan, "1", -1, {Scoring("a", "150")});
  plan.elements[0].is_action = true;
  plan.elements[0].start = absl::CivilDay(2021, 1, 1);
  plan.elements[0].end = absl::CivilDay(2022, 12, 31);
  plan.date = absl::CivilDay(2021, 10, 15);  // the report was due on 14 October
  EXPECT_EQ(Text(Score(plan).elements[0].coverage), "0.5");
  EXPECT_EQ(Score(plan).elements[0].delivery->reason, Reason::kNoReport);
  plan.date = absl::CivilDay(2021, 10, 14);
  EXPECT_EQ(Text(Score(plan).elements[0].coverage), "1");
  EXPECT_EQ(Score(plan).elements[0].not_applicable.not_due, 1);
  EXPECT_EQ(Score(plan).plan.not_applicable.not_due, 1);
}

// --- Elements that do not count

TEST(Score, ElementCountsWithTheStateOfTheQuartersLastDay) {
  const auto reason = [](std::optional<absl::CivilDay> deferred,
                         std::optional<absl::CivilDay> resumed,
                         std::optional<absl::CivilDay> cancelled) {
    Plan plan = OfQuarter();
    AddElement(&plan, "1", -1, {Scoring("a", "300")});
    plan.elements[0].deferred_on = deferred;
    plan.elements[0].resumed_on = resumed;
    plan.elements[0].cancelled_on = cancelled;
    return Score(plan).elements[0].reason;
  };
  const absl::CivilDay last(2021, 9, 30);
  EXPECT_EQ(reason({}, {}, last), Reason::kCancelled);
  EXPECT_EQ(reason({}, {}, last + 1), Reason::kNone);
  EXPECT_EQ(reason(last, {}, {}), Reason::kDeferred);
  EXPECT_EQ(reason(last + 1, {}, {}), Reason::kNone);
  EXPECT_EQ(reason(last - 10, last, {}), Reason::kNone);
  EXPECT_EQ(reason(last - 10, last + 1, {}), Reason::kDeferred);
  EXPECT_EQ(reason(last - 10, last - 20, {}), Reason::kDeferred);  // deferred anew
}

TEST(Score, CancelledElementIsNotExpectedWithAllThatIsBelowIt) {
  Plan plan = OfQuarter();
  const int axis = AddElement(&plan, "1", -1);
  const int cancelled = AddElement(&plan, "1.1", axis);
  plan.elements[cancelled].cancelled_on = absl::CivilDay(2021, 8, 1);
  plan.elements[cancelled].critical = true;
  const int below = AddElement(&plan, "1.1.1", cancelled, {Scoring("a", "0")});
  AddElement(&plan, "1.2", axis, {Scoring("b", "300")});
  const Outcome outcome = Score(plan);
  EXPECT_EQ(outcome.elements[cancelled].status, Status::kNotApplicable);
  EXPECT_EQ(outcome.elements[below].status, Status::kNotApplicable);
  EXPECT_EQ(outcome.elements[below].reason, Reason::kCancelled);
  EXPECT_EQ(outcome.elements[below].links[0].status, Status::kNotApplicable);
  EXPECT_EQ(outcome.elements[axis].status, Status::kGreen);
  EXPECT_EQ(Text(outcome.elements[axis].coverage), "1");
}

TEST(Score, TheStateIsThatOfTheDayOfTheReadInARunningQuarter) {
  Plan plan = OfQuarter();
  AddElement(&plan, "1", -1, {Scoring("a", "300")});
  plan.elements[0].cancelled_on = absl::CivilDay(2021, 9, 1);
  plan.date = absl::CivilDay(2021, 8, 31);
  EXPECT_EQ(Score(plan).elements[0].status, Status::kGreen);
  plan.date = absl::CivilDay(2021, 9, 1);
  EXPECT_EQ(Score(plan).elements[0].reason, Reason::kCancelled);
}

TEST(Score, NobodyGainsByCancellingUnseen) {
  Plan plan = OfQuarter();
  const int axis = AddElement(&plan, "1", -1);
  const int cancelled = AddElement(&plan, "1.1", axis, {Scoring("a", "0")});
  const int below = AddElement(&plan, "1.1.1", cancelled, {WithoutTarget(Scoring("c", "1"))});
  AddElement(&plan, "1.2", axis, {Scoring("b", "300")});
  const int deferred = AddElement(&plan, "1.3", axis);
  plan.elements[cancelled].cancelled_on = absl::CivilDay(2021, 8, 1);
  plan.elements[deferred].deferred_on = absl::CivilDay(2021, 8, 1);
  const Outcome outcome = Score(plan);
  EXPECT_EQ(Text(outcome.plan.score), "100");
  EXPECT_EQ(Text(outcome.plan.as_last_stood.score), "50");  // (0 + 100) / 2
  EXPECT_EQ(outcome.plan.as_last_stood.status, Status::kAmber);
  EXPECT_EQ(Text(outcome.elements[cancelled].as_last_stood.score), "0");
  // Each counts once; what is below is not counted.
  EXPECT_EQ(outcome.plan.not_applicable.cancelled, 1);
  EXPECT_EQ(outcome.plan.not_applicable.deferred, 1);
  EXPECT_EQ(outcome.plan.not_applicable.no_target, 0);
  EXPECT_EQ(outcome.elements[cancelled].not_applicable.cancelled, 0);
  EXPECT_EQ(outcome.elements[below].not_applicable.no_target, 0);
}

TEST(Score, ACancelledElementLastStoodOnTheDayBefore) {
  Plan plan = OfQuarter();
  AddElement(&plan, "1", -1);
  Element& element = plan.elements[0];
  // Due in April, and done in May, before the cancellation on 1 July: 1 of 1. A second milestone,
  // due on 30 June, was not over on that day, the last one on which the element stood.
  element.milestones.push_back(
      {"a", absl::CivilDay(2021, 4, 1), absl::CivilDay(2021, 5, 1), {}, true});
  element.milestones.push_back({"b", absl::CivilDay(2021, 6, 30), {}, {}, true});
  element.cancelled_on = absl::CivilDay(2021, 7, 1);
  NodeOutcome node = Score(plan).elements[0];
  EXPECT_EQ(node.reason, Reason::kCancelled);
  EXPECT_FALSE(node.delivery.has_value());
  EXPECT_THAT(node.caps, IsEmpty());
  EXPECT_EQ(Text(node.as_last_stood.score), "83.333333333333");  // 100 (1 - 0.5) / 0.6
  EXPECT_EQ(node.as_last_stood.status, Status::kGreen);
  // Deferred since 2 May and then cancelled: it last stood on 1 May, when it was just done.
  element.deferred_on = absl::CivilDay(2021, 5, 2);
  EXPECT_EQ(Score(plan).elements[0].as_last_stood.status, Status::kGreen);
  // Deferred since 1 May: on 30 April milestone a was missed, and capped a score of 0.
  element.deferred_on = absl::CivilDay(2021, 5, 1);
  EXPECT_EQ(Text(Score(plan).elements[0].as_last_stood.score), "0");
}

// (9 x 100 + 0) / 10 = 90 is GREEN, and the milestone holds it at AMBER.
TEST(Score, WhatLastStoodWasCappedToo) {
  Plan plan = OfQuarter();
  AddElement(&plan, "1", -1, {Scoring("a", "300", "9")});
  plan.elements[0].milestones.push_back({"m", absl::CivilDay(2021, 7, 1), {}, {}, true});
  plan.elements[0].cancelled_on = absl::CivilDay(2021, 9, 1);
  const NodeOutcome node = Score(plan).elements[0];
  EXPECT_EQ(node.status, Status::kNotApplicable);
  EXPECT_EQ(Text(node.as_last_stood.score), "90");
  EXPECT_EQ(node.as_last_stood.status, Status::kAmber);
}

// It ended in March: on 30 June it was not yet long past its end, in July it would have been.
TEST(Score, ACancelledElementLastStoodInTheQuarterOfThatDay) {
  Plan plan = OfQuarter();
  AddElement(&plan, "1", -1);
  plan.elements[0].end = absl::CivilDay(2021, 3, 31);
  plan.elements[0].milestones.push_back(
      {"m", absl::CivilDay(2021, 3, 1), absl::CivilDay(2021, 3, 1), {}, false});
  plan.elements[0].cancelled_on = absl::CivilDay(2021, 7, 1);
  EXPECT_EQ(Text(Score(plan).elements[0].as_last_stood.score), "66");
}

// Deferred since 1 May, before the milestone of 1 June was missed and the objective was cancelled.
TEST(Score, BelowACancelledElementEachLastStoodBeforeItWasOffItself) {
  Plan plan = OfQuarter();
  const int objective = AddElement(&plan, "1", -1);
  const int action = AddElement(&plan, "1.1", objective, {Scoring("a", "300")});
  plan.elements[objective].cancelled_on = absl::CivilDay(2021, 8, 1);
  plan.elements[action].milestones.push_back({"m", absl::CivilDay(2021, 6, 1), {}, {}, false});
  EXPECT_EQ(Text(Score(plan).elements[action].as_last_stood.score), "50");  // (100 + 0) / 2
  plan.elements[action].deferred_on = absl::CivilDay(2021, 5, 1);
  EXPECT_EQ(Text(Score(plan).elements[action].as_last_stood.score), "100");
}

// --- Around the scores

TEST(Score, CountsStatusesBelowEachNode) {
  Plan plan = OfQuarter();
  const int axis = AddElement(&plan, "1", -1, {Scoring("x", "150")});
  AddElement(&plan, "1.1", axis, {Scoring("a", "300"), Scoring("b", "30")});
  AddElement(&plan, "1.2", axis, {Missing("c", Reason::kIncomplete, 1)});
  AddElement(&plan, "1.3", axis);
  const Outcome outcome = Score(plan);
  const Counts& indicators = outcome.elements[axis].indicator_counts;
  EXPECT_EQ(indicators.green, 1);
  EXPECT_EQ(indicators.amber, 1);
  EXPECT_EQ(indicators.red, 1);
  EXPECT_EQ(indicators.no_score, 1);
  const Counts& elements = outcome.elements[axis].element_counts;
  EXPECT_EQ(elements.amber, 1);  // 1.1: 55
  EXPECT_EQ(elements.no_score, 1);
  EXPECT_EQ(elements.not_applicable, 1);
  EXPECT_EQ(outcome.plan.element_counts.amber, 2);
}

TEST(Score, ChildrenStandInNaturalOrderOfTheirCodes) {
  Plan plan = OfQuarter();
  const int ten = AddElement(&plan, "1.10", -1);
  const int nine = AddElement(&plan, "1.9", -1);
  const int two = AddElement(&plan, "1.9a", -1);
  EXPECT_THAT(Score(plan).plan.children, ElementsAre(nine, two, ten));
}

TEST(Score, LinksStandInTheOrderOfTheirKeys) {
  Plan plan = OfQuarter();
  AddElement(&plan, "1", -1, {Scoring("b", "300"), Scoring("c", "300"), Scoring("a", "300")});
  EXPECT_THAT(Score(plan).elements[0].link_order, ElementsAre(2, 0, 1));
}

TEST(Score, SameIndicatorAtSeveralLevelsCountsAtEachAndIsNamed) {
  Plan plan = OfQuarter();
  const int axis = AddElement(&plan, "1", -1, {Scoring("a", "300"), Scoring("z", "300")});
  const int below = AddElement(&plan, "1.1", axis, {Scoring("b", "30"), Scoring("a", "300")});
  const Outcome outcome = Score(plan);
  ASSERT_THAT(outcome.repeated, SizeIs(1));
  EXPECT_EQ(outcome.repeated[0].key, "a");
  EXPECT_THAT(outcome.repeated[0].places,
              ElementsAre(std::make_pair(axis, 0), std::make_pair(below, 1)));
}

// --- Properties

std::string Summary(const NodeOutcome& node) {
  return std::to_string(static_cast<int>(node.status)) + "/" +
         std::to_string(static_cast<int>(node.reason)) + "/" + Text(node.score) + "/" +
         Text(node.coverage) + "/" + std::to_string(node.caps.size());
}

TEST(ScoreProperty, PermutingElementsAndLinksChangesNothing) {
  std::mt19937 random(7);
  for (int round = 0; round < 50; ++round) {
    const Plan plan = RandomPlan(&random);
    const Outcome before = Score(plan);
    std::vector<int> place(plan.elements.size());
    for (size_t i = 0; i < place.size(); ++i) place[i] = static_cast<int>(i);
    std::shuffle(place.begin(), place.end(), random);
    Plan shuffled = plan;
    for (size_t i = 0; i < place.size(); ++i) {
      Element element = plan.elements[i];
      if (element.parent >= 0) element.parent = place[element.parent];
      std::shuffle(element.links.begin(), element.links.end(), random);
      shuffled.elements[place[i]] = std::move(element);
    }
    const Outcome after = Score(shuffled);
    EXPECT_EQ(Summary(before.plan), Summary(after.plan));
    for (size_t i = 0; i < place.size(); ++i) {
      EXPECT_EQ(Summary(before.elements[i]), Summary(after.elements[place[i]]));
      std::vector<int> children;
      for (const int child : before.elements[i].children) children.push_back(place[child]);
      EXPECT_EQ(children, after.elements[place[i]].children);
    }
  }
}

TEST(ScoreProperty, DoublingAllWeightsChangesNothing) {
  std::mt19937 random(8);
  for (int round = 0; round < 50; ++round) {
    Plan plan = RandomPlan(&random);
    const Outcome before = Score(plan);
    for (Element& element : plan.elements) {
      element.weight = *Decimal::Add(element.weight, element.weight);
      for (Link& link : element.links) link.weight = *Decimal::Add(link.weight, link.weight);
    }
    const Outcome after = Score(plan);
    EXPECT_EQ(Summary(before.plan), Summary(after.plan));
    for (size_t i = 0; i < plan.elements.size(); ++i) {
      EXPECT_EQ(Summary(before.elements[i]), Summary(after.elements[i]));
    }
  }
}

TEST(ScoreProperty, ParentLiesBetweenItsScoredParts) {
  std::mt19937 random(9);
  for (int round = 0; round < 50; ++round) {
    const Plan plan = RandomPlan(&random);
    const Outcome outcome = Score(plan);
    for (const NodeOutcome& node : outcome.elements) {
      if (!node.score.has_value()) continue;
      Decimal least = Decimal::FromInt(100);
      Decimal most;
      const auto see = [&](const std::optional<Decimal>& score) {
        if (!score.has_value()) return;
        least = std::min(least, *score);
        most = std::max(most, *score);
      };
      for (const LinkOutcome& link : node.links) see(link.score);
      for (const int child : node.children) see(outcome.elements[child].score);
      EXPECT_LE(least, *node.score);
      EXPECT_GE(most, *node.score);
    }
  }
}

TEST(ScoreProperty, BetterValueNeverLowersAnyScore) {
  std::mt19937 random(10);
  for (int round = 0; round < 50; ++round) {
    Plan plan = RandomPlan(&random);
    const Outcome before = Score(plan);
    for (Element& element : plan.elements) {
      for (Link& link : element.links) {
        if (link.period.value.has_value()) {
          link.period.value = *Decimal::Add(*link.period.value, D("7"));
        }
      }
    }
    const Outcome after = Score(plan);
    for (size_t i = 0; i < plan.elements.size(); ++i) {
      if (!before.elements[i].score.has_value()) continue;
      EXPECT_LE(*before.elements[i].score, *after.elements[i].score);
    }
  }
}

}  // namespace
}  // namespace athena::reporting
