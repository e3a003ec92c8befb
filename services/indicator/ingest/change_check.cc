#include "services/indicator/ingest/change_check.h"

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
#include "services/indicator/ingest/present_cells.h"
#include "services/indicator/model/cell_block.h"

namespace athena::indicator {
namespace {

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

}  // namespace

absl::Status CheckChanges(sql::ReadTx& tx, const CheckedRows& rows, PlannedPush* plan) {
  if (rows.change_bounds.empty()) return absl::OkStatus();
  return ChangeCheck(tx, rows, plan).Run();
}

}  // namespace athena::indicator
