#ifndef ATHENA_SERVICES_ATHENACTL_COMMANDS_OPERATIONS_AMOUNTS_REPORT_H_
#define ATHENA_SERVICES_ATHENACTL_COMMANDS_OPERATIONS_AMOUNTS_REPORT_H_

#include <cstdint>
#include <string>

#include "services/athenactl/files/amounts_file.h"
#include "services/athenactl/sending/pushing_amounts.h"
#include "services/athenactl/terminal/console.h"

// What became of the rows of a file of amounts: every row is counted once. Not thread-safe.
namespace athena::athenactl {

struct AmountsPush {
  std::string path;
  const AmountsFile& file;
  const AmountsReport& report;
  bool dry_run = false;       // asked for
  bool checked_only = false;  // nothing was stored, for a dry run or because of faulty rows

  int64_t rows() const { return good_rows() + file.refused.rows(); }
  int64_t refused() const { return file.refused.rows() + report.refused.rows(); }
  // Good rows that were not stored beside refused ones.
  int64_t held_back() const;
  int64_t not_sent() const { return good_rows() - report.rows; }
  int64_t stored() const { return checked_only ? 0 : report.RowsStored(); }

 private:
  int64_t good_rows() const { return static_cast<int64_t>(file.rows.size()); }
};

// Prints the faults to `err`, a line each, then the counts to `out`.
void PrintAmountsPush(const AmountsPush& push, Console& console);

// The same as a JSON object, with a line end. Its fields are those of PushAsJson, but for flags,
// warnings and cells beside the file, which amounts do not have.
std::string AmountsPushAsJson(const AmountsPush& push);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_COMMANDS_OPERATIONS_AMOUNTS_REPORT_H_
