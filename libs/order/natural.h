#ifndef ATHENA_LIBS_ORDER_NATURAL_H_
#define ATHENA_LIBS_ORDER_NATURAL_H_

#include <string_view>

namespace athena {

// Natural order of codes: runs of digits count as numbers, so "3.1.9" comes before "3.1.10", and a
// code before those that continue it. Negative, 0 or positive. A total order: 0 for equal texts
// only ("01" comes before "1"). Pure and thread-safe.
int CompareNaturally(std::string_view a, std::string_view b);

inline bool NaturalLess(std::string_view a, std::string_view b) {
  return CompareNaturally(a, b) < 0;
}

}  // namespace athena

#endif  // ATHENA_LIBS_ORDER_NATURAL_H_
