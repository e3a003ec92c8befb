#ifndef ATHENA_LIBS_CSV_CSV_H_
#define ATHENA_LIBS_CSV_CSV_H_

#include <string>
#include <string_view>
#include <vector>

// Writes comma-separated values (RFC 4180). Pure and thread-safe.
namespace athena {

// The end of a line of a file for others (RFC 4180), and what such a file begins with where a
// spreadsheet is to read it: by this mark spreadsheets know UTF-8.
inline constexpr std::string_view kCsvLineEnd = "\r\n";
inline constexpr std::string_view kCsvByteOrderMark = "\xEF\xBB\xBF";

// `text` without the blanks around it: spaces, tabs and no-break spaces.
std::string_view Trimmed(std::string_view text);

// A line of a CSV file with its line end: fields that hold commas, quotes or line ends, or begin or
// end in blanks, stand in quotes. Read again, it gives the same fields.
std::string CsvLine(const std::vector<std::string>& fields, std::string_view line_end = "\n");

// Spreadsheets run a field that begins with = + - @, a tab or a carriage return as a formula.
// Guarded puts an apostrophe before such a text, unless it is a number; Unguarded removes it. For
// every text Unguarded(Guarded(text)) is `text`. Only for files that people open in a spreadsheet:
// files that programs exchange carry texts unchanged.
std::string Guarded(std::string_view text);
std::string Unguarded(std::string_view text);

}  // namespace athena

#endif  // ATHENA_LIBS_CSV_CSV_H_
