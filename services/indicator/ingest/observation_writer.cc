#include "services/indicator/ingest/observation_writer.h"

#include <algorithm>
#include <bitset>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/container/inlined_vector.h"
#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/types/span.h"
#include "libs/audit/journal.h"
#include "libs/decimal/decimal.h"
#include "libs/period/period.h"
#include "libs/versioned/store.h"
#include "services/indicator/store/cell_block.h"
#include "services/indicator/store/closing_store.h"
#include "services/indicator/store/errors.h"
#include "services/indicator/store/feed_store.h"
#include "services/indicator/store/limits.h"
#include "services/indicator/store/observation_store.h"

namespace athena::indicator {
namespace {

constexpr sql::Statement kPresent{R"(
  SELECT block, revision, cells FROM observation
  WHERE institution = ? AND quarter = ? AND series = ? AND block BETWEEN ? AND ?
  ORDER BY block, revision)"};
constexpr sql::Statement kAnyInQuarter{
    "SELECT 1 FROM observation WHERE institution = ? AND quarter = ? LIMIT 1"};
constexpr sql::Statement kPresentComment{R"(
  SELECT comment FROM observation_comment
  WHERE institution = ? AND quarter = ? AND series = ? AND period = ? AND revision = ?)"};
constexpr sql::Statement kInsert{R"(
  INSERT INTO observation (institution, quarter, series, block, revision, cells)
  VALUES (?, ?, ?, ?, ?, ?))"};
constexpr size_t kInsertColumns = 6;
constexpr sql::Statement kInsertComment{R"(
  INSERT INTO observation_comment (institution, quarter, series, period, revision, comment)
  VALUES (?, ?, ?, ?, ?, ?))"};
constexpr size_t kInsertCommentColumns = 6;

// What is stored of a cell now.
struct Present {
  int32_t status = v1::OBSERVATION_STATUS_UNSPECIFIED;  // nothing, or retracted
  double value = 0;
  bool has_comment = false;
  int64_t revision = 0;
};

absl::StatusOr<bool> SameComment(sql::ReadTx& tx, int64_t institution, int64_t series,
                                 const CellWrite& cell, const Present& present) {
  if (!present.has_comment) return cell.comment.empty();
  if (cell.comment.empty()) return false;
  bool same = false;
  const absl::Status status =
      tx.Query(kPresentComment,
               {institution, int64_t{cell.quarter}, series, int64_t{cell.period}, present.revision},
               [&](const sql::Row& row) {
                 same = row.Text(0) == cell.comment;
                 return absl::OkStatus();
               });
  if (!status.ok()) return status;
  return same;
}

absl::StatusOr<v1::Outcome> Compare(sql::ReadTx& tx, int64_t institution, int64_t series,
                                    const CellWrite& cell, const Present& present) {
  const bool there = present.status != v1::OBSERVATION_STATUS_UNSPECIFIED;
  if (cell.retract()) return there ? v1::OUTCOME_DELETED : v1::OUTCOME_UNCHANGED;
  if (!there) return v1::OUTCOME_INSERTED;
  if (cell.status != present.status || cell.value != present.value) return v1::OUTCOME_REVISED;
  const absl::StatusOr<bool> same = SameComment(tx, institution, series, cell, present);
  if (!same.ok()) return same.status();
  return *same ? v1::OUTCOME_UNCHANGED : v1::OUTCOME_REVISED;
}

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

// Visits what is stored of a series in the blocks that hold two periods and those between, by block
// and then by revision, without what was set aside: each row, then its cells.
absl::Status ReadPresent(sql::ReadTx& tx, int64_t institution, int32_t quarter, int64_t series,
                         int32_t first_period, int32_t last_period,
                         absl::FunctionRef<void(int32_t block)> visit_row,
                         absl::FunctionRef<void(const BlockCell&, int64_t revision)> visit) {
  return tx.Query(kPresent,
                  {institution, int64_t{quarter}, series, int64_t{BlockOf(first_period)},
                   int64_t{BlockOf(last_period)}},
                  [&](const sql::Row& row) {
                    const auto block = static_cast<int32_t>(row.Int(0));
                    const int64_t revision = row.Int(1);
                    visit_row(block);
                    return ReadBlock(block, row.Bytes(2),
                                     [&](const BlockCell& cell) { visit(cell, revision); });
                  });
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

// Which periods of a quarter are stored of a series, retracted or not.
class StoredPeriods {
 public:
  // `period`: any of the quarter.
  explicit StoredPeriods(int32_t period) : first_(period - (kMostInQuarter - 1)) {}

  bool Has(int32_t period) const { return bits_[static_cast<size_t>(period - first_)]; }
  void Add(int32_t period) { bits_.set(static_cast<size_t>(period - first_)); }

 private:
  static constexpr int32_t kMostInQuarter = 92;  // days

  int32_t first_;
  std::bitset<2 * kMostInQuarter - 1> bits_;
};

// What is stored in quarters, as far as writing transactions know it: other cells are new without
// being looked for. Most pushes bring days that are not there yet, if not always in their order.
class StoredNote {
 public:
  struct Quarter {
    bool complete = false;  // of series that are not there nothing is stored
    absl::flat_hash_map<int64_t, StoredPeriods> series;  // by number
  };

  // nullptr when it is not known yet.
  Quarter* Find(int64_t institution, int32_t quarter) {
    const auto found = quarters_.find({institution, quarter});
    return found == quarters_.end() ? nullptr : &found->second;
  }
  Quarter& Add(int64_t institution, int32_t quarter, bool complete) {
    Quarter& added = quarters_[{institution, quarter}];
    added.complete = complete;
    return added;
  }
  // Adds a series with nothing; `period` as for StoredPeriods.
  StoredPeriods& Add(Quarter& quarter, int64_t series, int32_t period) {
    ++size_;
    return quarter.series.emplace(series, period).first->second;
  }
  // Makes room, by forgetting everything.
  void Bound() {
    if (size_ + quarters_.size() < kMost) return;
    quarters_.clear();
    size_ = 0;
  }

 private:
  // With as many series, some 6 MiB; what one push brings may be more.
  static constexpr size_t kMost = 65'536;

  absl::flat_hash_map<std::pair<int64_t, int32_t>, Quarter> quarters_;
  size_t size_ = 0;  // series in all of them
};
constexpr sql::NoteKind<StoredNote> kStored{"the stored periods of series in quarters"};
constexpr std::string_view kEverywhere;  // what the note is about

// nullptr where transactions keep no notes. Valid until the next note.
StoredNote* NoteOf(sql::ReadTx& tx) {
  sql::Notes* const notes = tx.notes();
  return notes == nullptr ? nullptr : &notes->Edit(kStored, kEverywhere);
}

absl::StatusOr<StoredNote::Quarter*> NotedQuarter(sql::ReadTx& tx, StoredNote& note,
                                                  int64_t institution, int32_t quarter) {
  if (StoredNote::Quarter* const found = note.Find(institution, quarter)) return found;
  bool empty = true;
  const absl::Status read =
      tx.Query(kAnyInQuarter, {institution, int64_t{quarter}}, [&](const sql::Row&) {
        empty = false;
        return absl::OkStatus();
      });
  if (!read.ok()) return read;
  return &note.Add(institution, quarter, empty);
}

void DecideNew(absl::Span<const CellWrite> cells, absl::Span<v1::Outcome> outcome) {
  for (size_t i = 0; i < cells.size(); ++i) {
    outcome[i] = cells[i].retract() ? v1::OUTCOME_UNCHANGED : v1::OUTCOME_INSERTED;
  }
}

// Whether a note says that none of the cells is stored.
bool KnownNew(const StoredNote::Quarter& quarter, int64_t series,
              absl::Span<const CellWrite> cells) {
  const auto stored = quarter.series.find(series);
  if (stored == quarter.series.end()) return quarter.complete;
  return std::none_of(cells.begin(), cells.end(),
                      [&](const CellWrite& cell) { return stored->second.Has(cell.period); });
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
  absl::InlinedVector<Present, kBlockPeriods> present(cells.size());
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
        Compare(tx, institution, series, cells[i], present[i]);
    if (!decided.ok()) return decided.status();
    outcome[i] = *decided;
  }
  blocks.AddChanged(cells, outcome, crowded);
  return absl::OkStatus();
}

// The cell at a place of `plan.outcome`.
const CellWrite& CellAt(const CheckedRows& rows, const PlannedPush& plan, size_t place) {
  return place < rows.cells.size() ? rows.cells[place] : plan.swept[place - rows.cells.size()];
}

int32_t NumberOf(const PlannedPush& plan, const CellWrite& cell) {
  return plan.numbers[static_cast<size_t>(cell.series)];
}

std::string_view IndicatorOf(const CheckedRows& rows, const PlannedPush& plan,
                             const CellWrite& cell) {
  return SeriesAt(rows, plan, static_cast<size_t>(cell.series)).indicator;
}

// Finds what the scopes hold beside the push's own cells.
class Sweep {
 public:
  Sweep(sql::ReadTx& tx, std::string_view institution, const CheckedRows& rows, PlannedPush* plan)
      : tx_(tx), institution_(institution), plan_(*plan) {
    for (const CellWrite& cell : rows.cells) {
      const int32_t series = NumberOf(plan_, cell);
      if (series != 0) met_.emplace(series, cell.period);
    }
    for (size_t i = 0; i < plan_.numbers.size(); ++i) {
      if (plan_.numbers[i] != 0) place_.emplace(plan_.numbers[i], i);
    }
  }

