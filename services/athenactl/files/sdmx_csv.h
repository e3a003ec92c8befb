#ifndef ATHENA_SERVICES_ATHENACTL_FILES_SDMX_CSV_H_
#define ATHENA_SERVICES_ATHENACTL_FILES_SDMX_CSV_H_

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "libs/csv/sdmx_csv.h"
#include "services/athenactl/files/observation_file.h"
#include "services/athenactl/files/text/table_reader.h"

// Observations in SDMX-CSV 2.0, the flat format of SDMX 3.0 (Data Message Field Guide of the SDMX
// Technical Working Group):
//
//   STRUCTURE,STRUCTURE_ID,ACTION,unit,TIME_PERIOD,OBS_VALUE,OBS_STATUS,COMMENT
//   dataflow,GOB:HEADCOUNT(1.0.0),I,BM,2020-Q4,420,A,
//
// Pure and thread-safe.
namespace athena::athenactl {

// Whether the columns are those of SDMX-CSV, of any version and with any separator.
bool IsSdmxCsv(const TableReader& table);

// Reads SDMX-CSV 2.0 with ids without labels and at most one value a field, but in ignored columns.
//
// STRUCTURE_ID names the indicator: its artefact's id in small letters with hyphens for underscores
// ("GOB:HEADCOUNT_TOTAL(1.0.0)" is headcount-total); agency and version are ignored.
// TIME_PERIOD is a Gregorian or a reporting period (2021, 2021-A1, 2021-S1, 2021-Q3, 2021-07,
// 2021-M07, 2021-W30, 2021-07-15, 2021-D196); reporting years begin on January 1st. FREQ, where it
// is given, must agree with it. STRUCTURE_NAME, SERIES_KEY and OBS_KEY are ignored; every other
// column that is not ignored is a dimension, by its id. OBS_VALUE NaN, and #N/A in OBS_STATUS and
// COMMENT, say that there is intentionally none.
//
// ACTION (default: I) is what a row does to its cell:
//   R     sets all of it, with a value or a status that explains its absence.
//   I     likewise, but what the file has no column for stays as it is.
//   A, M  set what the row has; an empty field stays as it is.
//   D     deletes the cell. Where TIME_PERIOD or a dimension is empty it deletes every cell that
//         matches the others (`deletion`). A row that names an attribute and no value deletes that
//         attribute alone, which Athena cannot do: it is refused, also for an ignored column.
// INVALID_ARGUMENT when the columns cannot be read: "line 1: ...".
absl::StatusOr<std::unique_ptr<ObservationReader>> OpenSdmxCsv(TableReader table);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_FILES_SDMX_CSV_H_
