#include "services/indicator/ingest/counting_order.h"

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

using testing::ElementsAre;

TEST(CountingOrder, KeepsTheOrderOfWhatIsEqual) {
  const std::vector<uint32_t> keys = {2, 0, 2, 1, 0};
  CountingOrder order(keys.size());
  order.SortBy(3, [&](uint32_t place) { return keys[place]; });
  EXPECT_THAT(order.places(), ElementsAre(1, 4, 3, 0, 2));
}

TEST(CountingOrder, OfNothingAndOfOneIsWhatItIs) {
  CountingOrder none(0);
  none.SortBy(5, [](uint32_t) { return 4U; });
  EXPECT_TRUE(none.places().empty());
  CountingOrder one(1);
  one.SortBy(5, [](uint32_t) { return 4U; });
  EXPECT_THAT(one.places(), ElementsAre(0));
}

TEST(CountingOrder, BySeveralNumbersIsWhatComparingSays) {
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
    CountingOrder order(size);
    order.SortBy(low_bound, [&](uint32_t place) { return keys[place].second; });
    order.SortBy(high_bound, [&](uint32_t place) { return keys[place].first; });
    EXPECT_EQ(order.places(), expected) << "round " << round;
  }
}

}  // namespace
}  // namespace athena::indicator
