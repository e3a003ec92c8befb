#include "libs/parallel/parallel_for.h"

#include <system_error>
#include <thread>

namespace athena {

absl::Status ParallelFor(size_t count, size_t min_parallel,
                         absl::FunctionRef<absl::Status(size_t begin, size_t end)> body) {
  if (count < min_parallel || count < 2 || std::thread::hardware_concurrency() == 1) {
    return body(0, count);
  }
  const size_t middle = count / 2;
  absl::Status first;
  std::thread other;
  try {
    other = std::thread([&] { first = body(0, middle); });
  } catch (const std::system_error&) {
    return body(0, count);
  }
  absl::Status second = body(middle, count);
  other.join();
  return first.ok() ? second : first;
}

}  // namespace athena
