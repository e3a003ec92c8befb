#include "libs/cache/cache.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace athena {
namespace {

using ::testing::Optional;

TEST(CacheTest, FindsWhatWasInserted) {
  Cache<std::string, int> cache(10);
  cache.Insert("a", 1);
  EXPECT_THAT(cache.Find("a"), Optional(1));
  EXPECT_EQ(cache.Find("b"), std::nullopt);
}

TEST(CacheTest, InsertReplacesTheValueAndTheCharge) {
  Cache<std::string, int> cache(10);
  cache.Insert("a", 1, 7);
  cache.Insert("a", 2, 3);
  EXPECT_THAT(cache.Find("a"), Optional(2));
  EXPECT_EQ(cache.total_charge(), 3u);
}

TEST(CacheTest, HoldsEntriesUpToTheCapacityAndEvictsBeyondIt) {
  Cache<int, int> cache(6);
  cache.Insert(1, 1, 3);
  cache.Insert(2, 2, 3);
  EXPECT_THAT(cache.Find(1), Optional(1));
  EXPECT_THAT(cache.Find(2), Optional(2));
  cache.Insert(3, 3, 1);
  EXPECT_EQ(cache.Find(1), std::nullopt);
  EXPECT_THAT(cache.Find(2), Optional(2));
  EXPECT_THAT(cache.Find(3), Optional(3));
  EXPECT_EQ(cache.total_charge(), 4u);
}

TEST(CacheTest, EvictsTheLeastRecentlyUsed) {
  Cache<int, int> cache(3);
  for (int key = 1; key <= 3; ++key) cache.Insert(key, key);
  cache.Find(1);
  cache.Insert(4, 4);
  EXPECT_THAT(cache.Find(1), Optional(1));
  EXPECT_EQ(cache.Find(2), std::nullopt);
  EXPECT_THAT(cache.Find(3), Optional(3));
}

TEST(CacheTest, EvictsAsManyAsTheNewEntryNeeds) {
  Cache<int, int> cache(4);
  for (int key = 1; key <= 4; ++key) cache.Insert(key, key);
  cache.Insert(5, 5, 3);
  EXPECT_THAT(cache.Find(4), Optional(4));
  EXPECT_THAT(cache.Find(5), Optional(5));
  EXPECT_EQ(cache.Find(3), std::nullopt);
}

TEST(CacheTest, DoesNotKeepAnEntryLargerThanTheCapacity) {
  Cache<int, int> cache(4);
  cache.Insert(1, 1, 4);
  EXPECT_THAT(cache.Find(1), Optional(1));
  cache.Insert(1, 2, 5);
  EXPECT_EQ(cache.Find(1), std::nullopt);
  EXPECT_EQ(cache.total_charge(), 0u);
}

TEST(CacheTest, EraseIfRemovesWhatThePredicateNames) {
  Cache<int, int> cache(10);
  for (int key = 1; key <= 4; ++key) cache.Insert(key, key * key);
  cache.EraseIf([](int key, int value) { return key == 1 || value == 9; });
  EXPECT_EQ(cache.Find(1), std::nullopt);
  EXPECT_THAT(cache.Find(2), Optional(4));
  EXPECT_EQ(cache.Find(3), std::nullopt);
  EXPECT_THAT(cache.Find(4), Optional(16));
  EXPECT_EQ(cache.total_charge(), 2u);
}

TEST(CacheTest, ReleasesEvictedValues) {
  Cache<int, std::shared_ptr<int>> cache(1);
  auto value = std::make_shared<int>(1);
  const std::weak_ptr<int> held = value;
  cache.Insert(1, std::move(value));
  EXPECT_FALSE(held.expired());
  cache.Insert(2, nullptr);
  EXPECT_TRUE(held.expired());
}

// An evicted value may use the cache in its destructor: it is destroyed without the lock.
TEST(CacheTest, DestroysEvictedValuesWithoutTheLock) {
  Cache<int, std::shared_ptr<void>> cache(1);
  size_t seen = 0;
  cache.Insert(1, std::shared_ptr<void>(nullptr, [&](void*) { seen = cache.total_charge(); }));
  cache.Insert(2, nullptr);
  EXPECT_EQ(seen, 1u);
}

TEST(CacheTest, ServesManyThreads) {
  Cache<int, int> cache(50);
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&cache] {
      for (int i = 0; i < 5000; ++i) {
        const int key = i % 100;
        const std::optional<int> found = cache.Find(key);
        EXPECT_EQ(found.value_or(key * 2), key * 2);
        cache.Insert(key, key * 2);
        if (key == 99) cache.EraseIf([](int one, int) { return one % 10 == 0; });
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_LE(cache.total_charge(), 50u);
}

}  // namespace
}  // namespace athena
