#include "services/indicator/ingest/stored_note.h"

#include <algorithm>
#include <string_view>

namespace athena::indicator {
namespace {

constexpr sql::Statement kAnyInQuarter{
    "SELECT 1 FROM observation WHERE institution = ? AND quarter = ? LIMIT 1"};

constexpr sql::NoteKind<StoredNote> kStored{"the stored periods of series in quarters"};
constexpr std::string_view kEverywhere;  // what the note is about

}  // namespace

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

bool KnownNew(const StoredNote::Quarter& quarter, int64_t series,
              absl::Span<const CellWrite> cells) {
  const auto stored = quarter.series.find(series);
  if (stored == quarter.series.end()) return quarter.complete;
  return std::none_of(cells.begin(), cells.end(),
                      [&](const CellWrite& cell) { return stored->second.Has(cell.period); });
}

}  // namespace athena::indicator
