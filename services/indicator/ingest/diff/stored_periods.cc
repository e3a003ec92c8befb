#include "services/indicator/ingest/diff/stored_periods.h"

#include <algorithm>
#include <string_view>

#include "libs/status/macros.h"

namespace athena::indicator {
namespace {

constexpr sql::Statement kSelectAnyInQuarter{
    "SELECT 1 FROM observation WHERE institution = ? AND quarter = ? LIMIT 1"};

constexpr sql::NoteKind<StoredPeriodsCache> kStoredPeriods{"stored periods of series"};
constexpr std::string_view kAllInstitutions;  // one cache for all

}  // namespace

StoredPeriodsCache* StoredPeriodsCacheOf(sql::ReadTx& tx) {
  sql::Notes* const notes = tx.notes();
  return notes == nullptr ? nullptr : &notes->Edit(kStoredPeriods, kAllInstitutions);
}

absl::StatusOr<StoredPeriodsCache::Quarter*> FindOrReadQuarter(sql::ReadTx& tx,
                                                               StoredPeriodsCache& cache,
                                                               int64_t institution,
                                                               int32_t quarter) {
  if (StoredPeriodsCache::Quarter* const found = cache.Find(institution, quarter)) return found;
  bool empty = true;
  ATHENA_RETURN_IF_ERROR(
      tx.Query(kSelectAnyInQuarter, {institution, int64_t{quarter}}, [&](const sql::Row&) {
        empty = false;
        return absl::OkStatus();
      }));
  return &cache.Add(institution, quarter, empty);
}

bool AllNew(const StoredPeriodsCache::Quarter& quarter, int64_t series,
            absl::Span<const CellWrite> cells) {
  const auto stored = quarter.series.find(series);
  if (stored == quarter.series.end()) return quarter.complete;
  return std::none_of(cells.begin(), cells.end(),
                      [&](const CellWrite& cell) { return stored->second.Has(cell.period); });
}

}  // namespace athena::indicator
