#include "services/indicator/ingest/diff/change_bound.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "libs/decimal/decimal.h"
#include "libs/period/period.h"
#include "libs/status/macros.h"
#include "services/indicator/ingest/diff/current_cells.h"
#include "services/indicator/model/cell_block.h"

namespace athena::indicator {
namespace {

bool IsActual(int32_t status) {
  return HasValue(status) && status != v1::OBSERVATION_STATUS_FORECAST;
}

class ChangeBoundCheck {
 public:
  ChangeBoundCheck(sql::ReadTx& tx, PushDiff* diff) : tx_(tx), diff_(*diff) {
    for (size_t i = 0; i < diff_.outcomes.size(); ++i) {
      const CellWrite& cell = diff_.Cell(i);
      if (BoundOf(cell) != nullptr) index_.emplace(std::pair(cell.series, cell.period), i);
    }
  }

  // Compares each cell with the period before, forwards; then with the period after where that is
  // not a new cell of this push itself, backwards. In this order the outcome of a neighbour is
  // final when a cell is compared with it.
  absl::Status Run() {
    const size_t count = diff_.cells().size();
    for (size_t i = 0; i < count; ++i) ATHENA_RETURN_IF_ERROR(Check(i, -1));
    for (size_t i = count; i > 0; --i) ATHENA_RETURN_IF_ERROR(Check(i - 1, 1));
    const auto by_row = [](const RowError& a, const RowError& b) { return a.row < b.row; };
    std::sort(diff_.errors.begin(), diff_.errors.end(), by_row);
    // A row is flagged once, even if both neighbours differ too much.
    std::stable_sort(diff_.flags.begin(), diff_.flags.end(), by_row);
    const auto same_row = [](const RowError& a, const RowError& b) { return a.row == b.row; };
    diff_.flags.erase(std::unique(diff_.flags.begin(), diff_.flags.end(), same_row),
                      diff_.flags.end());
    return absl::OkStatus();
  }

 private:
  // Compares a cell with the period before (`step` is -1) or after (1).
  absl::Status Check(size_t index, int32_t step) {
    const CellWrite& cell = diff_.cells()[index];
    const IndicatorChangeBound* const bound = BoundOf(cell);
    if (bound == nullptr || !IsNew(index) || !IsActual(cell.status)) return absl::OkStatus();
    ATHENA_ASSIGN_OR_RETURN(const std::optional<double> neighbour,
                            NeighbourOf(cell, step, bound->frequency));
    if (!neighbour.has_value()) return absl::OkStatus();
    const std::optional<Decimal> from = Decimal::FromDouble(*neighbour);
    const std::optional<Decimal> to = Decimal::FromDouble(cell.value);
    if (!from.has_value() || !to.has_value()) return absl::OkStatus();
    const std::optional<Decimal> change = Decimal::Subtract(*to, *from);
    if (change.has_value() && change->Abs() <= bound->bound.most) return absl::OkStatus();
    RowError error{
        cell.row, v1::RowFault::REASON_IMPLAUSIBLE_CHANGE, "value", cell.value,
        absl::StrCat("at most ", bound->bound.most.ToString(), ", the indicator's max_change, ",
                     step < 0 ? "from " : "to ", NumberText(*neighbour), " in the period ",
                     step < 0 ? "before" : "after")};
    if (bound->bound.refuse) {
      diff_.outcomes[index] = v1::OUTCOME_REJECTED;
      diff_.errors.push_back(std::move(error));
    } else {
      diff_.flags.push_back(std::move(error));
    }
    return absl::OkStatus();
  }

  bool IsNew(size_t index) const {
    return diff_.outcomes[index] == v1::OUTCOME_INSERTED ||
           diff_.outcomes[index] == v1::OUTCOME_REVISED;
  }

  const IndicatorChangeBound* BoundOf(const CellWrite& cell) const {
    const std::string_view indicator = diff_.Indicator(cell);
    const auto& bounds = diff_.rows().change_bounds;
    const auto found = bounds.find(absl::string_view(indicator.data(), indicator.size()));
    return found == bounds.end() ? nullptr : &found->second;
  }

  // The value of the period before or after once the push is stored. nullopt when it has no actual
  // value, and when it is a later new cell of this push, which is compared with `cell` instead.
  absl::StatusOr<std::optional<double>> NeighbourOf(const CellWrite& cell, int32_t step,
                                                    Frequency frequency) const {
    const int32_t period = cell.period + step;
    const auto in_push = index_.find(std::pair(cell.series, period));
    if (in_push != index_.end()) {
      if (diff_.outcomes[in_push->second] == v1::OUTCOME_DELETED) return std::nullopt;
      if (IsNew(in_push->second)) {
        const CellWrite& neighbour = diff_.Cell(in_push->second);
        const bool counts = step < 0 && IsActual(neighbour.status);
        return counts ? std::optional(neighbour.value) : std::nullopt;
      }
    }
    std::optional<double> value;
    const int32_t quarter = Period::OfIndex(frequency, period).QuarterOf().index();
    const CellsOfSeries wanted = {quarter, diff_.SeriesNumber(cell), period, period};
    ATHENA_RETURN_IF_ERROR(ReadCurrentCells(
        tx_, diff_.institution, absl::MakeConstSpan(&wanted, 1), [](size_t, int32_t) {},
        [&](size_t, const BlockCell& stored, int64_t) {
          if (stored.period != period) return;
          value = IsActual(stored.status) ? std::optional(stored.value) : std::nullopt;
        }));
    return value;
  }

  sql::ReadTx& tx_;
  PushDiff& diff_;
  // The diff's cells of indicators with a ChangeBound, by (series, period).
  absl::flat_hash_map<std::pair<int32_t, int32_t>, size_t> index_;
};

}  // namespace

absl::Status CheckChangeBounds(sql::ReadTx& tx, PushDiff* diff) {
  if (diff->rows().change_bounds.empty()) return absl::OkStatus();
  return ChangeBoundCheck(tx, diff).Run();
}

}  // namespace athena::indicator
