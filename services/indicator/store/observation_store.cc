#include "services/indicator/store/observation_store.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/str_split.h"
#include "libs/status/macros.h"
#include "services/indicator/model/cell_block.h"
#include "services/indicator/store/series_store.h"
#include "services/indicator/store/superseded_store.h"

namespace athena::indicator {
namespace {

constexpr sql::Statement kSeriesOfIndicator{R"(
  SELECT series, codes FROM series WHERE institution = ? AND indicator = ?
  ORDER BY indicator, codes)"};
// Series of one indicator were mostly made together, so that their numbers are neighbours: one
// range of them is read at once.
constexpr sql::Statement kBlocks{R"(
  SELECT series, block, revision, cells FROM observation
  WHERE institution = ? AND quarter = ? AND series BETWEEN ? AND ?
    AND block BETWEEN ? AND ? AND revision <= ?
  ORDER BY series, block, revision)"};
constexpr sql::Statement kBlocksBackwards{R"(
  SELECT series, block, revision, cells FROM observation
  WHERE institution = ? AND quarter = ? AND series BETWEEN ? AND ?
    AND block BETWEEN ? AND ? AND revision <= ?
  ORDER BY series DESC, block DESC, revision DESC)"};
// The same with the rows that were set aside.
constexpr sql::Statement kAllBlocks{R"(
  SELECT series, block, revision, cells FROM observation
  WHERE institution = ? AND quarter = ? AND series BETWEEN ? AND ?
    AND block BETWEEN ? AND ? AND revision <= ?
  UNION ALL
  SELECT series, block, revision, cells FROM observation_superseded
  WHERE institution = ? AND quarter = ? AND series BETWEEN ? AND ?
    AND block BETWEEN ? AND ? AND revision <= ?
  ORDER BY series, block, revision)"};
constexpr sql::Statement kAllBlocksBackwards{R"(
  SELECT series, block, revision, cells FROM observation
  WHERE institution = ? AND quarter = ? AND series BETWEEN ? AND ?
    AND block BETWEEN ? AND ? AND revision <= ?
  UNION ALL
  SELECT series, block, revision, cells FROM observation_superseded
  WHERE institution = ? AND quarter = ? AND series BETWEEN ? AND ?
    AND block BETWEEN ? AND ? AND revision <= ?
  ORDER BY series DESC, block DESC, revision DESC)"};
constexpr sql::Statement kComment{R"(
  SELECT comment FROM observation_comment
  WHERE institution = ? AND quarter = ? AND series = ? AND period = ? AND revision = ?)"};
constexpr sql::Statement kNextQuarter{R"(
  SELECT quarter FROM observation WHERE institution = ? AND quarter >= ?
  ORDER BY quarter LIMIT 1)"};
constexpr sql::Statement kChangesAfter{R"(
  SELECT quarter, indicator, revision FROM changed WHERE institution = ? AND revision > ?
  ORDER BY revision)"};

bool HasCodes(const std::vector<std::string>& codes, const CodeFilter& wanted) {
  return std::all_of(wanted.begin(), wanted.end(), [&](const auto& want) {
    return want.first < codes.size() && codes[want.first] == want.second;
  });
}

// The largest step between numbers that are read at once: passing over a few series costs less than
// looking up the next one.
constexpr int32_t kNeighbours = 2;

// Splits numbers where the step to the next one is larger than that.
std::vector<absl::Span<const int32_t>> RunsOf(absl::Span<const int32_t> series, int32_t step) {
  std::vector<absl::Span<const int32_t>> runs;
  for (size_t begin = 0, i = 1; i <= series.size(); ++i) {
    if (i < series.size() && series[i] - series[i - 1] <= step) continue;
    runs.push_back(series.subspan(begin, i - begin));
    begin = i;
  }
  return runs;
}

// What is read of each cell, and in which order.
enum class Reading {
  kNewest,           // the newest revision, by quarter, series and period
  kNewestBackwards,  // the same, the last cell first
  kEveryRevision,    // the oldest first, by quarter, series and period
};

// The cells of one block of a series.
class BlockCells {
 public:
  BlockCells(const CellRange& range, Reading reading) : range_(range), reading_(reading) {}

