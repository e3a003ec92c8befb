#include "libs/rpc/transport/trace.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "absl/random/random.h"
#include "absl/strings/str_cat.h"

namespace athena::rpc {
namespace {

constexpr size_t kTraceId = 3, kTraceIdSize = 32;
constexpr size_t kParentId = 36, kParentIdSize = 16;
constexpr size_t kFlags = 53, kSize = 55;

bool IsHex(std::string_view digits) {
  return std::all_of(digits.begin(), digits.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool IsId(std::string_view digits) {
  return IsHex(digits) && digits.find_first_not_of('0') != std::string_view::npos;
}

bool IsWellFormed(std::string_view sent) {
  if (sent.size() < kSize || sent[2] != '-' || sent[kParentId - 1] != '-' ||
      sent[kFlags - 1] != '-') {
    return false;
  }
  const std::string_view version = sent.substr(0, 2);
  if (!IsHex(version) || version == "ff") return false;
  if (sent.size() > kSize && (version == "00" || sent[kSize] != '-')) return false;
  return IsId(sent.substr(kTraceId, kTraceIdSize)) && IsId(sent.substr(kParentId, kParentIdSize)) &&
         IsHex(sent.substr(kFlags, 2));
}

// Never 0, which names nothing.
uint64_t RandomId() {
  thread_local absl::BitGen random;
  return absl::Uniform<uint64_t>(absl::IntervalClosed, random, 1, UINT64_MAX);
}

}  // namespace

std::string TraceparentOf(std::string_view sent) {
  if (IsWellFormed(sent)) return std::string(sent.substr(0, kSize));
  const auto id = [] { return absl::Hex(RandomId(), absl::kZeroPad16); };
  return absl::StrCat("00-", id(), id(), "-", id(), "-00");
}

std::string_view TraceIdOf(std::string_view traceparent) {
  return traceparent.substr(kTraceId, kTraceIdSize);
}

}  // namespace athena::rpc
