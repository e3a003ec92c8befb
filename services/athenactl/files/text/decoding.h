#ifndef ATHENA_SERVICES_ATHENACTL_FILES_TEXT_DECODING_H_
#define ATHENA_SERVICES_ATHENACTL_FILES_TEXT_DECODING_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

// The encoding of text files: UTF-8, with or without a byte order mark. Pure and thread-safe.
namespace athena::athenactl {

inline constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// How many bytes at the beginning of `text` are whole characters of UTF-8: text.size() when all of
// it is. As in RFC 3629: no surrogates, no overlong forms, at most U+10FFFF.
size_t Utf8Prefix(std::string_view text);

// Where a byte stands. A column is a character, from 1.
struct TextPlace {
  int64_t line = 1;
  int64_t column = 1;
};
// The place of text[at], with UTF-8 before it, when `text` begins in `first_line`.
TextPlace PlaceOf(std::string_view text, size_t at, int64_t first_line = 1);

// "the byte E9 is not UTF-8 (Windows-1252? save as UTF-8)".
std::string NotUtf8(char byte);

// Checks the first bytes of a file, as many as there are up to some hundred. INVALID_ARGUMENT names
// what it is instead of text in UTF-8: UTF-16, UTF-32, a workbook, a compressed file.
absl::Status CheckEncoding(std::string_view beginning);

// The text of a whole file without its byte order mark; it borrows `bytes`. INVALID_ARGUMENT,
// "PATH:7:12: the byte E9 is not UTF-8 ...".
absl::StatusOr<std::string_view> DecodeText(const std::string& path, std::string_view bytes);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_FILES_TEXT_DECODING_H_
