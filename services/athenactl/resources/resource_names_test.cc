#include "services/athenactl/resources/resource_names.h"

#include <gtest/gtest.h>

namespace athena::athenactl {
namespace {

std::string Scorecard(const std::vector<std::string>& words) {
  const std::optional<TypedScorecard> typed = ReadScorecardName(words);
  return typed.has_value() ? typed->institution + "|" + typed->plan + "|" + typed->quarter : "none";
}

TEST(ResourceNamesTest, PartsOfAName) {
  EXPECT_EQ(IdOf("institutions/gob/units/bm"), "bm");
  EXPECT_EQ(InstitutionOf("institutions/gob/units/bm"), "institutions/gob");
}

TEST(ResourceNamesTest, AScorecardIsTypedInFiveWays) {
  EXPECT_EQ(Scorecard({"institutions/gob/plans/p/scorecards/2022-Q4"}), "gob|p|2022-Q4");
  EXPECT_EQ(Scorecard({"institutions/gob/plans/p", "2022-Q4"}), "gob|p|2022-Q4");
  EXPECT_EQ(Scorecard({"gob/p", "2022-Q4"}), "gob|p|2022-Q4");
  EXPECT_EQ(Scorecard({"gob", "2022-Q4"}), "gob||2022-Q4");
  EXPECT_EQ(Scorecard({"institutions/gob", "2022-Q4"}), "gob||2022-Q4");
  EXPECT_EQ(Scorecard({"2022-Q4"}), "||2022-Q4");
}

TEST(ResourceNamesTest, OtherWordsAreNoScorecard) {
  EXPECT_EQ(Scorecard({}), "none");
  EXPECT_EQ(Scorecard({"gob/p"}), "none");
  EXPECT_EQ(Scorecard({"a/b/c", "2022-Q4"}), "none");
  EXPECT_EQ(Scorecard({"gob/p", "2022-Q4", "x"}), "none");
  EXPECT_EQ(Scorecard({"gob//p", "2022-Q4"}), "none");
  EXPECT_EQ(Scorecard({"institutions/gob/units/p", "2022-Q4"}), "none");
}

TEST(ResourceNamesTest, AnIndicatorIsTypedInThreeWays) {
  EXPECT_EQ(ReadName("institutions/gob/indicators/k", "indicators")->institution, "gob");
  EXPECT_EQ(ReadName("gob/k", "indicators")->institution, "gob");
  EXPECT_EQ(ReadName("gob/k", "indicators")->id, "k");
  EXPECT_EQ(ReadName("k", "indicators")->institution, "");
  EXPECT_FALSE(ReadName("institutions/gob/units/k", "indicators").has_value());
  EXPECT_FALSE(ReadName("institutions/gob", "indicators").has_value());
  EXPECT_FALSE(ReadName("", "indicators").has_value());
}

}  // namespace
}  // namespace athena::athenactl
