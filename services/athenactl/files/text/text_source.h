#ifndef ATHENA_SERVICES_ATHENACTL_FILES_TEXT_TEXT_SOURCE_H_
#define ATHENA_SERVICES_ATHENACTL_FILES_TEXT_TEXT_SOURCE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace athena::athenactl {

// What is not a regular file (a pipe, /dev/stdin) is copied to a temporary file, up to this size,
// so that it can be read twice.
inline constexpr int64_t kMostBytesOfPipe = int64_t{1} << 30;

// The bytes of a file, read block by block and as often as needed. Not thread-safe.
class TextSource {
 public:
  // NOT_FOUND when the file cannot be opened, INVALID_ARGUMENT for a folder and for a pipe that is
  // too long. Errors name the file.
  static absl::StatusOr<TextSource> Open(const std::string& path);
  // `text` is borrowed.
  static TextSource OfText(std::string_view text);

  TextSource(TextSource&& other) noexcept;
  TextSource& operator=(TextSource&&) = delete;
  ~TextSource();

  // Reads up to `size` bytes to `to`; 0 at the end.
  absl::StatusOr<size_t> Read(char* to, size_t size);
  // Goes back to the beginning. ABORTED when the file has changed since it was opened.
  absl::Status Rewind();

 private:
  TextSource(std::string path, int file) : path_(std::move(path)), file_(file) {}
  absl::Status CopyPipe();
  std::string Stamp() const;  // size and time of the last change

  std::string path_;
  int file_ = -1;  // -1: `text_` is read
  std::string stamp_;
  std::string_view text_;
  size_t at_ = 0;
};

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_FILES_TEXT_TEXT_SOURCE_H_
