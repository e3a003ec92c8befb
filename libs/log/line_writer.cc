#include "libs/log/line_writer.h"

#include <unistd.h>

#include <cerrno>
#include <string_view>
#include <thread>
#include <utility>

#include "absl/time/clock.h"

namespace athena::log {
namespace {

// Gives up on an error that another attempt would not mend: there is nowhere to report it.
void WriteAll(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno != EINTR) return;
    if (written > 0) text.remove_prefix(static_cast<size_t>(written));
  }
}

}  // namespace

LineWriter::LineWriter(int descriptor, size_t max_bytes, std::function<std::string(int64_t)> notice)
    : descriptor_(descriptor), max_bytes_(max_bytes), notice_(std::move(notice)) {
  std::thread([this] { Loop(); }).detach();
}

void LineWriter::Write(std::string line) {
  line += '\n';
  absl::MutexLock lock(&mutex_);
  if (bytes_ + line.size() > max_bytes_) {
    ++dropped_;
    ++unreported_;
    return;
  }
  if (unreported_ > 0) {
    lines_.push_back(notice_(std::exchange(unreported_, 0)) + '\n');
    bytes_ += lines_.back().size();
  }
  bytes_ += line.size();
  lines_.push_back(std::move(line));
  changed_.SignalAll();
}

void LineWriter::Flush(absl::Duration timeout) {
  absl::MutexLock lock(&mutex_);
  const absl::Time end = absl::Now() + timeout;
  while (!lines_.empty() || writing_) {
    if (changed_.WaitWithDeadline(&mutex_, end)) return;
  }
}

int64_t LineWriter::dropped() const {
  absl::MutexLock lock(&mutex_);
  return dropped_;
}

void LineWriter::Loop() {
  for (;;) {
    std::string line;
    {
      absl::MutexLock lock(&mutex_);
      while (lines_.empty()) changed_.Wait(&mutex_);
      line = std::move(lines_.front());
      lines_.pop_front();
      bytes_ -= line.size();
      writing_ = true;
    }
    WriteAll(descriptor_, line);
    absl::MutexLock lock(&mutex_);
    writing_ = false;
    changed_.SignalAll();
  }
}

}  // namespace athena::log
