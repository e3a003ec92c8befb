#include "services/indicator/ingest/diff/compare_push.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <tuple>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/types/span.h"
#include "athena/indicator/v1/observation.pb.h"
#include "libs/status/macros.h"
#include "services/indicator/ingest/diff/change_bound.h"
#include "services/indicator/ingest/diff/closed_quarters.h"
#include "services/indicator/ingest/diff/current_cells.h"
#include "services/indicator/ingest/diff/merge_row.h"
#include "services/indicator/ingest/diff/scope_sweep.h"
#include "services/indicator/ingest/diff/stored_periods.h"
#include "services/indicator/model/cell_block.h"
#include "services/indicator/store/series_store.h"
#include "services/indicator/store/superseded_store.h"

namespace athena::indicator {
namespace {

// The cells [begin, end) of a push: all of one series in one quarter, by period.
struct CellGroup {
  size_t begin;
  size_t end;
};

std::vector<CellGroup> GroupsOf(const std::vector<CellWrite>& cells) {
  std::vector<CellGroup> groups;
  for (size_t i = 0; i < cells.size(); ++i) {
    const bool same =
        i > 0 && cells[i].quarter == cells[i - 1].quarter && cells[i].series == cells[i - 1].series;
    if (!same) groups.push_back({i, i});
    groups.back().end = i + 1;
  }
  return groups;
}

// Counts the rows of the blocks of a series, visited by block, and finds those to be compacted.
class BlockRowCounter {
 public:
  explicit BlockRowCounter(int32_t series) : series_(series) {}

  void Count(int32_t block) {
    if (block != block_) rows_ = 0;
    block_ = block;
    if (++rows_ == CrowdedRows(series_, block)) crowded_.push_back(block);
  }

  // Appends the blocks with many rows in which one of the cells changes.
  void AppendChanged(absl::Span<const CellWrite> cells, absl::Span<const v1::Outcome> outcomes,
                     std::vector<StoredBlock>* changed) const {
    for (const int32_t block : crowded_) {
      for (size_t i = 0; i < cells.size(); ++i) {
        if (BlockOf(cells[i].period) != block || outcomes[i] == v1::OUTCOME_UNCHANGED ||
            outcomes[i] == v1::OUTCOME_REJECTED) {
          continue;
        }
        changed->push_back({cells[i].quarter, series_, block});
        break;
      }
    }
  }

