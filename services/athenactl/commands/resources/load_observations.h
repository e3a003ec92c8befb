#ifndef ATHENA_SERVICES_ATHENACTL_COMMANDS_RESOURCES_LOAD_OBSERVATIONS_H_
#define ATHENA_SERVICES_ATHENACTL_COMMANDS_RESOURCES_LOAD_OBSERVATIONS_H_

#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/athenactl/commands/commands.h"
#include "services/athenactl/commands/resources/load_report.h"
#include "services/athenactl/files/seed_folder.h"
#include "services/athenactl/sending/pushes/file_survey.h"

// The observations of `load`.
namespace athena::athenactl {

struct LoadFile {
  std::string institution;  // "institutions/gob"
  SourceFile file;
  FileSurvey survey;
};

// Reads all files of observations once, in the dialect of their folder, which flags override. The
// error of one whose columns cannot be read names it.
absl::StatusOr<std::vector<LoadFile>> SurveyObservations(const Connections& connections,
                                                         const Arguments& arguments,
                                                         const std::vector<SeedFolder>& folders);

// Asks the service what each row would do, then pushes those that are missing and, with --update,
// those that differ. A file with rows that cannot be read is checked and not loaded. In a dry run
// the rows of `new_indicators` (names) count as inserted: the service cannot check them yet.
absl::Status LoadObservations(Context& context, std::vector<LoadFile>& files,
                              const LoadOptions& options,
                              const std::set<std::string>& new_indicators, LoadReport& report);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_COMMANDS_RESOURCES_LOAD_OBSERVATIONS_H_
