#ifndef ATHENA_SERVICES_ATHENACTL_TERMINAL_CONSOLE_H_
#define ATHENA_SERVICES_ATHENACTL_TERMINAL_CONSOLE_H_

#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>

#include "absl/time/time.h"

// Output: results go to `out`, progress and errors to `err`.
namespace athena::athenactl {

struct Console {
  std::ostream& out;
  std::ostream& err;
  bool colour = false;        // results may carry colours
  bool out_terminal = false;  // `out` is a terminal
  bool err_terminal = false;  // `err` is a terminal that can draw over a line
  int width = 0;              // columns of the terminal `out`; 0: unlimited
  int err_width = 0;          // the same of `err`
  bool ascii = false;         // people's texts are in ASCII: the locale has no UTF-8

  // Prints a text for people. Data (JSON, CSV) go to `out` as they are.
  void Print(std::string_view text);
};

// The console of this process, without colour. Its encoding is that of LC_ALL, else LC_CTYPE, else
// LANG.
Console ProcessConsole();
// Sets `colour` by the flag --color: auto, always or never; false for another word. The variables
// NO_COLOR (not empty) and TERM=dumb turn auto into never.
bool SetColour(std::string_view when, Console* console);

// From now on Ctrl-C (SIGINT) prints "athenactl: interrupted: " and this to standard error, and
// ends the process with exit code 130. `advice` is a literal. Replaces what was set before.
void OnInterrupt(const char* advice);

// A line that shows progress, at most `width` columns wide:
//   [##########----------] 4,210/10,000 rows  12,300/s  0:05 left
// Pure.
std::string ProgressLine(std::string_view label, int64_t done, int64_t total,
                         absl::Duration elapsed, int width);

// Shows progress on a terminal, in one line that the destructor wipes away; elsewhere nothing. Not
// thread-safe.
class Progress {
 public:
  Progress(Console& console, std::string label, int64_t total);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void Show(int64_t done);

 private:
  Console& console_;
  const std::string label_;
  const int64_t total_;
  const absl::Time begun_;
  bool drawn_ = false;
};

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_TERMINAL_CONSOLE_H_
