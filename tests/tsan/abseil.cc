// Tells the thread sanitizer what the system's Abseil does.
//
// The sanitizer learns what happens before what from instrumented code and from pthread calls. The
// system's Abseil is not instrumented, and its Mutex, CondVar and Notification sit on futexes: to
// the sanitizer, two threads that meet in an absl::Mutex have never met, and all that the mutex
// guards is a race. (The annotations in Abseil's own sources are compiled out of a library that was
// built without the sanitizer.)
//
// So in the preset tsan the linker hands our calls of these functions (--wrap, see CMakeLists.txt)
// to the wrappers below, which call the real function between the annotations that Abseil has
// inside. A wrapper promises no more than the function does; a lock of one mutex says nothing about
// another, a wait that timed out says nothing of a notification.
//
// Left unseen: what Abseil calls within itself, and what other libraries call (gRPC; so the preset
// builds the core alone).

#include <sanitizer/tsan_interface.h>

#include <cstddef>
#include <cstdint>

#include "absl/base/attributes.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "absl/time/time.h"

// WRAP(bool, TryLock, "_ZN", "5Mutex7TryLockEv", (absl::Mutex * mutex)) { ... } declares
// RealTryLock and opens the body of its wrapper. A member function is called as a function of its
// object, which the Itanium ABI makes the first argument.
#define WRAP(result, name, kind, symbol, parameters)                                   \
  result Real##name parameters __asm__("__real_" kind ATHENA_ABSEIL_NAMESPACE symbol); \
  result Wrap##name parameters __asm__("__wrap_" kind ATHENA_ABSEIL_NAMESPACE symbol); \
  result Wrap##name parameters

// Mutex. Its constructor is inline and tells the sanitizer itself.

WRAP(void, Lock, "_ZN", "5Mutex4LockEv", (absl::Mutex * mutex)) {
  __tsan_mutex_pre_lock(mutex, 0);
  RealLock(mutex);
  __tsan_mutex_post_lock(mutex, 0, 0);
}

WRAP(void, Unlock, "_ZN", "5Mutex6UnlockEv", (absl::Mutex * mutex)) {
  __tsan_mutex_pre_unlock(mutex, 0);
  RealUnlock(mutex);
  __tsan_mutex_post_unlock(mutex, 0);
}

WRAP(bool, TryLock, "_ZN", "5Mutex7TryLockEv", (absl::Mutex * mutex)) {
  __tsan_mutex_pre_lock(mutex, __tsan_mutex_try_lock);
  const bool locked = RealTryLock(mutex);
  __tsan_mutex_post_lock(mutex, __tsan_mutex_try_lock | (locked ? 0 : __tsan_mutex_try_lock_failed),
                         0);
  return locked;
}

WRAP(void, ReaderLock, "_ZN", "5Mutex10ReaderLockEv", (absl::Mutex * mutex)) {
  __tsan_mutex_pre_lock(mutex, __tsan_mutex_read_lock);
  RealReaderLock(mutex);
  __tsan_mutex_post_lock(mutex, __tsan_mutex_read_lock, 0);
}

WRAP(void, ReaderUnlock, "_ZN", "5Mutex12ReaderUnlockEv", (absl::Mutex * mutex)) {
  __tsan_mutex_pre_unlock(mutex, __tsan_mutex_read_lock);
  RealReaderUnlock(mutex);
  __tsan_mutex_post_unlock(mutex, __tsan_mutex_read_lock);
}

WRAP(bool, ReaderTryLock, "_ZN", "5Mutex13ReaderTryLockEv", (absl::Mutex * mutex)) {
  constexpr unsigned kFlags = __tsan_mutex_read_lock | __tsan_mutex_try_lock;
  __tsan_mutex_pre_lock(mutex, kFlags);
  const bool locked = RealReaderTryLock(mutex);
  __tsan_mutex_post_lock(mutex, kFlags | (locked ? 0 : __tsan_mutex_try_lock_failed), 0);
  return locked;
}

WRAP(void, DestroyMutex, "_ZN", "5MutexD1Ev", (absl::Mutex * mutex)) {
  __tsan_mutex_destroy(mutex, __tsan_mutex_not_static);
  RealDestroyMutex(mutex);
}

// CondVar. A wait gives the mutex up and takes it again; that, and no signal, is what orders the
// threads, as with any condition variable. All waits take the mutex to be held for writing, as
// whoever waits in the core does.
//
// From pre_unlock to post_unlock the sanitizer looks away, as it does inside each call above:
// Abseil's deadlock detector, which a lock runs, guards its memory with a lock that is never seen.

