#include "services/indicator/query/disclosure/releases.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/container/btree_set.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "libs/versioned/store.h"
#include "services/indicator/model/limits.h"
#include "services/indicator/rules/aggregation.h"
#include "services/indicator/store/closing_store.h"
#include "services/indicator/store/observation_store.h"

namespace athena::indicator {
namespace {

// A revision of a cell of some period.
struct CellRevision {
  int32_t series = 0;
  int64_t revision = 0;
  std::optional<Decimal> count;  // unset: no value
};

absl::StatusOr<std::optional<Decimal>> CountOf(const StoredCell& cell, Frequency frequency) {
  if (KindOfStatus(cell.status, frequency) != CellKind::kPresent) return std::nullopt;
  const std::optional<Decimal> count = Decimal::FromDouble(cell.value);
  if (!count.has_value()) return status::Internal("a stored value is no number");
  return count;
}

// The content of a period at a revision; nullopt for a count beyond 1e24. `cells` come by series,
// then revision.
std::optional<PersonTable> ContentAt(int64_t revision, absl::Span<const CellRevision> cells,
                                     absl::Span<const PersonSeries> series) {
  absl::btree_map<std::string, DecimalSum> sums;
  for (size_t i = 0; i < cells.size(); ++i) {
    const bool superseded = i + 1 < cells.size() && cells[i + 1].series == cells[i].series &&
                            cells[i + 1].revision <= revision;
    if (cells[i].revision > revision || superseded || !cells[i].count.has_value()) continue;
    const auto of = std::lower_bound(
        series.begin(), series.end(), cells[i].series,
        [](const PersonSeries& one, int32_t number) { return one.number < number; });
    sums[of->codes].Add(*cells[i].count);
  }
  PersonTable table;
  for (const auto& [codes, sum] : sums) {
    const std::optional<Decimal> count = sum.Total();
    if (!count.has_value()) return std::nullopt;
    table.emplace(codes, *count);
  }
  return table;
}

// The release of a period whose quarter was first closed at a revision, not later than the one
// read.
Release ReleaseOfPeriod(int64_t first_closed, absl::Span<const CellRevision> cells,
                        const ReleaseQuestion& question) {
  absl::btree_set<int64_t> revisions = {first_closed};  // that made a content
  for (const CellRevision& cell : cells) {
    if (cell.revision > first_closed) revisions.insert(cell.revision);
  }
  if (revisions.size() > kMaxReleasedContents) return Release::kNothing;
  std::vector<PersonTable> contents;
  size_t shown = 0;
  for (const int64_t revision : revisions) {
    std::optional<PersonTable> content = ContentAt(revision, cells, question.series);
    if (!content.has_value()) return Release::kNothing;
    if (revision <= question.revision) shown = contents.size();
    contents.push_back(*std::move(content));
  }
  return ReleaseAmong(contents, shown, question.threshold);
}

}  // namespace

Release Releases::Of(int32_t period) const {
  if (!closed_.contains(Period::OfIndex(frequency_, period).QuarterOf().index())) {
    return Release::kNothing;
  }
  const auto found = periods_.find(period);
  return found == periods_.end() ? Release::kBreakdown : found->second;
}

absl::StatusOr<Releases> ReadReleases(sql::ReadTx& tx, const ReleaseQuestion& question) {
  std::vector<int32_t> quarters;
  for (int32_t quarter = question.first_quarter; quarter <= question.last_quarter; ++quarter) {
    quarters.push_back(quarter);
  }
  const versioned::Snapshot at(tx, std::string(question.institution), question.revision, {});
  ATHENA_ASSIGN_OR_RETURN(auto closed, FirstClosings(at, quarters));
  std::vector<int32_t> numbers;
  for (const PersonSeries& series : question.series) numbers.push_back(series.number);
  absl::btree_map<int32_t, std::vector<CellRevision>> periods;
  for (const auto& [quarter, first_closed] : closed) {
    if (numbers.empty()) break;
    CellRange range;
    range.institution = question.institution;
    range.series = numbers;
    range.first_quarter = quarter;
    range.last_quarter = quarter;
    range.revision = question.head;
    ATHENA_RETURN_IF_ERROR(ReadCellHistory(tx, range, [&](const StoredCell& cell) -> absl::Status {
      ATHENA_ASSIGN_OR_RETURN(const std::optional<Decimal> count,
                              CountOf(cell, question.frequency));
      periods[cell.period].push_back({cell.series, cell.revision, count});
      return absl::OkStatus();
    }));
  }
  absl::flat_hash_map<int32_t, Release> releases;
  for (const auto& [period, cells] : periods) {
    const int32_t quarter = Period::OfIndex(question.frequency, period).QuarterOf().index();
    releases.emplace(period, ReleaseOfPeriod(closed.at(quarter), cells, question));
  }
  return Releases(question.frequency, std::move(closed), std::move(releases));
}

}  // namespace athena::indicator
