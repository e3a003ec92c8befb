#ifndef ATHENA_SERVICES_ATHENACTL_FILES_TARGET_FILE_H_
#define ATHENA_SERVICES_ATHENACTL_FILES_TARGET_FILE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "athena/indicator/v1/target.pb.h"
#include "services/athenactl/files/text/dialect.h"
#include "services/athenactl/files/text/row_report.h"
#include "services/athenactl/files/text/text_source.h"

// Reads targets from a CSV file. Pure and thread-safe.
namespace athena::athenactl {

struct FileTarget {
  int64_t line = 0;  // of its first row
  athena::indicator::v1::Target target;
  std::string label;  // for errors: "line 12: headcount{unit=BM}"
};

struct TargetFile {
  // In the order of their first rows.
  std::vector<FileTarget> targets;
  // The faults of rows, and of the targets that they make up, in order of lines. A file with faults
  // should not be set in part.
  std::vector<RowRefusal> refused;
  int64_t rows = 0;
};

// Reads a CSV file (text/table_reader.h) with a row for each anchor and each baseline. The rows of
// one indicator and slice, wherever they stand, make one target; its anchors are put in order. The
// columns, in any order:
//
//   indicator, period        the id of an indicator of `institution` ("institutions/gob"), and a
//                            quarter or a year
//   kind                     nothing or anchor; baseline
//   value                    HIGHER and LOWER, and baselines
//   low, high                RANGE
//   red, red_low, red_high   where red begins, as values; else
//   margin, tolerance        one of them says where red begins
//   interpolation            linear (or nothing) or step
//   quarter_profile          the shares of four quarters, "0.2/0.3/0.3/0.2"
//   slice                    "unit=BM" or "unit=BM;sex=F"; the case of unit and sex does not matter
//
// margin, tolerance, interpolation and quarter_profile belong to the whole target: they may stand
// in any of its rows, and must agree where they stand in several. Every other column is a dimension
// of the slice, as in a file of observations; an empty field is no part of the slice. The ids of
// dimensions (IdOfDimension) come from `list_dimensions`, which is called at most once.
// INVALID_ARGUMENT when the file as a whole cannot be read: "line 1: ...".
absl::StatusOr<TargetFile> ReadTargets(
    TextSource& source, const Dialect& dialect, const std::string& institution,
    absl::FunctionRef<std::vector<std::string>()> list_dimensions);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_FILES_TARGET_FILE_H_
