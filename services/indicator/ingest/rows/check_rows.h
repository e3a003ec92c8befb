#ifndef ATHENA_SERVICES_INDICATOR_INGEST_ROWS_CHECK_ROWS_H_
#define ATHENA_SERVICES_INDICATOR_INGEST_ROWS_CHECK_ROWS_H_

#include <string_view>

#include "absl/time/civil_time.h"
#include "services/indicator/ingest/rows/checked_rows.h"
#include "services/indicator/ingest/rows/push_request.h"
#include "services/indicator/model/catalog.h"
#include "services/indicator/store/series_store.h"

// Step 2 of a push: its rows are checked against the definitions and sorted, before the transaction
// that stores them. Pure.
namespace athena::indicator {

// Checks every row and every scope of a push of `institution` (an id). `today` decides which
// periods have begun and which are over. `numbers` gives the numbers of the series it knows. The
// result borrows the comments of `request`.
CheckedRows CheckRows(const PushRequest& request, std::string_view institution,
                      const Definitions& definitions, absl::CivilDay today,
                      const SeriesNumbers& numbers);

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_INGEST_ROWS_CHECK_ROWS_H_
