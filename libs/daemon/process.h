#ifndef ATHENA_LIBS_DAEMON_PROCESS_H_
#define ATHENA_LIBS_DAEMON_PROCESS_H_

// What a service's process sets up before anything else. Call each once, from main.
namespace athena::daemon {

// Opens /dev/null for those of the descriptors 0, 1 and 2 that are closed. The next file would get
// such a number, and the log would be written into it.
void OpenStandardDescriptors();

// Limits the allocator to one heap per core. By default it has eight: what a large request leaves
// free in one is lost to requests that allocate from another, and the process grows to a multiple
// of what it needs.
void LimitHeaps();

// Turns off Abseil's detection of lock-order inversions, which takes four times as long as the lock
// itself. Builds with assertions or sanitizers, which look for such faults, keep it.
void DisableDeadlockDetection();

}  // namespace athena::daemon

#endif  // ATHENA_LIBS_DAEMON_PROCESS_H_
