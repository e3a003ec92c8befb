#include "libs/halves/halves.h"

#include <system_error>
#include <thread>

namespace athena {

absl::Status InHalves(size_t count, size_t least,
                      absl::FunctionRef<absl::Status(size_t begin, size_t end)> work) {
  if (count < least || count < 2 || std::thread::hardware_concurrency() == 1) return work(0, count);
  const size_t half = count / 2;
  absl::Status first;
  std::thread other;
  try {
    other = std::thread([&] { first = work(0, half); });
  } catch (const std::system_error&) {
    return work(0, count);
  }
  absl::Status second = work(half, count);
  other.join();
  return first.ok() ? second : first;
}

}  // namespace athena
