#include "services/reporting/publications/names.h"

#include <gtest/gtest.h>

#include <string>

namespace athena::reporting {
namespace {

TEST(PublicationNameTest, IsReadAndWritten) {
  const std::string text = "institutions/gob/plans/p-1/scorecards/2021-Q3/publications/12";
  const auto name = MatchPublicationName(text);
  ASSERT_TRUE(name.has_value());
  EXPECT_EQ(name->institution(), "gob");
  EXPECT_EQ(name->scorecard.PlanName(), "institutions/gob/plans/p-1");
  EXPECT_EQ(name->number, 12);
  EXPECT_EQ(name->Key(), "p-1/2021-Q3/12");
  EXPECT_EQ(name->Text(), text);
}

TEST(PublicationNameTest, OtherNamesAreNone) {
  const std::string scorecard = "institutions/gob/plans/p/scorecards/";
  for (const std::string& text :
       {std::string(), std::string("1"), std::string("/"), scorecard + "2021-Q3/publications/",
        scorecard + "2021-Q3/publications/0", scorecard + "2021-Q3/publications/01",
        scorecard + "2021-Q3/publications/-1", scorecard + "2021-Q3/publications/+1",
        scorecard + "2021-Q3/publications/ 1", scorecard + "2021-Q3/publications/1000000000",
        scorecard + "2021-Q3/publications/1/", scorecard + "2021-Q3/publication/1",
        scorecard + "2021/publications/1", scorecard + "-/publications/1",
        scorecard + "2021-q3/publications/1", scorecard + "2021-Q3",
        std::string("institutions/gob/publications/1"),
        std::string("institutions/G/plans/p/scorecards/2021-Q3/publications/1")}) {
    EXPECT_FALSE(MatchPublicationName(text).has_value()) << text;
  }
}

TEST(ScorecardNameTest, AllQuartersAreAParentAlone) {
  status::FieldFaults faults;
  const std::string all = "institutions/gob/plans/p/scorecards/-";
  ASSERT_TRUE(ReadParentName(all, &faults).has_value());
  EXPECT_EQ(ReadParentName(all, &faults)->KeyPrefix(), "p/");
  EXPECT_FALSE(MatchScorecardName(all).has_value());
  EXPECT_EQ(MatchScorecardName("institutions/gob/plans/p/scorecards/2021-Q3")->KeyPrefix(),
            "p/2021-Q3/");
  EXPECT_TRUE(faults.empty());
  EXPECT_FALSE(ReadParentName("institutions/gob/plans/p", &faults).has_value());
  EXPECT_EQ(faults.count(), 1);
}

}  // namespace
}  // namespace athena::reporting
