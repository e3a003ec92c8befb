#ifndef ATHENA_SERVICES_INDICATOR_INGEST_PLANNED_PUSH_H_
#define ATHENA_SERVICES_INDICATOR_INGEST_PLANNED_PUSH_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "athena/indicator/v1/observation.pb.h"
#include "services/indicator/ingest/checked_push.h"
#include "services/indicator/store/series_store.h"
#include "services/indicator/store/superseded_store.h"

// What a push changes: planned by PlanPush (push_plan.h), done by ApplyPush (observation_writer.h).
namespace athena::indicator {

// The cells of a push beside what the transaction sees in their place.
struct PlannedPush {
  int64_t institution = 0;  // number; 0: none yet
  // Of the push's series and then of these, which cells of `swept` belong to; 0: none yet.
  std::vector<int32_t> numbers;
  std::vector<SeriesKey> swept_series;
  // What a REPLACE found in its scopes and not in the push: retractions, in no order.
  std::vector<CellWrite> swept;
  // What is wrong with good rows beside what is stored, by row; they are REJECTED.
  std::vector<RowError> errors;
  // And what is odd; these are stored.
  std::vector<RowError> flags;
  // Of each of the push's cells, then of each swept one.
  std::vector<v1::Outcome> outcome;
  std::vector<size_t> writes;  // places in `outcome` that are to be stored, in the order of storage
  // Blocks with many rows (CrowdedRows) in which the push's own cells would change, by quarter.
  // Those where it only sweeps wait for the next that names a cell there, as one must before
  // anything there can be swept again.
  std::vector<StoredBlock> crowded;
  int64_t locked = 0;                    // how many are LOCKED
  std::vector<int32_t> locked_quarters;  // where, ascending
};

// The series at a place of `plan.numbers`.
inline const SeriesKey& SeriesAt(const CheckedRows& rows, const PlannedPush& plan, size_t place) {
  return place < rows.series.size() ? rows.series[place]
                                    : plan.swept_series[place - rows.series.size()];
}

// The cell at a place of `plan.outcome`.
inline const CellWrite& CellAt(const CheckedRows& rows, const PlannedPush& plan, size_t place) {
  return place < rows.cells.size() ? rows.cells[place] : plan.swept[place - rows.cells.size()];
}

// Of the push's cells and of swept ones: the number of the series, 0 when it has none yet, and the
// indicator.
inline int32_t NumberOf(const PlannedPush& plan, const CellWrite& cell) {
  return plan.numbers[static_cast<size_t>(cell.series)];
}
inline std::string_view IndicatorOf(const CheckedRows& rows, const PlannedPush& plan,
                                    const CellWrite& cell) {
  return SeriesAt(rows, plan, static_cast<size_t>(cell.series)).indicator;
}

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_INGEST_PLANNED_PUSH_H_
