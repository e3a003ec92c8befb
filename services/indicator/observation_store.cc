#include "services/indicator/observation_store.h"

#include <algorithm>

#include "absl/strings/str_split.h"
#include "services/indicator/series_store.h"

namespace athena::indicator {
namespace {

constexpr sql::Statement kSeriesOfIndicator{R"(
  SELECT series, codes FROM series WHERE institution = ? AND indicator = ?
  ORDER BY indicator, codes)"};
// Series of one indicator were mostly made together, so that their numbers are neighbours: one
// range of them is read at once.
constexpr sql::Statement kCells{R"(
  SELECT series, period, revision, value, status, has_comment FROM observation
  WHERE institution = ? AND quarter = ? AND series BETWEEN ? AND ?
    AND period BETWEEN ? AND ? AND revision <= ?
  ORDER BY series, period, revision)"};
// The newest revision of a cell comes first: of the others nothing but the key is looked at.
constexpr sql::Statement kCellsBackwards{R"(
  SELECT series, period, value, status FROM observation
  WHERE institution = ? AND quarter = ? AND series BETWEEN ? AND ? AND revision <= ?
  ORDER BY series DESC, period DESC, revision DESC)"};
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

// A stretch of `series` that is read at once.
struct Run {
  size_t begin = 0;
  size_t end = 0;
};

// Splits numbers into stretches without large gaps: passing over a few series costs less than
// looking up the next one.
std::vector<Run> RunsOf(absl::Span<const int32_t> series) {
  constexpr int32_t kGap = 2;
  std::vector<Run> runs;
  for (size_t i = 0; i < series.size(); ++i) {
    if (i == 0 || series[i] - series[i - 1] > kGap) runs.push_back({i, i});
    runs.back().end = i + 1;
  }
  return runs;
}

absl::Status ReadRevisions(sql::ReadTx& tx, const CellRange& range,
                           absl::FunctionRef<absl::Status(const StoredCell&)> visit) {
  const absl::StatusOr<int64_t> institution = FindInstitutionNumber(tx, range.institution);
  if (!institution.ok()) return institution.status();
  if (*institution == 0) return absl::OkStatus();
  // A range of periods cuts through the numbers of series: then each one is looked up by itself.
  const bool whole = range.first_period == INT32_MIN && range.last_period == INT32_MAX;
  std::vector<Run> runs;
  if (whole) {
    runs = RunsOf(range.series);
  } else {
    for (size_t i = 0; i < range.series.size(); ++i) runs.push_back({i, i + 1});
  }
  for (int32_t quarter = range.first_quarter; quarter <= range.last_quarter; ++quarter) {
    for (const Run& run : runs) {
      size_t at = run.begin;
      StoredCell cell;
      cell.quarter = quarter;
      const absl::Status status =
          tx.Query(kCells,
                   {*institution, int64_t{quarter}, int64_t{range.series[run.begin]},
                    int64_t{range.series[run.end - 1]}, int64_t{range.first_period},
                    int64_t{range.last_period}, range.revision},
                   [&](const sql::Row& row) {
                     cell.series = static_cast<int32_t>(row.Int(0));
                     while (range.series[at] < cell.series) ++at;
                     if (range.series[at] != cell.series) return absl::OkStatus();
                     cell.period = static_cast<int32_t>(row.Int(1));
                     cell.revision = row.Int(2);
                     cell.value = row.Real(3);
                     cell.status = StatusLetter(static_cast<int>(row.Int(4)));
                     cell.comment = row.Int(5) != 0;
                     return visit(cell);
                   });
      if (!status.ok()) return status;
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
  const absl::StatusOr<int64_t> number = FindInstitutionNumber(tx, institution);
  if (!number.ok()) return number.status();
  std::vector<Series> found;
  const absl::Status status =
      tx.Query(kSeriesOfIndicator, {*number, indicator}, [&](const sql::Row& row) {
        Series series;
        series.number = static_cast<int32_t>(row.Int(0));
        const std::string joined(row.Text(1));
        if (!joined.empty()) series.codes = absl::StrSplit(joined, ',');
        if (HasCodes(series.codes, codes)) found.push_back(std::move(series));
        return absl::OkStatus();
      });
  if (!status.ok()) return status;
  std::sort(found.begin(), found.end(),
            [](const Series& a, const Series& b) { return a.number < b.number; });
  return found;
}

absl::Status ReadCells(sql::ReadTx& tx, const CellRange& range,
                       absl::FunctionRef<absl::Status(const StoredCell&)> visit) {
  // Revisions come oldest first: a cell is known once the next one begins.
  StoredCell last;
  bool pending = false;
  const auto give = [&] {
    return pending && last.status != kRetracted ? visit(last) : absl::OkStatus();
  };
  const absl::Status status = ReadRevisions(tx, range, [&](const StoredCell& revision) {
    absl::Status given;
    const bool same = pending && last.quarter == revision.quarter &&
                      last.series == revision.series && last.period == revision.period;
    if (!same) given = give();
    last = revision;
    pending = true;
    return given;
  });
  return status.ok() ? give() : status;
}

absl::Status ReadCellsBackwards(sql::ReadTx& tx, const CellRange& range,
                                absl::FunctionRef<absl::Status(const StoredCell&)> visit) {
  const absl::StatusOr<int64_t> institution = FindInstitutionNumber(tx, range.institution);
  if (!institution.ok()) return institution.status();
  if (*institution == 0) return absl::OkStatus();
  const std::vector<Run> runs = RunsOf(range.series);
  for (int32_t quarter = range.last_quarter; quarter >= range.first_quarter; --quarter) {
    for (auto run = runs.rbegin(); run != runs.rend(); ++run) {
      size_t at = run->end - 1;
      StoredCell cell;
      cell.quarter = quarter;
      cell.series = -1;  // none yet
      const absl::Status status =
          tx.Query(kCellsBackwards,
                   {*institution, int64_t{quarter}, int64_t{range.series[run->begin]},
                    int64_t{range.series[run->end - 1]}, range.revision},
                   [&](const sql::Row& row) {
                     const auto series = static_cast<int32_t>(row.Int(0));
                     const auto period = static_cast<int32_t>(row.Int(1));
                     if (series == cell.series && period == cell.period) return absl::OkStatus();
                     cell.series = series;
                     cell.period = period;
                     while (range.series[at] > series) --at;
                     if (range.series[at] != series) return absl::OkStatus();
                     cell.value = row.Real(2);
                     cell.status = StatusLetter(static_cast<int>(row.Int(3)));
                     return cell.status == kRetracted ? absl::OkStatus() : visit(cell);
                   });
      if (!status.ok()) return status;
    }
  }
  return absl::OkStatus();
}

absl::Status ReadCellHistory(sql::ReadTx& tx, const CellRange& range,
                             absl::FunctionRef<absl::Status(const StoredCell&)> visit) {
  return ReadRevisions(tx, range, visit);
}

absl::StatusOr<std::string> ReadComment(sql::ReadTx& tx, std::string_view institution,
                                        const StoredCell& cell) {
  if (!cell.comment) return "";
  const absl::StatusOr<int64_t> number = FindInstitutionNumber(tx, institution);
  if (!number.ok()) return number.status();
  std::string comment;
  const absl::Status status = tx.Query(
      kComment,
      {*number, int64_t{cell.quarter}, int64_t{cell.series}, int64_t{cell.period}, cell.revision},
      [&](const sql::Row& row) {
        comment = std::string(row.Text(0));
        return absl::OkStatus();
      });
  if (!status.ok()) return status;
  return comment;
}

absl::StatusOr<std::optional<int32_t>> NextQuarter(sql::ReadTx& tx, std::string_view institution,
                                                   int32_t from) {
  const absl::StatusOr<int64_t> number = FindInstitutionNumber(tx, institution);
  if (!number.ok()) return number.status();
  std::optional<int32_t> next;
  const absl::Status status =
      tx.Query(kNextQuarter, {*number, int64_t{from}}, [&](const sql::Row& row) {
        next = static_cast<int32_t>(row.Int(0));
        return absl::OkStatus();
      });
  if (!status.ok()) return status;
  return next;
}

absl::Status ReadChangesAfter(
    sql::ReadTx& tx, std::string_view institution, int64_t after,
    absl::FunctionRef<void(std::string_view indicator, int32_t quarter, int64_t revision)> visit) {
  const absl::StatusOr<int64_t> number = FindInstitutionNumber(tx, institution);
  if (!number.ok()) return number.status();
  return tx.Query(kChangesAfter, {*number, after}, [&](const sql::Row& row) {
    visit(row.Text(1), static_cast<int32_t>(row.Int(0)), row.Int(2));
    return absl::OkStatus();
  });
}

}  // namespace athena::indicator
