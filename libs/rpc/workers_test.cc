#include "libs/rpc/workers.h"

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

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

// Case A2: one caller with many calls.
TEST(FairQueueTest, A2_CallersTakeTurnsHoweverManyTasksOneOfThemHas) {
  FairQueue queue(/*share=*/100);
  const auto nothing = Doing([] {});
  for (int i = 0; i < 5; ++i) queue.Push(7, nothing);
  queue.Push(8, nothing);
  queue.Push(9, nothing);
  std::vector<uint64_t> order;
  while (queue.Ready()) order.push_back(queue.Take().first);
  EXPECT_EQ(order, (std::vector<uint64_t>{7, 8, 9, 7, 7, 7, 7}));
}

TEST(FairQueueTest, A2_ACallerHasNoMoreThanItsShareAtOnce) {
  FairQueue queue(/*share=*/2);
  const auto nothing = Doing([] {});
  for (int i = 0; i < 4; ++i) queue.Push(7, nothing);
  EXPECT_EQ(queue.Take().first, 7);
  EXPECT_EQ(queue.Take().first, 7);
  EXPECT_FALSE(queue.Ready());
  EXPECT_EQ(queue.size(), 2);
  EXPECT_EQ(queue.SizeOf(7), 2);
  queue.Push(8, nothing);
  EXPECT_EQ(queue.Take().first, 8);
  queue.Done(7);
  EXPECT_EQ(queue.Take().first, 7);
  queue.Done(7);
  queue.Done(7);
  EXPECT_EQ(queue.Take().first, 7);
  EXPECT_FALSE(queue.Ready());
  EXPECT_EQ(queue.size(), 0);
}

TEST(FairQueueTest, A2_TasksWithoutCallerHaveNoShare) {
  FairQueue queue(/*share=*/1);
  for (int i = 0; i < 3; ++i) queue.Push(0, Doing([] {}));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(queue.Take().first, 0);
}

TEST(WorkersTest, A2_OtherCallersRunWhileOneHoldsItsShareOfTheThreads) {
  Workers workers(kThreads, kHeavy);
  absl::Notification release;
  absl::BlockingCounter running(kThreads / 4);
  std::atomic<int> begun{0};
  for (int i = 0; i < 3 * kThreads; ++i) {
    ASSERT_TRUE(workers.Submit(Doing([&] {
                                 if (++begun <= kThreads / 4) running.DecrementCount();
                                 release.WaitForNotification();
                               }),
                               /*heavy=*/false, kUnbounded, /*caller=*/1));
  }
  running.Wait();
  absl::Notification other_ran;
  workers.SubmitAlways(Doing([&other_ran] { other_ran.Notify(); }), /*caller=*/2);
  other_ran.WaitForNotification();
  EXPECT_EQ(begun, kThreads / 4);
  release.Notify();
  workers.Stop();
  EXPECT_EQ(begun, 3 * kThreads);
}

TEST(WorkersTest, A2_OneCallerFillsHalfOfTheQueueAtMost) {
  Workers workers(1, 1);
  absl::Notification begun;
  absl::Notification release;
  workers.SubmitAlways(Doing([&] {
    begun.Notify();
    release.WaitForNotification();
  }));
  begun.WaitForNotification();
  std::atomic<int> ran{0};
  const auto count = Doing([&ran] { ++ran; });
  EXPECT_TRUE(workers.Submit(count, /*heavy=*/false, 4, /*caller=*/1));
  EXPECT_TRUE(workers.Submit(count, /*heavy=*/true, 4, /*caller=*/1));
  EXPECT_FALSE(workers.Submit(count, /*heavy=*/false, 4, /*caller=*/1));
  EXPECT_TRUE(workers.Submit(count, /*heavy=*/false, 4, /*caller=*/2));
  EXPECT_TRUE(workers.Submit(count, /*heavy=*/false, 4, /*caller=*/2));
  EXPECT_FALSE(workers.Submit(count, /*heavy=*/false, 4, /*caller=*/3));
  release.Notify();
  workers.Stop();
  EXPECT_EQ(ran, 4);
}

}  // namespace
}  // namespace athena::rpc
