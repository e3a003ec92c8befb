#ifndef ATHENA_LIBS_LOG_LINE_WRITER_H_
#define ATHENA_LIBS_LOG_LINE_WRITER_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace athena::log {

// Writes lines to a file descriptor on a thread of its own, so that a reader that is slow, or that
// is gone, never holds up whoever logs. Thread-safe.
//
// At most `max_bytes` of lines wait. Lines beyond that are dropped and counted; when there is room
// again, the line that `notice` makes of their number is written where they would have stood.
//
// The thread may be blocked in a write for ever. Therefore it is never joined, and a LineWriter is
// never destroyed.
class LineWriter {
 public:
  LineWriter(int descriptor, size_t max_bytes, std::function<std::string(int64_t dropped)> notice);
  ~LineWriter() = delete;

  // `line` without its line break. Never blocks on the descriptor.
  void Write(std::string line);

  // Waits until all lines have been written, at most `timeout`.
  void Flush(absl::Duration timeout);

  // All lines that were dropped so far.
  int64_t dropped() const;

 private:
  void Loop();

  const int descriptor_;
  const size_t max_bytes_;
  const std::function<std::string(int64_t)> notice_;
  mutable absl::Mutex mutex_;
  absl::CondVar changed_;  // lines_ or writing_
  std::deque<std::string> lines_ ABSL_GUARDED_BY(mutex_);
  size_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;  // of lines_
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  int64_t dropped_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t unreported_ ABSL_GUARDED_BY(mutex_) = 0;  // dropped since the last notice
};

}  // namespace athena::log

#endif  // ATHENA_LIBS_LOG_LINE_WRITER_H_
