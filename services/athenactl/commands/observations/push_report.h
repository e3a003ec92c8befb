#ifndef ATHENA_SERVICES_ATHENACTL_COMMANDS_OBSERVATIONS_PUSH_REPORT_H_
#define ATHENA_SERVICES_ATHENACTL_COMMANDS_OBSERVATIONS_PUSH_REPORT_H_

#include <cstdint>
#include <string>

#include "services/athenactl/sending/pushes/file_survey.h"
#include "services/athenactl/sending/pushes/pushing.h"
#include "services/athenactl/terminal/console.h"

// What became of the rows of a file: every row is counted once. Not thread-safe.
namespace athena::athenactl {

struct FilePush {
  std::string path;
  const FileSurvey& survey;
  const PushReport& report;
  int64_t retracted = 0;      // cells that bulk deletions take back, which count as rows
  bool dry_run = false;       // asked for
  bool checked_only = false;  // nothing was stored, for a dry run or because of faulty rows

  int64_t rows() const { return survey.observations + retracted + survey.refused.rows(); }
  int64_t refused() const { return survey.refused.rows() + report.refused.rows(); }
  // Good rows that were not stored beside refused ones.
  int64_t held_back() const;
  int64_t not_sent() const { return survey.observations + retracted - report.rows; }
  int64_t stored() const { return checked_only ? 0 : report.RowsStored(); }
};

// Prints the faults and warnings to `err`, a line each, then the counts to `out`.
void PrintPush(const FilePush& push, Console& console);

// The same as a JSON object, with a line end.
std::string PushAsJson(const FilePush& push);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_COMMANDS_OBSERVATIONS_PUSH_REPORT_H_
