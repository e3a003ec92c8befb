#include "services/indicator/ingest/push_plan.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/types/span.h"
#include "athena/indicator/v1/observation.pb.h"
#include "libs/audit/journal.h"
#include "libs/versioned/store.h"
#include "services/indicator/ingest/change_check.h"
#include "services/indicator/ingest/present_cells.h"
#include "services/indicator/ingest/scope_sweep.h"
#include "services/indicator/ingest/stored_note.h"
#include "services/indicator/model/cell_block.h"
#include "services/indicator/store/closing_store.h"
#include "services/indicator/store/series_store.h"
#include "services/indicator/store/superseded_store.h"

namespace athena::indicator {
namespace {

// The cells [begin, end) of a push, all of one series and quarter, in the order of their periods.
struct Group {
  size_t begin;
  size_t end;
};

std::vector<Group> GroupsOf(const std::vector<CellWrite>& cells) {
  std::vector<Group> groups;
  for (size_t i = 0; i < cells.size(); ++i) {
    const bool same =
        i > 0 && cells[i].quarter == cells[i - 1].quarter && cells[i].series == cells[i - 1].series;
    if (!same) groups.push_back({i, i});
    groups.back().end = i + 1;
  }
  return groups;
}

// Finds the crowded blocks of a series among the rows that are visited, by block.
class CrowdedBlocks {
 public:
  explicit CrowdedBlocks(int32_t series) : series_(series) {}

  void Count(int32_t block) {
    if (block != block_) rows_ = 0;
    block_ = block;
    if (++rows_ == CrowdedRows(series_, block)) crowded_.push_back(block);
  }

  // Adds those in which cells change.
  void AddChanged(absl::Span<const CellWrite> cells, absl::Span<const v1::Outcome> outcome,
                  std::vector<StoredBlock>* changed) const {
    for (const int32_t block : crowded_) {
      for (size_t i = 0; i < cells.size(); ++i) {
        if (BlockOf(cells[i].period) != block || outcome[i] == v1::OUTCOME_UNCHANGED) continue;
        changed->push_back({cells[i].quarter, series_, block});
        break;
      }
    }
  }

