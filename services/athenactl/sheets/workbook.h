#ifndef ATHENA_SERVICES_ATHENACTL_SHEETS_WORKBOOK_H_
#define ATHENA_SERVICES_ATHENACTL_SHEETS_WORKBOOK_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"

// Tables in memory, between resources and files.
namespace athena::athenactl {

// The most that is read or written, so that a file takes a bounded memory.
inline constexpr size_t kMostCells = 2'000'000;
inline constexpr size_t kMostColumns = 1'000;

struct Cell {
  enum class Kind {
    kText,
    kNumber,    // a number in a spreadsheet; `text` is its shortest decimal
    kDate,      // one that is shown as a date or a time: days since Workbook::day_zero
    kPercent,   // one that is shown times 100
    kComputed,  // a formula or an error, which are not read
  };
  std::string text;  // empty: an empty cell
  Kind kind = Kind::kText;

  friend bool operator==(const Cell&, const Cell&) = default;
};

struct SheetRow {
  int64_t line = 0;         // in its file, from 1
  std::vector<Cell> cells;  // one for each column
};

struct Sheet {
  std::string name;    // "milestones"
  std::string source;  // what faults name: "plan.xlsx:milestones", "plan.milestones.csv"
  int64_t header_line = 1;
  std::vector<std::string> columns;
  std::vector<SheetRow> rows;
};

struct Workbook {
  std::vector<Sheet> sheets;
  // The day 0 of days that are numbers, as spreadsheets store them.
  absl::CivilDay day_zero = absl::CivilDay(1899, 12, 30);
};

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_SHEETS_WORKBOOK_H_
