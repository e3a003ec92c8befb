#include "services/indicator/ingest/observation_writer.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "services/indicator/ingest/stored_note.h"
#include "services/indicator/model/cell_block.h"
#include "services/indicator/store/feed_store.h"
#include "services/indicator/store/superseded_store.h"

namespace athena::indicator {
namespace {

constexpr sql::Statement kInsert{R"(
  INSERT INTO observation (institution, quarter, series, block, revision, cells)
  VALUES (?, ?, ?, ?, ?, ?))"};
constexpr size_t kInsertColumns = 6;
constexpr sql::Statement kInsertComment{R"(
  INSERT INTO observation_comment (institution, quarter, series, period, revision, comment)
  VALUES (?, ?, ?, ?, ?, ?))"};
constexpr size_t kInsertCommentColumns = 6;

// Gives numbers to those of the series that have cells to be stored and none yet.
absl::StatusOr<std::vector<SeriesKey>> MakeSeries(sql::WriteTx& tx, const CheckedRows& rows,
                                                  PlannedPush* plan) {
  std::vector<SeriesKey> made;
  const auto first = std::find(plan->numbers.begin(), plan->numbers.end(), 0);
  if (first == plan->numbers.end()) return made;
  std::vector<bool> wanted(plan->numbers.size());
  for (const size_t place : plan->writes) {
    wanted[static_cast<size_t>(CellAt(rows, *plan, place).series)] = true;
  }
  std::vector<size_t> places;
  for (auto place = static_cast<size_t>(first - plan->numbers.begin()); place < wanted.size();
       ++place) {
    if (!wanted[place] || plan->numbers[place] != 0) continue;
    places.push_back(place);
    made.push_back(SeriesAt(rows, *plan, place));
  }
  if (absl::Status numbered = NumberSeries(tx, absl::MakeSpan(made)); !numbered.ok()) {
    return numbered;
  }
  for (size_t i = 0; i < made.size(); ++i) plan->numbers[places[i]] = made[i].number;
  return made;
}

// Stores the cells, which come in the order of storage: those of a block are neighbours.
absl::Status InsertCells(sql::WriteTx& tx, const CheckedRows& rows, int64_t revision,
                         const PlannedPush& plan) {
  constexpr size_t kBlocksAtOnce = 64;  // few enough that the processor still has them at hand
  std::vector<sql::Param> blocks;
  std::vector<sql::Param> comments;
  std::string bytes;  // of all blocks; never moves, since they borrow from it
  bytes.reserve(plan.writes.size() * kMaxBlockCellBytes);
  for (size_t begin = 0, end = 0; begin < plan.writes.size(); begin = end) {
    const CellWrite& first = CellAt(rows, plan, plan.writes[begin]);
    const int64_t series = NumberOf(plan, first);
    const size_t block_begin = bytes.size();
    for (; end < plan.writes.size(); ++end) {
      const CellWrite& cell = CellAt(rows, plan, plan.writes[end]);
      if (cell.quarter != first.quarter || cell.series != first.series ||
          BlockOf(cell.period) != BlockOf(first.period)) {
        break;
      }
      AppendToBlock({cell.period, cell.status, !cell.comment.empty(), cell.value}, &bytes);
      if (cell.comment.empty()) continue;
      comments.insert(comments.end(), {sql::Param(plan.institution), int64_t{cell.quarter}, series,
                                       int64_t{cell.period}, revision, cell.comment});
    }
    blocks.insert(blocks.end(), {sql::Param(plan.institution), int64_t{first.quarter}, series,
                                 int64_t{BlockOf(first.period)}, revision,
                                 sql::Blob{std::string_view(bytes).substr(block_begin)}});
    if (blocks.size() < kBlocksAtOnce * kInsertColumns && end < plan.writes.size()) continue;
    if (absl::Status stored = tx.ExecuteMany(kInsert, kInsertColumns, blocks); !stored.ok()) {
      return stored;
    }
    blocks.clear();
  }
  return tx.ExecuteMany(kInsertComment, kInsertCommentColumns, comments);
}

// Where the stored periods of a series in a quarter are known, these are more of them.
void NoteStored(const CheckedRows& rows, const PlannedPush& plan, StoredNote& note) {
  const CellWrite* last = nullptr;
  StoredPeriods* stored = nullptr;
  for (const size_t place : plan.writes) {
    const CellWrite& cell = CellAt(rows, plan, place);
    if (last == nullptr || last->quarter != cell.quarter || last->series != cell.series) {
      last = &cell;
      stored = nullptr;
      const int64_t series = NumberOf(plan, cell);
      if (StoredNote::Quarter* const quarter = note.Find(plan.institution, cell.quarter)) {
        const auto found = quarter->series.find(series);
        if (found != quarter->series.end()) {
          stored = &found->second;
        } else if (quarter->complete) {
          stored = &note.Add(*quarter, series, cell.period);
        }
      }
    }
    if (stored != nullptr) stored->Add(cell.period);
  }
}

absl::Status MarkChanged(sql::WriteTx& tx, const CheckedRows& rows, int64_t revision,
                         const PlannedPush& plan) {
  std::vector<QuarterChange> changed;
  const CellWrite* last = nullptr;
  for (const size_t place : plan.writes) {
    const CellWrite& cell = CellAt(rows, plan, place);
    if (last != nullptr && last->quarter == cell.quarter && last->series == cell.series) continue;
    last = &cell;
    const QuarterChange change = {IndicatorOf(rows, plan, cell), cell.quarter};
    if (changed.empty() || changed.back() != change) changed.push_back(change);
  }
  if (changed.empty()) return absl::OkStatus();
  std::sort(changed.begin(), changed.end());
  changed.erase(std::unique(changed.begin(), changed.end()), changed.end());
  return RecordChanges(tx, plan.institution, revision, changed);
}

}  // namespace

absl::StatusOr<std::vector<SeriesKey>> ApplyPush(sql::WriteTx& tx, const CheckedRows& rows,
                                                 int64_t revision, PlannedPush* plan) {
  absl::StatusOr<std::vector<SeriesKey>> made = MakeSeries(tx, rows, plan);
  if (!made.ok()) return made;
  absl::Status stored = InsertCells(tx, rows, revision, *plan);
  if (stored.ok()) stored = SetSupersededAside(tx, plan->institution, revision, plan->crowded);
  if (StoredNote* const note = NoteOf(tx)) NoteStored(rows, *plan, *note);
  if (stored.ok()) stored = MarkChanged(tx, rows, revision, *plan);
  if (!stored.ok()) return stored;
  return made;
}

}  // namespace athena::indicator
