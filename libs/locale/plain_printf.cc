#include "libs/locale/plain_printf.h"

namespace athena {
namespace {

locale_t Plain() {
  static const locale_t plain = newlocale(LC_ALL_MASK, "C", nullptr);
  return plain;
}

}  // namespace

PlainPrintf::PlainPrintf() : before_(uselocale(Plain())) {}

PlainPrintf::~PlainPrintf() { uselocale(before_); }

}  // namespace athena
