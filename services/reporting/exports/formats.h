#ifndef ATHENA_SERVICES_REPORTING_EXPORTS_FORMATS_H_
#define ATHENA_SERVICES_REPORTING_EXPORTS_FORMATS_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "services/reporting/exports/exported.h"

// The formats of exported scorecards. Pure but for the format XLSX, which needs a temporary folder;
// thread-safe.
namespace athena::reporting {

struct Format {
  v1::ExportFormat format;
  std::string_view extension;
  std::string_view media_type;
  bool has_words;  // of its own, in one of kLanguages
  // The bytes of the file. `guard` is ExportScorecardRequest.guard.
  absl::StatusOr<std::string> (*write)(const Exported& exported, bool guard);
};

// The row of a format that passed validation.
const Format& FormatOf(v1::ExportFormat format);

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_EXPORTS_FORMATS_H_
