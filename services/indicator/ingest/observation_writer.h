#ifndef ATHENA_SERVICES_INDICATOR_INGEST_OBSERVATION_WRITER_H_
#define ATHENA_SERVICES_INDICATOR_INGEST_OBSERVATION_WRITER_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/sql/database.h"
#include "services/indicator/ingest/diff/push_diff.h"
#include "services/indicator/store/series_store.h"

namespace athena::indicator {

// Step 4 of a push, in the transaction of step 3: stores the written cells of `diff` under
// `revision`, creates the missing series and fills their numbers in, compacts blocks and records
// the changed quarters. Returns the series that were created.
absl::StatusOr<std::vector<SeriesKey>> WriteObservations(sql::WriteTx& tx, int64_t revision,
                                                         PushDiff* diff);

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_INGEST_OBSERVATION_WRITER_H_
