#ifndef ATHENA_LIBS_LOG_LOG_H_
#define ATHENA_LIBS_LOG_LOG_H_

#include <concepts>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

// The log of a service: one JSON object per line on stderr, with the members "time" (UTC,
// microseconds), "level", "event" and the fields of the event, in the order given:
//   log::Info("listening", {{"address", address}, {"port", port}});
//   {"time":"2026-01-02T03:04:05.678901Z","level":"info","event":"listening","address":...}
// An event is a name in lower case, always the same for the same thing; what varies is in fields.
// Never a secret, never an observation's comment. Text that is not UTF-8 is repaired with U+FFFD.
// Lines below the level are not built; callers whose fields cost something to make ask Enabled
// first.
//
// Thread-safe. Logging never waits for stderr: a thread of its own writes the lines, whole and in
// order. When nobody reads stderr, lines are dropped; the next line that can be written says how
// many (event "log lines were dropped").
namespace athena::log {

enum class Level { kDebug, kInfo, kWarning, kError };

class Field {
 public:
  template <std::integral Number>
  Field(std::string_view name, Number value) : name_(name) {
    if constexpr (std::same_as<Number, bool>) {
      value_ = value;
    } else {
      value_ = static_cast<int64_t>(value);
    }
  }
  Field(std::string_view name, double value) : name_(name), value_(value) {}
  Field(std::string_view name, std::string_view value) : name_(name), value_(value) {}
  Field(std::string_view name, const char* value) : name_(name), value_(std::string_view(value)) {}
  Field(std::string_view name, const std::string& value)
      : name_(name), value_(std::string_view(value)) {}
  Field(std::string_view name, absl::string_view value)
      : name_(name), value_(std::string_view(value.data(), value.size())) {}

  using Value = std::variant<bool, int64_t, double, std::string_view>;
  std::string_view name() const { return name_; }
  const Value& value() const { return value_; }

 private:
  std::string_view name_;
  Value value_;
};
using Fields = std::initializer_list<Field>;

bool Enabled(Level level);
void SetLevel(Level level);  // the lowest that is written; kInfo at first
// "debug", "info", "warning" or "error".
std::optional<Level> ParseLevel(std::string_view name);

void Write(Level level, std::string_view event, Fields fields = {});
inline void Info(std::string_view event, Fields fields = {}) { Write(Level::kInfo, event, fields); }
inline void Error(std::string_view event, Fields fields = {}) {
  Write(Level::kError, event, fields);
}

// Waits until all lines have been written, at most `timeout`. Called at exit with a second; before
// anything that ends the process in another way, call it yourself.
void Flush(absl::Duration timeout);

// How many lines were dropped so far.
int64_t DroppedLines();

// For tests: while one lives, lines go to `sink` (called under a lock) instead of stderr. One at a
// time.
class Capture {
 public:
  explicit Capture(std::function<void(const std::string& line)> sink);
  ~Capture();
  Capture(const Capture&) = delete;
  Capture& operator=(const Capture&) = delete;
};

}  // namespace athena::log

#endif  // ATHENA_LIBS_LOG_LOG_H_
