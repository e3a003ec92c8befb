#ifndef ATHENA_SERVICES_ATHENACTL_FILES_CSV_H_
#define ATHENA_SERVICES_ATHENACTL_FILES_CSV_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace athena::athenactl {

// That a UTF-8 file may begin with.
inline constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// A record of a CSV file.
struct CsvRecord {
  int64_t line = 0;  // where it begins, from 1
  std::vector<std::string> fields;
};

// Reads comma-separated values (RFC 4180): fields may stand in double quotes and then hold commas,
// line ends and doubled quotes; lines end in CR LF or LF, the last one in nothing, too. A byte
// order mark of UTF-8 at the start is skipped, so are empty lines. Not thread-safe; `text` is
// borrowed.
class CsvReader {
 public:
  explicit CsvReader(std::string_view text);

  // Reads the next record; false at the end. INVALID_ARGUMENT, "line 7: ...", for a quote that
  // stands inside an unquoted field, does not end, or is followed by text; nothing can be read
  // after it.
  absl::StatusOr<bool> Next(CsvRecord& record);

 private:
  absl::StatusOr<std::string> Quoted();
  bool AtLineEnd() const;

  std::string_view text_;
  size_t at_ = 0;
  int64_t line_ = 1;
};

// A line of a CSV file with its line end: fields that hold commas, quotes or line ends stand in
// quotes. Read again, it gives the same fields. Pure.
std::string CsvLine(const std::vector<std::string>& fields);

// Spreadsheets run a field that begins with = + - @, a tab or a carriage return as a formula.
// Guarded puts an apostrophe before such a text, unless it is a number; Unguarded removes it. For
// every text Unguarded(Guarded(text)) is `text`. Pure.
std::string Guarded(std::string_view text);
std::string Unguarded(std::string_view text);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_FILES_CSV_H_
