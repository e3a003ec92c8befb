#include "services/athenactl/terminal/text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <system_error>
#include <utility>
#include <vector>

#include "libs/decimal/number_format.h"
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

// The number of a code point; 0xFFFD for bytes that are none. `bytes` becomes how many it takes.
uint32_t CodePointAt(std::string_view text, size_t at, size_t* bytes) {
  constexpr uint32_t kNone = 0xFFFD;
  const auto byte = [&](size_t offset) {
    return at + offset < text.size() ? static_cast<unsigned char>(text[at + offset]) : 0u;
  };
  const uint32_t first = byte(0);
  *bytes = 1;
  if (first < 0x80) return first;
  const size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4) return kNone;
  uint32_t number = first & (0xFFu >> (length + 1));
  for (size_t offset = 1; offset < length; ++offset) {
    if ((byte(offset) & 0xC0) != 0x80) return kNone;
    number = number << 6 | (byte(offset) & 0x3F);
  }
  const bool longer_than_needed =
      (length == 3 && number < 0x800) || (length == 4 && number < 0x10000);
  if (longer_than_needed || number > 0x10FFFF || (number >= 0xD800 && number <= 0xDFFF)) {
    return kNone;
  }
  *bytes = length;
  return number;
}

// What a terminal may act on although it is no C0 control character: C1 controls, line separators,
// marks of direction (U+202A..2E, U+2066..69 and the like), the byte order mark.
bool SteersTerminal(uint32_t code_point) {
  return (code_point >= 0x80 && code_point <= 0x9F) || code_point == 0x61C ||
         code_point == 0x200E || code_point == 0x200F ||
         (code_point >= 0x2028 && code_point <= 0x202E) ||
         (code_point >= 0x2066 && code_point <= 0x2069) || code_point == 0xFEFF;
}

// U+00C0 to U+017F without their accents.
constexpr std::string_view kPlainLetters =
    "AAAAAAACEEEEIIIIDNOOOOOxOUUUUYTsaaaaaaaceeeeiiiidnooooo/ouuuuyty"
    "AaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGgHhHhIiIiIiIiIiIiJjKkkLlLlLlLlLlNnNnNnnNnOoOoOoOoRrRrRrSs"
    "SsSsSsTtTtTtUuUuUuUuUuUuWwYyYZzZzZzs";

char AsciiOf(uint32_t code_point) {
  if (code_point < 0x80) return static_cast<char>(code_point);
  if (code_point >= 0xC0 && code_point - 0xC0 < kPlainLetters.size()) {
    return kPlainLetters[code_point - 0xC0];
  }
  switch (code_point) {
    case 0xA0:
    case 0x202F:
      return ' ';
    case 0xB7:  // middle dot
      return '.';
    case 0x2013:  // dashes
    case 0x2014:
    case 0x2500:
      return '-';
    case 0x2018:
    case 0x2019:
      return '\'';
    case 0x201C:
    case 0x201D:
    case 0xAB:
    case 0xBB:
      return '"';
    case 0x2026:  // ellipsis
      return '~';
    case 0x2502:
      return '|';
    case 0x251C:
      return '+';
    case 0x2514:
      return '`';
    case 0x25CF:  // the signs of GREEN, AMBER and RED
      return 'o';
    case 0x25B2:
      return '^';
    case 0x25A0:
      return '#';
    default:
      break;
  }
  // Eighths across, of bars, and upwards, of sparklines.
  if (code_point == 0x2588 || (code_point >= 0x2589 && code_point <= 0x258F)) {
    return code_point <= 0x258C ? '#' : '.';
  }
  if (code_point >= 0x2581 && code_point <= 0x2587) {
    return static_cast<char>('1' + (code_point - 0x2581));
  }
  return '?';
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

std::string Printable(std::string_view text) {
  const std::string printable = status::Printable(text, kLongestText);
  std::string safe;
  for (size_t at = 0, bytes = 0; at < printable.size(); at += bytes) {
    const uint32_t code_point = CodePointAt(printable, at, &bytes);
    if (SteersTerminal(code_point)) {
      constexpr char kHex[] = "0123456789abcdef";
      safe += "\\u";
      for (int shift = 12; shift >= 0; shift -= 4) safe += kHex[code_point >> shift & 0xF];
    } else {
      safe.append(printable, at, bytes);
    }
  }
  return safe;
}

std::string ToAscii(std::string_view text) {
  std::string ascii;
  for (size_t at = 0, bytes = 0; at < text.size(); at += bytes) {
    const uint32_t code_point = CodePointAt(text, at, &bytes);
    if (code_point == 0x2264 || code_point == 0x2265) {  // less, greater or equal
      const bool blank = text.substr(at + bytes, 1) == " ";
      ascii += code_point == 0x2264 ? "<=" : ">=";
      if (blank) ++at;  // in as many columns as before
    } else if (!IsCombiningMark(text.substr(at, bytes))) {
      ascii += AsciiOf(code_point);
    }
  }
  return ascii;
}

bool IsUtf8(std::string_view text) {
  for (size_t at = 0, bytes = 0; at < text.size(); at += bytes) {
    const bool replacement = text.substr(at, 3) == "\uFFFD";
    if (CodePointAt(text, at, &bytes) == 0xFFFD && !replacement) return false;
  }
  return true;
}

std::vector<std::string> Wrapped(std::string_view text, int columns) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    size_t end = text.size();
    size_t next = end;
    if (columns > 0 && Width(text) > columns) {
      size_t fits = 0;  // the bytes of `columns` columns
      for (int width = 0; fits < text.size();) {
        const size_t bytes = CodePointBytes(text, fits);
        if (!IsCombiningMark(text.substr(fits, bytes)) && ++width > columns) break;
        fits += bytes;
      }
      const size_t blank = text.substr(0, fits + 1).rfind(' ');
      const bool breaks =
          blank != std::string_view::npos && blank > 0 && text.find_first_not_of(' ') < blank;
      end = breaks ? blank : fits;
      next = breaks ? blank + 1 : fits;
    }
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(next);
  }
  return lines;
}

std::string WrappedLines(std::string_view text, int columns) {
  if (columns <= 0) return std::string(text);
  std::string all;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::vector<std::string> lines = Wrapped(text.substr(0, end), columns);
    for (size_t at = 0; at < lines.size(); ++at) {
      if (at > 0) all += '\n';
      all += lines[at];
    }
    if (end < text.size()) all += '\n';
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return all;
}

std::string Grouped(std::string_view decimal, std::string_view language) {
  return InLanguage(decimal, language);
}

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
