#include "services/indicator/ingest/observation_writer.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "libs/status/macros.h"
#include "services/indicator/ingest/diff/stored_periods.h"
#include "services/indicator/model/cell_block.h"
#include "services/indicator/store/feed_store.h"
#include "services/indicator/store/superseded_store.h"

namespace athena::indicator {
namespace {

constexpr sql::Statement kInsertBlock{R"(
  INSERT INTO observation (institution, quarter, series, block, revision, cells)
  VALUES (?, ?, ?, ?, ?, ?))"};
constexpr size_t kInsertBlockColumns = 6;
constexpr sql::Statement kInsertComment{R"(
  INSERT INTO observation_comment (institution, quarter, series, period, revision, comment)
  VALUES (?, ?, ?, ?, ?, ?))"};
constexpr size_t kInsertCommentColumns = 6;

// Gives numbers to the series that have cells to be stored and no number yet.
absl::StatusOr<std::vector<SeriesKey>> CreateSeries(sql::WriteTx& tx, PushDiff* diff) {
  std::vector<SeriesKey> created;
  std::vector<int32_t>& numbers = diff->series_numbers;
  if (std::find(numbers.begin(), numbers.end(), 0) == numbers.end()) return created;
  std::vector<bool> has_cells(numbers.size());
  for (const size_t write : diff->writes) {
    has_cells[static_cast<size_t>(diff->Cell(write).series)] = true;
  }
  std::vector<size_t> indexes;
  for (size_t i = 0; i < numbers.size(); ++i) {
    if (!has_cells[i] || numbers[i] != 0) continue;
    indexes.push_back(i);
    created.push_back(diff->Series(i));
  }
  ATHENA_RETURN_IF_ERROR(NumberSeries(tx, absl::MakeSpan(created)));
  for (size_t i = 0; i < created.size(); ++i) numbers[indexes[i]] = created[i].number;
  return created;
}

// The written cells of a block are neighbours, as they are in storage order.
absl::Status InsertCells(sql::WriteTx& tx, int64_t revision, const PushDiff& diff) {
  constexpr size_t kBlocksAtOnce = 64;  // few enough that they stay in the processor's cache
  std::vector<sql::Param> blocks;
  std::vector<sql::Param> comments;
  std::string bytes;  // of all blocks; `blocks` borrow from it, so it must not be reallocated
  bytes.reserve(diff.writes.size() * kMaxBlockCellBytes);
  for (size_t begin = 0, end = 0; begin < diff.writes.size(); begin = end) {
    const CellWrite& first = diff.Cell(diff.writes[begin]);
    const int64_t series = diff.SeriesNumber(first);
    const size_t block_begin = bytes.size();
    for (; end < diff.writes.size(); ++end) {
      const CellWrite& cell = diff.Cell(diff.writes[end]);
      if (cell.quarter != first.quarter || cell.series != first.series ||
          BlockOf(cell.period) != BlockOf(first.period)) {
        break;
      }
      AppendToBlock({cell.period, cell.status, !cell.comment.empty(), cell.value}, &bytes);
      if (cell.comment.empty()) continue;
      comments.insert(comments.end(), {sql::Param(diff.institution), int64_t{cell.quarter}, series,
                                       int64_t{cell.period}, revision, cell.comment});
    }
    blocks.insert(blocks.end(), {sql::Param(diff.institution), int64_t{first.quarter}, series,
                                 int64_t{BlockOf(first.period)}, revision,
                                 sql::Blob{std::string_view(bytes).substr(block_begin)}});
    if (blocks.size() < kBlocksAtOnce * kInsertBlockColumns && end < diff.writes.size()) continue;
    ATHENA_RETURN_IF_ERROR(tx.ExecuteMany(kInsertBlock, kInsertBlockColumns, blocks));
    blocks.clear();
  }
  return tx.ExecuteMany(kInsertComment, kInsertCommentColumns, comments);
}

void UpdateStoredPeriods(const PushDiff& diff, StoredPeriodsCache& cache) {
  const CellWrite* last = nullptr;
  StoredPeriods* stored = nullptr;  // of `last`'s series and quarter; nullptr: they are not cached
  for (const size_t write : diff.writes) {
    const CellWrite& cell = diff.Cell(write);
    if (last == nullptr || last->quarter != cell.quarter || last->series != cell.series) {
      last = &cell;
      stored = nullptr;
      const int64_t series = diff.SeriesNumber(cell);
      if (StoredPeriodsCache::Quarter* const quarter = cache.Find(diff.institution, cell.quarter)) {
        const auto found = quarter->series.find(series);
        if (found != quarter->series.end()) {
          stored = &found->second;
        } else if (quarter->complete) {
          stored = &cache.Add(*quarter, series, cell.period);
        }
      }
    }
    if (stored != nullptr) stored->Add(cell.period);
  }
}

// Records which indicators changed in which quarters, for the feed and for caches.
absl::Status RecordChangedQuarters(sql::WriteTx& tx, int64_t revision, const PushDiff& diff) {
  std::vector<QuarterChange> changed;
  const CellWrite* last = nullptr;
  for (const size_t write : diff.writes) {
    const CellWrite& cell = diff.Cell(write);
    if (last != nullptr && last->quarter == cell.quarter && last->series == cell.series) continue;
    last = &cell;
    const QuarterChange change = {diff.Indicator(cell), cell.quarter};
    if (changed.empty() || changed.back() != change) changed.push_back(change);
  }
  if (changed.empty()) return absl::OkStatus();
  std::sort(changed.begin(), changed.end());
  changed.erase(std::unique(changed.begin(), changed.end()), changed.end());
  return RecordChanges(tx, diff.institution, revision, changed);
}

}  // namespace

absl::StatusOr<std::vector<SeriesKey>> WriteObservations(sql::WriteTx& tx, int64_t revision,
                                                         PushDiff* diff) {
  ATHENA_ASSIGN_OR_RETURN(std::vector<SeriesKey> created, CreateSeries(tx, diff));
  ATHENA_RETURN_IF_ERROR(InsertCells(tx, revision, *diff));
  ATHENA_RETURN_IF_ERROR(
      SetSupersededAside(tx, diff->institution, revision, diff->blocks_to_compact));
  if (StoredPeriodsCache* const cache = StoredPeriodsCacheOf(tx))
    UpdateStoredPeriods(*diff, *cache);
  ATHENA_RETURN_IF_ERROR(RecordChangedQuarters(tx, revision, *diff));
  return created;
}

}  // namespace athena::indicator
