#include "services/athenactl/sheets/files/zip.h"

#include <zlib.h>

#include <cstddef>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace athena::athenactl {
namespace {

constexpr std::string_view kEndOfDirectory = "PK\x05\x06";
constexpr std::string_view kEntry = "PK\x01\x02";
constexpr std::string_view kFile = "PK\x03\x04";
constexpr size_t kEndBytes = 22;
constexpr size_t kEntryBytes = 46;
constexpr size_t kFileBytes = 30;
constexpr size_t kMostCommentBytes = 65'535;
constexpr uint64_t kStored = 0;
constexpr uint64_t kDeflated = 8;

// A little-endian number.
uint64_t NumberAt(std::string_view bytes, size_t at, size_t size) {
  uint64_t number = 0;
  for (size_t i = size; i-- > 0;) number = number << 8 | static_cast<unsigned char>(bytes[at + i]);
  return number;
}

absl::Status BrokenZip() {
  return absl::InvalidArgumentError(
      "this is no whole XLSX file: want one that a spreadsheet saved");
}

bool Inflate(std::string_view compressed, std::string* inflated) {
  z_stream stream = {};
  if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) return false;
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(compressed.data()));
  stream.avail_in = static_cast<uInt>(compressed.size());
  stream.next_out = reinterpret_cast<Bytef*>(inflated->data());
  stream.avail_out = static_cast<uInt>(inflated->size());
  const int done = inflate(&stream, Z_FINISH);
  const bool whole = done == Z_STREAM_END && stream.avail_out == 0;
  inflateEnd(&stream);
  return whole;
}

}  // namespace

absl::StatusOr<ZipArchive> ZipArchive::Open(std::string_view zip) {
  if (zip.size() < kEndBytes) return BrokenZip();
  const size_t last = zip.size() - kEndBytes;
  const size_t end = zip.rfind(kEndOfDirectory, last);
  if (end == std::string_view::npos || last - end > kMostCommentBytes) return BrokenZip();
  const uint64_t count = NumberAt(zip, end + 10, 2);
  uint64_t at = NumberAt(zip, end + 16, 4);
  if (count > kMostFilesOfZip) {
    return absl::InvalidArgumentError("the file has more parts than a workbook");
  }
  ZipArchive archive(zip);
  int64_t inflated = 0;
  for (uint64_t file = 0; file < count; ++file) {
    if (at > end || end - at < kEntryBytes || zip.substr(at, 4) != kEntry) return BrokenZip();
    const uint64_t name_bytes = NumberAt(zip, at + 28, 2);
    if (end - at - kEntryBytes < name_bytes) return BrokenZip();
    const Entry entry = {NumberAt(zip, at + 10, 2), NumberAt(zip, at + 42, 4),
                         NumberAt(zip, at + 20, 4), NumberAt(zip, at + 24, 4)};
    archive.entries_[std::string(zip.substr(at + kEntryBytes, name_bytes))] = entry;
    inflated += static_cast<int64_t>(entry.size);
    at += kEntryBytes + name_bytes + NumberAt(zip, at + 30, 2) + NumberAt(zip, at + 32, 2);
  }
  if (inflated > kMostInflatedBytes) {
    return absl::InvalidArgumentError(absl::StrCat("got a workbook that takes ", inflated,
                                                   " bytes when it is inflated, want at most ",
                                                   kMostInflatedBytes));
  }
  return archive;
}

absl::StatusOr<std::string> ZipArchive::Read(const std::string& name) const {
  const auto found = entries_.find(name);
  if (found == entries_.end()) return std::string();
  const Entry& entry = found->second;
  if (entry.offset > zip_.size() || zip_.size() - entry.offset < kFileBytes ||
      zip_.substr(entry.offset, 4) != kFile) {
    return BrokenZip();
  }
  const uint64_t begin = entry.offset + kFileBytes + NumberAt(zip_, entry.offset + 26, 2) +
                         NumberAt(zip_, entry.offset + 28, 2);
  if (begin > zip_.size() || zip_.size() - begin < entry.compressed) return BrokenZip();
  const std::string_view compressed = zip_.substr(begin, entry.compressed);
  if (entry.method == kStored && entry.size == entry.compressed) return std::string(compressed);
  std::string inflated(entry.size, '\0');
  if (entry.method != kDeflated || !Inflate(compressed, &inflated)) return BrokenZip();
  return inflated;
}

}  // namespace athena::athenactl
