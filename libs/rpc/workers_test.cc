#include "libs/rpc/workers.h"

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <memory>
#include <utility>

#include "absl/synchronization/barrier.h"
#include "absl/synchronization/blocking_counter.h"
#include "absl/synchronization/notification.h"

namespace athena::rpc {
namespace {

constexpr int kThreads = 8;
constexpr int kHeavy = 2;
constexpr size_t kUnbounded = 1'000'000;

class Work : public Task {
 public:
  explicit Work(std::function<void()> run) : run_(std::move(run)) {}
  void Run() override { run_(); }

 private:
  const std::function<void()> run_;
};

std::shared_ptr<Task> Doing(std::function<void()> run) {
  return std::make_shared<Work>(std::move(run));
}

// One thread is called at a time; those that come call the next. Whether a task is submitted before
// or after one has come is chance, so it is tried often.
TEST(WorkersTest, TasksThatWaitForEachOtherGetAThreadEach) {
  Workers workers(kThreads, kHeavy);
  for (int round = 0; round < 1000; ++round) {
    absl::Barrier everybody(kThreads);
    absl::BlockingCounter all_passed(kThreads);
    for (int i = 0; i < kThreads; ++i) {
      ASSERT_TRUE(workers.Submit(Doing([&] {
                                   everybody.Block();
                                   all_passed.DecrementCount();
                                 }),
                                 /*heavy=*/false, kUnbounded));
    }
    all_passed.Wait();
  }
}

TEST(WorkersTest, HeavyTasksHaveNoMoreThreadsThanTheirShareAndAllRun) {
  Workers workers(kThreads, kHeavy);
  constexpr int kTasks = 1000;
  std::atomic<int> running{0};
  std::atomic<int> most{0};
  std::atomic<int> ran{0};
  for (int i = 0; i < kTasks; ++i) {
    ASSERT_TRUE(workers.Submit(Doing([&] {
                                 const int now = ++running;
                                 int seen = most;
                                 while (seen < now && !most.compare_exchange_weak(seen, now)) {
                                 }
                                 ++ran;
                                 --running;
                               }),
                               /*heavy=*/true, kUnbounded));
  }
  workers.Stop();
  EXPECT_EQ(ran, kTasks);
  EXPECT_LE(most, kHeavy);
}

TEST(WorkersTest, LightTasksRunWhileHeavyOnesHoldTheirThreads) {
  Workers workers(kThreads, kHeavy);
  absl::Notification release;
  absl::BlockingCounter heavy_run(kHeavy);
  for (int i = 0; i < 2 * kHeavy; ++i) {
    ASSERT_TRUE(workers.Submit(Doing([&, i] {
                                 if (i < kHeavy) heavy_run.DecrementCount();
                                 release.WaitForNotification();
                               }),
                               /*heavy=*/true, kUnbounded));
  }
  heavy_run.Wait();
  absl::Notification light_ran;
  workers.SubmitAlways(Doing([&light_ran] { light_ran.Notify(); }));
  light_ran.WaitForNotification();
  release.Notify();
  workers.Stop();
}

TEST(WorkersTest, WhatExceedsTheBoundIsNotTaken) {
  Workers workers(1, 1);
  absl::Notification begun;
  absl::Notification release;
  ASSERT_TRUE(workers.Submit(Doing([&] {
                               begun.Notify();
                               release.WaitForNotification();
                             }),
                             /*heavy=*/false, 1));
  begun.WaitForNotification();
  int ran = 0;
  EXPECT_TRUE(workers.Submit(Doing([&ran] { ++ran; }), /*heavy=*/false, 1));
  EXPECT_FALSE(workers.Submit(Doing([&ran] { ++ran; }), /*heavy=*/false, 1));
  release.Notify();
  workers.Stop();
  EXPECT_EQ(ran, 1);
}

}  // namespace
}  // namespace athena::rpc
