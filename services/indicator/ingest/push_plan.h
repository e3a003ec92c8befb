#ifndef ATHENA_SERVICES_INDICATOR_INGEST_PUSH_PLAN_H_
#define ATHENA_SERVICES_INDICATOR_INGEST_PUSH_PLAN_H_

#include <string_view>

#include "absl/status/statusor.h"
#include "libs/sql/database.h"
#include "services/indicator/ingest/checked_push.h"
#include "services/indicator/ingest/planned_push.h"

// Everything that can refuse a push comes before its first write: a transaction that fails after
// writing costs its whole group a second run.
namespace athena::indicator {

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

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_INGEST_PUSH_PLAN_H_