 private:
  const int32_t series_;
  int32_t block_ = 0;
  size_t rows_ = 0;  // of `block_`
  std::vector<int32_t> crowded_;
};

// Decides the outcomes of the cells of a group. `current` has what is stored of each; empty:
// nothing is stored of any.
absl::Status DecideCells(sql::ReadTx& tx, const CellGroup& group,
                         absl::Span<const CurrentCell> current, PushDiff* diff) {
  const int32_t series = diff->SeriesNumber(diff->cells()[group.begin]);
  for (size_t i = group.begin; i < group.end; ++i) {
    const CurrentCell stored = current.empty() ? CurrentCell() : current[i - group.begin];
    if (!diff->merged.empty()) {
      ATHENA_ASSIGN_OR_RETURN(const bool merged,
                              MergeRow(tx, series, stored, &diff->merged[i], diff));
      if (!merged) {
        diff->outcomes[i] = v1::OUTCOME_REJECTED;
        continue;
      }
    }
    ATHENA_ASSIGN_OR_RETURN(diff->outcomes[i],
                            DecideOutcome(tx, diff->institution, series, diff->cells()[i], stored));
  }
  return absl::OkStatus();
}

// Decides the outcomes of the cells of a group with at most one range read. `cache` may be null.
absl::Status CompareGroup(sql::ReadTx& tx, StoredPeriodsCache* cache, const CellGroup& group,
                          PushDiff* diff) {
  const auto cells =
      absl::MakeConstSpan(diff->cells()).subspan(group.begin, group.end - group.begin);
  const int32_t quarter = cells.front().quarter;
  const int32_t series = diff->SeriesNumber(cells.front());
  StoredPeriods* to_fill = nullptr;  // of the series in the quarter, if they are not cached yet
  if (cache != nullptr) {
    ATHENA_ASSIGN_OR_RETURN(StoredPeriodsCache::Quarter* const cached,
                            FindOrReadQuarter(tx, *cache, diff->institution, quarter));
    if (AllNew(*cached, series, cells)) return DecideCells(tx, group, {}, diff);
    if (!cached->series.contains(series)) {
      to_fill = &cache->Add(*cached, series, cells.front().period);
    }
  }
  absl::InlinedVector<CurrentCell, kBlockPeriods> current(cells.size());
  BlockRowCounter blocks(series);
  // `cells` are sorted by period, and so are the stored cells of each row. The rows of a block
  // cover the same periods, so each row may step back.
  size_t next = 0;
  ATHENA_RETURN_IF_ERROR(ReadCurrentCells(
      tx, diff->institution, quarter, series, to_fill != nullptr ? INT32_MIN : cells.front().period,
      to_fill != nullptr ? INT32_MAX : cells.back().period,
      [&](int32_t block) { blocks.Count(block); },
      [&](const BlockCell& stored, int64_t revision) {
        if (to_fill != nullptr) to_fill->Add(stored.period);
        while (next > 0 && cells[next - 1].period >= stored.period) --next;
        while (next < cells.size() && cells[next].period < stored.period) ++next;
        if (next == cells.size() || cells[next].period != stored.period) return;
        current[next] = {stored.status, stored.value, stored.has_comment, revision};
      }));
  ATHENA_RETURN_IF_ERROR(DecideCells(tx, group, current, diff));
  blocks.AppendChanged(cells,
                       absl::MakeConstSpan(diff->outcomes).subspan(group.begin, cells.size()),
                       &diff->blocks_to_compact);
  return absl::OkStatus();
}

// Fills in the numbers of the institution and the push's series. Returns whether a series got a
// number only now: then its cells are not in storage order.
absl::StatusOr<bool> FindNumbers(sql::ReadTx& tx, std::string_view institution, PushDiff* diff) {
  ATHENA_ASSIGN_OR_RETURN(diff->institution, tx.Key(institution));
  std::vector<int32_t>& numbers = diff->series_numbers;
  numbers.reserve(diff->rows().series.size());
  std::vector<SeriesKey> unknown;
  for (const SeriesKey& key : diff->rows().series) {
    numbers.push_back(key.number);
    if (key.number == 0) unknown.push_back(key);
  }
  // Another push may have created these series since the rows were checked.
  ATHENA_RETURN_IF_ERROR(FindSeriesNumbers(tx, diff->institution, absl::MakeSpan(unknown)));
  bool found_any = false;
  for (size_t i = 0, next = 0; next < unknown.size(); ++i) {
    if (numbers[i] != 0) continue;
    numbers[i] = unknown[next++].number;
    found_any = found_any || numbers[i] != 0;
  }
  return found_any;
}

absl::Status CompareCells(sql::ReadTx& tx, PushDiff* diff) {
  StoredPeriodsCache* const cache = StoredPeriodsCacheOf(tx);
  if (cache != nullptr) cache->ClearIfFull();
  if (!diff->rows().parts.whole()) diff->merged = diff->rows().cells;
  diff->outcomes.resize(diff->cells().size());
  for (const CellGroup& group : GroupsOf(diff->cells())) {
    const int32_t series = diff->SeriesNumber(diff->cells()[group.begin]);
    ATHENA_RETURN_IF_ERROR(series == 0 ? DecideCells(tx, group, {}, diff)
                                       : CompareGroup(tx, cache, group, diff));
  }
  std::sort(diff->errors.begin(), diff->errors.end(),
            [](const RowError& a, const RowError& b) { return a.row < b.row; });
  return absl::OkStatus();
}

void ListWrites(bool sorted, PushDiff* diff) {
  diff->writes.reserve(diff->outcomes.size());
  for (size_t i = 0; i < diff->outcomes.size(); ++i) {
    if (diff->IsWritten(i)) diff->writes.push_back(i);
  }
  if (sorted) return;
  const auto key = [&](size_t index) {
    const CellWrite& cell = diff->Cell(index);
    const int32_t number = diff->SeriesNumber(cell);
    return std::tuple(cell.quarter, number == 0 ? INT32_MAX : number, cell.series, cell.period);
  };
  std::sort(diff->writes.begin(), diff->writes.end(),
            [&](size_t a, size_t b) { return key(a) < key(b); });
}

}  // namespace

absl::StatusOr<PushDiff> ComparePush(sql::ReadTx& tx, std::string_view institution,
                                     const CheckedRows& rows, ClosedQuarters closed) {
  PushDiff diff(rows);
  ATHENA_ASSIGN_OR_RETURN(const bool found_series, FindNumbers(tx, institution, &diff));
  ATHENA_RETURN_IF_ERROR(CompareCells(tx, &diff));
  if (!rows.scopes.empty()) {
    ATHENA_RETURN_IF_ERROR(SweepScopes(tx, institution, &diff));
  }
  if (closed == ClosedQuarters::kLocked) {
    ATHENA_RETURN_IF_ERROR(LockClosedQuarters(tx, institution, &diff));
  }
  ATHENA_RETURN_IF_ERROR(CheckChangeBounds(tx, &diff));
  ListWrites(/*sorted=*/!found_series && diff.swept.empty(), &diff);
  return diff;
}

}  // namespace athena::indicator
