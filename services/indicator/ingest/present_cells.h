#ifndef ATHENA_SERVICES_INDICATOR_INGEST_PRESENT_CELLS_H_
#define ATHENA_SERVICES_INDICATOR_INGEST_PRESENT_CELLS_H_

#include <cstdint>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "athena/indicator/v1/observation.pb.h"
#include "libs/sql/database.h"
#include "services/indicator/ingest/checked_push.h"
#include "services/indicator/model/cell_block.h"

// What is stored of cells now, and what writing to them comes to.
namespace athena::indicator {

// What is stored of a cell now.
struct PresentCell {
  int32_t status = v1::OBSERVATION_STATUS_UNSPECIFIED;  // nothing, or retracted
  double value = 0;
  bool has_comment = false;
  int64_t revision = 0;
};

// Visits what is stored of a series in the blocks that hold two periods and those between, by block
// and then by revision, without what was set aside: each row, then its cells.
absl::Status ReadPresent(sql::ReadTx& tx, int64_t institution, int32_t quarter, int64_t series,
                         int32_t first_period, int32_t last_period,
                         absl::FunctionRef<void(int32_t block)> visit_row,
                         absl::FunctionRef<void(const BlockCell&, int64_t revision)> visit);

// What a write to a cell comes to, closed quarters and changes that are too large left aside.
absl::StatusOr<v1::Outcome> OutcomeOf(sql::ReadTx& tx, int64_t institution, int64_t series,
                                      const CellWrite& cell, const PresentCell& present);

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_INGEST_PRESENT_CELLS_H_
