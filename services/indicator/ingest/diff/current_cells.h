#ifndef ATHENA_SERVICES_INDICATOR_INGEST_DIFF_CURRENT_CELLS_H_
#define ATHENA_SERVICES_INDICATOR_INGEST_DIFF_CURRENT_CELLS_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "athena/indicator/v1/observation.pb.h"
#include "libs/sql/database.h"
#include "services/indicator/ingest/rows/checked_rows.h"
#include "services/indicator/model/cell_block.h"

// A part of step 3 of a push: the current content of cells, and the outcome of writing to one.
namespace athena::indicator {

// The current content of a cell.
struct CurrentCell {
  int32_t status = v1::OBSERVATION_STATUS_UNSPECIFIED;  // never stored, or retracted
  double value = 0;
  bool has_comment = false;
  int64_t revision = 0;
};

// Cells of one series in one quarter.
struct CellsOfSeries {
  int32_t quarter;
  int64_t series;  // number
  int32_t first_period;
  int32_t last_period;
};

// Reads the rows of table `observation` for all `wanted`, in one query: for each, from the block of
// `first_period` to that of `last_period`, by block and then by revision. Calls `visit_row` for
// each row and then `visit` for each of its cells, by period; `i` is an index in `wanted`. The last
// cell visited of a period is the current one.
absl::Status ReadCurrentCells(
    sql::ReadTx& tx, int64_t institution, absl::Span<const CellsOfSeries> wanted,
    absl::FunctionRef<void(size_t i, int32_t block)> visit_row,
    absl::FunctionRef<void(size_t i, const BlockCell&, int64_t revision)> visit);

// The comment of a cell that has one.
absl::StatusOr<std::string> ReadComment(sql::ReadTx& tx, int64_t institution, int64_t series,
                                        const CellWrite& cell, int64_t revision);

// INSERTED, REVISED, DELETED or UNCHANGED, regardless of closed quarters and ChangeBounds.
absl::StatusOr<v1::Outcome> DecideOutcome(sql::ReadTx& tx, int64_t institution, int64_t series,
                                          const CellWrite& cell, const CurrentCell& current);

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_INGEST_DIFF_CURRENT_CELLS_H_