  // Whether a row is of the same block as the one before.
  bool Holds(int32_t series, int32_t block) const {
    return series == cell_.series && block == block_;
  }
  void Begin(int32_t quarter, int32_t series, int32_t block) {
    cell_.quarter = quarter;
    cell_.series = series;
    block_ = block;
    for (std::vector<StoredCell>& place : places_) place.clear();
  }
  // Rows of a block come by revision, of kNewestBackwards the newest first.
  absl::Status Add(int64_t revision, std::string_view bytes) {
    cell_.revision = revision;
    return ReadBlock(block_, bytes, [&](const BlockCell& read) { Add(read); });
  }
  absl::Status Visit(absl::FunctionRef<absl::Status(const StoredCell&)> visit) const {
    for (size_t i = 0; i < places_.size(); ++i) {
      const bool backwards = reading_ == Reading::kNewestBackwards;
      for (const StoredCell& cell : places_[backwards ? places_.size() - 1 - i : i]) {
        if (cell.status == kRetracted && reading_ != Reading::kEveryRevision) continue;
        ATHENA_RETURN_IF_ERROR(visit(cell));
      }
    }
    return absl::OkStatus();
  }

 private:
  void Add(const BlockCell& read) {
    if (read.period < range_.first_period || read.period > range_.last_period) return;
    std::vector<StoredCell>& place = places_[static_cast<size_t>(PlaceOf(read.period))];
    if (!place.empty() && reading_ != Reading::kEveryRevision) {
      if (reading_ == Reading::kNewestBackwards) return;
      place.clear();
    }
    cell_.period = read.period;
    cell_.status = StatusLetter(read.status);
    cell_.comment = read.has_comment;
    cell_.value = read.value;
    place.push_back(cell_);
  }

