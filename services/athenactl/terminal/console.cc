#include "services/athenactl/terminal/console.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "services/athenactl/terminal/text.h"

namespace athena::athenactl {
namespace {

constexpr int kBarWidth = 20;
constexpr int kDefaultWidth = 80;  // of a terminal that does not tell

int TerminalWidth(int descriptor) {
  winsize size = {};
  if (ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return kDefaultWidth;
}

bool IsSet(const char* variable) {
  const char* value = std::getenv(variable);
  return value != nullptr && *value != '\0';
}

// Whether the terminal can neither draw over a line nor show colours.
bool IsDumb() {
  const char* terminal = std::getenv("TERM");
  return terminal != nullptr && std::string_view(terminal) == "dumb";
}

// Whether the locale's encoding is UTF-8, by its name: "nl_BE.UTF-8", "C.utf8".
bool LocaleIsUtf8() {
  for (const char* variable : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    if (!IsSet(variable)) continue;
    const std::string name = absl::AsciiStrToLower(std::getenv(variable));
    return name.find("utf-8") != std::string::npos || name.find("utf8") != std::string::npos;
  }
  return false;
}

const char* volatile interrupt_advice = "";

// Async-signal-safe.
void Interrupted(int) {
  const auto print = [](const char* text) {
    static_cast<void>(write(STDERR_FILENO, text, std::strlen(text)) < 0);
  };
  print("\nathenactl: interrupted: ");
  print(interrupt_advice);
  print("\n");
  _exit(130);
}

std::string MinutesAndSeconds(absl::Duration time) {
  const int64_t seconds = absl::ToInt64Seconds(absl::Ceil(time, absl::Seconds(1)));
  return absl::StrFormat("%d:%02d", seconds / 60, seconds % 60);
}

}  // namespace

void Console::Print(std::string_view text) {
  if (ascii) {
    out << ToAscii(text);
  } else {
    out << text;
  }
}

Console ProcessConsole() {
  Console console{std::cout, std::cerr};
  console.out_terminal = isatty(STDOUT_FILENO) == 1;
  console.err_terminal = isatty(STDERR_FILENO) == 1 && !IsDumb();
  if (console.out_terminal) console.width = TerminalWidth(STDOUT_FILENO);
  if (isatty(STDERR_FILENO) == 1) console.err_width = TerminalWidth(STDERR_FILENO);
  console.ascii = !LocaleIsUtf8();
  return console;
}

bool SetColour(std::string_view when, Console* console) {
  console->colour = when == "always" ||
                    (when == "auto" && console->out_terminal && !IsDumb() && !IsSet("NO_COLOR"));
  return when == "always" || when == "auto" || when == "never";
}

void OnInterrupt(const char* advice) {
  interrupt_advice = advice;
  struct sigaction action = {};
  action.sa_handler = Interrupted;
  sigaction(SIGINT, &action, nullptr);
}

std::string ProgressLine(std::string_view label, int64_t done, int64_t total,
                         absl::Duration elapsed, int width) {
  const double share = total > 0 ? static_cast<double>(done) / static_cast<double>(total) : 1.0;
  const int filled = std::clamp(static_cast<int>(share * kBarWidth), 0, kBarWidth);
  std::string line =
      absl::StrCat("[", std::string(filled, '#'), std::string(kBarWidth - filled, '-'), "] ",
                   Grouped(done), "/", Grouped(total), " ", View(label));
  const double seconds = absl::ToDoubleSeconds(elapsed);
  if (done > 0 && seconds > 0) {
    const double rate = static_cast<double>(done) / seconds;
    absl::StrAppend(&line, "  ", Grouped(static_cast<int64_t>(rate)), "/s");
    if (done < total) {
      absl::StrAppend(&line, "  ",
                      MinutesAndSeconds(absl::Seconds(static_cast<double>(total - done) / rate)),
                      " left");
    }
  }
  return Cut(line, width);
}

Progress::Progress(Console& console, std::string label, int64_t total)
    : console_(console), label_(std::move(label)), total_(total), begun_(absl::Now()) {
  Show(0);
}

void Progress::Show(int64_t done) {
  if (!console_.err_terminal) return;
  const int width = console_.width > 0 ? console_.width : kDefaultWidth;
  console_.err << "\r\x1b[K" << ProgressLine(label_, done, total_, absl::Now() - begun_, width - 1)
               << std::flush;
  drawn_ = true;
}

Progress::~Progress() {
  if (drawn_) console_.err << "\r\x1b[K" << std::flush;
}

}  // namespace athena::athenactl
