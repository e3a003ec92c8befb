#ifndef ATHENA_SERVICES_ATHENACTL_TERMINAL_TEXT_H_
#define ATHENA_SERVICES_ATHENACTL_TERMINAL_TEXT_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/string_view.h"

// Text for a terminal. Pure and thread-safe; nothing here depends on a locale.
namespace athena::athenactl {

// absl::string_view may be a type of its own.
inline absl::string_view View(std::string_view text) { return {text.data(), text.size()}; }
inline std::string_view View(absl::string_view text) { return {text.data(), text.size()}; }

// Escapes control characters (C0 and C1), line separators, marks that change the direction of text
// and bytes that are not UTF-8, so that recorded text cannot control a terminal.
std::string Printable(std::string_view text);
// The same text in ASCII, for terminals of other encodings: symbols and letters with accents become
// what is most like them, in as many columns ("≥ 80" becomes ">=80"), others "?".
std::string ToAscii(std::string_view text);
// Whether text is UTF-8.
bool IsUtf8(std::string_view text);

// The columns that UTF-8 text takes: one for a code point, none for a combining mark.
int Width(std::string_view text);
// Cuts text to `columns`; text that was cut ends in "…". Empty for less than one column.
std::string Cut(std::string_view text, int columns);
// Breaks text at blanks into lines of at most `columns` (0: unlimited); a word that is longer is
// broken too. No line for an empty text.
std::vector<std::string> Wrapped(std::string_view text, int columns);
// Each line of a text, wrapped.
std::string WrappedLines(std::string_view text, int columns);
// Pads text with blanks to `columns`, on the right or on the left.
std::string PadRight(std::string_view text, int columns);
std::string PadLeft(std::string_view text, int columns);

// "12,765".
std::string Grouped(int64_t number);
// A decimal in plain notation with its thousands apart, as the language (BCP-47) writes numbers:
// "-1234567.5" is "-1,234,567.5" in English, "-1.234.567,5" in Dutch and "-1 234 567,5" in French
// (with narrow no-break spaces). A language that is not known, and none, counts as English.
std::string Grouped(std::string_view decimal, std::string_view language);
// "1 row", "12,765 rows".
std::string Counted(int64_t number, std::string_view one, std::string_view many);
// The shortest decimal that reads back as the same double, without exponent: "0.1", "1500000".
std::string Shortest(double number);
// A finite number with a decimal point, "-12.5" or "1e3"; nullopt for anything else, blanks and
// separators too. The nearest double.
std::optional<double> ReadNumber(std::string_view text);
// Whether a double keeps all digits of the text it was read from: true of "6.0" and "60e-1", false
// of "0.1000000000000000055", which becomes 0.1.
bool KeepsPrecision(std::string_view text, double number);
// A whole number of decimal digits and nothing else; nullopt when there is any other character, or
// when it does not fit.
std::optional<int64_t> WholeNumber(std::string_view text);

// The Levenshtein distance: the least number of characters to insert, delete or replace.
size_t EditDistance(std::string_view a, std::string_view b);

// Whether a range of texts has `name`.
template <typename Names>
bool Contains(const Names& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_TERMINAL_TEXT_H_
