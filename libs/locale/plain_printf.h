#ifndef ATHENA_LIBS_LOCALE_PLAIN_PRINTF_H_
#define ATHENA_LIBS_LOCALE_PLAIN_PRINTF_H_

#include <locale.h>

namespace athena {

// While it lives, this thread's printf and strtod write and read numbers as in C ("0.5"), whatever
// the process's locale: for libraries that use them where a format prescribes the point.
class PlainPrintf {
 public:
  PlainPrintf();
  ~PlainPrintf();
  PlainPrintf(const PlainPrintf&) = delete;
  PlainPrintf& operator=(const PlainPrintf&) = delete;

 private:
  const locale_t before_;
};

}  // namespace athena

#endif  // ATHENA_LIBS_LOCALE_PLAIN_PRINTF_H_
