#ifndef ATHENA_LIBS_HALVES_HALVES_H_
#define ATHENA_LIBS_HALVES_HALVES_H_

#include <cstddef>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"

namespace athena {

// Does something to `count` items on two processors: calls work(0, half) and work(half, count) at
// the same time, one of them on a thread that is made for it, and returns once both have returned.
// Fewer items than `least` are done in one call, work(0, count), on the calling thread: a thread
// costs some 50 microseconds. So are all of them where there is one processor, or no thread to be
// had.
//
// Returns the error of the first half, or else that of the second; OK when there is none. `work`
// must be safe to call from two threads, each with its own items, and must not throw.
absl::Status InHalves(size_t count, size_t least,
                      absl::FunctionRef<absl::Status(size_t begin, size_t end)> work);

}  // namespace athena

#endif  // ATHENA_LIBS_HALVES_HALVES_H_