  absl::Status Run(const CheckedScope& scope) {
    absl::StatusOr<std::vector<Series>> found =
        ReadSeries(tx_, institution_, scope.indicator, scope.codes);
    if (!found.ok()) return found.status();
    if (found->empty()) return absl::OkStatus();
    std::vector<int32_t> numbers;
    numbers.reserve(found->size());
    for (const Series& series : *found) {
      numbers.push_back(series.number);
      if (place_.contains(series.number)) continue;
      place_.emplace(series.number, plan_.numbers.size());
      plan_.numbers.push_back(series.number);
      plan_.swept_series.push_back(
          {scope.indicator, absl::StrJoin(series.codes, ","), series.number});
    }
    for (int32_t quarter = scope.first_quarter; quarter <= scope.last_quarter; ++quarter) {
      const absl::StatusOr<std::optional<int32_t>> next = NextQuarter(tx_, institution_, quarter);
      if (!next.ok()) return next.status();
      if (!next->has_value() || **next > scope.last_quarter) break;
      quarter = **next;
      // All of the quarter is read, since its series then come in one stretch.
      const absl::Status read =
          ReadCells(tx_,
                    {.institution = institution_,
                     .series = numbers,
                     .first_quarter = quarter,
                     .last_quarter = quarter,
                     .revision = INT64_MAX},
                    [&](const StoredCell& cell) { return Take(scope, cell); });
      if (!read.ok()) return read;
    }
    return absl::OkStatus();
  }

