#ifndef ATHENA_LIBS_DECIMAL_NUMBER_FORMAT_H_
#define ATHENA_LIBS_DECIMAL_NUMBER_FORMAT_H_

#include <string>
#include <string_view>

#include "absl/types/span.h"
#include "libs/decimal/decimal.h"

// How many decimals numbers are printed with, wherever people read them.
namespace athena {

// Numbers that a reader compares must not look equal when they differ: a value of 94.9996 beside a
// target of 95, printed without decimals, would be "95, target 95", and yet below its target.
//
// Returns the fewest decimals, from `usual` (0 to 12, else the nearer of both) to 12, with which,
// printed by Decimal::ToFixed,
//
// - two of `beside` that differ do not look the same: 94.9996 and 95 take 4 decimals;
// - none of `differences` looks like 0 unless it is 0: a gap of 0.02 takes 2 decimals.
//
// All numbers of one comparison are printed with the result, so "94.9996, target 95.0000, gap
// -0.0004". Rounding keeps the order, so what is printed orders as the numbers do. Give together
// what stands together:
//
// - an indicator: value, current and original target, red flags, bounds; its gaps as differences;
// - the score of a node or an indicator: 66.666666666667 and 33.333333333333, where its colour
//   changes;
// - a coverage: the least coverage that the plan or the indicator asks for;
// - a target alone: its values and red values, also as differences, so that 0.3 is not "0".
//
// Pure and thread-safe.
int DecimalsThatTellApart(int usual, absl::Span<const Decimal> beside,
                          absl::Span<const Decimal> differences = {});

// A decimal in plain notation with its thousands apart, as the language (BCP-47) writes numbers:
// "-1234567.5" is "-1,234,567.5" in English, "-1.234.567,5" in Dutch and "-1 234 567,5" in French
// (with narrow no-break spaces). A language that is not known, and none, counts as English. Pure
// and thread-safe.
std::string InLanguage(std::string_view decimal, std::string_view language);

}  // namespace athena

#endif  // ATHENA_LIBS_DECIMAL_NUMBER_FORMAT_H_
