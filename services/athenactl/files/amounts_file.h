#ifndef ATHENA_SERVICES_ATHENACTL_FILES_AMOUNTS_FILE_H_
#define ATHENA_SERVICES_ATHENACTL_FILES_AMOUNTS_FILE_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "athena/plan/v1/budget_amounts.pb.h"
#include "services/athenactl/files/text/dialect.h"
#include "services/athenactl/files/text/row_report.h"
#include "services/athenactl/files/text/text_source.h"

// Reads amounts of budget lines from a CSV file. Pure and thread-safe.
namespace athena::athenactl {

struct AmountsRow {
  int64_t line = 0;  // in the file, from 1
  athena::plan::v1::BudgetAmounts amounts;
};

struct AmountsFile {
  std::vector<AmountsRow> rows;  // without faults
  RowFaults refused;
  // Why the file cannot be read to its end; OK: it was. The rows before are above.
  absl::Status broken;
};

// Reads a CSV file (text/table_reader.h) with a row for each budget line and quarter. The columns,
// in any order:
//
//   budget_line, quarter                     the line's id, and a quarter, "2026-Q3"
//   commitment_initial, commitment_adjusted  appropriations, in euros
//   payment_initial, payment_adjusted
//   committed, paid                          since 1 January
//   retract                                  yes: clears all amounts; the others are empty
//
// An amount without a column or in an empty field stays as it is stored. Two rows of one line and
// quarter are both refused. INVALID_ARGUMENT, "line 1: ...", when the columns cannot be read.
absl::StatusOr<AmountsFile> ReadAmounts(TextSource& source, const Dialect& dialect);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_FILES_AMOUNTS_FILE_H_
