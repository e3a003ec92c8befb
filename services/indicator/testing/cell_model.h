#ifndef ATHENA_SERVICES_INDICATOR_TESTING_CELL_MODEL_H_
#define ATHENA_SERVICES_INDICATOR_TESTING_CELL_MODEL_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "athena/indicator/v1/observation.pb.h"
#include "libs/sql/database.h"
#include "libs/status/testing/matchers.h"
#include "services/indicator/store/observation_store.h"

// A model of daily cells around a new year, one cell at a time, to compare stored blocks with.
namespace athena::indicator::testing {

inline constexpr int32_t kNewYear = 18'993;  // 2022-01-01, in a block with 2021-12-31

inline std::string DayText(int32_t day) {
  return absl::FormatCivilTime(absl::CivilDay(1970, 1, 1) + day);
}

// The content of a cell.
struct CellContent {
  std::optional<double> value;  // nullopt: it is retracted
  std::string comment = {};
  bool operator==(const CellContent&) const = default;
};

// Every revision of daily cells in the last quarter of 2021 and the first of 2022.
class CellModel {
 public:
  v1::Outcome Apply(int32_t series, int32_t day, const CellContent& content, int64_t revision) {
    std::vector<Version>& versions = cells_[{day >= kNewYear, series, day}];
    const CellContent before = versions.empty() ? CellContent() : versions.back().content;
    if (before == content) return v1::OUTCOME_UNCHANGED;
    versions.push_back({revision, content});
    if (!content.value.has_value()) return v1::OUTCOME_DELETED;
    return before.value.has_value() ? v1::OUTCOME_REVISED : v1::OUTCOME_INSERTED;
  }

  // The days of a series with a value.
  std::vector<int32_t> Days(int32_t series) const {
    std::vector<int32_t> days;
    for (const auto& [cell, versions] : cells_) {
      const bool there = !versions.empty() && versions.back().content.value.has_value();
      if (std::get<1>(cell) == series && there) days.push_back(std::get<2>(cell));
    }
    return days;
  }

  // The cells that a read must visit, in its order and in the format of CellsBy.
  std::vector<std::string> Cells(const CellRange& range, bool every_revision) const {
    std::vector<std::string> shown;
    for (const auto& [cell, versions] : cells_) {
      const auto [new_year, series, day] = cell;
      if (day < range.first_period || day > range.last_period) continue;
      if (!std::count(range.series.begin(), range.series.end(), series)) continue;
      std::vector<Version> known;
      for (const Version& version : versions) {
        if (version.revision <= range.revision) known.push_back(version);
      }
      if (!every_revision && !known.empty()) known.erase(known.begin(), known.end() - 1);
      for (const auto& [revision, content] : known) {
        if (!every_revision && !content.value.has_value()) continue;
        shown.push_back(absl::StrCat(series, " ", day, content.value.has_value() ? " A " : " - ",
                                     content.value.value_or(0), " at ", revision, " ",
                                     content.comment));
      }
    }
    return shown;
  }

 private:
  struct Version {
    int64_t revision;
    CellContent content;
  };
  std::map<std::tuple<bool, int32_t, int32_t>, std::vector<Version>> cells_;  // by quarter
};

// ReadCells, ReadCellsBackwards or ReadCellHistory.
using CellReader = absl::Status (*)(sql::ReadTx&, const CellRange&,
                                    absl::FunctionRef<absl::Status(const StoredCell&)>);

// The cells that a read visits, a line each.
inline std::vector<std::string> CellsBy(CellReader reader, sql::ReadTx& tx,
                                        const CellRange& range) {
  std::vector<StoredCell> cells;
  const absl::Status read = reader(tx, range, [&](const StoredCell& cell) {
    cells.push_back(cell);
    return absl::OkStatus();
  });
  ATHENA_EXPECT_OK(read);
  std::vector<std::string> shown;
  for (const StoredCell& cell : cells) {
    const absl::StatusOr<std::string> comment = ReadComment(tx, range.institution, cell);
    ATHENA_EXPECT_OK(comment);
    shown.push_back(absl::StrCat(cell.series, " ", cell.period, " ", std::string(1, cell.status),
                                 " ", cell.value, " at ", cell.revision, " ",
                                 comment.value_or("")));
  }
  return shown;
}

}  // namespace athena::indicator::testing

#endif  // ATHENA_SERVICES_INDICATOR_TESTING_CELL_MODEL_H_
