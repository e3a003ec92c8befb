#ifndef ATHENA_SERVICES_INDICATOR_OBSERVATION_WRITER_H_
#define ATHENA_SERVICES_INDICATOR_OBSERVATION_WRITER_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "athena/indicator/v1/observation.pb.h"
#include "libs/sql/database.h"
#include "services/indicator/checked_push.h"
#include "services/indicator/series_store.h"

// What a push changes, and the changing. Two steps, so that everything that can refuse a push comes
// before its first write: a transaction that fails after writing costs its whole group a second
// run.
namespace athena::indicator {

// The cells of a push beside what the transaction sees in their place.
struct PlannedPush {
  int64_t institution = 0;           // number; 0: none yet
  std::vector<SeriesKey> series;     // as the push's, with the numbers there are
  std::vector<v1::Outcome> outcome;  // of each of the push's cells
  std::vector<size_t> writes;        // which cells are to be stored, in the order of storage
};

// Compares, by one range read for each (series, quarter). Writes nothing.
absl::StatusOr<PlannedPush> PlanPush(sql::ReadTx& tx, std::string_view institution,
                                     const CheckedRows& rows);

// Stores the planned cells under `revision`, with the series that are missing; `plan` then has all
// numbers. In the same transaction as PlanPush. Returns the series that were made.
absl::StatusOr<std::vector<SeriesKey>> ApplyPush(sql::WriteTx& tx, std::string_view institution,
                                                 const CheckedRows& rows, int64_t revision,
                                                 PlannedPush* plan);

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_OBSERVATION_WRITER_H_
