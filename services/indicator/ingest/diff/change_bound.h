#ifndef ATHENA_SERVICES_INDICATOR_INGEST_DIFF_CHANGE_BOUND_H_
#define ATHENA_SERVICES_INDICATOR_INGEST_DIFF_CHANGE_BOUND_H_

#include "absl/status/status.h"
#include "libs/sql/database.h"
#include "services/indicator/ingest/diff/push_diff.h"

namespace athena::indicator {

// A part of step 3 of a push: compares new cells with their neighbouring periods, as they are once
// the push is stored, and marks violations of the indicator's ChangeBound REJECTED or flags them.
absl::Status CheckChangeBounds(sql::ReadTx& tx, PushDiff* diff);

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_INGEST_DIFF_CHANGE_BOUND_H_
