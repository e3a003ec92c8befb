// What would make it GREEN, fed back into the rules, makes it GREEN.

#include "services/reporting/rules/explanation/improvements.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "services/reporting/rules/link_score.h"
#include "services/reporting/rules/roll_up.h"
#include "services/reporting/rules/scoring.h"
#include "services/reporting/rules/testing/plans.h"
#include "services/reporting/rules/testing/values.h"

namespace athena::reporting {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;
using Kind = Improvement::Kind;

Decimal Worse(const RequiredValue& required) {
  return Decimal::FromUnits(required.value.units() + (required.at_least ? -1 : 1));
}

std::string Bound(const RequiredValue& required) {
  return (required.at_least ? ">= " : "<= ") + required.value.ToString();
}

// --- Required values

TEST(RequiredValue, OfAStatusIsTheThreshold) {
  const Thresholds higher = Target("80", "60");
  EXPECT_EQ(Bound(ValueForStatus(higher, D("10"), Status::kGreen)), ">= 80");
  EXPECT_EQ(Bound(ValueForStatus(higher, D("10"), Status::kAmber)), ">= 60");
  const Thresholds lower = Target("20", "30", Direction::kLower);
  EXPECT_EQ(Bound(ValueForStatus(lower, {}, Status::kGreen)), "<= 20");
  const Thresholds range = Range("0", "10", "20", "40");
  EXPECT_EQ(Bound(ValueForStatus(range, D("5"), Status::kGreen)), ">= 10");
  EXPECT_EQ(Bound(ValueForStatus(range, D("50"), Status::kGreen)), "<= 20");
  EXPECT_EQ(Bound(ValueForStatus(range, D("50"), Status::kAmber)), "<= 40");
}

TEST(RequiredValue, OfAScoreIsItsInverse) {
  // G = 200, R = 100: the score is V / 3. 224.999999999999 / 3 = 74.9999999999996..., which rounds
  // to 75; a digit less gives 74.9999999999993...
  EXPECT_EQ(Bound(*ValueForScore(Target("200", "100"), D("0"), D("75"))), ">= 224.999999999999");
  EXPECT_EQ(Bound(*ValueForScore(Target("100", "200", Direction::kLower), D("500"), D("75"))),
            "<= 75.000000000001");  // 100 (300 - V) / 300
  // 199.999999999999 / 3 = 66.6666666666663..., which is too little.
  EXPECT_EQ(Bound(*ValueForScore(Target("200", "100"), D("0"), kGreenFrom)), ">= 200");
}

TEST(RequiredValue, OfARangeThatIsTooNarrowThereIsNone) {
  // Both sides score 66.7 at their bounds, and at most 75 at 15, half way between.
  const Thresholds range = Range("-10", "10", "20", "40");
  EXPECT_EQ(Bound(*ValueForScore(range, D("0"), D("75"))), ">= 15");
  EXPECT_EQ(Bound(*ValueForScore(range, D("90"), D("75"))), "<= 15");
  EXPECT_FALSE(ValueForScore(range, D("0"), D("75.1")).has_value());
}

TEST(RequiredValueProperty, IsEnoughAndTheNextWorseIsNot) {
  std::mt19937 random(11);
  std::uniform_int_distribution<int64_t> number(-1'000'000'000'000'000, 1'000'000'000'000'000);
  std::uniform_int_distribution<int64_t> points(1, 100'000'000'000'000);
  for (int round = 0; round < 2'000; ++round) {
    std::vector<int64_t> at = {number(random), number(random), number(random), number(random)};
    std::sort(at.begin(), at.end());
    const auto unit = [&](int i) { return Decimal::FromUnits(at[i]); };
    Thresholds thresholds;
    thresholds.direction = static_cast<Direction>(round % 3);
    const bool higher = thresholds.direction == Direction::kHigher;
    thresholds.red = higher ? unit(0) : unit(1);
    thresholds.target = higher ? unit(1) : unit(0);
    thresholds.red_low = unit(0);
    thresholds.low = unit(1);
    thresholds.high = unit(2);
    thresholds.red_high = unit(3);
    const Decimal score = Decimal::FromUnits(points(random));
    const Decimal value = Decimal::FromUnits(number(random));
    const std::optional<RequiredValue> required = ValueForScore(thresholds, value, score);
    if (!required.has_value()) {
      ASSERT_EQ(thresholds.direction, Direction::kRange);
      continue;
    }
    EXPECT_GE(*Judge(thresholds, required->value).score, score);
    EXPECT_LT(*Judge(thresholds, Worse(*required)).score, score);
    const RequiredValue green = ValueForStatus(thresholds, value, Status::kGreen);
    EXPECT_EQ(Judge(thresholds, green.value).status, Status::kGreen);
    EXPECT_NE(Judge(thresholds, Worse(green)).status, Status::kGreen);
    const RequiredValue amber = ValueForStatus(thresholds, value, Status::kAmber);
    EXPECT_NE(Judge(thresholds, amber.value).status, Status::kRed);
    EXPECT_EQ(Judge(thresholds, Worse(amber)).status, Status::kRed);
  }
}

TEST(ScoreTerms, AreThoseOfTheWorseSide) {
  const Thresholds range = Range("0", "10", "20", "40");
  EXPECT_FALSE(TermsOf(range, D("5"))->upper);
  EXPECT_EQ(TermsOf(range, D("5"))->d, D("10"));
  EXPECT_TRUE(TermsOf(range, D("30"))->upper);
  EXPECT_EQ(TermsOf(range, D("30"))->d, D("-20"));
}

// --- Links

std::vector<Kind> KindsOf(const std::vector<Improvement>& improvements) {
  std::vector<Kind> kinds;
  for (const Improvement& improvement : improvements) kinds.push_back(improvement.kind);
  return kinds;
}

TEST(ImproveLink, SaysWhatEachReasonAsksFor) {
  using ::testing::ElementsAre;
  const auto of = [](const Link& link, Reason inactive = Reason::kNone, bool begun = true) {
    return KindsOf(ImproveLink(OfQuarter(), link, ScoreLink(link, false, begun, inactive)));
  };
  EXPECT_THAT(of(Scoring("a", "200")), IsEmpty());
  EXPECT_THAT(of(Scoring("a", "199")), ElementsAre(Kind::kValue));
  EXPECT_THAT(of(Scoring("a", "199"), Reason::kNone, false), ElementsAre(Kind::kWait));
  EXPECT_THAT(of(Scoring("a", "199"), Reason::kCancelled),
              ElementsAre(Kind::kResume, Kind::kValue));
  EXPECT_THAT(of(Scoring("a", "300"), Reason::kDeferred), ElementsAre(Kind::kResume));
  EXPECT_THAT(of(WithoutTarget(Scoring("a", "1"))), ElementsAre(Kind::kSetTarget));
  EXPECT_THAT(of(Missing("a", Reason::kNotReadable, 1)), ElementsAre(Kind::kAccess));
  EXPECT_THAT(of(Missing("a", Reason::kNotDue, 1)), ElementsAre(Kind::kWait));
  EXPECT_THAT(of(Missing("a", Reason::kOverdue, 1)), ElementsAre(Kind::kSendData, Kind::kValue));
  EXPECT_THAT(of(Missing("a", Reason::kIncomplete, 3)), ElementsAre(Kind::kSendData, Kind::kValue));
  EXPECT_THAT(of(Missing("a", Reason::kDivisionByZero, 1)), ElementsAre(Kind::kDefinition));
}

TEST(ImproveLink, RequiresTheTarget) {
  const Link link = Scoring("a", "150");
  const auto improvements =
      ImproveLink(OfQuarter(), link, ScoreLink(link, false, true, Reason::kNone));
  ASSERT_THAT(improvements, SizeIs(1));
  EXPECT_EQ(Bound(*improvements[0].required_value), ">= 200");
  EXPECT_EQ(improvements[0].present, D("150"));
}

// --- Nodes

TEST(ImproveNode, NamesTheScoreAndTheValueThatEachPartWouldNeed) {
  // Scores 50 and 60, weights 1 and 1: either needs 66.67 x 2 less the other.
  Plan plan = OfQuarter();
  AddElement(&plan, "1", -1, {Scoring("a", "150"), Scoring("b", "180")});
  const auto improvements = ImproveNode(plan, Score(plan), 0);
  ASSERT_THAT(improvements, SizeIs(2));
  EXPECT_EQ(improvements[0].kind, Kind::kPartScore);
  EXPECT_EQ(improvements[0].group, improvements[1].group);
  // The least sum whose half rounds to 66.666666666667: 133.333333333333 is
  // half-even 66.666666666666.
  EXPECT_EQ(Text(improvements[0].required), "73.333333333334");
  EXPECT_EQ(Bound(*improvements[0].required_value), ">= 220.000000000001");
  EXPECT_EQ(Text(improvements[1].required), "83.333333333334");
}

TEST(ImproveNode, AsksAllPartsWhereNoneIsEnough) {
  Plan plan = OfQuarter();
  AddElement(&plan, "1", -1, {Scoring("a", "0"), Scoring("b", "0"), Scoring("c", "0")});
  const auto improvements = ImproveNode(plan, Score(plan), 0);
  ASSERT_THAT(improvements, SizeIs(1));
  EXPECT_EQ(improvements[0].kind, Kind::kAllParts);
  EXPECT_EQ(Text(improvements[0].required), "66.666666666667");
}

TEST(ImproveNode, LiftsCaps) {
  Plan plan = OfQuarter();
  Link red = Scoring("a", "90");
  red.critical = true;
  Link missing = Missing("b", Reason::kOverdue, 1);
  missing.critical = true;
  AddElement(&plan, "1", -1, {red, missing, Scoring("c", "300"), Scoring("d", "300")});
  plan.elements[0].milestones.push_back({"m", absl::CivilDay(2021, 8, 1), {}, {}, true});
  plan.elements[0].delivery_weight = Decimal();
  const auto improvements = ImproveNode(plan, Score(plan), 0);
  ASSERT_THAT(improvements, SizeIs(3));
  EXPECT_EQ(improvements[0].kind, Kind::kLiftCap);
  EXPECT_EQ(Bound(*improvements[0].required_value), ">= 100");
  EXPECT_EQ(improvements[1].kind, Kind::kScoreCritical);
  EXPECT_EQ(Bound(*improvements[1].required_value), ">= 200");
  EXPECT_EQ(improvements[2].kind, Kind::kMilestone);
  EXPECT_EQ(improvements[2].milestone, 0);
  EXPECT_EQ(improvements[2].group, 3);
}

TEST(ImproveNode, AsksForDataWhereTooLittleIsCovered) {
  Plan plan = OfQuarter();
  AddElement(&plan, "1", -1, {Scoring("a", "300", "1", 1, 4)});
  const Outcome outcome = Score(plan);
  ASSERT_EQ(outcome.elements[0].reason, Reason::kCoverage);
  const auto improvements = ImproveNode(plan, outcome, 0);
  ASSERT_THAT(improvements, SizeIs(1));
  EXPECT_EQ(improvements[0].kind, Kind::kSendData);
  EXPECT_EQ(Text(improvements[0].required), "0.5");
  EXPECT_EQ(Text(improvements[0].present), "0.25");
}

TEST(ImproveNode, NamesThePercentageThatAReportNeeds) {
  // From 1 July to 31 December are 184 days, 92 of them elapsed: p = 2 x percent / 100. A score of
  // 66.67 takes p = 0.9, so 45 percent, less what rounding gives.
  Plan plan = OfQuarter();
  plan.quarter = Period::Quarter(2021, 4);
  plan.date = absl::CivilDay(2021, 9, 30);
  plan.quarter = Period::Quarter(2021, 3);
  plan.progress_expected_from = Period::Quarter(2021, 1);
  AddElement(&plan, "1", -1);
  Element& element = plan.elements[0];
  element.is_action = true;
  element.start = absl::CivilDay(2021, 4, 1);
  element.end = absl::CivilDay(2022, 3, 31);  // 365 days, 183 elapsed
  element.reports = {{plan.quarter, true, D("40")}};
  const Outcome outcome = Score(plan);
  ASSERT_EQ(outcome.elements[0].status, Status::kAmber);
  const auto improvements = ImproveNode(plan, outcome, 0);
  ASSERT_THAT(improvements, SizeIs(1));
  ASSERT_TRUE(improvements[0].required_value.has_value());
  // 0.9 x 183 / 365 = 0.451232876712...
  EXPECT_NEAR(improvements[0].required_value->value.ToDouble(), 45.1232876712, 1e-9);
  plan.elements[0].reports[0].percent = improvements[0].required_value->value;
  EXPECT_EQ(Score(plan).elements[0].status, Status::kGreen);
  plan.elements[0].reports[0].percent = Worse(*improvements[0].required_value);
  EXPECT_NE(Score(plan).elements[0].status, Status::kGreen);
}

TEST(ImproveNode, WaitsResumesAndExpects) {
  Plan plan = OfQuarter();
  AddElement(&plan, "1", -1);
  EXPECT_EQ(ImproveNode(plan, Score(plan), 0)[0].kind, Kind::kExpect);
  plan.elements[0].links = {Missing("a", Reason::kNotDue, 1)};
  EXPECT_EQ(ImproveNode(plan, Score(plan), 0)[0].kind, Kind::kWait);
  plan.elements[0].links = {Scoring("a", "0", "0")};
  EXPECT_EQ(ImproveNode(plan, Score(plan), 0)[0].kind, Kind::kWeight);
  plan.elements[0].cancelled_on = absl::CivilDay(2021, 8, 1);
  EXPECT_EQ(ImproveNode(plan, Score(plan), 0)[0].kind, Kind::kResume);
  plan.date = absl::CivilDay(2021, 6, 30);
  EXPECT_EQ(ImproveNode(plan, Score(plan), -1)[0].kind, Kind::kWait);
}

// Does one improvement of each group (the one at place `choice`, modulo) on the parts, and rolls up
// again.
Scored Improved(const Plan& plan, const std::vector<NodePart>& parts,
                const std::vector<Improvement>& improvements, size_t choice) {
  std::map<int, std::vector<const Improvement*>> groups;
  for (const Improvement& one : improvements) groups[one.group].push_back(&one);
  std::vector<NodePart> changed = parts;
  const auto raise = [](NodePart* part, Decimal score) {
    if (part->scored.score.value_or(Decimal()) <= score) part->scored.score = score;
    part->scored.coverage = part->scored.coverage.value_or(Decimal::FromInt(1));
    if (part->scored.status == Status::kNoScore) {
      part->scored.status = Status::kAmber;
      part->scored.coverage = Decimal::FromInt(1);
    }
  };
  for (const auto& [group, all] : groups) {
    const Improvement& done = *all[choice % all.size()];
    for (size_t i = 0; i < changed.size(); ++i) {
      if (changed[i].scored.status == Status::kNotApplicable) continue;
      if (done.kind == Kind::kAllParts || done.part == static_cast<int>(i)) {
        raise(&changed[i], *done.required);
      }
      if (done.kind == Kind::kSendData && changed[i].scored.score.has_value()) {
        changed[i].scored.coverage = Decimal::FromInt(1);
      }
    }
  }
  RollUp roll_up;
  for (const NodePart& part : changed) roll_up.Add(part.weight, part.scored);
  return std::move(roll_up).Finish(plan.missing_policy, plan.min_coverage);
}

TEST(ImproveNodeProperty, DoingWhatItSaysMakesEveryNodeGreen) {
  std::mt19937 random(12);
  int improved = 0;
  int capped = 0;
  for (int round = 0; round < 150; ++round) {
    Plan plan = RandomPlan(&random);
    plan.missing_policy = static_cast<MissingPolicy>(round % 3);
    plan.min_coverage = Decimal::FromUnits(Int128{100'000'000'000} * (round % 11));
    const Outcome outcome = Score(plan);
    for (int node = -1; node < static_cast<int>(plan.elements.size()); ++node) {
      const NodeOutcome& of = node < 0 ? outcome.plan : outcome.elements[node];
      const std::vector<Improvement> improvements = ImproveNode(plan, outcome, node);
      EXPECT_EQ(improvements.empty(), of.status == Status::kGreen);
      if (of.status == Status::kGreen || of.reason == Reason::kNothingExpected) continue;
      const std::vector<NodePart> parts = PartsOf(plan, outcome, node);
      for (size_t choice = 0; choice < 5; ++choice) {
        EXPECT_EQ(Improved(plan, parts, improvements, choice).status, Status::kGreen)
            << "round " << round << ", node " << node << ", choice " << choice;
      }
      // Every cap has a group of its own.
      int lifts = 0;
      for (const Improvement& one : improvements) {
        if (one.kind == Kind::kLiftCap || one.kind == Kind::kScoreCritical) ++lifts;
      }
      EXPECT_EQ(lifts, static_cast<int>(of.caps.size()));
      ++improved;
      capped += of.caps.empty() ? 0 : 1;
    }
  }
  EXPECT_GT(improved, 1'000);
  EXPECT_GT(capped, 200);
}

TEST(ImproveNodeProperty, NoLowerScoreOfAPartIsEnough) {
  std::mt19937 random(13);
  int tried = 0;
  for (int round = 0; round < 60; ++round) {
    const Plan plan = RandomPlan(&random);
    const Outcome outcome = Score(plan);
    for (int node = 0; node < static_cast<int>(plan.elements.size()); ++node) {
      const std::vector<NodePart> parts = PartsOf(plan, outcome, node);
      for (Improvement one : ImproveNode(plan, outcome, node)) {
        if (one.kind != Kind::kPartScore && one.kind != Kind::kAllParts) continue;
        one.required = Decimal::FromUnits(one.required->units() - 1);
        EXPECT_NE(Improved(plan, parts, {one}, 0).status, Status::kGreen);
        ++tried;
      }
    }
  }
  EXPECT_GT(tried, 200);
}

// The whole way: from the values of the links to the status of their element.
TEST(ImproveNodeProperty, TheValuesThatItNamesMakeAnElementGreen) {
  std::mt19937 random(14);
  int tried = 0;
  for (int round = 0; round < 200; ++round) {
    Plan plan = RandomPlan(&random);
    for (Element& element : plan.elements) element.parent = -1;
    const Outcome outcome = Score(plan);
    for (int node = 0; node < static_cast<int>(plan.elements.size()); ++node) {
      const std::vector<NodePart> parts = PartsOf(plan, outcome, node);
      const std::vector<Improvement> improvements = ImproveNode(plan, outcome, node);
      if (improvements.empty() || parts.empty()) continue;
      Plan changed = plan;
      std::map<int, bool> done;
      bool named = true;
      for (const Improvement& one : improvements) {
        if (one.kind == Kind::kAllParts || one.kind == Kind::kSendData) named = false;
        if (!one.required_value.has_value() || done[one.group]) continue;
        done[one.group] = true;
        Measured& measured = changed.elements[node].links[parts[one.part].index].period;
        measured.value =
            std::max(measured.value.value_or(one.required_value->value), one.required_value->value);
        measured.present = measured.expected;
      }
      if (!named) continue;
      EXPECT_EQ(Score(changed).elements[node].status, Status::kGreen) << round << " " << node;
      ++tried;
    }
  }
  EXPECT_GT(tried, 200);
}

}  // namespace
}  // namespace athena::reporting
