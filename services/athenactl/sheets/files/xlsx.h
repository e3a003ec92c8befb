#ifndef ATHENA_SERVICES_ATHENACTL_SHEETS_FILES_XLSX_H_
#define ATHENA_SERVICES_ATHENACTL_SHEETS_FILES_XLSX_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/athenactl/sheets/workbook.h"

// A workbook as an XLSX file (ECMA-376), written by libxlsxwriter.
namespace athena::athenactl {

// Office Open XML's own limits.
inline constexpr size_t kMostRowsOfSheet = 1'048'576;
inline constexpr size_t kMostCharactersOfCell = 32'767;

// Writes all sheets, whole or not at all. Numbers that a spreadsheet would round, and all other
// cells, are text, and text stays text when people edit it: no cell is run as a formula.
// INVALID_ARGUMENT names the cell that does not fit.
absl::Status WriteXlsx(const Workbook& workbook, const std::string& path);

// Reads all sheets; the first row of each has the names of the columns, rows without any cell are
// left out. Formulas and errors are cells of the kind kComputed. INVALID_ARGUMENT when the file is
// no XLSX, is broken, or has more than is read (kMostCells, kMostInflatedBytes of zip.h);
// NOT_FOUND when there is none.
absl::StatusOr<Workbook> ReadXlsx(const std::string& path);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_SHEETS_FILES_XLSX_H_
