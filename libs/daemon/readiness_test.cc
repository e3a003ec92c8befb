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
  bool serving_ ABSL_GUARDED_BY(mutex_) = true;
  Readiness readiness_{[this] {
                         absl::MutexLock lock(&mutex_);
                         return missing_;
                       },
                       [this](bool serving) {
                         absl::MutexLock lock(&mutex_);
                         serving_ = serving;
                       }};
};

TEST_F(ReadinessTest, HealthSaysWhatACheckFinds) {
  EXPECT_THAT(readiness_.Check(), IsEmpty());
  AwaitServing(true);
  SetMissing({"plan: not serving"});
  EXPECT_THAT(readiness_.Check(), ElementsAre("plan: not serving"));
  AwaitServing(false);
}

TEST_F(ReadinessTest, HealthFollowsWithoutAnybodyAsking) {
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
