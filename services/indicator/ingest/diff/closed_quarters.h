#ifndef ATHENA_SERVICES_INDICATOR_INGEST_DIFF_CLOSED_QUARTERS_H_
#define ATHENA_SERVICES_INDICATOR_INGEST_DIFF_CLOSED_QUARTERS_H_

#include <string_view>

#include "absl/status/status.h"
#include "libs/sql/database.h"
#include "services/indicator/ingest/diff/push_diff.h"

namespace athena::indicator {

// A part of step 3 of a push: marks the cells in closed quarters that would change as LOCKED.
absl::Status LockClosedQuarters(sql::ReadTx& tx, std::string_view institution, PushDiff* diff);

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_INGEST_DIFF_CLOSED_QUARTERS_H_
