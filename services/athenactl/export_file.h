#ifndef ATHENA_SERVICES_ATHENACTL_EXPORT_FILE_H_
#define ATHENA_SERVICES_ATHENACTL_EXPORT_FILE_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "athena/indicator/v1/observation.pb.h"

// Observations as CSV files that `push` reads: pushing what was exported changes nothing. Comments
// and codes stand Guarded (csv.h). Pure and thread-safe.
namespace athena::athenactl {

enum class ExportFormat {
  kCsv,      // as ReadObservations reads it
  kSdmxCsv,  // SDMX-CSV 2.0, as ReadSdmxCsv reads it
};

struct ExportLayout {
  ExportFormat format = ExportFormat::kCsv;
  std::string institution;              // id
  std::vector<std::string> dimensions;  // a column each, in this order
  // Every revision has its line, with columns that say which, when, and whether it took the cell
  // back. Such a file is for reading, not for pushing.
  bool history = false;
};

// FAILED_PRECONDITION when a dimension has the name of another column.
absl::Status CheckLayout(const ExportLayout& layout);
// The line of columns.
std::string ExportHeader(const ExportLayout& layout);
// The line of a cell of an indicator of that id.
std::string ExportLine(const ExportLayout& layout, const std::string& indicator,
                       const athena::indicator::v1::ObservationRecord& record);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_EXPORT_FILE_H_
