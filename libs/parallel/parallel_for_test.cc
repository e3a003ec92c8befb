#include "libs/parallel/parallel_for.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <utility>
#include <vector>

#include "absl/synchronization/mutex.h"
#include "libs/status/testing/matchers.h"

namespace athena {
namespace {

using ::athena::status::testing::IsOk;

// Records the ranges that the body was called with.
class Ranges {
 public:
  absl::Status Add(size_t begin, size_t end) {
    absl::MutexLock lock(&mutex_);
    ranges_.emplace(begin, end);
    return absl::OkStatus();
  }
  std::set<std::pair<size_t, size_t>> ranges() const {
    absl::MutexLock lock(&mutex_);
    return ranges_;
  }

 private:
  mutable absl::Mutex mutex_;
  std::set<std::pair<size_t, size_t>> ranges_;
};

TEST(ParallelForTest, EveryItemIsProcessedOnce) {
  for (const size_t count : {0, 1, 2, 3, 1000, 1001}) {
    std::vector<int> calls(count, 0);
    EXPECT_THAT(ParallelFor(count, 2,
                            [&calls](size_t begin, size_t end) {
                              for (size_t i = begin; i < end; ++i) ++calls[i];
                              return absl::OkStatus();
                            }),
                IsOk());
    EXPECT_EQ(calls, std::vector<int>(count, 1));
  }
}

TEST(ParallelForTest, FewItemsAreNotDivided) {
  Ranges ranges;
  EXPECT_THAT(ParallelFor(9, 10, [&](size_t begin, size_t end) { return ranges.Add(begin, end); }),
              IsOk());
  EXPECT_EQ(ranges.ranges(), (std::set<std::pair<size_t, size_t>>{{0, 9}}));
}

TEST(ParallelForTest, TheErrorOfTheFirstHalfComesFirst) {
  const auto fail_in = [](bool first, bool second) {
    return ParallelFor(10, 2, [&](size_t begin, size_t end) {
      if (begin == 0 && first) return absl::NotFoundError("first");
      if (end == 10 && second) return absl::InternalError("second");
      return absl::OkStatus();
    });
  };
  EXPECT_THAT(fail_in(false, false), IsOk());
  EXPECT_EQ(fail_in(true, false), absl::NotFoundError("first"));
  EXPECT_EQ(fail_in(false, true), absl::InternalError("second"));
  EXPECT_EQ(fail_in(true, true), absl::NotFoundError("first"));
}

}  // namespace
}  // namespace athena
