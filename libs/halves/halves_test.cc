#include "libs/halves/halves.h"

#include <gtest/gtest.h>

#include <set>
#include <utility>
#include <vector>

#include "absl/synchronization/mutex.h"

namespace athena {
namespace {

// The stretches that work was called with.
class Stretches {
 public:
  absl::Status Take(size_t begin, size_t end) {
    absl::MutexLock lock(&mutex_);
    taken_.emplace(begin, end);
    return absl::OkStatus();
  }
  std::set<std::pair<size_t, size_t>> taken() const {
    absl::MutexLock lock(&mutex_);
    return taken_;
  }

 private:
  mutable absl::Mutex mutex_;
  std::set<std::pair<size_t, size_t>> taken_;
};

TEST(HalvesTest, EveryItemIsDoneOnce) {
  for (const size_t count : {0, 1, 2, 3, 1000, 1001}) {
    std::vector<int> done(count, 0);
    ASSERT_TRUE(InHalves(count, 2, [&done](size_t begin, size_t end) {
                  for (size_t i = begin; i < end; ++i) ++done[i];
                  return absl::OkStatus();
                }).ok());
    EXPECT_EQ(done, std::vector<int>(count, 1));
  }
}

TEST(HalvesTest, FewItemsAreNotDivided) {
  Stretches stretches;
  ASSERT_TRUE(
      InHalves(9, 10, [&](size_t begin, size_t end) { return stretches.Take(begin, end); }).ok());
  EXPECT_EQ(stretches.taken(), (std::set<std::pair<size_t, size_t>>{{0, 9}}));
}

TEST(HalvesTest, TheErrorOfTheFirstHalfComesFirst) {
  const auto fail_in = [](bool first, bool second) {
    return InHalves(10, 2, [&](size_t begin, size_t end) {
      if (begin == 0 && first) return absl::NotFoundError("first");
      if (end == 10 && second) return absl::InternalError("second");
      return absl::OkStatus();
    });
  };
  EXPECT_TRUE(fail_in(false, false).ok());
  EXPECT_EQ(fail_in(true, false), absl::NotFoundError("first"));
  EXPECT_EQ(fail_in(false, true), absl::InternalError("second"));
  EXPECT_EQ(fail_in(true, true), absl::NotFoundError("first"));
}

}  // namespace
}  // namespace athena
