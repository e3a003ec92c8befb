#include "services/indicator/model/cell_block.h"

#include <bit>
#include <cstddef>

#include "absl/strings/str_cat.h"
#include "libs/status/status.h"

namespace athena::indicator {
namespace {

constexpr unsigned kCommentBit = 1U << 3;
constexpr unsigned kStatusShift = 4;
constexpr size_t kValueBytes = sizeof(double);
static_assert(kMaxBlockCellBytes == 1 + kValueBytes);
static_assert(v1::ObservationStatus_ARRAYSIZE <= 16, "a status has four bits");

void WriteValue(double value, char* to) {
  const auto bits = std::bit_cast<uint64_t>(value);
  for (size_t i = 0; i < kValueBytes; ++i) to[i] = static_cast<char>(bits >> (8 * i));
}

double ReadValue(const char* bytes) {
  uint64_t bits = 0;
  for (size_t i = 0; i < kValueBytes; ++i) {
    bits |= static_cast<uint64_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
  }
  return std::bit_cast<double>(bits);
}

}  // namespace

void AppendToBlock(const BlockCell& cell, std::string* bytes) {
  const unsigned head = static_cast<unsigned>(PlaceOf(cell.period)) |
                        (cell.has_comment ? kCommentBit : 0U) |
                        static_cast<unsigned>(cell.status) << kStatusShift;
  char written[kMaxBlockCellBytes];
  written[0] = static_cast<char>(head);
  const bool has_value = HasValue(cell.status);
  if (has_value) WriteValue(cell.value, written + 1);
  bytes->append(written, has_value ? sizeof written : 1);
}

absl::Status ReadBlock(int32_t block, std::string_view bytes,
                       absl::FunctionRef<void(const BlockCell&)> visit) {
  int32_t next_place = 0;
  for (size_t at = 0; at < bytes.size();) {
    const auto head = static_cast<unsigned char>(bytes[at++]);
    const int32_t place = head & (kBlockPeriods - 1);
    BlockCell cell;
    cell.period = block * kBlockPeriods + place;
    cell.status = head >> kStatusShift;
    cell.has_comment = (head & kCommentBit) != 0;
    const size_t value_bytes = HasValue(cell.status) ? kValueBytes : 0;
    if (place < next_place || !v1::ObservationStatus_IsValid(cell.status) ||
        bytes.size() - at < value_bytes) {
      return status::Internal(absl::StrCat("stored cells of block ", block,
                                           " cannot be read: byte ", at - 1, " is ",
                                           static_cast<int>(head)));
    }
    if (value_bytes > 0) cell.value = ReadValue(bytes.data() + at);
    at += value_bytes;
    next_place = place + 1;
    visit(cell);
  }
  if (bytes.empty()) return status::Internal(absl::StrCat("block ", block, " holds no cell"));
  return absl::OkStatus();
}

}  // namespace athena::indicator
