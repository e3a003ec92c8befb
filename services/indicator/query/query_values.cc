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
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "libs/versioned/store.h"
#include "services/indicator/store/observation_store.h"
#include "services/indicator/store/series_end_store.h"

namespace athena::indicator {
namespace {

// From this many nodes on, one pass over all series reads less than a pass for each range of
// quarters, though it covers more quarters than some of the nodes need.
constexpr size_t kManyNodes = 512;
// Up to this many cells of a node are aggregated in place: skipping the ones outside the range is
// faster than copying those inside.
constexpr size_t kFewCells = 256;
// Reserved for the cells of a node. Most have a year and a quarter of months.
constexpr size_t kReservedCells = 16;

// Nodes of an institution whose cells are read by one query of the database.
struct Pass {
  int view = 0;
  int32_t first_quarter = 0;
  int32_t last_quarter = 0;
  std::vector<int> nodes;
};

std::vector<Pass> Passes(const QueryGraph& graph, const std::vector<bool>& needed) {
  size_t count = 0;
  for (const bool need : needed) count += need ? 1 : 0;
  // By quarters; with many nodes only semestrial and annual ones, which look back for years, are
  // read apart.
  std::map<std::tuple<int, int32_t, int32_t>, Pass> passes;
  for (size_t i = 0; i < graph.nodes.size(); ++i) {
    if (!needed[i]) continue;
    const QueryNode& node = graph.nodes[i];
    const bool coarse = node.definition->frequency > Frequency::kQuarter;
    const auto key = count > kManyNodes
                         ? std::make_tuple(node.view, coarse ? 1 : 0, 0)
                         : std::make_tuple(node.view, node.first_quarter, node.last_quarter);
    const auto [found, inserted] =
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

absl::Status ReadPass(sql::ReadTx& tx, const InstitutionView& view, const QueryGraph& graph,
                      const Pass& pass, QueryCells* cells) {
  // (series, node): a series may belong to several nodes, an indicator and slices of it.
  std::vector<std::pair<int32_t, int>> owners;
  for (const int node : pass.nodes) {
    for (const SliceSeries& series : graph.nodes[static_cast<size_t>(node)].series) {
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
  // Cells come by quarter, then series, both descending. Within a quarter the owners of a cell's
  // series are therefore found by moving `end` down from the last one.
  size_t end = 0;
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
      if (stored.quarter >= graph.nodes[node].first_quarter &&
          stored.quarter <= graph.nodes[node].last_quarter) {
        std::vector<Cell>& of_node = (*cells)[node];
        if (of_node.empty()) of_node.reserve(kReservedCells);
        of_node.push_back(cell);
      }
    }
    return absl::OkStatus();
  });
}

absl::Status AddSeriesEnds(sql::ReadTx& tx, absl::Span<const InstitutionView> views,
                           const QueryGraph& graph, const std::vector<bool>& needed,
                           QueryCells* cells) {
  for (size_t view = 0; view < views.size(); ++view) {
    const versioned::Snapshot at(tx, views[view].id, views[view].revision, {});
    ATHENA_ASSIGN_OR_RETURN(const auto ends, ReadSeriesEnds(at));
    if (ends.empty()) continue;
    for (size_t i = 0; i < graph.nodes.size(); ++i) {
      const QueryNode& node = graph.nodes[i];
      if (!needed[i] || static_cast<size_t>(node.view) != view) continue;
      const auto declared = ends.find(node.indicator);
      if (declared == ends.end()) continue;
      for (const SliceSeries& series : node.series) {
        const auto end = declared->second.find(series.codes);
        if (end == declared->second.end()) continue;
        (*cells)[i].push_back({Decimal(), series.number, end->second, CellKind::kEnded});
      }
    }
  }
  return absl::OkStatus();
}

// A series' codes in the order of their dimensions' ids: the same in every indicator that has these
// dimensions, in whatever order.
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
                                          const QueryGraph& graph, absl::Span<const size_t> roots) {
  std::vector<bool> needed(graph.nodes.size(), false);
  for (const size_t root : roots) {
    for (const int index : graph.roots[root].dependencies) {
      const QueryNode& node = graph.nodes[static_cast<size_t>(index)];
      needed[static_cast<size_t>(index)] =
          node.is_base() && node.first_quarter <= node.last_quarter;
    }
  }
  QueryCells cells(graph.nodes.size());
  for (const Pass& pass : Passes(graph, needed)) {
    const InstitutionView& view = views[static_cast<size_t>(pass.view)];
    ATHENA_RETURN_IF_ERROR(ReadPass(tx, view, graph, pass, &cells));
  }
  for (std::vector<Cell>& of_node : cells) std::reverse(of_node.begin(), of_node.end());
  ATHENA_RETURN_IF_ERROR(AddSeriesEnds(tx, views, graph, needed, &cells));
  for (std::vector<Cell>& of_node : cells) {
    if (!std::is_sorted(of_node.begin(), of_node.end(), BySeriesAndPeriod)) {
      std::sort(of_node.begin(), of_node.end(), BySeriesAndPeriod);
    }
  }
  return cells;
}

SelectionValue QueryEvaluator::ValueOf(const QueryRoot& root, Period asked) {
  const QueryNode& node = graph_.nodes[static_cast<size_t>(root.node)];
  const Definition& definition = *node.definition;
  SelectionValue value;
  if (IsTooShort(asked, definition.frequency)) {
    value.period = asked;
    value.own = Without(NoValueReason::kTooShort);
    return value;
  }
  value.period = EvaluationPeriod(
      definition.frequency, asked, definition.rule.reporting_delay_days, graph_.date,
      [&](Period candidate) { return Evaluate(root, candidate).value.has_value(); });
  if (HasNotBegun(asked, graph_.date)) {
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
  value.own = Evaluate(root, value.period);
  value.reported = std::any_of(root.group_nodes.begin(), root.group_nodes.end(), [&](int index) {
    return index == root.node ? value.own.reported
                              : computed_.at(Key{index, value.period}).reported;
  });
  if (HasYearToDate(node, asked)) {
    value.year_to_date =
        AggregateCells(root.node, YearToDateRange(value.period, definition.frequency));
  }
  return value;
}

PeriodValue QueryEvaluator::Evaluate(const QueryRoot& root, Period period) {
  // A node without operands is seldom one itself: its value is not kept.
  if (root.dependencies.size() == 1) {
    return EvaluateNode(graph_.nodes[static_cast<size_t>(root.node)], period);
  }
  for (const int index : root.dependencies) {
    const Key key{index, period};
    if (computed_.contains(key)) continue;
    computed_.emplace(key, EvaluateNode(graph_.nodes[static_cast<size_t>(index)], period));
  }
  return computed_.at(Key{root.node, period});
}

PeriodValue QueryEvaluator::EvaluateNode(const QueryNode& node, Period period) {
  if (!node.readable) return Without(NoValueReason::kNotReadable);
  if (node.is_base()) {
    // Only as an operand of a formula with shorter periods, which validation refuses.
    if (node.definition->frequency > period.frequency()) return Without(NoValueReason::kNoData);
    return AggregateCells(static_cast<int>(&node - graph_.nodes.data()),
                          SubPeriodRange(period, node.definition->frequency));
  }
  std::vector<PeriodValue> values;
  values.reserve(node.operands.size());
  for (const int operand : node.operands) values.push_back(computed_.at(Key{operand, period}));
  AlignOperands(node, period, &values);
  return EvaluateFormula(*node.definition->formula, values);
}

PeriodValue QueryEvaluator::AggregateCells(int index, const PeriodRange& range) {
  const QueryNode& node = graph_.nodes[static_cast<size_t>(index)];
  const std::vector<Cell>& cells = cells_[static_cast<size_t>(index)];
  if (cells.size() <= kFewCells) return Aggregate(node.rule, range, graph_.date, cells);
  scratch_.clear();
  AddCells(index, range, &scratch_);
  return Aggregate(node.rule, range, graph_.date, scratch_);
}

void QueryEvaluator::AddCells(int index, const PeriodRange& range, std::vector<Cell>* into) {
  const std::vector<Cell>& cells = cells_[static_cast<size_t>(index)];
  const auto [found, inserted] = runs_.try_emplace(index);
  std::vector<Run>& runs = found->second;
  for (size_t i = 0; inserted && i < cells.size();) {
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
    // The end of a series counts however long ago it was.
    if (cells.begin() + static_cast<std::ptrdiff_t>(run.ended) < cell) {
      into->push_back(cells[run.ended]);
    }
    for (; cell != end && cell->period <= range.last; ++cell) into->push_back(*cell);
  }
}

void QueryEvaluator::AlignOperands(const QueryNode& formula, Period period,
                                   std::vector<PeriodValue>* values) {
  for (const std::vector<int>& places : formula.aligned) {
    const auto node_at = [&](int place) { return formula.operands[static_cast<size_t>(place)]; };
    const Frequency frequency =
        graph_.nodes[static_cast<size_t>(node_at(places.front()))].definition->frequency;
    if (frequency > period.frequency()) continue;
    const PeriodRange range = SubPeriodRange(period, frequency);
    std::vector<std::vector<Cell>> cells;
    for (const int place : places) cells.push_back(AlignableCells(node_at(place), range));
    std::vector<absl::Span<Cell>> spans(cells.begin(), cells.end());
    RestrictToCommonCells(spans);
    for (size_t i = 0; i < places.size(); ++i) {
      const QueryNode& node = graph_.nodes[static_cast<size_t>(node_at(places[i]))];
      (*values)[static_cast<size_t>(places[i])] =
          Aggregate(node.rule, range, graph_.date, cells[i]);
    }
  }
}

std::vector<Cell> QueryEvaluator::AlignableCells(int index, const PeriodRange& range) {
  const QueryNode& node = graph_.nodes[static_cast<size_t>(index)];
  std::vector<Cell> common;
  AddCells(index, range, &common);
  size_t series = 0;        // cells and series are sorted by number
  size_t named = SIZE_MAX;  // the series whose number is `shared`
  int32_t shared = 0;
  for (Cell& cell : common) {
    while (node.series[series].number < cell.series) ++series;
    if (named != series) {
      named = series;
      shared = aligned_series_
                   .try_emplace(CodesByDimension(*node.definition, node.series[series].codes),
                                static_cast<int32_t>(aligned_series_.size()))
                   .first->second;
    }
    cell.series = shared;
  }
  return common;
}

}  // namespace athena::indicator