 private:
  absl::Status Take(const CheckedScope& scope, const StoredCell& cell) {
    if (cell.period < scope.first_period || cell.period > scope.last_period) {
      return absl::OkStatus();
    }
    if (!met_.emplace(cell.series, cell.period).second) return absl::OkStatus();
    if (plan_.swept.size() == kMaxSweptCells) return ScopesTooLarge(institution_, kMaxSweptCells);
    CellWrite& retraction = plan_.swept.emplace_back();
    retraction.quarter = cell.quarter;
    retraction.series = static_cast<int32_t>(place_.at(cell.series));
    retraction.period = cell.period;
    return absl::OkStatus();
  }

  sql::ReadTx& tx_;
  const std::string_view institution_;
  PlannedPush& plan_;
  absl::flat_hash_set<std::pair<int32_t, int32_t>> met_;  // (number of the series, period)
  absl::flat_hash_map<int32_t, size_t> place_;            // in plan_.numbers, by number
};

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

// Holds what would be stored against the same series' periods before and after, where its indicator
// has a ChangeBound.
class ChangeCheck {
 public:
  ChangeCheck(sql::ReadTx& tx, const CheckedRows& rows, PlannedPush* plan)
      : tx_(tx), rows_(rows), plan_(*plan) {
    for (size_t place = 0; place < plan_.outcome.size(); ++place) {
      const CellWrite& cell = CellAt(rows_, plan_, place);
      if (BoundOf(cell) != nullptr) places_.emplace(std::pair(cell.series, cell.period), place);
    }
  }

