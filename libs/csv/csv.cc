#include "libs/csv/csv.h"

#include <array>
#include <charconv>
#include <cmath>
#include <system_error>

namespace athena {
namespace {

// A space, a tab, and the no-break spaces U+00A0 and U+202F, which spreadsheets put around numbers.
constexpr std::array<std::string_view, 4> kBlanks = {" ", "\t", "\xC2\xA0", "\xE2\x80\xAF"};

// Whether, after any number of apostrophes, there is what begins a formula.
bool LooksGuarded(std::string_view text) {
  const size_t begin = text.find_first_not_of('\'');
  return begin != std::string_view::npos &&
         std::string_view("=+-@\t\r").find(text[begin]) != std::string_view::npos;
}

bool IsNumber(std::string_view text) {
  double number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, fault] = std::from_chars(text.data(), end, number);
  return fault == std::errc() && stop == end && std::isfinite(number);
}

}  // namespace

std::string_view Trimmed(std::string_view text) {
  for (bool again = true; again;) {
    again = false;
    for (const std::string_view blank : kBlanks) {
      if (text.substr(0, blank.size()) == blank) {
        text.remove_prefix(blank.size());
        again = true;
      }
      if (text.size() >= blank.size() && text.substr(text.size() - blank.size()) == blank) {
        text.remove_suffix(blank.size());
        again = true;
      }
    }
  }
  return text;
}

std::string CsvLine(const std::vector<std::string>& fields, std::string_view line_end) {
  std::string line;
  for (size_t i = 0; i < fields.size(); ++i) {
    const std::string& field = fields[i];
    if (i > 0) line += ',';
    // A line that is empty would be skipped by readers.
    if (field.find_first_of(",\"\r\n") == std::string::npos && Trimmed(field) == field &&
        !(fields.size() == 1 && field.empty())) {
      line += field;
      continue;
    }
    line += '"';
    for (const char letter : field) {
      if (letter == '"') line += '"';
      line += letter;
    }
    line += '"';
  }
  line += line_end;
  return line;
}

std::string Guarded(std::string_view text) {
  const bool guard = LooksGuarded(text) && (text.front() == '\'' || !IsNumber(text));
  std::string guarded = guard ? "'" : "";
  guarded += text;
  return guarded;
}

std::string Unguarded(std::string_view text) {
  if (LooksGuarded(text) && text.front() == '\'') text.remove_prefix(1);
  return std::string(text);
}

}  // namespace athena
