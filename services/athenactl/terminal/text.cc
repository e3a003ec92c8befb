#include "services/athenactl/terminal/text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <system_error>
#include <utility>
#include <vector>

#include "libs/status/status.h"

namespace athena::athenactl {
namespace {

// Longer than any text that a contract allows (4,000 bytes, each at most \xNN).
constexpr size_t kLongestText = 16'000;

bool ContinuesCodePoint(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

size_t CodePointBytes(std::string_view text, size_t at) {
  size_t bytes = 1;
  while (at + bytes < text.size() && ContinuesCodePoint(text[at + bytes])) ++bytes;
  return bytes;
}

// U+0300 to U+036F, the combining diacritical marks: 0xCC 0x80 to 0xCD 0xAF.
bool IsCombiningMark(std::string_view code_point) {
  if (code_point.size() != 2) return false;
  const auto lead = static_cast<unsigned char>(code_point[0]);
  const auto trail = static_cast<unsigned char>(code_point[1]);
  return lead == 0xCC || (lead == 0xCD && trail <= 0xAF);
}

// A decimal as its digits, without zeros at either end, and the place of the point: 0.DIGITS times
// ten to the power `exponent`. Zero has no digits.
struct Digits {
  bool negative = false;
  std::string digits;
  int64_t exponent = 0;

  friend bool operator==(const Digits& a, const Digits& b) {
    return a.negative == b.negative && a.digits == b.digits && a.exponent == b.exponent;
  }
};

// `text` is a number as ReadNumber reads it.
Digits DigitsOf(std::string_view text) {
  Digits read;
  bool point = false;
  for (size_t at = 0; at < text.size(); ++at) {
    const char letter = text[at];
    if (letter == '-') {
      read.negative = true;
    } else if (letter == '.') {
      point = true;
    } else if (letter == 'e' || letter == 'E') {
      at += at + 1 < text.size() && text[at + 1] == '+' ? 2 : 1;
      int64_t power = 0;
      std::from_chars(text.data() + at, text.data() + text.size(), power);
      read.exponent += power;
      break;
    } else {
      if (!point && !(read.digits.empty() && letter == '0')) ++read.exponent;
      if (point && read.digits.empty() && letter == '0') --read.exponent;
      if (!read.digits.empty() || letter != '0') read.digits += letter;
    }
  }
  read.digits.resize(read.digits.find_last_not_of('0') + 1);
  return read.digits.empty() ? Digits{} : read;
}

}  // namespace

std::string Printable(std::string_view text) { return status::Printable(text, kLongestText); }

int Width(std::string_view text) {
  int width = 0;
  for (size_t at = 0; at < text.size();) {
    const size_t bytes = CodePointBytes(text, at);
    if (!IsCombiningMark(text.substr(at, bytes))) ++width;
    at += bytes;
  }
  return width;
}

std::string Cut(std::string_view text, int columns) {
  if (Width(text) <= columns) return std::string(text);
  if (columns < 1) return "";
  size_t at = 0;
  for (int width = 0; at < text.size();) {
    const size_t bytes = CodePointBytes(text, at);
    if (!IsCombiningMark(text.substr(at, bytes)) && ++width == columns) break;
    at += bytes;
  }
  return std::string(text.substr(0, at)) + "…";
}

std::string PadRight(std::string_view text, int columns) {
  return std::string(text) + std::string(std::max(0, columns - Width(text)), ' ');
}

std::string PadLeft(std::string_view text, int columns) {
  return std::string(std::max(0, columns - Width(text)), ' ') + std::string(text);
}

std::string Grouped(int64_t number) {
  std::string digits = std::to_string(number);
  const int first = number < 0 ? 1 : 0;
  for (int at = static_cast<int>(digits.size()) - 3; at > first; at -= 3) {
    digits.insert(static_cast<size_t>(at), ",");
  }
  return digits;
}

std::string Counted(int64_t number, std::string_view one, std::string_view many) {
  return Grouped(number) + " " + std::string(number == 1 ? one : many);
}

std::string Shortest(double number) {
  // 1e300 in plain notation is 301 digits long.
  std::array<char, 512> text;
  const auto [end, fault] =
      std::to_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  return fault == std::errc() ? std::string(text.data(), end) : std::to_string(number);
}

std::optional<double> ReadNumber(std::string_view text) {
  double number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, fault] = std::from_chars(text.data(), end, number);
  if (fault != std::errc() || stop != end || !std::isfinite(number)) return std::nullopt;
  return number;
}

bool KeepsPrecision(std::string_view text, double number) {
  return DigitsOf(text) == DigitsOf(Shortest(number));
}

std::optional<int64_t> WholeNumber(std::string_view text) {
  int64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, fault] = std::from_chars(text.data(), end, number);
  if (fault != std::errc() || stop != end || text.front() == '-') return std::nullopt;
  return number;
}

size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = std::exchange(row[0], i);
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replace = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replace});
    }
  }
  return row[b.size()];
}

}  // namespace athena::athenactl