  // First against what comes before, in the order of periods; then against what comes after and is
  // not itself stored, backwards: either way the neighbour is decided.
  absl::Status Run() {
    const size_t count = rows_.cells.size();
    for (size_t place = 0; place < count; ++place) {
      if (absl::Status read = Check(place, -1); !read.ok()) return read;
    }
    for (size_t place = count; place > 0; --place) {
      if (absl::Status read = Check(place - 1, 1); !read.ok()) return read;
    }
    const auto by_row = [](const RowError& a, const RowError& b) { return a.row < b.row; };
    std::sort(plan_.errors.begin(), plan_.errors.end(), by_row);
    // A row is odd once, whichever of its neighbours says so first.
    std::stable_sort(plan_.flags.begin(), plan_.flags.end(), by_row);
    const auto same_row = [](const RowError& a, const RowError& b) { return a.row == b.row; };
    plan_.flags.erase(std::unique(plan_.flags.begin(), plan_.flags.end(), same_row),
                      plan_.flags.end());
    return absl::OkStatus();
  }

 private:
  // Against the period before (`step` -1) or after (1).
  absl::Status Check(size_t place, int32_t step) {
    const CellWrite& cell = rows_.cells[place];
    const IndicatorChangeBound* limit = BoundOf(cell);
    if (limit == nullptr || !Stored(place) || !IsActual(cell.status)) return absl::OkStatus();
    const absl::StatusOr<std::optional<double>> neighbour =
        NeighbourOf(cell, step, limit->frequency);
    if (!neighbour.ok()) return neighbour.status();
    if (!neighbour->has_value()) return absl::OkStatus();
    const std::optional<Decimal> there = Decimal::FromDouble(**neighbour);
    const std::optional<Decimal> here = Decimal::FromDouble(cell.value);
    if (!there.has_value() || !here.has_value()) return absl::OkStatus();
    const std::optional<Decimal> change = Decimal::Subtract(*here, *there);
    if (change.has_value() && change->Abs() <= limit->bound.most) return absl::OkStatus();
    RowError error{
        cell.row, v1::RowFault::REASON_IMPLAUSIBLE_CHANGE, "value", cell.value,
        absl::StrCat("at most ", limit->bound.most.ToString(), ", the indicator's max_change, ",
                     step < 0 ? "from " : "to ", NumberText(**neighbour), " in the period ",
                     step < 0 ? "before" : "after")};
    if (limit->bound.refuse) {
      plan_.outcome[place] = v1::OUTCOME_REJECTED;
      plan_.errors.push_back(std::move(error));
    } else {
      plan_.flags.push_back(std::move(error));
    }
    return absl::OkStatus();
  }

  static bool IsActual(int32_t status) {
    return HasValue(status) && status != v1::OBSERVATION_STATUS_FORECAST;
  }
  bool Stored(size_t place) const {
    return plan_.outcome[place] == v1::OUTCOME_INSERTED ||
           plan_.outcome[place] == v1::OUTCOME_REVISED;
  }
  const IndicatorChangeBound* BoundOf(const CellWrite& cell) const {
    const std::string_view indicator = IndicatorOf(rows_, plan_, cell);
    const auto found =
        rows_.change_bounds.find(absl::string_view(indicator.data(), indicator.size()));
    return found == rows_.change_bounds.end() ? nullptr : &found->second;
  }

