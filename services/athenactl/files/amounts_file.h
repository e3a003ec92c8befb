#ifndef ATHENA_SERVICES_ATHENACTL_FILES_AMOUNTS_FILE_H_
#define ATHENA_SERVICES_ATHENACTL_FILES_AMOUNTS_FILE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "athena/plan/v1/budget_amounts.pb.h"
#include "services/athenactl/files/text/dialect.h"
#include "services/athenactl/files/text/row_report.h"
#include "services/athenactl/files/text/text_source.h"

namespace athena::athenactl {

struct AmountsFile {
  std::vector<athena::plan::v1::BudgetAmounts> rows;
  std::vector<std::string> labels;  // of each row, for errors: "line 12: staff-2026 2026-Q3"
  std::vector<RowRefusal> refused;  // in order of lines
};

// Reads a CSV file (text/table_reader.h) with a row for each budget line and quarter. The columns,
// in any order:
//
//   budget_line, quarter                        the id of a line of the institution, "2026-Q3"
//   commitment_initial, commitment_adjusted,    euros since 1 January, "1250000" or "1250000.75":
//   payment_initial, payment_adjusted,          at most two decimals; an empty field says nothing
//   committed, paid
//
// INVALID_ARGUMENT when the file as a whole cannot be read: "line 1: ...".
absl::StatusOr<AmountsFile> ReadAmounts(TextSource& source, const Dialect& dialect);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_FILES_AMOUNTS_FILE_H_
