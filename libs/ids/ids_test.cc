#include "libs/ids/ids.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace athena {
namespace {

using testing::ElementsAre;
using testing::Optional;

TEST(ResourceId, TakesLettersDigitsAndInnerHyphens) {
  for (const char* id : {"a", "7", "gob", "a-b", "3-1-6", "a--b"})
    EXPECT_TRUE(IsResourceId(id)) << id;
  for (const char* id : {"", "-", "-a", "a-", "A", "a_b", "a.b", "a/b", "é"}) {
    EXPECT_FALSE(IsResourceId(id)) << id;
  }
}

TEST(ResourceId, TakesSixtyThreeBytesAndNoMore) {
  EXPECT_TRUE(IsResourceId(std::string(63, 'a')));
  EXPECT_FALSE(IsResourceId(std::string(64, 'a')));
}

TEST(ResourceName, GivesTheIdsWhereThePatternHasStars) {
  EXPECT_THAT(MatchName("institutions/*/plans/*", "institutions/gob/plans/p1"),
              Optional(ElementsAre("gob", "p1")));
}

TEST(ResourceName, BracesInAPatternStandForIdsToo) {
  EXPECT_THAT(MatchName("institutions/{institution}/plans/{plan}", "institutions/gob/plans/p1"),
              Optional(ElementsAre("gob", "p1")));
  EXPECT_EQ(FillName("institutions/{institution}/plans/{plan}", {"gob", "p1"}),
            "institutions/gob/plans/p1");
}

TEST(ResourceName, TheLastIdMayHaveAGrammarOfItsOwn) {
  const auto is_upper = [](std::string_view id) { return id == "Q1"; };
  EXPECT_THAT(MatchName("plans/{plan}/reports/{report}", "plans/p1/reports/Q1", is_upper),
              Optional(ElementsAre("p1", "Q1")));
  EXPECT_EQ(MatchName("plans/{plan}/reports/{report}", "plans/Q1/reports/Q1", is_upper),
            std::nullopt);
  EXPECT_EQ(MatchName("plans/{plan}/reports/{report}", "plans/p1/reports/Q1"), std::nullopt);
}

TEST(ResourceName, FitsWholeOrNotAtAll) {
  for (const char* name :
       {"", "institutions", "institutions/gob", "institutions/gob/plans", "institutions/gob/plans/",
        "institutions/gob/plans/p1/", "institutions/gob/plans/p1/x", "/institutions/gob/plans/p1",
        "institutions//plans/p1", "institutions/Gob/plans/p1", "institutions/gob/units/p1"}) {
    EXPECT_EQ(MatchName("institutions/*/plans/*", name), std::nullopt) << name;
  }
}

TEST(ResourceName, FillingInIsTheInverseOfMatching) {
  EXPECT_EQ(FillName("institutions/*/plans/*", {"gob", "p1"}), "institutions/gob/plans/p1");
}

}  // namespace
}  // namespace athena
