#include "services/athenactl/sheets/files/zip_size.h"

#include <cstddef>

#include "absl/status/status.h"

namespace athena::athenactl {
namespace {

constexpr std::string_view kEndOfDirectory = "PK\x05\x06";
constexpr std::string_view kFileHeader = "PK\x01\x02";
constexpr size_t kEndBytes = 22;
constexpr size_t kHeaderBytes = 46;
constexpr size_t kMostCommentBytes = 65'535;
constexpr uint64_t kIsZip64 = 0xFFFF'FFFF;

// A little-endian number.
uint64_t NumberAt(std::string_view bytes, size_t at, size_t size) {
  uint64_t number = 0;
  for (size_t i = size; i-- > 0;) number = number << 8 | static_cast<unsigned char>(bytes[at + i]);
  return number;
}

absl::Status Broken() {
  return absl::InvalidArgumentError("this is no whole XLSX file: want one that a spreadsheet saved");
}

}  // namespace

absl::StatusOr<int64_t> InflatedSize(std::string_view zip) {
  if (zip.size() < kEndBytes) return Broken();
  const size_t last = zip.size() - kEndBytes;
  const size_t end = zip.rfind(kEndOfDirectory, last);
  if (end == std::string_view::npos || last - end > kMostCommentBytes) return Broken();
  const uint64_t count = NumberAt(zip, end + 10, 2);
  const uint64_t bytes = NumberAt(zip, end + 12, 4);
  const uint64_t begin = NumberAt(zip, end + 16, 4);
  if (begin == kIsZip64 || bytes > end || begin > end - bytes) return Broken();
  if (count > kMostPartsOfWorkbook) {
    return absl::InvalidArgumentError("the file has more parts than a workbook");
  }
  int64_t inflated = 0;
  size_t at = begin;
  for (uint64_t file = 0; file < count; ++file) {
    if (at > end || end - at < kHeaderBytes || zip.substr(at, 4) != kFileHeader) return Broken();
    const uint64_t size = NumberAt(zip, at + 24, 4);
    if (size == kIsZip64) return Broken();
    inflated += static_cast<int64_t>(size);
    at += kHeaderBytes + NumberAt(zip, at + 28, 2) + NumberAt(zip, at + 30, 2) +
          NumberAt(zip, at + 32, 2);
  }
  return inflated;
}

}  // namespace athena::athenactl
