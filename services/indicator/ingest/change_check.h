#ifndef ATHENA_SERVICES_INDICATOR_INGEST_CHANGE_CHECK_H_
#define ATHENA_SERVICES_INDICATOR_INGEST_CHANGE_CHECK_H_

#include "absl/status/status.h"
#include "libs/sql/database.h"
#include "services/indicator/ingest/checked_push.h"
#include "services/indicator/ingest/planned_push.h"

namespace athena::indicator {

// Holds what would be stored against the same series' periods before and after, where its indicator
// has a ChangeBound: adds to the plan's errors and flags, and what is refused becomes REJECTED.
absl::Status CheckChanges(sql::ReadTx& tx, const CheckedRows& rows, PlannedPush* plan);

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_INGEST_CHANGE_CHECK_H_
