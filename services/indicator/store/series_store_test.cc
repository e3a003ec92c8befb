#include "services/indicator/store/series_store.h"

#include <gtest/gtest.h>

#include <array>

namespace athena::indicator {
namespace {

TEST(SeriesNumbersTest, WhatIsBeyondTheCapacityIsCountedAndNotKept) {
  SeriesNumbers numbers(2);
  numbers.Publish("gob", {{"visits", "MAIN", 1}, {"visits", "WEST", 2}, {"visits", "EAST", 3}});
  numbers.Publish("gob", {{"visits", "MAIN", 1}});  // known already
  EXPECT_EQ(numbers.count(), 3);
  std::array<SeriesKey, 3> keys = {
      SeriesKey{"visits", "WEST"}, {"visits", "EAST"}, {"visits", "MAIN"}};
  numbers.Resolve("gob", absl::MakeSpan(keys));
  EXPECT_EQ(keys[0].number, 2);
  EXPECT_EQ(keys[1].number, 0);
  EXPECT_EQ(keys[2].number, 1);
}

}  // namespace
}  // namespace athena::indicator
