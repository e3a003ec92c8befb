#ifndef ATHENA_SERVICES_INDICATOR_INGEST_DIFF_SCOPE_SWEEP_H_
#define ATHENA_SERVICES_INDICATOR_INGEST_DIFF_SCOPE_SWEEP_H_

#include <string_view>

#include "absl/status/status.h"
#include "libs/sql/database.h"
#include "services/indicator/ingest/diff/push_diff.h"

namespace athena::indicator {

// A part of step 3 of a push: adds to `diff` a retraction of every stored cell that the scopes of a
// REPLACE contain and the push does not. The outcomes of the push's own cells and the numbers of
// its series are in `diff` already. FAILED_PRECONDITION (SCOPES_TOO_LARGE) beyond kMaxSweptCells.
absl::Status SweepScopes(sql::ReadTx& tx, std::string_view institution, PushDiff* diff);

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_INGEST_DIFF_SCOPE_SWEEP_H_
