#include "services/athenactl/files/text/decoding.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "libs/status/macros.h"

namespace athena::athenactl {
namespace {

bool Continues(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

// The bytes of the character that begins at `at`; 0 when none does.
size_t CharacterBytes(std::string_view text, size_t at) {
  const auto lead = static_cast<unsigned char>(text[at]);
  if (lead < 0x80) return 1;
  if (lead < 0xC2 || lead > 0xF4) return 0;
  const size_t bytes = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (text.size() - at < bytes) return 0;
  for (size_t next = at + 1; next < at + bytes; ++next) {
    if (!Continues(text[next])) return 0;
  }
  const auto second = static_cast<unsigned char>(text[at + 1]);
  // Overlong forms, surrogates, and what lies beyond U+10FFFF.
  if ((lead == 0xE0 && second < 0xA0) || (lead == 0xED && second > 0x9F) ||
      (lead == 0xF0 && second < 0x90) || (lead == 0xF4 && second > 0x8F)) {
    return 0;
  }
  return bytes;
}

bool StartsWith(std::string_view text, std::string_view beginning) {
  return text.substr(0, beginning.size()) == beginning;
}

// Of text in ASCII, UTF-16 without a mark has a NUL in every second byte.
bool LooksLikeUtf16(std::string_view beginning) {
  size_t nuls[2] = {0, 0};
  for (size_t at = 0; at < beginning.size(); ++at) nuls[at % 2] += beginning[at] == '\0' ? 1U : 0U;
  const size_t half = beginning.size() / 2;
  return half > 0 && std::max(nuls[0], nuls[1]) >= (half + 1) / 2 &&
         std::min(nuls[0], nuls[1]) == 0;
}

}  // namespace

size_t Utf8Prefix(std::string_view text) {
  for (size_t at = 0; at < text.size();) {
    const size_t bytes = CharacterBytes(text, at);
    if (bytes == 0) return at;
    at += bytes;
  }
  return text.size();
}

TextPlace PlaceOf(std::string_view text, size_t at, int64_t first_line) {
  TextPlace place{first_line, 1};
  for (size_t before = 0; before < std::min(at, text.size()); ++before) {
    const bool lone_return =
        text[before] == '\r' && (before + 1 == text.size() || text[before + 1] != '\n');
    if (text[before] == '\n' || lone_return) {
      ++place.line;
      place.column = 1;
    } else if (!Continues(text[before])) {
      ++place.column;
    }
  }
  return place;
}

std::string NotUtf8(char byte) {
  return absl::StrFormat("the byte %02X is not UTF-8 (Windows-1252? save as UTF-8)",
                         static_cast<unsigned char>(byte));
}

absl::Status CheckEncoding(std::string_view beginning) {
  using std::string_view_literals::operator""sv;
  const auto is = [](std::string_view what) {
    return absl::InvalidArgumentError(
        absl::StrCat("the file is ", std::string(what), ": save it as text in UTF-8"));
  };
  if (StartsWith(beginning, "\xFF\xFE\0\0"sv) || StartsWith(beginning, "\0\0\xFE\xFF"sv)) {
    return is("UTF-32");
  }
  if (StartsWith(beginning, "\xFF\xFE") || StartsWith(beginning, "\xFE\xFF")) return is("UTF-16");
  if (StartsWith(beginning, "PK\x03\x04")) return is("a workbook (XLSX, ODS) or a ZIP archive");
  if (StartsWith(beginning, "\xD0\xCF\x11\xE0")) return is("a workbook (XLS)");
  if (StartsWith(beginning, "\x1F\x8B")) return is("compressed (gzip)");
  if (LooksLikeUtf16(beginning)) return is("UTF-16");
  if (beginning.find('\0') != std::string_view::npos) {
    return absl::InvalidArgumentError("the file has NUL bytes and is no text: want text in UTF-8");
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string_view> DecodeText(const std::string& path, std::string_view bytes) {
  constexpr size_t kBeginning = 512;
  if (const absl::Status fault = CheckEncoding(bytes.substr(0, kBeginning)); !fault.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, ": ", std::string(fault.message().data(), fault.message().size())));
  }
  if (StartsWith(bytes, kByteOrderMark)) bytes.remove_prefix(kByteOrderMark.size());
  const size_t good = Utf8Prefix(bytes);
  if (good == bytes.size()) return bytes;
  const TextPlace place = PlaceOf(bytes, good);
  return absl::InvalidArgumentError(
      absl::StrCat(path, ":", place.line, ":", place.column, ": ", NotUtf8(bytes[good])));
}

}  // namespace athena::athenactl
