#include "services/plan/strategy/tree_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

#include "services/plan/limits.h"

namespace athena::plan {
namespace {

using ::testing::ElementsAreArray;

TEST(IsElementCodeTest, TakesLettersDigitsDotsDashesAndUnderscores) {
  EXPECT_TRUE(IsElementCode("3.1.6"));
  EXPECT_TRUE(IsElementCode("A-1_b"));
  EXPECT_TRUE(IsElementCode(std::string(32, '1')));
  EXPECT_FALSE(IsElementCode(std::string(33, '1')));
  EXPECT_FALSE(IsElementCode(""));
  EXPECT_FALSE(IsElementCode("3 1"));
  EXPECT_FALSE(IsElementCode("3/1"));
  EXPECT_FALSE(IsElementCode("\xc3\xa9"));
}

TEST(CheckPlaceTest, TakesEveryKindAtTheTop) {
  for (const Kind kind : {Kind::kAxis, Kind::kObjective, Kind::kAction}) {
    EXPECT_EQ(CheckPlace("a", {{"a", {"", kind}}}, 1), Misplaced::kNo);
  }
}

TEST(CheckPlaceTest, RefusesAKindCoarserThanTheOneAbove) {
  const auto below = [](Kind above, Kind kind) {
    return CheckPlace("a", {{"a", {"p", kind}}, {"p", {"", above}}}, 1);
  };
  EXPECT_EQ(below(Kind::kAxis, Kind::kAxis), Misplaced::kNo);
  EXPECT_EQ(below(Kind::kAxis, Kind::kObjective), Misplaced::kNo);
  EXPECT_EQ(below(Kind::kAxis, Kind::kAction), Misplaced::kNo);
  EXPECT_EQ(below(Kind::kObjective, Kind::kAction), Misplaced::kNo);
  EXPECT_EQ(below(Kind::kAction, Kind::kAction), Misplaced::kNo);
  EXPECT_EQ(below(Kind::kObjective, Kind::kAxis), Misplaced::kCoarser);
  EXPECT_EQ(below(Kind::kAction, Kind::kAxis), Misplaced::kCoarser);
  EXPECT_EQ(below(Kind::kAction, Kind::kObjective), Misplaced::kCoarser);
}

TEST(CheckPlaceTest, RefusesAParentThatIsNotThere) {
  EXPECT_EQ(CheckPlace("a", {{"a", {"p", Kind::kAxis}}}, 1), Misplaced::kNoParent);
}

TEST(CheckPlaceTest, RefusesCycles) {
  EXPECT_EQ(CheckPlace("a", {{"a", {"a", Kind::kAction}}}, 1), Misplaced::kCycle);
  const Places round = {
      {"a", {"c", Kind::kAction}}, {"b", {"a", Kind::kAction}}, {"c", {"b", Kind::kAction}}};
  for (const char* id : {"a", "b", "c"}) EXPECT_EQ(CheckPlace(id, round, 1), Misplaced::kCycle);
  // What hangs below a cycle of others is refused too, and the walk ends.
  Places beside = round;
  beside["d"] = {"a", Kind::kAction};
  EXPECT_NE(CheckPlace("d", beside, 1), Misplaced::kNo);
}

TEST(CheckPlaceTest, AllowsTenLevels) {
  Places chain;
  for (int i = 1; i <= kMaxLevels + 1; ++i) {
    chain[std::to_string(i)] = {i == 1 ? "" : std::to_string(i - 1), Kind::kAction};
  }
  EXPECT_EQ(CheckPlace("10", chain, 1), Misplaced::kNo);
  EXPECT_EQ(CheckPlace("11", chain, 1), Misplaced::kTooDeep);
  // With what is below it.
  EXPECT_EQ(CheckPlace("8", chain, 3), Misplaced::kNo);
  EXPECT_EQ(CheckPlace("8", chain, 4), Misplaced::kTooDeep);
  EXPECT_EQ(CheckPlace("1", chain, 10), Misplaced::kNo);
  EXPECT_EQ(CheckPlace("1", chain, 11), Misplaced::kTooDeep);
}

}  // namespace
}  // namespace athena::plan
