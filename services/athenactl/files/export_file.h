#ifndef ATHENA_SERVICES_ATHENACTL_FILES_EXPORT_FILE_H_
#define ATHENA_SERVICES_ATHENACTL_FILES_EXPORT_FILE_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "athena/indicator/v1/observation.pb.h"

// Writes observations as CSV files that `push` reads: pushing an export changes nothing. Pure and
// thread-safe.
namespace athena::athenactl {

enum class ExportFormat {
  kCsv,      // as OpenObservations reads it
  kSdmxCsv,  // SDMX-CSV 2.0, as OpenSdmxCsv reads it
  kJson,     // an athena.indicator.v1.ObservationRecord a line, for programs; push does not read it
};

struct ExportLayout {
  ExportFormat format = ExportFormat::kCsv;
  std::string institution;              // id
  std::vector<std::string> dimensions;  // a column each, in this order
  // A line for each revision, with columns for its number, its time and whether it deleted the
  // cell. Such a file is for reading, not for pushing.
  bool history = false;
  // Comments and codes are Guarded (text/csv.h), for people who open the file in a spreadsheet; it
  // is read again with Dialect::spreadsheet.
  bool spreadsheet = false;
};

// FAILED_PRECONDITION when a dimension has the name of another column.
absl::Status CheckLayout(const ExportLayout& layout);
// The line of columns; JSON has none.
std::string ExportHeader(const ExportLayout& layout);
// The line of a cell of an indicator of that id.
std::string ExportLine(const ExportLayout& layout, const std::string& indicator,
                       const athena::indicator::v1::ObservationRecord& record);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_FILES_EXPORT_FILE_H_