  const CellRange& range_;
  const Reading reading_;
  int32_t block_ = 0;
  StoredCell cell_ = {.series = -1};
  std::array<std::vector<StoredCell>, kBlockPeriods> places_;
};

// Which rows of a quarter are read.
enum class Rows {
  kCurrent,  // without those that were set aside
  kAll,
};

const sql::Statement& StatementOf(Reading reading, Rows rows) {
  if (reading == Reading::kNewestBackwards) {
    return rows == Rows::kAll ? kAllBlocksBackwards : kBlocksBackwards;
  }
  return rows == Rows::kAll ? kAllBlocks : kBlocks;
}

// A stretch of series in a quarter.
absl::Status ReadRun(sql::ReadTx& tx, const CellRange& range, int64_t institution, int32_t quarter,
                     absl::Span<const int32_t> run, Reading reading, Rows rows,
                     absl::FunctionRef<absl::Status(const StoredCell&)> visit) {
  BlockCells block(range, reading);
  bool wanted = false;  // whether the series of `block` is
  constexpr size_t kPerTable = 7;
  std::array<sql::Param, 2 * kPerTable> params = {institution,
                                                  int64_t{quarter},
                                                  int64_t{run.front()},
                                                  int64_t{run.back()},
                                                  int64_t{BlockOf(range.first_period)},
                                                  int64_t{BlockOf(range.last_period)},
                                                  range.revision};
  std::copy_n(params.begin(), kPerTable, params.begin() + kPerTable);
  const auto used = absl::MakeConstSpan(params).first(kPerTable * (rows == Rows::kAll ? 2 : 1));
  const absl::Status read = tx.Query(StatementOf(reading, rows), used, [&](const sql::Row& row) {
    const auto series = static_cast<int32_t>(row.Int(0));
    const auto number = static_cast<int32_t>(row.Int(1));
    if (!block.Holds(series, number)) {
      ATHENA_RETURN_IF_ERROR(block.Visit(visit));
      block.Begin(quarter, series, number);
      wanted = std::binary_search(run.begin(), run.end(), series);
    }
    return wanted ? block.Add(row.Int(2), row.Bytes(3)) : absl::OkStatus();
  });
  return read.ok() ? block.Visit(visit) : read;
}

absl::Status Read(sql::ReadTx& tx, const CellRange& range, Reading reading,
                  absl::FunctionRef<absl::Status(const StoredCell&)> visit) {
  ATHENA_ASSIGN_OR_RETURN(const int64_t institution, tx.Key(range.institution));
  if (institution == 0) return absl::OkStatus();
  // A range of periods cuts through the numbers of series: then each one is looked up by itself.
  const bool whole = range.first_period == INT32_MIN && range.last_period == INT32_MAX;
  std::vector<absl::Span<const int32_t>> runs = RunsOf(range.series, whole ? kNeighbours : 0);
  const int32_t quarters = range.last_quarter - range.first_quarter + 1;
  const bool backwards = reading == Reading::kNewestBackwards;
  if (backwards) std::reverse(runs.begin(), runs.end());
  const bool every = reading == Reading::kEveryRevision;
  std::vector<int32_t> set_aside;  // quarters; what held at a revision was not set aside by then
  if (!every) {
    ATHENA_ASSIGN_OR_RETURN(set_aside, QuartersSetAsideAfter(tx, institution, range.first_quarter,
                                                             range.last_quarter, range.revision));
  }
  for (int32_t i = 0; i < quarters; ++i) {
    const int32_t quarter = backwards ? range.last_quarter - i : range.first_quarter + i;
    const bool all = every || std::binary_search(set_aside.begin(), set_aside.end(), quarter);
    const Rows rows = all ? Rows::kAll : Rows::kCurrent;
    for (const absl::Span<const int32_t> run : runs) {
      ATHENA_RETURN_IF_ERROR(ReadRun(tx, range, institution, quarter, run, reading, rows, visit));
    }
  }
  return absl::OkStatus();
}

}  // namespace

char StatusLetter(int stored) {
  constexpr std::string_view kLetters = "-AEPFMOLHQ";
  const auto at = static_cast<size_t>(stored);
  return at < kLetters.size() ? kLetters[at] : kRetracted;
}

absl::StatusOr<std::vector<Series>> ReadSeries(sql::ReadTx& tx, std::string_view institution,
                                               std::string_view indicator,
                                               const CodeFilter& codes) {
  ATHENA_ASSIGN_OR_RETURN(const int64_t number, tx.Key(institution));
  std::vector<Series> found;
  ATHENA_RETURN_IF_ERROR(
      tx.Query(kSeriesOfIndicator, {number, indicator}, [&](const sql::Row& row) {
        Series series;
        series.number = static_cast<int32_t>(row.Int(0));
        const std::string joined(row.Text(1));
        if (!joined.empty()) series.codes = absl::StrSplit(joined, ',');
        if (HasCodes(series.codes, codes)) found.push_back(std::move(series));
        return absl::OkStatus();
      }));
  std::sort(found.begin(), found.end(),
            [](const Series& a, const Series& b) { return a.number < b.number; });
  return found;
}

absl::Status ReadCells(sql::ReadTx& tx, const CellRange& range,
                       absl::FunctionRef<absl::Status(const StoredCell&)> visit) {
  return Read(tx, range, Reading::kNewest, visit);
}

absl::Status ReadCellsBackwards(sql::ReadTx& tx, const CellRange& range,
                                absl::FunctionRef<absl::Status(const StoredCell&)> visit) {
  return Read(tx, range, Reading::kNewestBackwards, visit);
}

absl::Status ReadCellHistory(sql::ReadTx& tx, const CellRange& range,
                             absl::FunctionRef<absl::Status(const StoredCell&)> visit) {
  return Read(tx, range, Reading::kEveryRevision, visit);
}

absl::StatusOr<std::string> ReadComment(sql::ReadTx& tx, std::string_view institution,
                                        const StoredCell& cell) {
  if (!cell.comment) return "";
  ATHENA_ASSIGN_OR_RETURN(const int64_t number, tx.Key(institution));
  std::string comment;
  ATHENA_RETURN_IF_ERROR(tx.Query(
      kComment,
      {number, int64_t{cell.quarter}, int64_t{cell.series}, int64_t{cell.period}, cell.revision},
      [&](const sql::Row& row) {
        comment = std::string(row.Text(0));
        return absl::OkStatus();
      }));
  return comment;
}

absl::StatusOr<std::optional<int32_t>> NextQuarter(sql::ReadTx& tx, std::string_view institution,
                                                   int32_t from) {
  ATHENA_ASSIGN_OR_RETURN(const int64_t number, tx.Key(institution));
  std::optional<int32_t> next;
  ATHENA_RETURN_IF_ERROR(tx.Query(kNextQuarter, {number, int64_t{from}}, [&](const sql::Row& row) {
    next = static_cast<int32_t>(row.Int(0));
    return absl::OkStatus();
  }));
  return next;
}

absl::Status ReadChangesAfter(
    sql::ReadTx& tx, std::string_view institution, int64_t after,
    absl::FunctionRef<void(std::string_view indicator, int32_t quarter, int64_t revision)> visit) {
  ATHENA_ASSIGN_OR_RETURN(const int64_t number, tx.Key(institution));
  return tx.Query(kChangesAfter, {number, after}, [&](const sql::Row& row) {
    visit(row.Text(1), static_cast<int32_t>(row.Int(0)), row.Int(2));
    return absl::OkStatus();
  });
}

}  // namespace athena::indicator
