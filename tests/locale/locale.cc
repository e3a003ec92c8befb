// Linked into a test program, lets it run in the locale that ATHENA_TEST_LOCALE names
// ("de_DE.UTF-8") as a whole, C and C++ alike. Where the machine has no such locale the program
// fails.

#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <locale>
#include <stdexcept>

// glibc keeps the folders of LOCPATH once it has read them, and nothing points to them any more.
// Read by the leak sanitizer, where there is one.
extern "C" const char* __lsan_default_suppressions() { return "leak:__argz_add_sep\n"; }

namespace {

bool SetLocale() {
  const char* const name = std::getenv("ATHENA_TEST_LOCALE");
  if (name == nullptr) return false;
  try {
    std::locale::global(std::locale(name));
  } catch (const std::runtime_error& error) {
    std::fprintf(stderr, "%s: no locale \"%s\"; LOCPATH names the folder where it is looked for\n",
                 error.what(), name);
    std::_Exit(1);
  }
  return true;
}

// Before main, so that nothing has been read or written in another locale.
[[maybe_unused]] const bool kIsSet = SetLocale();

}  // namespace
