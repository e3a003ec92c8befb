#ifndef ATHENA_SERVICES_INDICATOR_INGEST_OBSERVATION_WRITER_H_
#define ATHENA_SERVICES_INDICATOR_INGEST_OBSERVATION_WRITER_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "athena/indicator/v1/observation.pb.h"
#include "libs/sql/database.h"
#include "services/indicator/ingest/checked_push.h"
#include "services/indicator/store/series_store.h"
#include "services/indicator/store/superseded_store.h"

// What a push changes, and the changing. Two steps, so that everything that can refuse a push comes
// before its first write: a transaction that fails after writing costs its whole group a second
// run.
namespace athena::indicator {

// The cells of a push beside what the transaction sees in their place.
struct PlannedPush {
  int64_t institution = 0;  // number; 0: none yet
  // Of the push's series and then of these, which cells of `swept` belong to; 0: none yet.
  std::vector<int32_t> numbers;
  std::vector<SeriesKey> swept_series;
  // What a REPLACE found in its scopes and not in the push: retractions, in no order.
  std::vector<CellWrite> swept;
  // What is wrong with good rows beside what is stored, by row; they are REJECTED.
  std::vector<RowError> errors;
  // And what is odd; these are stored.
  std::vector<RowError> flags;
  // Of each of the push's cells, then of each swept one.
  std::vector<v1::Outcome> outcome;
  std::vector<size_t> writes;  // places in `outcome` that are to be stored, in the order of storage
  // Blocks with many rows (CrowdedRows) in which the push's own cells would change, by quarter.
  // Those where it only sweeps wait for the next that names a cell there, as one must before
  // anything there can be swept again.
  std::vector<StoredBlock> crowded;
  int64_t locked = 0;                    // how many are LOCKED
  std::vector<int32_t> locked_quarters;  // where, ascending
};

// The series at a place of `plan.numbers`.
const SeriesKey& SeriesAt(const CheckedRows& rows, const PlannedPush& plan, size_t place);

// What becomes of cells in closed quarters that would change.
enum class ClosedQuarters {
  kLocked,     // they are LOCKED
  kCorrected,  // they change as in any other quarter
};

// Compares, by one range read for each (series, quarter) but those of which earlier transactions
// noted that they hold none of the push's periods, and finds what the scopes hold beside.
// Writes nothing. FAILED_PRECONDITION (SCOPES_TOO_LARGE) when that is more than kMaxSweptCells.
absl::StatusOr<PlannedPush> PlanPush(sql::ReadTx& tx, std::string_view institution,
                                     const CheckedRows& rows, ClosedQuarters closed);

// Stores the planned cells under `revision`, with the series that are missing; `plan` then has all
// numbers. Sets aside what that leaves superseded in crowded blocks. In the same transaction as
// PlanPush. Returns the series that were made.
absl::StatusOr<std::vector<SeriesKey>> ApplyPush(sql::WriteTx& tx, std::string_view institution,
                                                 const CheckedRows& rows, int64_t revision,
                                                 PlannedPush* plan);

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_INGEST_OBSERVATION_WRITER_H_
