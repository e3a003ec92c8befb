#include "services/indicator/ingest/rows/sort_cells.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/indicator/ingest/rows/counting_sort.h"

namespace athena::indicator {
namespace {

// For each value the number of distinct smaller ones.
std::vector<uint32_t> DenseRanks(const std::vector<int32_t>& values) {
  std::vector<int32_t> distinct = values;
  std::sort(distinct.begin(), distinct.end());
  distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
  std::vector<uint32_t> ranks;
  ranks.reserve(values.size());
  for (const int32_t value : values) {
    const auto found = std::lower_bound(distinct.begin(), distinct.end(), value);
    ranks.push_back(static_cast<uint32_t>(found - distinct.begin()));
  }
  return ranks;
}

// New series come last, as they will get the largest numbers.
void SortSeries(CheckedRows* rows) {
  std::vector<SeriesKey>& series = rows->series;
  const auto before = [&](int32_t a, int32_t b) {
    const SeriesKey& left = series[static_cast<size_t>(a)];
    const SeriesKey& right = series[static_cast<size_t>(b)];
    if ((left.number == 0) != (right.number == 0)) return left.number != 0;
    if (left.number != right.number) return left.number < right.number;
    if (left.number != 0) return false;
    return std::tie(left.indicator, left.codes) < std::tie(right.indicator, right.codes);
  };
  std::vector<int32_t> order(series.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), before);
  std::vector<SeriesKey> sorted;
  sorted.reserve(series.size());
  std::vector<int32_t> new_index(series.size());
  for (const int32_t old_index : order) {
    new_index[static_cast<size_t>(old_index)] = static_cast<int32_t>(sorted.size());
    sorted.push_back(std::move(series[static_cast<size_t>(old_index)]));
  }
  series = std::move(sorted);
  for (CellWrite& cell : rows->cells) cell.series = new_index[static_cast<size_t>(cell.series)];
}

bool SameCell(const CellWrite& a, const CellWrite& b) {
  return a.quarter == b.quarter && a.series == b.series && a.period == b.period;
}

}  // namespace

void SortCells(const PushRequest& request, CheckedRows* rows) {
  SortSeries(rows);
  // Ranks are computed once for each period of the request, of which there are few.
  const size_t period_count = request.periods().size();
  const auto period_of = [&](const CellWrite& cell) {
    return static_cast<size_t>(request.rows()[static_cast<size_t>(cell.row)].period);
  };
  std::vector<int32_t> periods(period_count);
  std::vector<int32_t> quarters(period_count);
  for (const CellWrite& cell : rows->cells) {
    periods[period_of(cell)] = cell.period;
    quarters[period_of(cell)] = cell.quarter;
  }
  const std::vector<uint32_t> period_ranks = DenseRanks(periods);
  const std::vector<uint32_t> quarter_ranks = DenseRanks(quarters);
  const auto bound = static_cast<uint32_t>(period_count);

  const std::vector<CellWrite>& cells = rows->cells;
  CountingSort sort(cells.size());
  sort.SortBy(bound, [&](uint32_t i) { return period_ranks[period_of(cells[i])]; });
  sort.SortBy(static_cast<uint32_t>(rows->series.size()),
              [&](uint32_t i) { return static_cast<uint32_t>(cells[i].series); });
  sort.SortBy(bound, [&](uint32_t i) { return quarter_ranks[period_of(cells[i])]; });
  std::vector<CellWrite> sorted;
  sorted.reserve(cells.size());
  for (const uint32_t i : sort.order()) sorted.push_back(cells[i]);
  rows->cells = std::move(sorted);
}

void RejectDuplicates(const PushRequest& request, CheckedRows* rows) {
  std::vector<CellWrite>& cells = rows->cells;
  if (std::adjacent_find(cells.begin(), cells.end(), SameCell) == cells.end()) return;
  size_t kept = 0;
  for (size_t begin = 0; begin < cells.size();) {
    size_t end = begin + 1;
    while (end < cells.size() && SameCell(cells[begin], cells[end])) ++end;
    if (end == begin + 1) {
      cells[kept++] = cells[begin];
    } else {
      for (size_t i = begin; i < end; ++i) {
        const int32_t row = cells[i].row;
        const int32_t other_row = cells[i == begin ? begin + 1 : begin].row;
        rows->errors.push_back(
            {row, v1::RowFault::REASON_DUPLICATE_KEY, "period",
             std::string(request.PeriodOf(request.rows()[static_cast<size_t>(row)])),
             absl::StrCat("each cell once; observations[", other_row,
                          "] has the same indicator, period and dimensions")});
      }
    }
    begin = end;
  }
  cells.resize(kept);
}

}  // namespace athena::indicator
