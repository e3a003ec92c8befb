// The thread sanitizer sees what Abseil orders, and still finds what nothing orders.
//
// Each case is a program of its own (a death test): two threads touch one integer, and the
// program's exit code says whether the sanitizer called that a race. The threads take turns by a
// relaxed atomic, which orders nothing to the sanitizer but makes every run the same.

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/functional/function_ref.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace athena {
namespace {

using testing::ExitedWithCode;

constexpr int kNoRace = 0;
constexpr int kRace = 66;  // the sanitizer's exit code after a report

// The threads take these turns one after the other.
class Turns {
 public:
  void Wait(int turn) const {
    while (turn_.load(std::memory_order_relaxed) != turn) std::this_thread::yield();
  }
  void Give(int turn) { turn_.store(turn, std::memory_order_relaxed); }

 private:
  std::atomic<int> turn_{0};
};

// Runs `first` to its end, then `second` on another thread, and ends the program.
[[noreturn]] void InTurn(absl::FunctionRef<void()> first, absl::FunctionRef<void()> second) {
  Turns turns;
  std::thread one([&] {
    first();
    turns.Give(1);
  });
  std::thread two([&] {
    turns.Wait(1);
    second();
  });
  one.join();
  two.join();
  std::exit(0);
}

class TsanDeathTest : public testing::Test {
 protected:
  TsanDeathTest() { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
};

TEST_F(TsanDeathTest, WritesUnderOneLockAreNoRace) {
  absl::Mutex mutex;
  int value = 0;
  const auto write = [&] {
    const absl::MutexLock hold(&mutex);
    ++value;
  };
  EXPECT_EXIT(InTurn(write, write), ExitedWithCode(kNoRace), "");
}

TEST_F(TsanDeathTest, AWriteWithoutTheLockIsARace) {
  absl::Mutex mutex;
  int value = 0;
  const auto write = [&] {
    const absl::MutexLock hold(&mutex);
    ++value;
  };
  EXPECT_EXIT(InTurn(write, [&] { ++value; }), ExitedWithCode(kRace), "data race");
}

TEST_F(TsanDeathTest, WritesUnderTwoLocksAreARace) {
  absl::Mutex mutex;
  absl::Mutex another;
  int value = 0;
  EXPECT_EXIT(InTurn(
                  [&] {
                    const absl::MutexLock hold(&mutex);
                    ++value;
                  },
                  [&] {
                    const absl::MutexLock hold(&another);
                    ++value;
                  }),
              ExitedWithCode(kRace), "data race");
}

TEST_F(TsanDeathTest, AReadUnderTheReadersLockIsNoRace) {
  absl::Mutex mutex;
  int value = 0;
  int seen = 0;
  EXPECT_EXIT(InTurn(
                  [&] {
                    const absl::MutexLock hold(&mutex);
                    ++value;
                  },
                  [&] {
                    const absl::ReaderMutexLock hold(&mutex);
                    seen = value;
                  }),
              ExitedWithCode(kNoRace), "");
}

TEST_F(TsanDeathTest, AWriteAfterAReadUnderTheReadersLockIsNoRace) {
  absl::Mutex mutex;
  int value = 0;
  int seen = 0;
  EXPECT_EXIT(InTurn(
                  [&] {
                    const absl::ReaderMutexLock hold(&mutex);
                    seen = value;
                  },
                  [&] {
                    const absl::MutexLock hold(&mutex);
                    ++value;
                  }),
              ExitedWithCode(kNoRace), "");
}

TEST_F(TsanDeathTest, WritesUnderTheReadersLockAreARace) {
  absl::Mutex mutex;
  int value = 0;
  const auto write = [&] {
    const absl::ReaderMutexLock hold(&mutex);
    ++value;
  };
  EXPECT_EXIT(InTurn(write, write), ExitedWithCode(kRace), "data race");
}

TEST_F(TsanDeathTest, WritesUnderALockThatWasTriedAreNoRace) {
  absl::Mutex mutex;
  int value = 0;
  const auto write = [&]() ABSL_NO_THREAD_SAFETY_ANALYSIS {
    if (!mutex.TryLock()) std::exit(1);
    ++value;
    mutex.Unlock();
  };
  EXPECT_EXIT(InTurn(write, write), ExitedWithCode(kNoRace), "");
}

TEST_F(TsanDeathTest, AReadUnderAReadersLockThatWasTriedIsNoRace) {
  absl::Mutex mutex;
  int value = 0;
  int seen = 0;
  EXPECT_EXIT(InTurn(
                  [&] {
                    const absl::MutexLock hold(&mutex);
                    ++value;
                  },
                  [&]() ABSL_NO_THREAD_SAFETY_ANALYSIS {
                    if (!mutex.ReaderTryLock()) std::exit(1);
                    seen = value;
                    mutex.ReaderUnlock();
                  }),
              ExitedWithCode(kNoRace), "");
}

// A lock that was not got orders nothing.
TEST_F(TsanDeathTest, AWriteAfterATryThatFailedIsARace) {
  const auto program = []() ABSL_NO_THREAD_SAFETY_ANALYSIS {
    absl::Mutex mutex;
    Turns turns;
    int value = 0;
    std::thread holder([&]() ABSL_NO_THREAD_SAFETY_ANALYSIS {
      mutex.Lock();
      ++value;
      turns.Give(1);
      turns.Wait(2);
      mutex.Unlock();
    });
    turns.Wait(1);
    if (mutex.TryLock()) std::exit(1);
    ++value;
    turns.Give(2);
    holder.join();
    std::exit(0);
  };
  EXPECT_EXIT(program(), ExitedWithCode(kRace), "data race");
}

// A wait that never gave the mutex up would leave the write of the other thread, made under the
// mutex, unordered with what the waiting thread does before and after.
TEST_F(TsanDeathTest, AWaitGivesTheMutexUpAndTakesItAgain) {
  const auto waits = {
      +[](absl::CondVar& changed, absl::Mutex& mutex) { changed.Wait(&mutex); },
      +[](absl::CondVar& changed, absl::Mutex& mutex) {
        changed.WaitWithTimeout(&mutex, absl::InfiniteDuration());
      },
      +[](absl::CondVar& changed, absl::Mutex& mutex) {
        changed.WaitWithDeadline(&mutex, absl::InfiniteFuture());
      },
  };
  for (const auto wait : waits) {
    const auto program = [wait] {
      absl::Mutex mutex;
      absl::CondVar changed;
      int value = 0;
      Turns turns;
      std::thread writer([&] {
        turns.Wait(1);
        const absl::MutexLock hold(&mutex);
        ++value;
        changed.Signal();
      });
      {
        const absl::MutexLock hold(&mutex);
        ++value;
        turns.Give(1);
        while (value == 1) wait(changed, mutex);
        ++value;
      }
      writer.join();
      std::exit(0);
    };
    EXPECT_EXIT(program(), ExitedWithCode(kNoRace), "");
  }
}

TEST_F(TsanDeathTest, ASignalAloneOrdersNothing) {
  const auto program = [] {
    absl::Mutex mutex;
    absl::CondVar changed;
    int value = 0;
    bool done = false;
    std::thread writer([&] {
      {
        const absl::MutexLock hold(&mutex);
        done = true;
      }
      ++value;
      changed.Signal();
    });
    {
      const absl::MutexLock hold(&mutex);
      while (!done) changed.WaitWithTimeout(&mutex, absl::Milliseconds(1));
    }
    ++value;
    writer.join();
    std::exit(0);
  };
  EXPECT_EXIT(program(), ExitedWithCode(kRace), "data race");
}

TEST_F(TsanDeathTest, WhatCameBeforeANotificationIsNoRace) {
  const auto waits = {
      +[](const absl::Notification& done) { done.WaitForNotification(); },
      +[](const absl::Notification& done) {
        if (!done.WaitForNotificationWithTimeout(absl::InfiniteDuration())) std::exit(1);
      },
      +[](const absl::Notification& done) {
        if (!done.WaitForNotificationWithDeadline(absl::InfiniteFuture())) std::exit(1);
      },
      +[](const absl::Notification& done) {
        if (!done.HasBeenNotified()) std::exit(1);
      },
  };
  for (const auto wait : waits) {
    absl::Notification done;
    int value = 0;
    EXPECT_EXIT(InTurn(
                    [&] {
                      ++value;
                      done.Notify();
                    },
                    [&] {
                      wait(done);
                      ++value;
                    }),
                ExitedWithCode(kNoRace), "");
  }
}

TEST_F(TsanDeathTest, WhatCameAfterANotificationIsARace) {
  absl::Notification done;
  int value = 0;
  EXPECT_EXIT(InTurn(
                  [&] {
                    done.Notify();
                    ++value;
                  },
                  [&] {
                    done.WaitForNotification();
                    ++value;
                  }),
              ExitedWithCode(kRace), "data race");
}

TEST_F(TsanDeathTest, AWaitThatEndedWithoutANotificationOrdersNothing) {
  const auto waits = {
      +[](const absl::Notification& done) {
        if (done.WaitForNotificationWithTimeout(absl::ZeroDuration())) std::exit(1);
      },
      +[](const absl::Notification& done) {
        if (done.WaitForNotificationWithDeadline(absl::InfinitePast())) std::exit(1);
      },
  };
  for (const auto wait : waits) {
    absl::Notification done;
    int value = 0;
    EXPECT_EXIT(InTurn([&] { ++value; },
                       [&] {
                         wait(done);
                         ++value;
                       }),
                ExitedWithCode(kRace), "data race");
  }
}

// Whoever destroys a notification waits inside for the notifier to be done with it.
TEST_F(TsanDeathTest, TheEndOfANotificationComesAfterIt) {
  alignas(absl::Notification) unsigned char place[sizeof(absl::Notification)];
  auto* const done = new (place) absl::Notification();
  int value = 0;
  EXPECT_EXIT(InTurn(
                  [&] {
                    ++value;
                    done->Notify();
                  },
                  [&] {
                    done->~Notification();
                    ++value;
                  }),
              ExitedWithCode(kNoRace), "");
}

TEST_F(TsanDeathTest, ADestructionThatNothingOrdersAfterTheLastUseIsARace) {
  alignas(absl::Mutex) unsigned char place[sizeof(absl::Mutex)];
  auto* const mutex = new (place) absl::Mutex();
  EXPECT_EXIT(InTurn([&] { const absl::MutexLock hold(mutex); }, [&] { mutex->~Mutex(); }),
              ExitedWithCode(kRace), "data race");
}

}  // namespace
}  // namespace athena
