#include "services/indicator/ingest/diff/scope_sweep.h"

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_join.h"
#include "libs/status/macros.h"
#include "services/indicator/model/errors.h"
#include "services/indicator/model/limits.h"
#include "services/indicator/store/observation_store.h"

namespace athena::indicator {
namespace {

class ScopeSweep {
 public:
  ScopeSweep(sql::ReadTx& tx, std::string_view institution, PushDiff* diff)
      : tx_(tx), institution_(institution), diff_(*diff) {
    for (const CellWrite& cell : diff_.rows().cells) {
      const int32_t series = diff_.SeriesNumber(cell);
      if (series != 0) seen_.emplace(series, cell.period);
    }
    for (size_t i = 0; i < diff_.series_numbers.size(); ++i) {
      if (diff_.series_numbers[i] != 0) index_.emplace(diff_.series_numbers[i], i);
    }
  }

  absl::Status Sweep(const CheckedScope& scope) {
    ATHENA_ASSIGN_OR_RETURN(const std::vector<Series> all,
                            ReadSeries(tx_, institution_, scope.indicator, scope.codes));
    if (all.empty()) return absl::OkStatus();
    std::vector<int32_t> numbers;
    numbers.reserve(all.size());
    for (const Series& series : all) {
      numbers.push_back(series.number);
      AddSeries(scope, series);
    }
    for (int32_t quarter = scope.first_quarter; quarter <= scope.last_quarter; ++quarter) {
      ATHENA_ASSIGN_OR_RETURN(const std::optional<int32_t> next,
                              NextQuarter(tx_, institution_, quarter));
      if (!next.has_value() || *next > scope.last_quarter) break;
      quarter = *next;
      // The whole quarter is read rather than the scope's periods: its series are contiguous.
      ATHENA_RETURN_IF_ERROR(ReadCells(tx_,
                                       {.institution = institution_,
                                        .series = numbers,
                                        .first_quarter = quarter,
                                        .last_quarter = quarter,
                                        .revision = INT64_MAX},
                                       [&](const StoredCell& cell) { return Visit(scope, cell); }));
    }
    return absl::OkStatus();
  }

 private:
  void AddSeries(const CheckedScope& scope, const Series& series) {
    if (!index_.emplace(series.number, diff_.series_numbers.size()).second) return;
    diff_.series_numbers.push_back(series.number);
    diff_.swept_series.push_back(
        {scope.indicator, absl::StrJoin(series.codes, ","), series.number});
  }

  absl::Status Visit(const CheckedScope& scope, const StoredCell& cell) {
    if (cell.period < scope.first_period || cell.period > scope.last_period) {
      return absl::OkStatus();
    }
    if (!seen_.emplace(cell.series, cell.period).second) return absl::OkStatus();
    if (diff_.swept.size() == kMaxSweptCells) return ScopesTooLarge(institution_, kMaxSweptCells);
    CellWrite& retraction = diff_.swept.emplace_back();
    retraction.quarter = cell.quarter;
    retraction.series = static_cast<int32_t>(index_.at(cell.series));
    retraction.period = cell.period;
    return absl::OkStatus();
  }

  sql::ReadTx& tx_;
  const std::string_view institution_;
  PushDiff& diff_;
  // Cells of the push and cells already swept, by (number of the series, period).
  absl::flat_hash_set<std::pair<int32_t, int32_t>> seen_;
  absl::flat_hash_map<int32_t, size_t> index_;  // in PushDiff::series_numbers, by number
};

}  // namespace

absl::Status SweepScopes(sql::ReadTx& tx, std::string_view institution, PushDiff* diff) {
  ScopeSweep sweep(tx, institution, diff);
  for (const CheckedScope& scope : diff->rows().scopes) {
    ATHENA_RETURN_IF_ERROR(sweep.Sweep(scope));
  }
  diff->outcomes.resize(diff->rows().cells.size() + diff->swept.size(), v1::OUTCOME_DELETED);
  return absl::OkStatus();
}

}  // namespace athena::indicator
