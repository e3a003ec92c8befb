#include "libs/daemon/readiness.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace athena::daemon {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ReadinessTest : public ::testing::Test {
 protected:
  void SetMissing(std::vector<std::string> missing) {
    absl::MutexLock lock(&mutex_);
    missing_ = std::move(missing);
  }
  void AwaitServing(bool serving) {
    absl::MutexLock lock(&mutex_);
    const auto reached = [&]()
                             ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return serving_ == serving; };
    mutex_.Await(absl::Condition(&reached));
  }

  absl::Mutex mutex_;
  std::vector<std::string> missing_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::string> cannot_write_ ABSL_GUARDED_BY(mutex_);
  bool serving_ ABSL_GUARDED_BY(mutex_) = true;
  bool everything_ ABSL_GUARDED_BY(mutex_) = true;
  Readiness readiness_{[this] {
                         absl::MutexLock lock(&mutex_);
                         return missing_;
                       },
                       [this] {
                         absl::MutexLock lock(&mutex_);
                         return cannot_write_;
                       },
                       [this](bool serving, bool everything) {
                         absl::MutexLock lock(&mutex_);
                         serving_ = serving;
                         everything_ = everything;
                       }};
};

TEST_F(ReadinessTest, HealthSaysWhatACheckFinds) {
  EXPECT_THAT(readiness_.Check(), IsEmpty());
  AwaitServing(true);
  SetMissing({"plan: not serving"});
  EXPECT_THAT(readiness_.Check(), ElementsAre("plan: not serving"));
  AwaitServing(false);
}

// Case S4: a full disk.
TEST_F(ReadinessTest, S4_WithoutWritesReadsAreServed) {
  {
    absl::MutexLock lock(&mutex_);
    cannot_write_ = {"writes: the disk is full"};
  }
  EXPECT_THAT(readiness_.Check(), ElementsAre("writes: the disk is full"));
  absl::MutexLock lock(&mutex_);
  EXPECT_TRUE(serving_);
  EXPECT_FALSE(everything_);
}

TEST_F(ReadinessTest, A21_HealthFollowsWithoutAnybodyAsking) {
  readiness_.Watch(absl::Milliseconds(1));
  SetMissing({"plan: not serving"});
  AwaitServing(false);
  SetMissing({});
  AwaitServing(true);
}

// A server that drains says NOT_SERVING itself, whatever the service has.
TEST_F(ReadinessTest, AStoppedServiceIsNotReady) {
  readiness_.Watch(absl::Milliseconds(1));
  SetMissing({"plan: not serving"});
  AwaitServing(false);
  readiness_.Stop();
  SetMissing({});
  EXPECT_THAT(readiness_.Check(), ElementsAre("stopping"));
  AwaitServing(false);
}

}  // namespace
}  // namespace athena::daemon
