#ifndef ATHENA_SERVICES_INDICATOR_INGEST_OBSERVATION_WRITER_H_
#define ATHENA_SERVICES_INDICATOR_INGEST_OBSERVATION_WRITER_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/sql/database.h"
#include "services/indicator/ingest/checked_push.h"
#include "services/indicator/ingest/planned_push.h"
#include "services/indicator/store/series_store.h"

namespace athena::indicator {

// Stores the planned cells under `revision`, with the series that are missing; `plan` then has all
// numbers. Sets aside what that leaves superseded in crowded blocks. In the same transaction as
// PlanPush. Returns the series that were made.
absl::StatusOr<std::vector<SeriesKey>> ApplyPush(sql::WriteTx& tx, const CheckedRows& rows,
                                                 int64_t revision, PlannedPush* plan);

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_INGEST_OBSERVATION_WRITER_H_
