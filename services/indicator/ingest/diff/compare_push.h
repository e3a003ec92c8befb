#ifndef ATHENA_SERVICES_INDICATOR_INGEST_DIFF_COMPARE_PUSH_H_
#define ATHENA_SERVICES_INDICATOR_INGEST_DIFF_COMPARE_PUSH_H_

#include <string_view>

#include "absl/status/statusor.h"
#include "libs/sql/database.h"
#include "services/indicator/ingest/diff/push_diff.h"
#include "services/indicator/ingest/rows/checked_rows.h"

// Step 3 of a push, in the transaction that stores it: its cells are compared with the stored ones.
// Everything that can refuse a push is found here, before the first write: when a transaction fails
// after it has written, all transactions of its group commit run a second time.
namespace athena::indicator {

// What happens to cells in closed quarters that would change.
enum class ClosedQuarters {
  kLocked,     // they are LOCKED
  kCorrected,  // they change like others
};

// Compares the rows of a push of `institution` (an id) with the stored cells and writes nothing.
// FAILED_PRECONDITION (SCOPES_TOO_LARGE) when the scopes would sweep more than kMaxSweptCells.
absl::StatusOr<PushDiff> ComparePush(sql::ReadTx& tx, std::string_view institution,
                                     const CheckedRows& rows, ClosedQuarters closed);

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_INGEST_DIFF_COMPARE_PUSH_H_
