#include "services/indicator/ingest/rows/counting_sort.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <random>
#include <utility>
#include <vector>

namespace athena::indicator {
namespace {

using ::testing::ElementsAre;

TEST(CountingSortTest, IsStable) {
  const std::vector<uint32_t> keys = {2, 0, 2, 1, 0};
  CountingSort sort(keys.size());
  sort.SortBy(3, [&](uint32_t i) { return keys[i]; });
  EXPECT_THAT(sort.order(), ElementsAre(1, 4, 3, 0, 2));
}

TEST(CountingSortTest, SortsNothingAndOneIndex) {
  CountingSort none(0);
  none.SortBy(5, [](uint32_t) { return 4U; });
  EXPECT_TRUE(none.order().empty());
  CountingSort one(1);
  one.SortBy(5, [](uint32_t) { return 4U; });
  EXPECT_THAT(one.order(), ElementsAre(0));
}

TEST(CountingSortTest, SortsBySeveralKeysAsComparingDoes) {
  std::mt19937 random(7);
  for (int round = 0; round < 50; ++round) {
    const size_t size = random() % 200;
    const uint32_t high_bound = 1 + random() % 20;
    const uint32_t low_bound = 1 + random() % 300;
    std::vector<std::pair<uint32_t, uint32_t>> keys(size);
    for (auto& [high, low] : keys) {
      high = static_cast<uint32_t>(random() % high_bound);
      low = static_cast<uint32_t>(random() % low_bound);
    }
    std::vector<uint32_t> expected(size);
    std::iota(expected.begin(), expected.end(), 0U);
    std::stable_sort(expected.begin(), expected.end(),
                     [&](uint32_t a, uint32_t b) { return keys[a] < keys[b]; });
    CountingSort sort(size);
    sort.SortBy(low_bound, [&](uint32_t i) { return keys[i].second; });
    sort.SortBy(high_bound, [&](uint32_t i) { return keys[i].first; });
    EXPECT_EQ(sort.order(), expected) << "round " << round;
  }
}

}  // namespace
}  // namespace athena::indicator
