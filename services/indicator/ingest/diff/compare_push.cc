#include "services/indicator/ingest/diff/compare_push.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <tuple>
#include <vector>

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

// What is stored of the cells of groups, read in one query.
class StoredCells {
 public:
  // `cache` may be null.
  StoredCells(StoredPeriodsCache* cache, const PushDiff& diff) : cache_(cache), diff_(diff) {}

  // Adds a group of a series that has a number, unless it is certain that nothing is stored of it.
  // Returns whether it was added.
  absl::StatusOr<bool> Add(sql::ReadTx& tx, const CellGroup& group) {
    const auto cells = CellsOf(group);
    const int32_t series = diff_.SeriesNumber(cells.front());
    CellsOfSeries wanted = {cells.front().quarter, series, cells.front().period,
                            cells.back().period};
    bool fills = false;
    if (cache_ != nullptr) {
      ATHENA_ASSIGN_OR_RETURN(StoredPeriodsCache::Quarter* const cached,
                              FindOrReadQuarter(tx, *cache_, diff_.institution, wanted.quarter));
      if (AllNew(*cached, series, cells)) return false;
      if (!cached->series.contains(series)) {
        cache_->Add(*cached, series, cells.front().period);
        wanted.first_period = INT32_MIN;
        wanted.last_period = INT32_MAX;
        fills = true;
      }
    }
    wanted_.push_back(wanted);
    groups_.push_back({group, nullptr, BlockRowCounter(series), current_.size(), 0});
    if (fills) filling_.push_back(groups_.size() - 1);
    current_.resize(current_.size() + cells.size());
    return true;
  }

  absl::Status Read(sql::ReadTx& tx) {
    for (const size_t i : filling_) {  // adding moves the cache's entries
      groups_[i].to_fill = &cache_->Find(diff_.institution, wanted_[i].quarter)
                                ->series.find(wanted_[i].series)
                                ->second;
    }
    return ReadCurrentCells(
        tx, diff_.institution, wanted_,
        [&](size_t i, int32_t block) { groups_[i].blocks.Count(block); },
        [&](size_t i, const BlockCell& stored, int64_t revision) {
          Group& group = groups_[i];
          if (group.to_fill != nullptr) group.to_fill->Add(stored.period);
          // The cells are sorted by period, and so are the stored cells of each row. The rows of a
          // block cover the same periods, so each row may step back.
          const auto cells = CellsOf(group.cells);
          size_t& next = group.next;
          while (next > 0 && cells[next - 1].period >= stored.period) --next;
          while (next < cells.size() && cells[next].period < stored.period) ++next;
          if (next == cells.size() || cells[next].period != stored.period) return;
          current_[group.first + next] = {stored.status, stored.value, stored.has_comment,
                                          revision};
        });
  }

  // Decides the outcomes of the groups' cells, and collects the blocks to be compacted.
  absl::Status Decide(sql::ReadTx& tx, PushDiff* diff) const {
    for (const Group& group : groups_) {
      const size_t size = group.cells.end - group.cells.begin;
      ATHENA_RETURN_IF_ERROR(DecideCells(
          tx, group.cells, absl::MakeConstSpan(current_).subspan(group.first, size), diff));
      group.blocks.AppendChanged(
          absl::MakeConstSpan(diff->cells()).subspan(group.cells.begin, size),
          absl::MakeConstSpan(diff->outcomes).subspan(group.cells.begin, size),
          &diff->blocks_to_compact);
    }
    return absl::OkStatus();
  }

 private:
  struct Group {
    CellGroup cells;
    StoredPeriods* to_fill;  // of the series in the quarter, if they were not cached yet
    BlockRowCounter blocks;
    size_t first;  // in `current_`
    size_t next;   // the cell of the group that the next stored one is likely to be
  };

  absl::Span<const CellWrite> CellsOf(const CellGroup& group) const {
    return absl::MakeConstSpan(diff_.cells()).subspan(group.begin, group.end - group.begin);
  }

  StoredPeriodsCache* const cache_;
  const PushDiff& diff_;
  std::vector<CellsOfSeries> wanted_;  // of each group
  std::vector<Group> groups_;
  std::vector<size_t> filling_;       // the groups whose series the cache did not have
  std::vector<CurrentCell> current_;  // of each cell of the groups
};

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
  StoredCells stored(cache, *diff);
  for (const CellGroup& group : GroupsOf(diff->cells())) {
    bool is_stored = diff->SeriesNumber(diff->cells()[group.begin]) != 0;
    if (is_stored) {
      ATHENA_ASSIGN_OR_RETURN(is_stored, stored.Add(tx, group));
    }
    if (!is_stored) {
      ATHENA_RETURN_IF_ERROR(DecideCells(tx, group, {}, diff));
    }
  }
  ATHENA_RETURN_IF_ERROR(stored.Read(tx));
  ATHENA_RETURN_IF_ERROR(stored.Decide(tx, diff));
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
