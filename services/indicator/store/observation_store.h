#ifndef ATHENA_SERVICES_INDICATOR_STORE_OBSERVATION_STORE_H_
#define ATHENA_SERVICES_INDICATOR_STORE_OBSERVATION_STORE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "libs/sql/database.h"

// Observations as they are stored: every revision of every cell. A cell is a series in a period
// (the period's index in the indicator's frequency); a series is one combination of codes of one
// indicator of one institution, and has a number. Reads take series, quarters and a revision; how
// cells are laid out in rows (cell_block.h, superseded_store.h) does not show. A row that cannot be
// read is INTERNAL.
namespace athena::indicator {

// A series and its codes, one for each dimension of the indicator, in the definition's order.
struct Series {
  int32_t number = 0;
  std::vector<std::string> codes;
};

// The status of a revision that took a cell back.
inline constexpr char kRetracted = '-';

// A cell at a revision, or a revision of a cell.
struct StoredCell {
  int32_t quarter = 0;  // index of Period::QuarterOf() of the period
  int32_t series = 0;
  int32_t period = 0;
  char status = 'A';     // SDMX OBS_STATUS; kRetracted where the cell was taken back
  bool comment = false;  // whether there is one: ReadComment
  double value = 0;      // 0 where the status has no value
  int64_t revision = 0;  // that made it so

  bool has_value() const {
    return status == 'A' || status == 'E' || status == 'P' || status == 'F';
  }
};

// The letter of a status as it is stored: the number of v1::ObservationStatus, or 0 for retracted.
char StatusLetter(int stored);

// The codes that a read is restricted to: (place of the dimension, code). Empty: all series.
using CodeFilter = std::vector<std::pair<size_t, std::string>>;

// Which cells are read.
struct CellRange {
  std::string_view institution;      // id
  absl::Span<const int32_t> series;  // numbers, ascending
  int32_t first_quarter = 0;         // indexes, both included
  int32_t last_quarter = 0;
  int32_t first_period = INT32_MIN;  // indexes in the series' frequency, both included
  int32_t last_period = INT32_MAX;
  int64_t revision = 0;  // what was known then
};

// All functions run in the caller's transaction and keep no state: thread-safe as far as it is.
// Institutions and series that do not exist have no cells.

// The series of an indicator that have these codes, by number. Series are never removed, and one
// made after the revision that is read simply has no cells then.
absl::StatusOr<std::vector<Series>> ReadSeries(sql::ReadTx& tx, std::string_view institution,
                                               std::string_view indicator, const CodeFilter& codes);

// Visits the cells that exist at the range's revision, retracted ones left out, sorted by quarter,
// series and period. A block costs a few dozen rows however often its cells were revised; in
// quarters that were compacted after the range's revision, all of its rows up to it.
absl::Status ReadCells(sql::ReadTx& tx, const CellRange& range,
                       absl::FunctionRef<absl::Status(const StoredCell&)> visit);

// The same in the opposite order: the last quarter, series and period first.
absl::Status ReadCellsBackwards(sql::ReadTx& tx, const CellRange& range,
                                absl::FunctionRef<absl::Status(const StoredCell&)> visit);

// As ReadCells, with every revision of each cell up to the range's, retractions too, the oldest
// first.
absl::Status ReadCellHistory(sql::ReadTx& tx, const CellRange& range,
                             absl::FunctionRef<absl::Status(const StoredCell&)> visit);

// The comment of a cell's revision; empty when it has none.
absl::StatusOr<std::string> ReadComment(sql::ReadTx& tx, std::string_view institution,
                                        const StoredCell& cell);

// The first quarter from `from` on in which the institution has any observation at all; nullopt
// when there is none. What is known now, whatever a reader's revision.
absl::StatusOr<std::optional<int32_t>> NextQuarter(sql::ReadTx& tx, std::string_view institution,
                                                   int32_t from);

// In the table of changes: what holds in every quarter, as the end of a series does.
inline constexpr int32_t kEveryQuarter = INT32_MIN;

// Visits each (indicator, quarter) of which a cell changed after a revision, with the last one that
// did; of an end of a series the quarter is kEveryQuarter. What is known now, whatever a reader's
// revision: for telling whether an earlier answer still holds.
absl::Status ReadChangesAfter(
    sql::ReadTx& tx, std::string_view institution, int64_t after,
    absl::FunctionRef<void(std::string_view indicator, int32_t quarter, int64_t revision)> visit);

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_STORE_OBSERVATION_STORE_H_
