#ifndef ATHENA_SERVICES_ATHENACTL_FILES_OBSERVATION_FILE_H_
#define ATHENA_SERVICES_ATHENACTL_FILES_OBSERVATION_FILE_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "athena/indicator/v1/observation.pb.h"
#include "services/athenactl/files/text/dialect.h"
#include "services/athenactl/files/text/row_report.h"
#include "services/athenactl/files/text/table_reader.h"
#include "services/athenactl/files/text/text_source.h"

// Reads observations from CSV files: Athena's own columns, or SDMX-CSV 2.0 (sdmx_csv.h).
namespace athena::athenactl {

// The parts of a cell that a row speaks of, as bits: PushObservationsRequest.row_mask.
using RowMask = uint8_t;
inline constexpr RowMask kValuePart = 1;
inline constexpr RowMask kStatusPart = 2;
inline constexpr RowMask kCommentPart = 4;
inline constexpr RowMask kWholeCell = kValuePart | kStatusPart | kCommentPart;

struct ObservationRow {
  int64_t line = 0;  // in the file, from 1
  athena::indicator::v1::Observation observation = {};
  RowMask mask = kWholeCell;
};

// A row that deletes every cell of an indicator that matches it.
struct BulkDeletion {
  int64_t line = 0;
  std::string indicator;
  std::string period;                        // empty: all periods
  std::map<std::string, std::string> slice;  // all series with these codes
};

// A row of a file: it is refused, a bulk deletion (only in SDMX-CSV), or else an observation.
struct FileRow {
  int64_t line = 0;
  int64_t last_line = 0;
  std::vector<RowRefusal> refused;
  std::vector<RowRefusal> imprecise;  // a value with more digits than a double keeps
  std::optional<BulkDeletion> deletion;
  ObservationRow row;
};

// Reads a file row by row. Not thread-safe.
class ObservationReader {
 public:
  virtual ~ObservationReader() = default;
  ObservationReader(const ObservationReader&) = delete;
  ObservationReader& operator=(const ObservationReader&) = delete;

  // Reads the next row; false at the end. INVALID_ARGUMENT, "line 7: ...", when the rest of the
  // file cannot be read.
  absl::StatusOr<bool> Next(FileRow& row);

  // The columns that are dimensions, by their names.
  std::vector<std::string> dimensions() const;
  // A column of a dimension whose id is one of `ids` but for upper and lower case gets that id.
  void NameDimensions(const std::vector<std::string>& ids);

 protected:
  explicit ObservationReader(TableReader table) : table_(std::move(table)) {}
  // Reads the fields of a row, one for each column. Faults go to `row.refused`.
  virtual void Read(const std::vector<std::string>& fields, FileRow& row) = 0;
  virtual bool IsDimension(const TableReader::Column& column) const = 0;

  // Reads a value; adds a fault to `row.refused`, and lost digits to `row.imprecise`.
  std::optional<double> TakeValue(std::string_view column, std::string_view text,
                                  FileRow& row) const;
  // A code or comment as the dialect has it.
  std::string TextOf(const std::string& field) const;

  TableReader table_;
};

// Opens a file of either kind; `source` outlives the reader. Its first record names the columns, in
// any order and case: `indicator`, `period`, and `value`, `status`, `comment` and `retract` where
// they are needed, and every other one is a dimension.
//
//   indicator,period,unit,value,status,comment
//   headcount,2020-Q4,BM,420,,
//
// A value has a decimal point (or the sign of the dialect); none at all needs a status that says
// why. The status is a letter of SDMX CL_OBS_STATUS: A normal (or nothing), E, P, F, M, O, L, H, Q.
// A column that is not there leaves that part of the cells as it is. A dimension without a code is
// left out. `retract` is yes in a row that deletes its cell, and then has no value, status or
// comment. INVALID_ARGUMENT, "line 1: ...", when the columns cannot be read.
absl::StatusOr<std::unique_ptr<ObservationReader>> OpenObservations(TextSource& source,
                                                                    const Dialect& dialect);

// A file in memory.
struct ObservationFile {
  std::vector<ObservationRow> rows;
  std::vector<BulkDeletion> deletions;
  std::vector<RowRefusal> refused;
  std::vector<RowRefusal> imprecise;
};
absl::StatusOr<ObservationFile> ReadAllRows(ObservationReader& reader);

// What tells the cell of an observation from all others.
std::string CellKey(const athena::indicator::v1::Observation& observation);

// The status of an SDMX letter, UNSPECIFIED of none; nullopt for a letter that is none of these.
std::optional<athena::indicator::v1::ObservationStatus> ReadStatusLetter(std::string_view letter);
inline constexpr std::string_view kStatusLetters =
    "one of A, E, P, F, M, O, L, H, Q, or nothing";  // after "want"
// The SDMX letter of a status; empty for UNSPECIFIED.
std::string_view StatusLetter(athena::indicator::v1::ObservationStatus status);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_FILES_OBSERVATION_FILE_H_