 private:
  const int32_t series_;
  int32_t block_ = 0;
  size_t rows_ = 0;  // of the block
  std::vector<int32_t> crowded_;
};

void DecideNew(absl::Span<const CellWrite> cells, absl::Span<v1::Outcome> outcome) {
  for (size_t i = 0; i < cells.size(); ++i) {
    outcome[i] = cells[i].retract() ? v1::OUTCOME_UNCHANGED : v1::OUTCOME_INSERTED;
  }
}

// Compares the cells of a series in a quarter with what is stored, and adds to what is crowded.
absl::Status PlanGroup(sql::ReadTx& tx, StoredNote* note, int64_t institution, int32_t series,
                       absl::Span<const CellWrite> cells, absl::Span<v1::Outcome> outcome,
                       std::vector<StoredBlock>* crowded) {
  const int32_t quarter = cells.front().quarter;
  StoredPeriods* to_find = nullptr;  // where they are not known
  if (note != nullptr) {
    const absl::StatusOr<StoredNote::Quarter*> noted =
        NotedQuarter(tx, *note, institution, quarter);
    if (!noted.ok()) return noted.status();
    if (KnownNew(**noted, series, cells)) {
      DecideNew(cells, outcome);
      return absl::OkStatus();
    }
    if (!(*noted)->series.contains(series)) {
      to_find = &note->Add(**noted, series, cells.front().period);
    }
  }
  absl::InlinedVector<PresentCell, kBlockPeriods> present(cells.size());
  CrowdedBlocks blocks(series);
  // Both come by period, but for the revisions of a block, which begin it once more.
  size_t at = 0;
  const absl::Status read = ReadPresent(
      tx, institution, quarter, series, to_find != nullptr ? INT32_MIN : cells.front().period,
      to_find != nullptr ? INT32_MAX : cells.back().period,
      [&](int32_t block) { blocks.Count(block); },
      [&](const BlockCell& stored, int64_t revision) {
        if (to_find != nullptr) to_find->Add(stored.period);
        while (at > 0 && cells[at - 1].period >= stored.period) --at;
        while (at < cells.size() && cells[at].period < stored.period) ++at;
        if (at == cells.size() || cells[at].period != stored.period) return;
        present[at] = {stored.status, stored.value, stored.has_comment, revision};
      });
  if (!read.ok()) return read;
  for (size_t i = 0; i < cells.size(); ++i) {
    const absl::StatusOr<v1::Outcome> decided =
        OutcomeOf(tx, institution, series, cells[i], present[i]);
    if (!decided.ok()) return decided.status();
    outcome[i] = *decided;
  }
  blocks.AddChanged(cells, outcome, crowded);
  return absl::OkStatus();
}

// Marks what would change in closed quarters as LOCKED.
absl::Status LockClosed(sql::ReadTx& tx, std::string_view institution, const CheckedRows& rows,
                        PlannedPush* plan) {
  std::vector<int32_t> quarters;
  for (size_t place = 0; place < plan->outcome.size(); ++place) {
    if (plan->outcome[place] == v1::OUTCOME_UNCHANGED) continue;
    const int32_t quarter = CellAt(rows, *plan, place).quarter;
    if (quarters.empty() || quarters.back() != quarter) quarters.push_back(quarter);
  }
  if (quarters.empty()) return absl::OkStatus();
  std::sort(quarters.begin(), quarters.end());
  quarters.erase(std::unique(quarters.begin(), quarters.end()), quarters.end());
  const absl::StatusOr<audit::Head> head = audit::ReadHead(tx, institution);
  if (!head.ok()) return head.status();
  absl::StatusOr<std::vector<int32_t>> closed = ClosedAmong(
      versioned::Snapshot(tx, std::string(institution), head->revision, head->time), quarters);
  if (!closed.ok()) return closed.status();
  if (closed->empty()) return absl::OkStatus();
  for (size_t place = 0; place < plan->outcome.size(); ++place) {
    if (plan->outcome[place] == v1::OUTCOME_UNCHANGED) continue;
    const int32_t quarter = CellAt(rows, *plan, place).quarter;
    if (!std::binary_search(closed->begin(), closed->end(), quarter)) continue;
    plan->outcome[place] = v1::OUTCOME_LOCKED;
    ++plan->locked;
  }
  plan->locked_quarters = *std::move(closed);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<PlannedPush> PlanPush(sql::ReadTx& tx, std::string_view institution,
                                     const CheckedRows& rows, ClosedQuarters closed) {
  PlannedPush plan;
  plan.outcome.resize(rows.cells.size());
  const absl::StatusOr<int64_t> number = tx.Key(institution);
  if (!number.ok()) return number.status();
  plan.institution = *number;
  bool in_order = true;
  plan.numbers.reserve(rows.series.size());
  std::vector<SeriesKey> unknown;
  for (const SeriesKey& key : rows.series) {
    plan.numbers.push_back(key.number);
    if (key.number == 0) unknown.push_back(key);
  }
  // Whoever checked the rows did not know them; another push may have made them since.
  if (absl::Status found = FindSeriesNumbers(tx, plan.institution, absl::MakeSpan(unknown));
      !found.ok()) {
    return found;
  }
  for (size_t place = 0, next = 0; next < unknown.size(); ++place) {
    if (plan.numbers[place] != 0) continue;
    plan.numbers[place] = unknown[next++].number;
    if (plan.numbers[place] != 0) in_order = false;
  }
  StoredNote* const note = NoteOf(tx);
  if (note != nullptr) note->Bound();
  for (const Group& group : GroupsOf(rows.cells)) {
    const absl::Span<const CellWrite> cells =
        absl::MakeConstSpan(rows.cells).subspan(group.begin, group.end - group.begin);
    const int32_t series = NumberOf(plan, cells.front());
    const absl::Span<v1::Outcome> outcome =
        absl::MakeSpan(plan.outcome).subspan(group.begin, cells.size());
    if (series == 0) {
      DecideNew(cells, outcome);
      continue;
    }
    const absl::Status planned =
        PlanGroup(tx, note, plan.institution, series, cells, outcome, &plan.crowded);
    if (!planned.ok()) return planned;
  }
  if (!rows.scopes.empty()) {
    if (absl::Status swept = SweepScopes(tx, institution, rows, &plan); !swept.ok()) return swept;
    if (!plan.swept.empty()) in_order = false;
  }
  if (closed == ClosedQuarters::kLocked) {
    if (absl::Status looked = LockClosed(tx, institution, rows, &plan); !looked.ok()) return looked;
  }
  if (absl::Status checked = CheckChanges(tx, rows, &plan); !checked.ok()) return checked;
  const auto stored = [](v1::Outcome outcome) {
    return outcome == v1::OUTCOME_INSERTED || outcome == v1::OUTCOME_REVISED ||
           outcome == v1::OUTCOME_DELETED;
  };
  plan.writes.reserve(plan.outcome.size());
  for (size_t i = 0; i < plan.outcome.size(); ++i) {
    if (stored(plan.outcome[i])) plan.writes.push_back(i);
  }
  if (!in_order) {
    const auto order = [&](size_t place) {
      const CellWrite& cell = CellAt(rows, plan, place);
      const int32_t known = NumberOf(plan, cell);
      return std::tuple(cell.quarter, known == 0 ? INT32_MAX : known, cell.series, cell.period);
    };
    std::sort(plan.writes.begin(), plan.writes.end(),
              [&](size_t a, size_t b) { return order(a) < order(b); });
  }
  return plan;
}

}  // namespace athena::indicator
