#include "libs/log/log.h"

#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "libs/log/line_writer.h"

namespace athena::log {
namespace {

// What waits for stderr: some thousands of lines.
constexpr size_t kMaxWaitingBytes = 4 << 20;
constexpr absl::Duration kFlushAtExit = absl::Seconds(1);

// The one mutable global of the project: a process has one stderr.
struct Output {
  std::atomic<Level> level{Level::kInfo};
  std::atomic<bool> captured{false};
  absl::Mutex mutex;
  std::function<void(const std::string&)> sink ABSL_GUARDED_BY(mutex);
};

Output& TheOutput() {
  static Output& output = *new Output;  // never destroyed: threads may log until the very end
  return output;
}

const char* Name(Level level) {
  constexpr const char* kNames[] = {"debug", "info", "warning", "error"};
  return kNames[static_cast<size_t>(level)];
}

std::string Render(Level level, std::string_view event, Fields fields) {
  nlohmann::ordered_json line;
  line["time"] = absl::FormatTime("%Y-%m-%dT%H:%M:%E6SZ", absl::Now(), absl::UTCTimeZone());
  line["level"] = Name(level);
  line["event"] = event;
  for (const Field& field : fields) {
    std::visit([&](auto value) { line[std::string(field.name())] = value; }, field.value());
  }
  return line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string DroppedNotice(int64_t dropped) {
  return Render(Level::kWarning, "log lines were dropped", {{"lines", dropped}});
}

// Started by the first line.
LineWriter& Stderr() {
  static LineWriter& writer = *[] {
    std::atexit([] { Flush(kFlushAtExit); });
    return new LineWriter(STDERR_FILENO, kMaxWaitingBytes, DroppedNotice);
  }();
  return writer;
}

}  // namespace

bool Enabled(Level level) { return level >= TheOutput().level.load(std::memory_order_relaxed); }

void SetLevel(Level level) { TheOutput().level.store(level, std::memory_order_relaxed); }

std::optional<Level> ParseLevel(std::string_view name) {
  for (Level level : {Level::kDebug, Level::kInfo, Level::kWarning, Level::kError}) {
    if (name == Name(level)) return level;
  }
  return std::nullopt;
}

void Write(Level level, std::string_view event, Fields fields) {
  if (!Enabled(level)) return;
  std::string text = Render(level, event, fields);
  Output& output = TheOutput();
  if (output.captured.load(std::memory_order_acquire)) {
    absl::MutexLock lock(&output.mutex);
    if (output.sink) return output.sink(text);
  }
  Stderr().Write(std::move(text));
}

void Flush(absl::Duration timeout) { Stderr().Flush(timeout); }

int64_t DroppedLines() { return Stderr().dropped(); }

Capture::Capture(std::function<void(const std::string&)> sink) {
  Output& output = TheOutput();
  absl::MutexLock lock(&output.mutex);
  output.sink = std::move(sink);
  output.captured.store(true, std::memory_order_release);
}

Capture::~Capture() {
  Output& output = TheOutput();
  absl::MutexLock lock(&output.mutex);
  output.sink = nullptr;
  output.captured.store(false, std::memory_order_release);
}

}  // namespace athena::log
