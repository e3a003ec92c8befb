#ifndef ATHENA_SERVICES_ATHENACTL_FILES_TEXT_DIALECT_H_
#define ATHENA_SERVICES_ATHENACTL_FILES_TEXT_DIALECT_H_

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "services/athenactl/terminal/arguments.h"

// How a CSV file is written. Pure and thread-safe.
namespace athena::athenactl {

struct Dialect {
  char separator = ',';
  char decimal = '.';
  // What the columns of the file mean: "kpi" > "indicator". Keys are Folded.
  std::map<std::string, std::string> columns;
  std::set<std::string> ignored;  // columns to pass over, Folded
  bool spreadsheet = false;       // texts are Guarded (csv.h)
  // It is that of several files: one of them may lack columns that it names.
  bool of_several = false;
};

// A column name as names are compared: without upper case (of ASCII) and without blanks around it.
std::string Folded(std::string_view name);

// Reads a dialect from JSON; every field may be left out:
//
//   {"separator": ";", "decimal": ",", "columns": {"KPI": "indicator", "Month": "period"},
//    "ignore": ["Remark"], "spreadsheet": false}
//
// INVALID_ARGUMENT names `path` and the field.
absl::StatusOr<Dialect> ParseDialect(const std::string& path, std::string_view json);

// The flags of commands that read CSV files: --dialect, --separator, --decimal, --map, --ignore,
// --spreadsheet.
std::vector<FlagSpec> DialectFlags();
// What the flags say; those for one thing override and add to the file of --dialect, which replaces
// `dialect`.
absl::StatusOr<Dialect> ReadDialect(const Arguments& arguments, Dialect dialect = {});

// A number as the dialect writes it, as ReadNumber (terminal/text.h) reads one; nullopt for another
// text, and for one with separators of thousands. `plain` gets it with a decimal point.
std::optional<double> ReadNumberIn(const Dialect& dialect, std::string_view text,
                                   std::string* plain);
// What may help a reader who found one column alone, with this header: "; --separator ";" reads
// columns that are separated like that". Empty when no other separator stands in it.
std::string SeparatorAdvice(std::string_view header);
// What ReadNumberIn wants, with a hint where another decimal sign would help.
std::string WantedNumber(const Dialect& dialect, std::string_view saw);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_FILES_TEXT_DIALECT_H_
