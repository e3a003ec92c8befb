#include "services/athenactl/sending/pushes/replacing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/status/testing/matchers.h"
#include "services/athenactl/terminal/arguments.h"

namespace athena::athenactl {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::vector<ObservationRow> Rows(const std::vector<std::pair<std::string, std::string>>& cells) {
  std::vector<ObservationRow> rows;
  for (const auto& [indicator, period] : cells) {
    ObservationRow& row = rows.emplace_back();
    row.line = static_cast<int64_t>(rows.size()) + 1;
    row.observation.set_indicator(indicator);
    row.observation.set_period(period);
  }
  return rows;
}

TEST(ReplacePiecesTest, AScopeGoesFromTheFirstToTheLastPeriodOfItsIndicator) {
  auto rows = Rows({{"l", "2021"}, {"k", "2021-Q4"}, {"l", "2019"}, {"k", "2021-Q2"}});
  const auto pieces = ReplacePieces(rows, {"", "", {{"unit", "BM"}}, {}});
  ATHENA_ASSERT_OK(pieces);
  ASSERT_THAT(*pieces, SizeIs(1));
  EXPECT_THAT(pieces->front().rows, SizeIs(4));
  EXPECT_EQ(pieces->front().rows[0].line, 3);
  ASSERT_THAT(pieces->front().scopes, SizeIs(2));
  EXPECT_EQ(pieces->front().scopes[0].indicator(), "k");
  EXPECT_EQ(pieces->front().scopes[0].start_period(), "2021-Q2");
  EXPECT_EQ(pieces->front().scopes[0].end_period(), "2021-Q4");
  EXPECT_EQ(pieces->front().scopes[0].slice().at("unit"), "BM");
  EXPECT_EQ(pieces->front().scopes[1].start_period(), "2019");
}

TEST(ReplacePiecesTest, FlagsSayMoreThanRows) {
  auto rows = Rows({{"k", "2021-Q4"}});
  const auto pieces = ReplacePieces(rows, {"2020", "2022", {}, {"empty", "k"}});
  ATHENA_ASSERT_OK(pieces);
  ASSERT_THAT(pieces->front().scopes, SizeIs(2));
  EXPECT_EQ(pieces->front().scopes[0].indicator(), "empty");
  EXPECT_EQ(pieces->front().scopes[0].start_period(), "2020");
  EXPECT_EQ(pieces->front().scopes[1].end_period(), "2022");
  const auto without = ReplacePieces(rows, {"", "", {}, {"empty"}});
  EXPECT_TRUE(IsMisuse(without.status()));
  EXPECT_THAT(without.status().message(), HasSubstr("empty has no rows"));
}

TEST(ReplacePiecesTest, AnIndicatorIsNeverTornApart) {
  std::vector<std::pair<std::string, std::string>> cells;
  for (int at = 0; at < 6'000; ++at) {
    for (const char* const indicator : {"a", "b"}) cells.emplace_back(indicator, absl::StrCat(at));
  }
  auto rows = Rows(cells);
  const auto pieces = ReplacePieces(rows, {});
  ATHENA_ASSERT_OK(pieces);
  ASSERT_THAT(*pieces, SizeIs(2));
  for (const Piece& piece : *pieces) {
    EXPECT_THAT(piece.rows, SizeIs(6'000));
    EXPECT_THAT(piece.scopes, SizeIs(1));
  }
  cells.resize(0);
  for (int at = 0; at < 10'001; ++at) cells.emplace_back("a", absl::StrCat(at));
  rows = Rows(cells);
  EXPECT_THAT(ReplacePieces(rows, {}).status().message(), HasSubstr("a has 10,001"));
}

TEST(ReplacePiecesTest, APushTakesAHundredScopes) {
  std::vector<std::pair<std::string, std::string>> cells;
  for (int at = 0; at < 201; ++at) cells.emplace_back(absl::StrCat("k", at), "2021");
  auto rows = Rows(cells);
  const auto pieces = ReplacePieces(rows, {});
  ATHENA_ASSERT_OK(pieces);
  ASSERT_THAT(*pieces, SizeIs(3));
  EXPECT_THAT((*pieces)[0].scopes, SizeIs(100));
  EXPECT_THAT((*pieces)[2].rows, SizeIs(1));
}

TEST(MergePiecesTest, TheyHaveNoScopes) {
  EXPECT_THAT(MergePieces({}), IsEmpty());
  const auto rows = Rows({{"k", "2021"}});
  EXPECT_THAT(MergePieces(rows).front().scopes, IsEmpty());
}

}  // namespace
}  // namespace athena::athenactl
