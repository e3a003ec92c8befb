#include "services/indicator/query/query_values.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "libs/decimal/decimal.h"
#include "libs/status/status.h"
#include "libs/versioned/store.h"
#include "services/indicator/store/observation_store.h"
#include "services/indicator/store/series_end_store.h"

namespace athena::indicator {
namespace {

// With as many nodes, one pass over more quarters than each needs costs less than many passes over
// few series.
constexpr size_t kManyNodes = 512;
// So few cells are passed over quicker than copied.
constexpr size_t kFewCells = 256;
// As many cells, at least, as most selections have: a year and a quarter of months.
constexpr size_t kCellsOfMany = 16;

// Nodes whose cells are read in one pass.
struct Pass {
  int view = 0;
  int32_t first_quarter = 0;
  int32_t last_quarter = 0;
  std::vector<int> nodes;
};

std::vector<Pass> PassesOver(const QueryPlan& plan, const std::vector<bool>& needed) {
  size_t count = 0;
  for (const bool need : needed) count += need ? 1 : 0;
  // By view and quarters; with many nodes by view, and whether they are semestrial or annual, whose
  // cells reach far back.
  std::map<std::tuple<int, int32_t, int32_t>, Pass> passes;
  for (size_t i = 0; i < plan.nodes.size(); ++i) {
    if (!needed[i]) continue;
    const QueryNode& node = plan.nodes[i];
    const bool coarse = node.definition->frequency > Frequency::kQuarter;
    const auto key = count > kManyNodes
                         ? std::make_tuple(node.view, coarse ? 1 : 0, 0)
                         : std::make_tuple(node.view, node.first_quarter, node.last_quarter);
    const auto [found, fresh] =
        passes.try_emplace(key, Pass{node.view, node.first_quarter, node.last_quarter, {}});
    Pass& pass = found->second;
    pass.first_quarter = std::min(pass.first_quarter, node.first_quarter);
    pass.last_quarter = std::max(pass.last_quarter, node.last_quarter);
    pass.nodes.push_back(static_cast<int>(i));
  }
  std::vector<Pass> all;
  for (auto& [key, pass] : passes) all.push_back(std::move(pass));
  return all;
}

absl::Status ReadPass(sql::ReadTx& tx, const InstitutionView& view, const QueryPlan& plan,
                      const Pass& pass, QueryCells* cells) {
  // Which nodes a series belongs to: an indicator's whole and its slices share series.
  std::vector<std::pair<int32_t, int>> owners;
  for (const int node : pass.nodes) {
    for (const SliceSeries& series : plan.nodes[static_cast<size_t>(node)].series) {
      owners.emplace_back(series.number, node);
    }
  }
  if (owners.empty()) return absl::OkStatus();
  std::sort(owners.begin(), owners.end());
  std::vector<int32_t> numbers;
  for (const auto& [number, node] : owners) {
    if (numbers.empty() || numbers.back() != number) numbers.push_back(number);
  }
  CellRange range;
  range.institution = view.id;
  range.series = numbers;
  range.first_quarter = pass.first_quarter;
  range.last_quarter = pass.last_quarter;
  range.revision = view.revision;
  // Cells come by quarter and series, the last first: within a quarter owners are met in that
  // order.
  size_t end = 0;  // of the owners yet to be met
  int32_t quarter = INT32_MIN;
  return ReadCellsBackwards(tx, range, [&](const StoredCell& stored) -> absl::Status {
    if (stored.quarter != quarter) {
      quarter = stored.quarter;
      end = owners.size();
    }
    while (owners[end - 1].first > stored.series) --end;
    const std::optional<CellKind> kind = KindOfStatus(stored.status);
    if (!kind.has_value()) return status::Internal("a stored status is none");
    Cell cell;
    cell.series = stored.series;
    cell.period = stored.period;
    cell.kind = *kind;
    if (*kind == CellKind::kPresent) {
      const std::optional<Decimal> value = Decimal::FromDouble(stored.value);
      if (!value.has_value()) return status::Internal("a stored value is no number");
      cell.value = *value;
    }
    for (size_t owner = end; owner > 0 && owners[owner - 1].first == stored.series; --owner) {
      const auto node = static_cast<size_t>(owners[owner - 1].second);
      if (stored.quarter >= plan.nodes[node].first_quarter &&
          stored.quarter <= plan.nodes[node].last_quarter) {
        std::vector<Cell>& of_node = (*cells)[node];
        if (of_node.empty()) of_node.reserve(kCellsOfMany);
        of_node.push_back(cell);
      }
    }
    return absl::OkStatus();
  });
}

absl::Status AddSeriesEnds(sql::ReadTx& tx, absl::Span<const InstitutionView> views,
                           const QueryPlan& plan, const std::vector<bool>& needed,
                           QueryCells* cells) {
  for (size_t view = 0; view < views.size(); ++view) {
    const versioned::Snapshot at(tx, views[view].id, views[view].revision, {});
    const auto ends = ReadSeriesEnds(at);
    if (!ends.ok()) return ends.status();
    if (ends->empty()) continue;
    for (size_t i = 0; i < plan.nodes.size(); ++i) {
      const QueryNode& node = plan.nodes[i];
      if (!needed[i] || static_cast<size_t>(node.view) != view) continue;
      const auto declared = ends->find(node.indicator);
      if (declared == ends->end()) continue;
      for (const SliceSeries& series : node.series) {
        const auto end = declared->second.find(series.codes);
        if (end == declared->second.end()) continue;
        (*cells)[i].push_back({Decimal(), series.number, end->second, CellKind::kEnded});
      }
    }
  }
  return absl::OkStatus();
}

// Codes in the order of their dimensions' ids, whatever that of the definition is.
std::string CodesByDimension(const Definition& definition, std::string_view codes) {
  if (definition.dimensions.size() < 2) return std::string(codes);
  const std::vector<std::string> parts = absl::StrSplit(std::string(codes), ',');
  std::map<std::string, std::string> by_dimension;
  for (size_t i = 0; i < parts.size() && i < definition.dimensions.size(); ++i) {
    by_dimension[definition.dimensions[i].id] = parts[i];
  }
  return absl::StrJoin(by_dimension, ",",
                       [](std::string* out, const auto& part) { out->append(part.second); });
}

PeriodValue Without(NoValueReason reason) {
  PeriodValue value;
  value.reason = reason;
  return value;
}

}  // namespace

absl::StatusOr<QueryCells> ReadQueryCells(sql::ReadTx& tx, absl::Span<const InstitutionView> views,
                                          const QueryPlan& plan, absl::Span<const size_t> wanted) {
  std::vector<bool> needed(plan.nodes.size(), false);
  for (const size_t root : wanted) {
    for (const int index : plan.roots[root].reach) {
      const QueryNode& node = plan.nodes[static_cast<size_t>(index)];
      needed[static_cast<size_t>(index)] =
          node.is_base() && node.first_quarter <= node.last_quarter;
    }
  }
  QueryCells cells(plan.nodes.size());
  for (const Pass& pass : PassesOver(plan, needed)) {
    const InstitutionView& view = views[static_cast<size_t>(pass.view)];
    if (absl::Status read = ReadPass(tx, view, plan, pass, &cells); !read.ok()) return read;
  }
  for (std::vector<Cell>& of_node : cells) std::reverse(of_node.begin(), of_node.end());
  if (absl::Status read = AddSeriesEnds(tx, views, plan, needed, &cells); !read.ok()) return read;
  for (std::vector<Cell>& of_node : cells) {
    if (!std::is_sorted(of_node.begin(), of_node.end(), BySeriesAndPeriod)) {
      std::sort(of_node.begin(), of_node.end(), BySeriesAndPeriod);
    }
  }
  return cells;
}

SelectionValue QueryEvaluator::ValueOf(const QueryRoot& root, Period asked) {
  const QueryNode& node = plan_.nodes[static_cast<size_t>(root.node)];
  const Definition& definition = *node.definition;
  SelectionValue value;
  if (IsTooShort(asked, definition.frequency)) {
    value.period = asked;
    value.own = Without(NoValueReason::kTooShort);
    return value;
  }
  value.period = EvaluationPeriod(
      definition.frequency, asked, definition.rule.reporting_delay_days, plan_.date,
      [&](Period candidate) { return Reach(root, candidate).value.has_value(); });
  if (HasNotBegun(asked, plan_.date)) {
    value.own = Without(NoValueReason::kNotBegun);
    value.own.provisional = true;
    if (node.is_base()) {
      value.own.all = SubPeriodRange(value.period, definition.frequency).size();
    }
    if (HasYearToDate(node, asked)) {
      value.year_to_date = value.own;
      value.year_to_date->all = YearToDateRange(value.period, definition.frequency).size();
    }
    return value;
  }
  value.own = Reach(root, value.period);
  value.reported = std::any_of(root.grouped.begin(), root.grouped.end(), [&](int index) {
    return index == root.node ? value.own.reported
                              : known_.at(Key{index, value.period, false}).reported;
  });
  if (HasYearToDate(node, asked)) {
    value.year_to_date = Base(root.node, YearToDateRange(value.period, definition.frequency));
  }
  return value;
}

PeriodValue QueryEvaluator::Reach(const QueryRoot& root, Period period) {
  // What no formula reads is not looked for again.
  if (root.reach.size() == 1) {
    return Evaluate(plan_.nodes[static_cast<size_t>(root.node)], period);
  }
  for (const int index : root.reach) {
    const Key key{index, period, false};
    if (known_.contains(key)) continue;
    known_.emplace(key, Evaluate(plan_.nodes[static_cast<size_t>(index)], period));
  }
  return known_.at(Key{root.node, period, false});
}

PeriodValue QueryEvaluator::Evaluate(const QueryNode& node, Period period) {
  if (!node.readable) return Without(NoValueReason::kNotReadable);
  if (node.is_base()) {
    // Definitions whose periods are longer than the formula's are refused.
    if (node.definition->frequency > period.frequency()) return Without(NoValueReason::kNoData);
    return Base(static_cast<int>(&node - plan_.nodes.data()),
                SubPeriodRange(period, node.definition->frequency));
  }
  std::vector<PeriodValue> values;
  values.reserve(node.operands.size());
  for (const int operand : node.operands) values.push_back(known_.at(Key{operand, period, false}));
  AlignValues(node, period, &values);
  return EvaluateFormula(*node.definition->formula, values);
}

PeriodValue QueryEvaluator::Base(int index, const PeriodRange& range) {
  const QueryNode& node = plan_.nodes[static_cast<size_t>(index)];
  const std::vector<Cell>& cells = cells_[static_cast<size_t>(index)];
  if (cells.size() <= kFewCells) return Aggregate(node.rule, range, plan_.date, cells);
  scratch_.clear();
  AddCells(index, range, &scratch_);
  return Aggregate(node.rule, range, plan_.date, scratch_);
}

void QueryEvaluator::AddCells(int index, const PeriodRange& range, std::vector<Cell>* into) {
  const std::vector<Cell>& cells = cells_[static_cast<size_t>(index)];
  const auto [found, fresh] = runs_.try_emplace(index);
  std::vector<Run>& runs = found->second;
  for (size_t i = 0; fresh && i < cells.size();) {
    Run run{i, i, SIZE_MAX};
    for (; i < cells.size() && cells[i].series == cells[run.begin].series; ++i) {
      if (cells[i].kind == CellKind::kEnded) run.ended = i;
    }
    run.end = i;
    run.ended = std::min(run.ended, run.end);
    runs.push_back(run);
  }
  const int32_t first = FirstPeriodRead(range);
  for (const Run& run : runs) {
    const auto end = cells.begin() + static_cast<std::ptrdiff_t>(run.end);
    auto cell =
        std::lower_bound(cells.begin() + static_cast<std::ptrdiff_t>(run.begin), end, first,
                         [](const Cell& one, int32_t period) { return one.period < period; });
    // An end counts however long ago it was declared for.
    if (cells.begin() + static_cast<std::ptrdiff_t>(run.ended) < cell) {
      into->push_back(cells[run.ended]);
    }
    for (; cell != end && cell->period <= range.last; ++cell) into->push_back(*cell);
  }
}

void QueryEvaluator::AlignValues(const QueryNode& formula, Period period,
                                 std::vector<PeriodValue>* values) {
  for (const std::vector<int>& places : formula.aligned) {
    const auto node_at = [&](int place) { return formula.operands[static_cast<size_t>(place)]; };
    const Frequency frequency =
        plan_.nodes[static_cast<size_t>(node_at(places.front()))].definition->frequency;
    if (frequency > period.frequency()) continue;
    const PeriodRange range = SubPeriodRange(period, frequency);
    std::vector<std::vector<Cell>> cells;
    for (const int place : places) cells.push_back(CommonCells(node_at(place), range));
    std::vector<absl::Span<Cell>> spans(cells.begin(), cells.end());
    RestrictToCommonCells(spans);
    for (size_t i = 0; i < places.size(); ++i) {
      const QueryNode& node = plan_.nodes[static_cast<size_t>(node_at(places[i]))];
      (*values)[static_cast<size_t>(places[i])] = Aggregate(node.rule, range, plan_.date, cells[i]);
    }
  }
}

std::vector<Cell> QueryEvaluator::CommonCells(int index, const PeriodRange& range) {
  const QueryNode& node = plan_.nodes[static_cast<size_t>(index)];
  std::vector<Cell> common;
  AddCells(index, range, &common);
  size_t series = 0;        // both are by number
  size_t named = SIZE_MAX;  // the series that `shared` is of
  int32_t shared = 0;
  for (Cell& cell : common) {
    while (node.series[series].number < cell.series) ++series;
    if (named != series) {
      named = series;
      shared = common_series_
                   .try_emplace(CodesByDimension(*node.definition, node.series[series].codes),
                                static_cast<int32_t>(common_series_.size()))
                   .first->second;
    }
    cell.series = shared;
  }
  return common;
}

}  // namespace athena::indicator
