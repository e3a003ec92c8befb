#include "services/indicator/quarters/completeness_reading.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <tuple>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "athena/indicator/v1/target.pb.h"
#include "libs/audit/journal.h"
#include "libs/period/period.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "services/indicator/definitions/target_store.h"
#include "services/indicator/ingest/push_store.h"
#include "services/indicator/model/target_message.h"
#include "services/indicator/rules/trajectory.h"
#include "services/indicator/store/observation_store.h"
#include "services/indicator/store/series_end_store.h"

namespace athena::indicator {

// The current cells of an indicator, and the last revision that changed any of each series.
struct CompletenessReader::Reported {
  std::vector<ReportedCell> cells;  // by series and period
  // The first period of an observation, or the first of the range where that lies before it.
  std::optional<int32_t> first_observed;
  absl::flat_hash_map<int32_t, int64_t> last_revision;  // by series
};

namespace {

absl::CivilDay DueDay(const Definition& definition, int32_t period) {
  return Period::OfIndex(definition.frequency, period).LastDay() +
         definition.rule.reporting_delay_days;
}

// AggregationRule::expected_combinations of the whole indicator.
int32_t AllCombinations(const Definition& definition) {
  if (definition.dimensions.empty()) return 0;
  int32_t combinations = 1;  // of at most kMaxExpectedCombinations
  for (const Dimension& dimension : definition.dimensions) {
    if (!dimension.every_code_expected) return 0;
    combinations *= static_cast<int32_t>(dimension.codes.size());
  }
  return combinations;
}

// Which of the series were observed before a quarter.
absl::StatusOr<absl::flat_hash_set<int32_t>> ObservedBefore(const versioned::Snapshot& snapshot,
                                                            const Definition& definition,
                                                            absl::Span<const int32_t> series,
                                                            int32_t quarter) {
  absl::flat_hash_set<int32_t> observed;
  ATHENA_ASSIGN_OR_RETURN(const std::optional<int32_t> first,
                          NextQuarter(snapshot.tx(), snapshot.institution(), INT32_MIN));
  CellRange range;
  range.institution = snapshot.institution();
  range.series = series;
  range.revision = snapshot.revision();
  range.first_quarter = first.value_or(quarter);
  range.last_quarter = quarter - 1;
  ATHENA_RETURN_IF_ERROR(ReadCells(snapshot.tx(), range, [&](const StoredCell& stored) {
    const std::optional<CellKind> kind = KindOfStatus(stored.status, definition.frequency);
    if (kind.has_value() && IsObservation(*kind)) observed.insert(stored.series);
    return absl::OkStatus();
  }));
  return observed;
}

// The rule for the whole indicator. expected_from is unset where it is to be its first observation.
absl::StatusOr<AggregationRule> RuleOf(const versioned::Snapshot& snapshot,
                                       const Definition& definition) {
  AggregationRule rule = definition.rule;
  rule.expected_combinations = AllCombinations(definition);
  if (rule.expected_from.has_value()) return rule;
  ATHENA_ASSIGN_OR_RETURN(
      const std::vector<v1::Target> targets,
      ReadTargetsOf(snapshot.tx(), snapshot.institution(), definition.id, snapshot.revision()));
  for (size_t i = 0; i < targets.size(); ++i) {
    // Of each slice the version in force, and what was declared original. (No plan is asked about
    // here, so that the version in force at its activation is not known.)
    const bool last = i + 1 == targets.size() ||
                      SliceKey(targets[i + 1].slice()) != SliceKey(targets[i].slice()) ||
                      targets[i].declared_original() != targets[i + 1].declared_original();
    if (!last) continue;
    ATHENA_ASSIGN_OR_RETURN(const Target target, ReadStoredTarget(targets[i], definition));
    const std::optional<Period> first = FirstTargetPeriod(target, definition.frequency);
    if (!first.has_value()) continue;
    const int32_t index = IndexFrom(*first, definition.frequency);
    rule.expected_from = std::min(rule.expected_from.value_or(index), index);
  }
  return rule;
}

}  // namespace

absl::StatusOr<CompletenessReader::Reported> CompletenessReader::ReadReported(
    const versioned::Snapshot& snapshot, const Definition& definition, const PeriodRange& range,
    bool has_start) {
  Reported reported;
  ATHENA_ASSIGN_OR_RETURN(const std::vector<Series> series,
                          ReadSeries(snapshot.tx(), snapshot.institution(), definition.id, {}));
  if (series.empty()) return reported;
  std::vector<int32_t> numbers;
  numbers.reserve(series.size());
  for (const Series& one : series) numbers.push_back(one.number);
  CellRange cells;
  cells.institution = snapshot.institution();
  cells.series = numbers;
  cells.first_quarter =
      Period::OfIndex(range.frequency, FirstPeriodRead(range)).QuarterOf().index();
  cells.last_quarter = Period::OfIndex(range.frequency, range.last).QuarterOf().index();
  cells.revision = snapshot.revision();
  // The revisions of a cell are visited together, the oldest first. `retracted`: the last one
  // visited retracted its cell, which is removed unless a later revision follows.
  bool retracted = false;
  const auto visit = [&](const StoredCell& revision) {
    ++revisions_read_;
    int64_t& last = reported.last_revision[revision.series];
    last = std::max(last, revision.revision);
    const bool same = !reported.cells.empty() && reported.cells.back().series == revision.series &&
                      reported.cells.back().period == revision.period;
    if (!same) {
      if (retracted) reported.cells.pop_back();
      reported.cells.push_back({revision.series, revision.period, CellKind::kForecast, 0});
    }
    ReportedCell& cell = reported.cells.back();
    const std::optional<CellKind> kind = KindOfStatus(revision.status, definition.frequency);
    retracted = !kind.has_value();
    if (kind != CellKind::kPresent) {
      cell.since = 0;
    } else if (cell.since == 0) {
      cell.since = revision.revision;
    }
    cell.kind = kind.value_or(CellKind::kForecast);
    return absl::OkStatus();
  };
  ATHENA_RETURN_IF_ERROR(ReadCellHistory(snapshot.tx(), cells, visit));
  if (retracted) reported.cells.pop_back();
  absl::flat_hash_set<int32_t> begun;  // before or in the first quarter that was read
  for (const ReportedCell& cell : reported.cells) {
    if (!IsObservation(cell.kind)) continue;
    const int32_t from = reported.first_observed.value_or(cell.period);
    reported.first_observed = std::min(from, cell.period);
    if (cell.period <= FirstPeriodRead(range)) begun.insert(cell.series);
  }
  ATHENA_ASSIGN_OR_RETURN(const auto ends, ReadSeriesEnds(snapshot));
  bool any_ended = false;
  if (const auto declared = ends.find(definition.id); declared != ends.end()) {
    for (const Series& one : series) {
      const auto end = declared->second.find(absl::StrJoin(one.codes, ","));
      if (end == declared->second.end()) continue;
      reported.cells.push_back({one.number, end->second, CellKind::kEnded, 0});
      any_ended = true;
    }
  }
  // Whether a series began before is only asked where it matters: beside one that has ended, and
  // where the indicator is expected from its first observation on.
  const bool begins_here = !has_start && (!reported.first_observed.has_value() ||
                                          *reported.first_observed > range.first);
  if (any_ended || begins_here) {
    numbers.erase(std::remove_if(numbers.begin(), numbers.end(),
                                 [&begun](int32_t one) { return begun.contains(one); }),
                  numbers.end());
    ATHENA_ASSIGN_OR_RETURN(const auto earlier,
                            ObservedBefore(snapshot, definition, numbers, cells.first_quarter));
    for (const int32_t one : earlier) {
      reported.cells.push_back({one, INT32_MIN / 2, CellKind::kDeclaredMissing, 0});
      reported.first_observed = range.first;
    }
  }
  const auto key = [](const ReportedCell& cell) {
    return std::make_tuple(cell.series, cell.period, cell.kind != CellKind::kEnded);
  };
  std::sort(reported.cells.begin(), reported.cells.end(),
            [&key](const ReportedCell& a, const ReportedCell& b) { return key(a) < key(b); });
  return reported;
}

absl::StatusOr<int64_t> CompletenessReader::LastRevisionOn(const versioned::Snapshot& snapshot,
                                                           absl::CivilDay day) {
  const auto [found, added] = last_revision_on_.try_emplace(day, 0);
  if (!added) return found->second;
  const absl::Time end = absl::FromCivil(day + 1, zone_);
  ATHENA_ASSIGN_OR_RETURN(
      const audit::Head head,
      audit::ReadHeadAt(snapshot.tx(), snapshot.institution(), end - absl::Microseconds(1)));
  found->second = head.revision;
  return head.revision;
}

absl::StatusOr<std::shared_ptr<const v1::Push>> CompletenessReader::PushAt(
    const versioned::Snapshot& snapshot, int64_t revision) {
  const auto [found, added] = pushes_.try_emplace(revision);
  if (!added) return found->second;
  ATHENA_ASSIGN_OR_RETURN(std::optional<StoredPush> stored,
                          FindPushAt(snapshot.tx(), snapshot.institution(), revision));
  if (!stored.has_value()) {
    return status::Internal(absl::StrCat("there are observations of revision ", revision, " of ",
                                         snapshot.institution(), ", and no push that made it"));
  }
  found->second = std::make_shared<const v1::Push>(std::move(stored->push));
  return found->second;
}

absl::StatusOr<MeasuredPeriods> CompletenessReader::Measure(const versioned::Snapshot& snapshot,
                                                            const Definition& definition,
                                                            const PeriodRange& range) {
  ATHENA_ASSIGN_OR_RETURN(AggregationRule rule, RuleOf(snapshot, definition));
  ATHENA_ASSIGN_OR_RETURN(const Reported reported, ReadReported(snapshot, definition, range,
                                                                rule.expected_from.has_value()));
  if (!rule.expected_from.has_value()) rule.expected_from = reported.first_observed;
  std::vector<int64_t> on_time_until;
  on_time_until.reserve(static_cast<size_t>(range.size()));
  for (int32_t period = range.first; period <= range.last; ++period) {
    ATHENA_ASSIGN_OR_RETURN(const int64_t until,
                            LastRevisionOn(snapshot, DueDay(definition, period)));
    on_time_until.push_back(until);
  }
  MeasuredPeriods measured;
  measured.completeness = MeasureCompleteness(rule, range, date_, reported.cells, on_time_until);
  for (const OverdueSeries& series : measured.completeness.overdue) {
    ATHENA_ASSIGN_OR_RETURN(std::shared_ptr<const v1::Push> push,
                            PushAt(snapshot, reported.last_revision.at(series.series)));
    measured.overdue.push_back(
        {series.series, std::move(push), series.cells, DueDay(definition, series.first_period)});
  }
  return measured;
}

}  // namespace athena::indicator