  // The value of the period before or after, as it is once the push is stored; nullopt when it has
  // no actual one, and when it is a later one of this push, which is held against the cell instead.
  absl::StatusOr<std::optional<double>> NeighbourOf(const CellWrite& cell, int32_t step,
                                                    Frequency frequency) const {
    const int32_t period = cell.period + step;
    const auto in_push = places_.find(std::pair(cell.series, period));
    if (in_push != places_.end()) {
      const CellWrite& neighbour = CellAt(rows_, plan_, in_push->second);
      if (plan_.outcome[in_push->second] == v1::OUTCOME_DELETED) return std::nullopt;
      if (Stored(in_push->second)) {
        const bool counts = step < 0 && IsActual(neighbour.status);
        return counts ? std::optional(neighbour.value) : std::nullopt;
      }
    }
    std::optional<double> value;
    const int32_t quarter = Period::OfIndex(frequency, period).QuarterOf().index();
    const absl::Status read = ReadPresent(
        tx_, plan_.institution, quarter, NumberOf(plan_, cell), period, period, [](int32_t) {},
        [&](const BlockCell& stored, int64_t) {
          if (stored.period != period) return;
          value = IsActual(stored.status) ? std::optional(stored.value) : std::nullopt;
        });
    if (!read.ok()) return read;
    return value;
  }

  sql::ReadTx& tx_;
  const CheckedRows& rows_;
  PlannedPush& plan_;
  absl::flat_hash_map<std::pair<int32_t, int32_t>, size_t> places_;  // by (series, period)
};

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
  if (absl::Status numbered = NumberSeries(tx, plan->institution, absl::MakeSpan(made));
      !numbered.ok()) {
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

const SeriesKey& SeriesAt(const CheckedRows& rows, const PlannedPush& plan, size_t place) {
  return place < rows.series.size() ? rows.series[place]
                                    : plan.swept_series[place - rows.series.size()];
}

absl::StatusOr<PlannedPush> PlanPush(sql::ReadTx& tx, std::string_view institution,
                                     const CheckedRows& rows, ClosedQuarters closed) {
  PlannedPush plan;
  plan.outcome.resize(rows.cells.size());
  const absl::StatusOr<int64_t> number = FindInstitutionNumber(tx, institution);
  if (!number.ok()) return number.status();
  plan.institution = *number;
  bool in_order = true;
  plan.numbers.reserve(rows.series.size());
  for (const SeriesKey& key : rows.series) {
    plan.numbers.push_back(key.number);
    if (key.number != 0) continue;
    // Whoever checked the rows did not know it; another push may have made it since.
    const absl::StatusOr<int32_t> found = FindSeriesNumber(tx, plan.institution, key);
    if (!found.ok()) return found.status();
    plan.numbers.back() = *found;
    if (*found != 0) in_order = false;
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
    Sweep sweep(tx, institution, rows, &plan);
    for (const CheckedScope& scope : rows.scopes) {
      if (absl::Status swept = sweep.Run(scope); !swept.ok()) return swept;
    }
    plan.outcome.resize(rows.cells.size() + plan.swept.size(), v1::OUTCOME_DELETED);
    if (!plan.swept.empty()) in_order = false;
  }
  if (closed == ClosedQuarters::kLocked) {
    if (absl::Status looked = LockClosed(tx, institution, rows, &plan); !looked.ok()) return looked;
  }
  if (!rows.change_bounds.empty()) {
    if (absl::Status checked = ChangeCheck(tx, rows, &plan).Run(); !checked.ok()) return checked;
  }
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

absl::StatusOr<std::vector<SeriesKey>> ApplyPush(sql::WriteTx& tx, std::string_view institution,
                                                 const CheckedRows& rows, int64_t revision,
                                                 PlannedPush* plan) {
  if (plan->institution == 0) {
    const absl::StatusOr<int64_t> number = NumberInstitution(tx, institution);
    if (!number.ok()) return number.status();
    plan->institution = *number;
  }
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
