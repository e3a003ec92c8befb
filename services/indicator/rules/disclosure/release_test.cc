// Which counts of persons are released, in tables by hand; and what an adversary learns from random
// ones.

#include "services/indicator/rules/disclosure/release.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/indicator/rules/testing/shorthand.h"

namespace athena::indicator {
namespace {

using ::athena::indicator::testing::D;

constexpr Decimal kTen = Decimal::FromInt(10);

// Cells "a", "b", "c" ...
PersonTable Cells(const std::vector<std::string>& counts) {
  PersonTable table;
  for (size_t i = 0; i < counts.size(); ++i) {
    table.emplace(std::string(1, static_cast<char>('a' + i)), D(counts[i]));
  }
  return table;
}

TEST(ReleaseOfTest, ATableIsBrokenDownIfNoCountLiesBetweenZeroAndTheThreshold) {
  EXPECT_EQ(ReleaseOf(Cells({"10", "25"}), kTen), Release::kBreakdown);
  EXPECT_EQ(ReleaseOf(Cells({"10", "0"}), kTen), Release::kBreakdown);
  EXPECT_EQ(ReleaseOf(Cells({"9", "25"}), kTen), Release::kTotal);
  EXPECT_EQ(ReleaseOf(Cells({"1", "9"}), kTen), Release::kTotal);
  EXPECT_EQ(ReleaseOf(Cells({"1", "8"}), kTen), Release::kNothing);
  EXPECT_EQ(ReleaseOf(Cells({"9", "0"}), kTen), Release::kNothing);
}

TEST(ReleaseOfTest, NobodyIsShown) {
  EXPECT_EQ(ReleaseOf({}, kTen), Release::kBreakdown);
  EXPECT_EQ(ReleaseOf(Cells({"0", "0"}), kTen), Release::kBreakdown);
}

TEST(ReleaseOfTest, WhatIsNoCountOfPersonsIsSmall) {
  EXPECT_EQ(ReleaseOf(Cells({"0.5", "30"}), kTen), Release::kTotal);
  EXPECT_EQ(ReleaseOf(Cells({"-1", "30"}), kTen), Release::kNothing);
  EXPECT_EQ(ReleaseOf(Cells({"1e24", "1e24"}), kTen), Release::kNothing);
}

TEST(ReleaseAmongTest, AContentIsComparedWithTheOthersCountByCount) {
  const auto release = [](const std::vector<std::string>& shown,
                          const std::vector<std::string>& other) {
    const std::vector<PersonTable> contents = {Cells(other), Cells(shown)};
    return ReleaseAmong(contents, 1, kTen);
  };
  EXPECT_EQ(release({"20", "30"}, {"20", "30"}), Release::kBreakdown);
  EXPECT_EQ(release({"30", "40"}, {"20", "30"}), Release::kBreakdown);
  EXPECT_EQ(release({"20", "30"}, {"30", "40"}), Release::kBreakdown);
  // One person more, or less, in a count, and in the total.
  EXPECT_EQ(release({"21", "30"}, {"20", "30"}), Release::kNothing);
  EXPECT_EQ(release({"20", "30"}, {"21", "30"}), Release::kNothing);
  // In a count alone: the total does not tell it.
  EXPECT_EQ(release({"21", "40"}, {"20", "30"}), Release::kTotal);
  EXPECT_EQ(release({"21", "29"}, {"20", "30"}), Release::kTotal);
  // A combination that is new, or gone.
  EXPECT_EQ(release({"20", "4"}, {"20"}), Release::kNothing);
  EXPECT_EQ(release({"20", "14"}, {"20"}), Release::kBreakdown);
  EXPECT_EQ(release({"20"}, {"20", "4"}), Release::kNothing);
}

TEST(ReleaseAmongTest, OfAnyOtherContentTheLeastCounts) {
  const std::vector<PersonTable> contents = {Cells({"20"}), Cells({"50"}), Cells({"55"})};
  EXPECT_EQ(ReleaseAmong(contents, 0, kTen), Release::kBreakdown);
  EXPECT_EQ(ReleaseAmong(contents, 1, kTen), Release::kNothing);
  EXPECT_EQ(ReleaseAmong(contents, 2, kTen), Release::kNothing);
}

// An adversary knows the rule, the threshold and what is released of a table of four counts below
// seven: the total, or every count, or nothing. It lists all tables that fit. Each count that is
// not released and that a released 0 does not tell can be one of several numbers.
TEST(ReleaseOfTest, NoCountThatIsWithheldCanBeTold) {
  constexpr int kMost = 7;
  constexpr int kTables = kMost * kMost * kMost * kMost;
  const auto counts_of = [](int table) {
    return std::array<int, 4>{table % kMost, table / kMost % kMost, table / kMost / kMost % kMost,
                              table / kMost / kMost / kMost};
  };
  for (const int64_t threshold : {3, 4, 5}) {
    // What is seen: the release and the total, if that is released. -1: nothing.
    std::vector<std::pair<Release, int>> seen;
    for (int table = 0; table < kTables; ++table) {
      const auto counts = counts_of(table);
      PersonTable cells;
      int total = 0;
      for (size_t i = 0; i < counts.size(); ++i) {
        cells.emplace(absl::StrCat(i), Decimal::FromInt(counts[i]));
        total += counts[i];
      }
      const Release release = ReleaseOf(cells, Decimal::FromInt(threshold));
      seen.emplace_back(release, release == Release::kNothing ? -1 : total);
    }
    int withheld = 0;
    for (int table = 0; table < kTables; ++table) {
      if (seen[table].first == Release::kBreakdown) continue;
      ++withheld;
      std::array<bool, 4> can_differ = {};
      for (int other = 0; other < kTables; ++other) {
        if (seen[other] != seen[table]) continue;
        for (size_t i = 0; i < can_differ.size(); ++i) {
          can_differ[i] = can_differ[i] || counts_of(other)[i] != counts_of(table)[i];
        }
      }
      for (const bool differs : can_differ) ASSERT_TRUE(differs) << table << " " << threshold;
    }
    EXPECT_GT(withheld, 0);
  }
}

}  // namespace
}  // namespace athena::indicator
