#ifndef ATHENA_SERVICES_ATHENACTL_SDMX_CSV_H_
#define ATHENA_SERVICES_ATHENACTL_SDMX_CSV_H_

#include <set>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "services/athenactl/observation_file.h"

// Observations in SDMX-CSV 2.0, the flat format of SDMX 3.0 (Data Message Field Guide of the SDMX
// Technical Working Group):
//
//   STRUCTURE,STRUCTURE_ID,ACTION,unit,TIME_PERIOD,OBS_VALUE,OBS_STATUS,COMMENT
//   dataflow,GOB:HEADCOUNT(1.0.0),I,BM,2020-Q4,420,A,
//
// Pure and thread-safe.
namespace athena::athenactl {

// Whether the first line says that it is SDMX-CSV, of whichever version and separator.
bool IsSdmxCsv(std::string_view csv);

// Reads SDMX-CSV 2.0 with commas, ids without labels and at most one value a field.
//
// STRUCTURE_ID names the indicator: its artefact's id in small letters with hyphens for underscores
// ("GOB:HEADCOUNT_TOTAL(1.0.0)" is headcount-total); agency and version are not looked at.
// TIME_PERIOD is a Gregorian or a reporting period (2021, 2021-A1, 2021-S1, 2021-Q3, 2021-07,
// 2021-M07, 2021-W30, 2021-07-15, 2021-D196); reporting years begin on January 1st. FREQ, where it
// is given, must agree with it. OBS_VALUE NaN is no value. Columns in `ignored`, STRUCTURE_NAME,
// SERIES_KEY and OBS_KEY are passed over; every other one is a dimension, by its id.
//
// ACTION (without the column: I) says what a row does. An observation here is one cell that is
// replaced as a whole, its status and comment too, so that
//   I, A, M, R  set the cell; they need what they set: a value, or a status that says why there is
//               none. A row that changes a status or comment alone is refused.
//   D           takes it back. With TIME_PERIOD or a dimension left empty it takes back all that
//               is left open (`deletions`). One that deletes a status or a comment alone is
//               refused, for they have no life of their own.
// INVALID_ARGUMENT when the file as a whole cannot be read: "line 1: ...".
absl::StatusOr<ObservationFile> ReadSdmxCsv(std::string_view csv,
                                            const std::set<std::string>& ignored);

// The columns that are no dimensions.
bool IsReservedSdmxColumn(std::string_view column);

// "GOB:HEADCOUNT_TOTAL(1.0.0)" of the ids gob and headcount-total: ReadSdmxCsv's way back.
std::string SdmxStructureId(std::string_view institution, std::string_view indicator);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_SDMX_CSV_H_