WRAP(void, Wait, "_ZN", "7CondVar4WaitEPNS0_5MutexE",
     (absl::CondVar * condition, absl::Mutex* mutex)) {
  __tsan_mutex_pre_unlock(mutex, 0);
  RealWait(condition, mutex);
  __tsan_mutex_post_unlock(mutex, 0);
  __tsan_mutex_pre_lock(mutex, 0);
  __tsan_mutex_post_lock(mutex, 0, 0);
}

WRAP(bool, WaitWithTimeout, "_ZN", "7CondVar15WaitWithTimeoutEPNS0_5MutexENS0_8DurationE",
     (absl::CondVar * condition, absl::Mutex* mutex, absl::Duration timeout)) {
  __tsan_mutex_pre_unlock(mutex, 0);
  const bool timed_out = RealWaitWithTimeout(condition, mutex, timeout);
  __tsan_mutex_post_unlock(mutex, 0);
  __tsan_mutex_pre_lock(mutex, 0);
  __tsan_mutex_post_lock(mutex, 0, 0);
  return timed_out;
}

WRAP(bool, WaitWithDeadline, "_ZN", "7CondVar16WaitWithDeadlineEPNS0_5MutexENS0_4TimeE",
     (absl::CondVar * condition, absl::Mutex* mutex, absl::Time deadline)) {
  __tsan_mutex_pre_unlock(mutex, 0);
  const bool timed_out = RealWaitWithDeadline(condition, mutex, deadline);
  __tsan_mutex_post_unlock(mutex, 0);
  __tsan_mutex_pre_lock(mutex, 0);
  __tsan_mutex_post_lock(mutex, 0, 0);
  return timed_out;
}

// Notification. HasBeenNotified is inline and acquires the flag behind the mutex; so what Notify
// releases, and what a wait acquires, is that flag. Between pre_signal and post_signal the
// sanitizer looks away, and does nothing else: a notification locks its mutex, which runs the
// deadlock detector.

namespace {

void* Flag(const absl::Notification* notification) {
  static_assert(
      sizeof(absl::Notification) == 2 * sizeof(absl::Mutex),
      "absl::Notification is no longer a mutex and the flag: find the flag and change Flag()");
  const auto* mutex = reinterpret_cast<const absl::Mutex*>(notification);
  return const_cast<absl::Mutex*>(mutex + 1);
}

}  // namespace

WRAP(void, Notify, "_ZN", "12Notification6NotifyEv", (absl::Notification * notification)) {
  __tsan_release(Flag(notification));
  __tsan_mutex_pre_signal(notification, 0);
  RealNotify(notification);
  __tsan_mutex_post_signal(notification, 0);
}

WRAP(void, WaitForNotification, "_ZNK", "12Notification19WaitForNotificationEv",
     (const absl::Notification* notification)) {
  __tsan_mutex_pre_signal(Flag(notification), 0);
  RealWaitForNotification(notification);
  __tsan_mutex_post_signal(Flag(notification), 0);
  __tsan_acquire(Flag(notification));
}

WRAP(bool, WaitForNotificationWithTimeout, "_ZNK",
     "12Notification30WaitForNotificationWithTimeoutENS0_8DurationE",
     (const absl::Notification* notification, absl::Duration timeout)) {
  __tsan_mutex_pre_signal(Flag(notification), 0);
  const bool notified = RealWaitForNotificationWithTimeout(notification, timeout);
  __tsan_mutex_post_signal(Flag(notification), 0);
  if (notified) __tsan_acquire(Flag(notification));
  return notified;
}

WRAP(bool, WaitForNotificationWithDeadline, "_ZNK",
     "12Notification31WaitForNotificationWithDeadlineENS0_4TimeE",
     (const absl::Notification* notification, absl::Time deadline)) {
  __tsan_mutex_pre_signal(Flag(notification), 0);
  const bool notified = RealWaitForNotificationWithDeadline(notification, deadline);
  __tsan_mutex_post_signal(Flag(notification), 0);
  if (notified) __tsan_acquire(Flag(notification));
  return notified;
}

// Its mutex, which the destructor takes and destroys out of the sanitizer's sight, comes first in
// it.
WRAP(void, DestroyNotification, "_ZN", "12NotificationD1Ev", (absl::Notification * notification)) {
  __tsan_acquire(Flag(notification));
  __tsan_mutex_pre_signal(notification, 0);
  RealDestroyNotification(notification);
  __tsan_mutex_post_signal(notification, 0);
  __tsan_mutex_destroy(notification, __tsan_mutex_not_static);
}
