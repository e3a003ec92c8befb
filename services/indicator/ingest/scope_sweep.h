#ifndef ATHENA_SERVICES_INDICATOR_INGEST_SCOPE_SWEEP_H_
#define ATHENA_SERVICES_INDICATOR_INGEST_SCOPE_SWEEP_H_

#include <string_view>

#include "absl/status/status.h"
#include "libs/sql/database.h"
#include "services/indicator/ingest/checked_push.h"
#include "services/indicator/ingest/planned_push.h"

namespace athena::indicator {

// Finds what the scopes of a REPLACE hold beside the push's own cells, whose series' numbers are
// known in `plan`: adds it to `plan`, with outcomes after those of the push's own cells.
// FAILED_PRECONDITION (SCOPES_TOO_LARGE) when it is more than kMaxSweptCells.
absl::Status SweepScopes(sql::ReadTx& tx, std::string_view institution, const CheckedRows& rows,
                         PlannedPush* plan);

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_INGEST_SCOPE_SWEEP_H_
