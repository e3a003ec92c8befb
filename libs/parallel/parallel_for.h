#ifndef ATHENA_LIBS_PARALLEL_PARALLEL_FOR_H_
#define ATHENA_LIBS_PARALLEL_PARALLEL_FOR_H_

#include <cstddef>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"

namespace athena {

// Calls body(begin, end) for both halves of the range [0, count) in parallel, one of them on a new
// thread, and returns when both have returned. Fewer items than `min_parallel` are processed by one
// call body(0, count) on the calling thread, since starting a thread costs some 50 microseconds. So
// are all of them where there is one processor, or a thread cannot be started.
//
// Returns the error of the first half, or else that of the second. `body` must be safe to call from
// two threads with disjoint ranges, and must not throw.
absl::Status ParallelFor(size_t count, size_t min_parallel,
                         absl::FunctionRef<absl::Status(size_t begin, size_t end)> body);

}  // namespace athena

#endif  // ATHENA_LIBS_PARALLEL_PARALLEL_FOR_H_
