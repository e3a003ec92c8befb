#include "services/athenactl/views/scorecards/trend_table.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "services/athenactl/terminal/text.h"

namespace athena::athenactl {
namespace {

using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::ResultOf;

reporting::v1::ListScorecardsResponse Listed(int quarters) {
  reporting::v1::ListScorecardsResponse response;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
      R"pb(
        nodes { name: "p" title: "Strategic plan of the institution and its administrations" }
        nodes { name: "e1" code: "1" title: "Good governance" level: 1 }
      )pb",
      &response));
  for (int i = 0; i < quarters; ++i) {
    reporting::v1::ScorecardLine& line = *response.add_scorecards();
    line.set_period(absl::StrCat(2021 + i / 4, "-Q", i % 4 + 1));
    reporting::v1::NodeScore& plan = *line.add_scores();
    plan.set_status(reporting::v1::SCORECARD_STATUS_AMBER);
    plan.mutable_score()->set_value(50 + i);
    plan.mutable_score()->set_decimal(absl::StrCat(50 + i));
    line.add_scores()->set_status(i == 0 ? reporting::v1::SCORECARD_STATUS_NO_SCORE
                                         : reporting::v1::SCORECARD_STATUS_NOT_APPLICABLE);
  }
  return response;
}

TEST(TrendTableTest, ARowForEachElementAndAColumnForEachQuarter) {
  const std::string text = TrendTable(Listed(2), {});
  EXPECT_THAT(text, HasSubstr("2021-Q1  2021-Q2  TREND"));
  EXPECT_THAT(text, HasSubstr("its administrations   50.0 ▲   51.0 ▲"));
  EXPECT_THAT(text, HasSubstr("  1 Good governance"));
  EXPECT_THAT(text, HasSubstr("      ?        -"));
}

TEST(TrendTableTest, WhereThereIsNoRoomTheNewestQuartersAreShown) {
  const std::string text = TrendTable(Listed(12), {.width = 80});
  EXPECT_THAT(text, HasSubstr("2023-Q4"));
  EXPECT_THAT(text, Not(HasSubstr("2021-Q1")));
  EXPECT_THAT(text, HasSubstr("There is room for 5 of 12 quarters"));
  const std::vector<std::string> lines = absl::StrSplit(text, '\n');
  EXPECT_THAT(lines, Each(ResultOf([](const std::string& line) { return Width(line); },
                                   ::testing::Le(80))));
}

TEST(TrendTableTest, NumbersAreWrittenAsInTheLanguage) {
  EXPECT_THAT(TrendTable(Listed(1), {.language = "nl"}), HasSubstr("50,0 ▲"));
}

}  // namespace
}  // namespace athena::athenactl
