#include "services/reporting/rules/figures/attention.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

#include "services/reporting/rules/scoring.h"
#include "services/reporting/rules/testing/values.h"

namespace athena::reporting {
namespace {

using Day = absl::CivilDay;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Target 200, red flag 100: a value V scores V / 3.
Link Measuring(std::string_view value, std::string_view weight = "1") {
  Link link;
  link.key = "k";
  link.weight = D(weight);
  link.period.value = D(value);
  link.period.present = link.period.expected = 1;
  link.period.current = Target("200", "100");
  return link;
}

class AttentionTest : public ::testing::Test {
 protected:
  AttentionTest() {
    plan_.quarter = Period::Quarter(2022, 4);
    plan_.date = Day(2023, 2, 1);
  }
  Element& Add(const std::string& code, int parent, std::vector<Link> links = {}) {
    Element& element = plan_.elements.emplace_back();
    element.code = code;
    element.parent = parent;
    element.links = std::move(links);
    return element;
  }
  Outcome Scored() const { return Score(plan_); }

  Plan plan_;
};

TEST_F(AttentionTest, PointsLostAreThoseThatTheElementCostsThePlan) {
  // Axis 1 (weight 3): 1.1 scores 0 (weight 1), 1.2 scores 50 (weight 3), a link of its own scores
  // 100 (weight 4): (0 + 150 + 400) / 8 = 68.75. Axis 2 (weight 1): 20.
  Add("1", -1, {Measuring("300", "4")}).weight = D("3");
  Add("1.1", 0, {Measuring("0")});
  Add("1.2", 0, {Measuring("150")}).weight = D("3");
  Add("2", -1, {Measuring("60")});
  const Outcome outcome = Scored();
  EXPECT_EQ(Text(outcome.plan.score), "56.5625");
  const std::vector<Decimal> lost = PointsLost(plan_, outcome);
  EXPECT_EQ(Text(lost[0]), "23.4375");  // 31.25 x 3/4
  EXPECT_EQ(Text(lost[1]), "9.375");    // 100 x 3/4 x 1/8
  EXPECT_EQ(Text(lost[2]), "14.0625");  // 50 x 3/4 x 3/8
  EXPECT_EQ(Text(lost[3]), "20");       // 80 x 1/4
}

TEST_F(AttentionTest, PartsWithoutScoreTakeNoShareUnlessTheyCountAsZero) {
  Link missing = Measuring("0");
  missing.period.value.reset();
  missing.period.reason = Reason::kOverdue;
  missing.period.present = 0;
  Add("1", -1, {Measuring("150")});
  Add("2", -1, {missing});
  EXPECT_EQ(Text(PointsLost(plan_, Scored())[0]), "50");
  plan_.missing_policy = MissingPolicy::kZero;
  plan_.min_coverage = Decimal();
  EXPECT_EQ(Text(PointsLost(plan_, Scored())[0]), "25");
  // An indicator without score beside an element below.
  plan_.elements.clear();
  Add("1", -1, {missing});
  Add("1.1", 0, {Measuring("150")});
  EXPECT_EQ(Text(PointsLost(plan_, Scored())[1]), "25");
  plan_.missing_policy = MissingPolicy::kIgnore;
  EXPECT_EQ(Text(PointsLost(plan_, Scored())[1]), "50");
}

// The element has two parts, an element below and its own delivery: (20 + 100) / 2.
TEST_F(AttentionTest, DeliveryTakesItsShareOfAnElementsScore) {
  Add("1", -1).completed_on = Day(2022, 12, 1);
  Add("1.1", 0, {Measuring("60")});
  const Outcome outcome = Scored();
  EXPECT_EQ(Text(outcome.plan.score), "60");
  EXPECT_EQ(Text(PointsLost(plan_, outcome)[1]), "40");  // 80 x 1/2
}

// An element that would score 100 raises the plan's score by what it has lost.
TEST_F(AttentionTest, PointsLostAreWhatTheElementWouldGain) {
  std::mt19937_64 random(20261130);
  const auto number = [&](uint64_t most) {
    return Decimal::FromInt(static_cast<int64_t>(random() % most));
  };
  for (int round = 0; round < 100; ++round) {
    plan_.elements.clear();
    for (int axis = 0; axis < 3; ++axis) {
      const int parent = static_cast<int>(plan_.elements.size());
      Add(std::to_string(axis + 1), -1).weight = Decimal::FromInt(1 + axis);
      for (int child = 0; child < 3; ++child) {
        Link link = Measuring("0");
        link.period.value = number(300);
        Add(std::to_string(axis + 1) + "." + std::to_string(child + 1), parent, {link}).weight =
            *Decimal::Add(number(5), Decimal::FromInt(1));
      }
    }
    const Outcome outcome = Scored();
    const std::vector<Decimal> lost = PointsLost(plan_, outcome);
    const size_t leaf = 1 + random() % 3;
    Plan perfect = plan_;
    perfect.elements[leaf].links[0].period.value = D("300");
    const Decimal gained = *Decimal::Subtract(*Score(perfect).plan.score, *outcome.plan.score);
    EXPECT_LE(Decimal::Subtract(gained, lost[leaf])->Abs(), D("0.000000001"));
  }
}

TEST_F(AttentionTest, RedFirstThenCriticalThenPointsThenCode) {
  Add("1", -1, {Measuring("250")});                  // GREEN
  Add("2", -1, {Measuring("150")}).critical = true;  // AMBER
  Add("10", -1, {Measuring("60")});
  Add("9", -1, {Measuring("60")});
  Add("4", -1, {Measuring("30")});
  Add("5", -1, {Measuring("90")}).critical = true;
  Link missing = Measuring("0");
  missing.period.value.reset();
  missing.period.reason = Reason::kOverdue;
  Add("6", -1, {missing});
  Add("7", -1);  // not applicable
  const Outcome outcome = Scored();
  std::vector<int> all = {0, 1, 2, 3, 4, 5, 6, 7};
  std::mt19937 random(1);
  std::shuffle(all.begin(), all.end(), random);
  SortByAttention(plan_, outcome, PointsLost(plan_, outcome), &all);
  // 5 is critical; 4 lost most; 9 before 10.
  EXPECT_THAT(all, ElementsAre(5, 4, 3, 2, 1, 6, 0, 7));
}

TEST_F(AttentionTest, AnElementThatOneBelowMakesRedPointsToIt) {
  Add("1", -1);
  Add("1.1", 0, {Measuring("30")});
  Outcome outcome = Scored();
  EXPECT_EQ(RedBecauseOf(outcome, 0), 1);
  EXPECT_EQ(RedBecauseOf(outcome, 1), std::nullopt);  // has a reason of its own
  Add("1.2", 0, {Measuring("30")});
  EXPECT_EQ(RedBecauseOf(Scored(), 0), std::nullopt);  // has two
  plan_.elements.pop_back();
  plan_.elements[0].links = {Measuring("30")};
  EXPECT_EQ(RedBecauseOf(Scored(), 0), std::nullopt);
}

TEST_F(AttentionTest, ADeliveryThatIsRedIsAReasonOfItsOwn) {
  Add("1", -1).milestones = {{"m", Day(2022, 12, 1), {}, {}, false}};
  Add("1.1", 0, {Measuring("30")});
  const Outcome outcome = Scored();
  EXPECT_EQ(outcome.elements[0].status, Status::kRed);
  EXPECT_EQ(RedBecauseOf(outcome, 0), std::nullopt);
}

TEST_F(AttentionTest, HeldAtAmberIsWhatCapsChanged) {
  Add("1", -1, {Measuring("300")}).milestones = {{"m", Day(2022, 12, 31), {}, {}, true}};
  plan_.elements[0].delivery_weight = Decimal();
  Outcome outcome = Scored();
  EXPECT_EQ(outcome.elements[0].status, Status::kAmber);
  EXPECT_TRUE(IsHeldAtAmber(outcome.elements[0]));
  plan_.elements[0].links = {Measuring("150")};  // AMBER anyway
  EXPECT_FALSE(IsHeldAtAmber(Scored().elements[0]));
}

TEST(QuartersUnchanged, CountsBackFromTheLast) {
  using enum Status;
  EXPECT_EQ(QuartersUnchanged({}), 0);
  EXPECT_EQ(QuartersUnchanged({kRed, kGreen}), 1);
  EXPECT_EQ(QuartersUnchanged({kRed, kAmber, kRed, kRed}), 2);
  EXPECT_EQ(QuartersUnchanged({kRed, kRed, kRed}), 3);
  EXPECT_EQ(QuartersUnchanged({kAmber, kNoScore, kAmber}), 1);
}

TEST_F(AttentionTest, MovesAreChangesOfStatusTheLargestFirst) {
  for (const char* code : {"1", "2", "3", "4", "5", "6"}) Add(code, -1);
  Plan before = plan_;
  const auto score = [](Plan* plan, std::initializer_list<const char*> values) {
    int i = 0;
    for (const char* value : values) plan->elements[i++].links = {Measuring(value)};
  };
  score(&before, {"210", "300", "90", "150", "270", "0"});
  score(&plan_, {"150", "30", "120", "150", "240", "0"});
  // 6 had a score, and has none.
  plan_.elements[5].links[0].period.value.reset();
  plan_.elements[5].links[0].period.reason = Reason::kOverdue;
  plan_.elements[5].links[0].period.present = 0;
  const Moves moves = CompareStatuses(plan_, Scored(), Score(before));
  EXPECT_THAT(moves.worse, ElementsAre(1, 0));  // 90 points, 20 points
  EXPECT_THAT(moves.better, ElementsAre(2));
  EXPECT_THAT(moves.lost, ElementsAre(5));
  EXPECT_THAT(moves.gained, IsEmpty());
  const Moves back = CompareStatuses(plan_, Score(before), Scored());
  EXPECT_THAT(back.better, ElementsAre(1, 0));
  EXPECT_THAT(back.gained, ElementsAre(5));
}

// What is no longer expected has lost nothing.
TEST_F(AttentionTest, ACancelledElementHasNotLostItsScore) {
  Add("1", -1, {Measuring("150")});
  const Outcome before = Scored();
  plan_.elements[0].cancelled_on = Day(2022, 12, 1);
  const Moves moves = CompareStatuses(plan_, Scored(), before);
  EXPECT_THAT(moves.lost, IsEmpty());
  EXPECT_THAT(moves.worse, IsEmpty());
}

TEST_F(AttentionTest, MissedMilestonesCriticalFirstThenTheLongestOverdue) {
  Add("10", -1).milestones = {{"a", Day(2022, 10, 31), {}, {}, true},
                              {"b", Day(2022, 12, 31), {}, {}, false},
                              {"done", Day(2022, 10, 1), Day(2022, 12, 31), {}, false}};
  Add("9", -1).milestones = {{"c", Day(2022, 6, 30), {}, {}, false},
                             {"d", Day(2022, 12, 15), {}, {}, true},
                             {"e", Day(2022, 12, 31), {}, {}, false}};
  Element& deferred = Add("8", -1);
  deferred.milestones = {{"f", Day(2022, 6, 30), {}, {}, true}};
  deferred.deferred_on = Day(2022, 7, 1);
  const MissedMilestones missed = FindMissed(plan_, Scored());
  std::vector<std::string> found;
  for (const MissedMilestone& each : missed.missed) {
    found.push_back(plan_.elements[each.element].milestones[each.milestone].id + " " +
                    std::to_string(each.days));
  }
  EXPECT_THAT(found, ElementsAre("a 61", "d 16", "c 184", "e 0", "b 0"));
  ASSERT_EQ(missed.of_inactive.size(), 1);
  EXPECT_EQ(missed.of_inactive[0].element, 2);
}

TEST_F(AttentionTest, MilestonesAreCountedWithThoseBelow) {
  Add("1", -1).milestones = {{"a", Day(2022, 10, 1), {}, {}, true},
                             {"b", Day(2022, 9, 30), {}, {}, false}};
  Add("1.1", 0).milestones = {{"c", Day(2022, 12, 31), Day(2022, 12, 1), {}, false},
                              {"d", Day(2023, 1, 1), {}, {}, false}};
  Element& cancelled = Add("2", -1);
  cancelled.milestones = {{"e", Day(2022, 12, 1), {}, {}, true}};
  cancelled.cancelled_on = Day(2022, 11, 1);
  const std::vector<MilestoneTally> counts = CountMilestones(plan_, Scored());
  EXPECT_EQ(counts[1], (MilestoneTally{.due = 1, .done = 1}));
  EXPECT_EQ(counts[0], (MilestoneTally{.due = 2, .done = 1, .missed = 2, .missed_critical = 1}));
  EXPECT_EQ(counts[2], MilestoneTally());
  EXPECT_EQ(counts[3], counts[0]);
}

}  // namespace
}  // namespace athena::reporting
