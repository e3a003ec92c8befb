#include "services/athenactl/files/text/text_source.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/status/macros.h"

namespace athena::athenactl {
namespace {

absl::Status FileFault(const std::string& path, std::string_view what, int error) {
  const std::string text = absl::StrCat(path, " ", std::string(what), ": ", std::strerror(error));
  return error == ENOENT || error == EACCES || error == ENOTDIR ? absl::NotFoundError(text)
                                                                : absl::UnknownError(text);
}

// A file without a name, which is gone when it is closed; -1 with errno.
int OpenTemporary() {
  std::error_code ignored;
  const std::filesystem::path folder = std::filesystem::temp_directory_path(ignored);
  std::string name = (folder.empty() ? "/tmp" : folder.string()) + "/athenactl-XXXXXX";
  const int file = mkostemp(name.data(), O_CLOEXEC);
  if (file >= 0) unlink(name.c_str());
  return file;
}

}  // namespace

absl::StatusOr<TextSource> TextSource::Open(const std::string& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return FileFault(path, "cannot be read", errno);
  TextSource source(path, file);
  struct stat about {};
  if (fstat(file, &about) != 0) return FileFault(path, "cannot be read", errno);
  if (S_ISDIR(about.st_mode)) {
    return absl::InvalidArgumentError(absl::StrCat(path, " is a folder, want a file"));
  }
  if (!S_ISREG(about.st_mode)) {
    ATHENA_RETURN_IF_ERROR(source.CopyPipe());
  }
  source.stamp_ = source.Stamp();
  return source;
}

TextSource TextSource::OfText(std::string_view text) {
  TextSource source("", -1);
  source.text_ = text;
  return source;
}

TextSource::TextSource(TextSource&& other) noexcept
    : path_(std::move(other.path_)),
      file_(std::exchange(other.file_, -1)),
      stamp_(std::move(other.stamp_)),
      text_(other.text_),
      at_(other.at_) {}

TextSource::~TextSource() {
  if (file_ >= 0) close(file_);
}

std::string TextSource::Stamp() const {
  struct stat about {};
  if (file_ < 0 || fstat(file_, &about) != 0) return "";
  return absl::StrCat(about.st_size, " ", about.st_mtim.tv_sec, " ", about.st_mtim.tv_nsec);
}

absl::Status TextSource::CopyPipe() {
  const int copy = OpenTemporary();
  if (copy < 0) return FileFault(path_, "cannot be copied to a temporary file", errno);
  TextSource written(path_, copy);  // closes it after an error
  std::array<char, 1 << 16> block;
  for (int64_t all = 0;;) {
    ATHENA_ASSIGN_OR_RETURN(const size_t bytes, Read(block.data(), block.size()));
    if (bytes == 0) break;
    all += static_cast<int64_t>(bytes);
    if (all > kMostBytesOfPipe) {
      return absl::InvalidArgumentError(
          absl::StrCat(path_, " is no regular file and has more than ", kMostBytesOfPipe,
                       " bytes: write it to a file first"));
    }
    for (size_t done = 0; done < bytes;) {
      const ssize_t more = write(copy, block.data() + done, bytes - done);
      if (more < 0) return FileFault(path_, "cannot be copied to a temporary file", errno);
      done += static_cast<size_t>(more);
    }
  }
  std::swap(file_, written.file_);
  return Rewind();
}

absl::StatusOr<size_t> TextSource::Read(char* to, size_t size) {
  if (file_ < 0) {
    const size_t bytes = std::min(size, text_.size() - at_);
    std::copy_n(text_.data() + at_, bytes, to);
    at_ += bytes;
    return bytes;
  }
  for (;;) {
    const ssize_t bytes = read(file_, to, size);
    if (bytes >= 0) return static_cast<size_t>(bytes);
    if (errno != EINTR) return FileFault(path_, "cannot be read to its end", errno);
  }
}

absl::Status TextSource::Rewind() {
  at_ = 0;
  if (file_ < 0) return absl::OkStatus();
  if (!stamp_.empty() && Stamp() != stamp_) {
    return absl::AbortedError(absl::StrCat(path_, " changed while it was read"));
  }
  if (lseek(file_, 0, SEEK_SET) != 0) return FileFault(path_, "cannot be read again", errno);
  return absl::OkStatus();
}

}  // namespace athena::athenactl
