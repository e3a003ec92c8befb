#ifndef ATHENA_SERVICES_ATHENACTL_FILES_SDMX_CSV_H_
#define ATHENA_SERVICES_ATHENACTL_FILES_SDMX_CSV_H_

#include <set>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "services/athenactl/files/observation_file.h"

// Observations in SDMX-CSV 2.0, the flat format of SDMX 3.0 (Data Message Field Guide of the SDMX
// Technical Working Group):
//
//   STRUCTURE,STRUCTURE_ID,ACTION,unit,TIME_PERIOD,OBS_VALUE,OBS_STATUS,COMMENT
//   dataflow,GOB:HEADCOUNT(1.0.0),I,BM,2020-Q4,420,A,
//
// Pure and thread-safe.
namespace athena::athenactl {

// Whether the first line is a header of SDMX-CSV, of any version and with any separator.
bool IsSdmxCsv(std::string_view csv);

// Reads SDMX-CSV 2.0 with commas, ids without labels and at most one value a field.
//
// STRUCTURE_ID names the indicator: its artefact's id in small letters with hyphens for underscores
// ("GOB:HEADCOUNT_TOTAL(1.0.0)" is headcount-total); agency and version are ignored.
// TIME_PERIOD is a Gregorian or a reporting period (2021, 2021-A1, 2021-S1, 2021-Q3, 2021-07,
// 2021-M07, 2021-W30, 2021-07-15, 2021-D196); reporting years begin on January 1st. FREQ, where it
// is given, must agree with it. OBS_VALUE NaN is no value. Columns in `ignored`, STRUCTURE_NAME,
// SERIES_KEY and OBS_KEY are ignored; every other column is a dimension, by its id.
//
// ACTION (default: I) is what a row does. A cell is always replaced as a whole, with its status and
// comment:
//   I, A, M, R  set the cell. They need a value, or a status that explains its absence; a row that
//               changes a status or comment alone is refused.
//   D           deletes the cell. Where TIME_PERIOD or a dimension is empty it deletes every cell
//               that matches the others (`deletions`). A row that deletes a status or a comment
//               alone is refused.
// INVALID_ARGUMENT when the file as a whole cannot be read: "line 1: ...".
absl::StatusOr<ObservationFile> ReadSdmxCsv(std::string_view csv,
                                            const std::set<std::string>& ignored);

// Whether the column has a meaning in SDMX-CSV, and is no dimension.
bool IsReservedSdmxColumn(std::string_view column);

// "GOB:HEADCOUNT_TOTAL(1.0.0)" of the ids gob and headcount-total: the inverse of what ReadSdmxCsv
// does.
std::string SdmxStructureId(std::string_view institution, std::string_view indicator);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_FILES_SDMX_CSV_H_
