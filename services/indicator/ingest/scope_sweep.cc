#include "services/indicator/ingest/scope_sweep.h"

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_join.h"
#include "services/indicator/model/errors.h"
#include "services/indicator/model/limits.h"
#include "services/indicator/store/observation_store.h"

namespace athena::indicator {
namespace {

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

}  // namespace

absl::Status SweepScopes(sql::ReadTx& tx, std::string_view institution, const CheckedRows& rows,
                         PlannedPush* plan) {
  Sweep sweep(tx, institution, rows, plan);
  for (const CheckedScope& scope : rows.scopes) {
    if (absl::Status swept = sweep.Run(scope); !swept.ok()) return swept;
  }
  plan->outcome.resize(rows.cells.size() + plan->swept.size(), v1::OUTCOME_DELETED);
  return absl::OkStatus();
}

}  // namespace athena::indicator
