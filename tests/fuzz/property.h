#ifndef ATHENA_TESTS_FUZZ_PROPERTY_H_
#define ATHENA_TESTS_FUZZ_PROPERTY_H_

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

// What libFuzzer, and the replay of the seeds, call with each input. Every fuzzer defines it.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace athena::fuzz {

inline std::string_view TextOf(const uint8_t* data, size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// Ends the process, which is what a fuzzer takes for a finding, unless the property holds.
inline void Require(bool holds, const char* property) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", property);
  std::abort();
}

}  // namespace athena::fuzz

#endif  // ATHENA_TESTS_FUZZ_PROPERTY_H_
