#include "libs/order/natural.h"

#include <cstddef>

namespace athena {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

int Sign(int order) { return order < 0 ? -1 : order > 0 ? 1 : 0; }

// Takes the digits at `*at`, without leading zeros.
std::string_view TakeNumber(std::string_view text, size_t* at) {
  while (*at < text.size() && text[*at] == '0') ++*at;
  const size_t begin = *at;
  while (*at < text.size() && IsDigit(text[*at])) ++*at;
  return text.substr(begin, *at - begin);
}

}  // namespace

int CompareNaturally(std::string_view a, std::string_view b) {
  size_t i = 0;
  size_t k = 0;
  while (i < a.size() && k < b.size()) {
    if (IsDigit(a[i]) && IsDigit(b[k])) {
      const std::string_view left = TakeNumber(a, &i);
      const std::string_view right = TakeNumber(b, &k);
      if (left.size() != right.size()) return left.size() < right.size() ? -1 : 1;
      if (const int order = left.compare(right); order != 0) return Sign(order);
    } else {
      if (a[i] != b[k]) return a[i] < b[k] ? -1 : 1;
      ++i;
      ++k;
    }
  }
  if (i < a.size()) return 1;
  if (k < b.size()) return -1;
  return Sign(a.compare(b));
}

}  // namespace athena
