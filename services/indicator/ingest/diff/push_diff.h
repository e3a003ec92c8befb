#ifndef ATHENA_SERVICES_INDICATOR_INGEST_DIFF_PUSH_DIFF_H_
#define ATHENA_SERVICES_INDICATOR_INGEST_DIFF_PUSH_DIFF_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "athena/indicator/v1/observation.pb.h"
#include "services/indicator/ingest/rows/checked_rows.h"
#include "services/indicator/store/series_store.h"
#include "services/indicator/store/superseded_store.h"

namespace athena::indicator {

// The result of comparing a push with the stored cells. ComparePush (compare_push.h) makes it and
// WriteObservations (../observation_writer.h) stores it. The rows outlive it.
//
// Its cells are those of the push and, after them, the swept ones: cells that the scopes of a
// REPLACE contain and the push does not, which are retracted.
class PushDiff {
 public:
  explicit PushDiff(const CheckedRows& rows) : rows_(&rows) {}

  int64_t institution = 0;  // number; 0 while it has none
  // Of the series of the push, then of those in `swept_series`; 0 while a series has none.
  std::vector<int32_t> series_numbers;
  // The cells of a push with a row_mask, completed by what is stored (merge_row.h). Empty without.
  std::vector<CellWrite> merged;
  std::deque<std::string> stored_comments;  // which `merged` borrows
  std::vector<SeriesKey> swept_series;      // series of which only cells outside the push are swept
  std::vector<CellWrite> swept;             // in no order; `series` is an index in `series_numbers`
  std::vector<v1::Outcome> outcomes;        // of each cell
  std::vector<size_t> writes;               // indexes of the cells to be stored, in storage order
  // Rows that do not fit what is stored, and ChangeBound violations; by row, at most one a row. The
  // rows of `errors` are REJECTED, those of `flags` are stored.
  std::vector<RowError> errors;
  std::vector<RowError> flags;
  int64_t locked = 0;                    // number of cells that are LOCKED
  std::vector<int32_t> closed_quarters;  // of these cells, ascending
  // Blocks with many rows in which cells of the push change, by quarter: they are compacted when
  // the push is stored. Blocks touched only by a sweep are compacted by the next push that writes
  // to them.
  std::vector<StoredBlock> blocks_to_compact;

  const CheckedRows& rows() const { return *rows_; }

  // The cells of the push.
  const std::vector<CellWrite>& cells() const { return merged.empty() ? rows_->cells : merged; }

  const CellWrite& Cell(size_t index) const {
    return index < cells().size() ? cells()[index] : swept[index - cells().size()];
  }
  // By index in `series_numbers`.
  const SeriesKey& Series(size_t index) const {
    return index < rows_->series.size() ? rows_->series[index]
                                        : swept_series[index - rows_->series.size()];
  }
  int32_t SeriesNumber(const CellWrite& cell) const {
    return series_numbers[static_cast<size_t>(cell.series)];
  }
  std::string_view Indicator(const CellWrite& cell) const {
    return Series(static_cast<size_t>(cell.series)).indicator;
  }
  bool IsWritten(size_t index) const {
    return outcomes[index] == v1::OUTCOME_INSERTED || outcomes[index] == v1::OUTCOME_REVISED ||
           outcomes[index] == v1::OUTCOME_DELETED;
  }

 private:
  const CheckedRows* rows_;
};

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_INGEST_DIFF_PUSH_DIFF_H_
