#ifndef ATHENA_SERVICES_INDICATOR_INGEST_DIFF_MERGE_ROW_H_
#define ATHENA_SERVICES_INDICATOR_INGEST_DIFF_MERGE_ROW_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "libs/sql/database.h"
#include "services/indicator/ingest/diff/current_cells.h"
#include "services/indicator/ingest/diff/push_diff.h"

namespace athena::indicator {

// A part of step 3 of a push with a row_mask: completes `cell`, one of `diff->merged`, by the parts
// of the stored cell that the mask does not name. False when that makes no observation: an error is
// then added to `diff`.
absl::StatusOr<bool> MergeRow(sql::ReadTx& tx, int64_t series, const CurrentCell& stored,
                              CellWrite* cell, PushDiff* diff);

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_INGEST_DIFF_MERGE_ROW_H_
