#include "libs/log/log.h"

#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <atomic>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace athena::log {
namespace {

// The one mutable global of the house: a process has one stderr.
struct Output {
  Output() : logger("athena", std::make_shared<spdlog::sinks::stderr_sink_mt>()) {
    logger.set_pattern("%v");
    logger.set_level(spdlog::level::trace);
  }
  std::atomic<Level> level{Level::kInfo};
  spdlog::logger logger;
  std::atomic<bool> captured{false};
  absl::Mutex mutex;
  std::function<void(const std::string&)> sink ABSL_GUARDED_BY(mutex);
};

Output& TheOutput() {
  static Output& output = *new Output;  // never destroyed: threads may log until the very end
  return output;
}

const char* Name(Level level) {
  switch (level) {
    case Level::kDebug:
      return "debug";
    case Level::kInfo:
      return "info";
    case Level::kWarning:
      return "warning";
    case Level::kError:
      return "error";
  }
  return "error";
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
  nlohmann::ordered_json line;
  line["time"] = absl::FormatTime("%Y-%m-%dT%H:%M:%E6SZ", absl::Now(), absl::UTCTimeZone());
  line["level"] = Name(level);
  line["event"] = event;
  for (const Field& field : fields) {
    std::visit([&](auto value) { line[std::string(field.name())] = value; }, field.value());
  }
  std::string text = line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  Output& output = TheOutput();
  if (output.captured.load(std::memory_order_acquire)) {
    absl::MutexLock lock(&output.mutex);
    if (output.sink) return output.sink(text);
  }
  // Passed as an argument: braces in the text are no format of spdlog's.
  output.logger.log(spdlog::level::info, spdlog::string_view_t(text));
}

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
