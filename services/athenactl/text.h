#ifndef ATHENA_SERVICES_ATHENACTL_TEXT_H_
#define ATHENA_SERVICES_ATHENACTL_TEXT_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/strings/string_view.h"

// Text for a terminal. Pure and thread-safe; nothing here depends on a locale.
namespace athena::athenactl {

// absl::string_view may be a type of its own.
inline absl::string_view View(std::string_view text) { return {text.data(), text.size()}; }
inline std::string_view View(absl::string_view text) { return {text.data(), text.size()}; }

// `text` as it may be printed: control characters and bytes that are not UTF-8 come out as escapes,
// so that what somebody recorded can do nothing to a terminal.
std::string Printable(std::string_view text);

// How many columns UTF-8 text takes: one a code point, none for combining marks.
int Width(std::string_view text);
// At most `columns` wide: what is cut ends in "…". `columns` below 1 gives nothing.
std::string Cut(std::string_view text, int columns);
// At least `columns` wide, filled with blanks on the right, or on the left.
std::string PadRight(std::string_view text, int columns);
std::string PadLeft(std::string_view text, int columns);

// "12,765".
std::string Grouped(int64_t number);
// "1 row", "12,765 rows".
std::string Counted(int64_t number, std::string_view one, std::string_view many);
// The shortest decimal that reads back as the same double, without exponent: "0.1", "1500000".
std::string Shortest(double number);
// A finite number with a decimal point, "-12.5" or "1e3"; nullopt for anything else, blanks and
// separators too. The nearest double.
std::optional<double> Number(std::string_view text);
// Whether the text of a number says the same decimal as the shortest one of its double: "6.0" and
// "60e-1" do, "0.1000000000000000055" does not, for 0.1 is what would be kept of it.
bool KeepsPrecision(std::string_view text, double number);
// A whole number of decimal digits and nothing else; nullopt when there is any other character, or
// when it does not fit.
std::optional<int64_t> WholeNumber(std::string_view text);

// How unlike two words are: the least number of characters to insert, delete or replace.
size_t EditDistance(std::string_view a, std::string_view b);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_TEXT_H_
