#ifndef ATHENA_SERVICES_ATHENACTL_CONSOLE_H_
#define ATHENA_SERVICES_ATHENACTL_CONSOLE_H_

#include <cstdint>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>

#include "absl/time/time.h"

// What is written to: results to `out`, progress and errors to `err`.
namespace athena::athenactl {

struct Console {
  std::ostream& out;
  std::ostream& err;
  bool colour = false;        // results may carry colours
  bool out_terminal = false;  // results go to a terminal
  bool err_terminal = false;  // so does progress, and may be drawn over
  int width = 0;              // columns of the terminal; 0: unlimited
};

// The console of this process. `colour` is auto, always or never; NO_COLOR (not empty) and
// TERM=dumb turn auto into never. nullopt for another word.
std::optional<Console> ProcessConsole(std::string_view colour);

// The line that shows how far something is, at most `width` columns:
//   [##########----------] 4,210/10,000 rows  12,300/s  0:05 left
// Pure.
std::string ProgressLine(std::string_view label, int64_t done, int64_t total,
                         absl::Duration elapsed, int width);

// Shows progress while it lives: on a terminal one line, drawn over and wiped away at the end; else
// nothing. Not thread-safe.
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

#endif  // ATHENA_SERVICES_ATHENACTL_CONSOLE_H_
