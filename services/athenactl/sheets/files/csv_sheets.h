#ifndef ATHENA_SERVICES_ATHENACTL_SHEETS_FILES_CSV_SHEETS_H_
#define ATHENA_SERVICES_ATHENACTL_SHEETS_FILES_CSV_SHEETS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/athenactl/files/text/dialect.h"
#include "services/athenactl/files/text/row_report.h"
#include "services/athenactl/sheets/workbook.h"

// A workbook as CSV files, one for each sheet: "plan.csv" is the first, "plan.milestones.csv" that
// of the sheet milestones.
namespace athena::athenactl {

// "plan.milestones.csv" of "plan.csv".
std::string CsvPathOf(const std::string& path, const std::string& sheet);

// Writes all sheets. With `spreadsheet`, texts are Guarded (files/text/csv.h). Each file is written
// whole or not at all; the error names it. Returns the paths.
absl::StatusOr<std::vector<std::string>> WriteCsvSheets(const Workbook& workbook,
                                                        const std::string& path, bool spreadsheet);

// What was read of the files of a workbook.
struct CsvSheets {
  Workbook workbook;
  // For each sheet its rows that cannot be read; they are not in it.
  std::vector<RowFaults> faults;
};
// Reads the file at `path`, the sheet `names[0]`, and those of other sheets that lie beside it. The
// error, INVALID_ARGUMENT or NOT_FOUND, names the file that cannot be read as a whole.
absl::StatusOr<CsvSheets> ReadCsvSheets(const std::string& path, const Dialect& dialect,
                                        const std::vector<std::string>& names);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_SHEETS_FILES_CSV_SHEETS_H_
