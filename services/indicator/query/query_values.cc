#include "services/indicator/query/query_values.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "libs/decimal/decimal.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "libs/versioned/store.h"
#include "services/indicator/rules/formula_value.h"
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
    const Definition& definition =
        *graph.nodes[static_cast<size_t>(owners[end - 1].second)].definition;
    const std::optional<CellKind> kind = KindOfStatus(stored.status, definition.frequency);
    if (!kind.has_value()) return status::Internal("a stored status is none");
    Cell cell;
    cell.series = stored.series;
    cell.period = stored.period;
    cell.kind = *kind;
    if (*kind == CellKind::kPresent) {
      const std::optional<LongDecimal> value = LongDecimal::FromDouble(stored.value);
      if (!value.has_value()) return status::Internal("a stored value is no number");
      cell.value = *value;
    }
    for (size_t owner = end; owner > 0 && owners[owner - 1].first == stored.series; --owner) {
      const auto node = static_cast<size_t>(owners[owner - 1].second);
      if (stored.quarter >= graph.nodes[node].first_quarter &&
          stored.quarter <= graph.nodes[node].last_quarter) {
        std::vector<Cell>& of_node = cells->of_node[node];
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
        cells->of_node[i].push_back({LongDecimal(), series.number, end->second, CellKind::kEnded});
      }
    }
  }
  return absl::OkStatus();
}

// Stands for an observation that was not read because it is long past.
constexpr int32_t kLongAgo = INT32_MIN / 2;

// Where a node has series that ended, adds a cell for each other series that began before the
// quarters that were read and is silent there, and for each one that ended before them.
absl::Status AddSilentSeries(sql::ReadTx& tx, absl::Span<const InstitutionView> views,
                             const QueryGraph& graph, size_t index, QueryCells* cells) {
  const QueryNode& node = graph.nodes[index];
  std::vector<Cell>& of_node = cells->of_node[index];
  absl::flat_hash_set<int32_t> ended;
  absl::flat_hash_set<int32_t> seen;
  for (const Cell& cell : of_node) {
    if (cell.kind == CellKind::kEnded) ended.insert(cell.series);
    if (IsObservation(cell.kind) &&
        Period::OfIndex(node.frequency, cell.period).QuarterOf().index() == node.first_quarter) {
      seen.insert(cell.series);
    }
  }
  if (ended.empty()) return absl::OkStatus();
  std::vector<int32_t> unseen;
  for (const SliceSeries& series : node.series) {
    if (!seen.contains(series.number)) unseen.push_back(series.number);
  }
  const InstitutionView& view = views[static_cast<size_t>(node.view)];
  const std::optional<int32_t> first = view.index->FirstQuarter(node.indicator);
  if (unseen.empty() || !first.has_value()) return absl::OkStatus();
  CellRange range;
  range.institution = view.id;
  range.series = unseen;
  range.first_quarter = *first;
  range.last_quarter = node.first_quarter - 1;
  range.revision = view.revision;
  absl::flat_hash_set<int32_t> earlier;
  ATHENA_RETURN_IF_ERROR(ReadCells(tx, range, [&](const StoredCell& stored) {
    const std::optional<CellKind> kind = KindOfStatus(stored.status, node.frequency);
    if (kind.has_value() && IsObservation(*kind)) earlier.insert(stored.series);
    return absl::OkStatus();
  }));
  for (const int32_t series : unseen) {
    if (!earlier.contains(series)) continue;
    of_node.push_back({LongDecimal(), series, kLongAgo, CellKind::kDeclaredMissing});
  }
  return absl::OkStatus();
}

// Finds the first observed period of the indicators of nodes that are expected from it on.
absl::Status ReadFirstObserved(sql::ReadTx& tx, absl::Span<const InstitutionView> views,
                               const QueryGraph& graph, const std::vector<bool>& needed,
                               QueryCells* cells) {
  // By institution and quarter, the nodes whose indicators may have been observed first there.
  std::map<std::pair<int, int32_t>, std::vector<size_t>> waiting;
  for (size_t i = 0; i < graph.nodes.size(); ++i) {
    const QueryNode& node = graph.nodes[i];
    if (!needed[i] || node.start.has_value()) continue;
    const InstitutionIndex& index = *views[static_cast<size_t>(node.view)].index;
    if (const std::optional<int32_t> first = index.FirstQuarter(node.indicator)) {
      waiting[{node.view, *first}].push_back(i);
    }
  }
  while (!waiting.empty()) {
    const auto [key, nodes] = *waiting.begin();
    waiting.erase(waiting.begin());
    const auto [view_index, quarter] = key;
    std::vector<std::pair<int32_t, size_t>> owners;  // series, node
    for (const size_t node : nodes) {
      for (const int32_t series : graph.nodes[node].all_series) owners.emplace_back(series, node);
    }
    std::sort(owners.begin(), owners.end());
    std::vector<int32_t> numbers;
    for (const auto& [number, node] : owners) {
      if (numbers.empty() || numbers.back() != number) numbers.push_back(number);
    }
    const InstitutionView& view = views[static_cast<size_t>(view_index)];
    CellRange range;
    range.institution = view.id;
    range.series = numbers;
    range.first_quarter = quarter;
    range.last_quarter = quarter;
    range.revision = view.revision;
    ATHENA_RETURN_IF_ERROR(ReadCells(tx, range, [&](const StoredCell& stored) {
      auto owner =
          std::lower_bound(owners.begin(), owners.end(), std::make_pair(stored.series, size_t{0}));
      for (; owner != owners.end() && owner->first == stored.series; ++owner) {
        const Frequency frequency = graph.nodes[owner->second].definition->frequency;
        const std::optional<CellKind> kind = KindOfStatus(stored.status, frequency);
        if (!kind.has_value() || !IsObservation(*kind)) continue;
        std::optional<int32_t>& first = cells->observed[owner->second];
        first = std::min(first.value_or(stored.period), stored.period);
      }
      return absl::OkStatus();
    }));
    for (const size_t node : nodes) {
      if (cells->observed[node].has_value() || quarter >= graph.nodes[node].last_quarter) continue;
      waiting[{view_index, quarter + 1}].push_back(node);
    }
  }
  return absl::OkStatus();
}

// A series' codes of the dimensions that its slice leaves open, in the order of the dimensions'
// ids: the same in every indicator that has these dimensions, in whatever order.
std::string OpenCodes(const QueryNode& node, const SliceSeries& series) {
  const std::vector<Dimension>& dimensions = node.definition->dimensions;
  if (node.slice.empty() && dimensions.size() < 2) return series.codes;
  const std::vector<std::string> parts = absl::StrSplit(std::string(series.codes), ',');
  std::map<std::string, std::string> open;
  for (size_t i = 0; i < parts.size() && i < dimensions.size(); ++i) {
    open[dimensions[i].id] = parts[i];
  }
  for (const auto& [dimension, code] : node.slice) open.erase(dimension);
  return absl::StrJoin(open, ",",
                       [](std::string* out, const auto& part) { out->append(part.second); });
}

// Reads what restricted readers see of the indicators of nodes.
absl::Status ReadAllReleases(sql::ReadTx& tx, absl::Span<const InstitutionView> views,
                             const QueryGraph& graph, const std::vector<bool>& needed,
                             QueryCells* cells) {
  cells->releases.resize(graph.persons.size());
  for (size_t i = 0; i < graph.persons.size(); ++i) {
    const QueryPersons& persons = graph.persons[i];
    const InstitutionView& view = views[static_cast<size_t>(persons.view)];
    ReleaseQuestion question;
    question.institution = view.id;
    question.series = persons.series;
    question.frequency = persons.frequency;
    question.threshold = persons.threshold;
    question.first_quarter = INT32_MAX;
    question.last_quarter = INT32_MIN;
    question.revision = view.revision;
    question.head = view.head;
    for (size_t n = 0; n < graph.nodes.size(); ++n) {
      const QueryNode& node = graph.nodes[n];
      if (!needed[n] || node.persons != static_cast<int>(i)) continue;
      question.first_quarter = std::min(question.first_quarter, node.first_quarter);
      question.last_quarter = std::max(question.last_quarter, node.last_quarter);
    }
    if (question.first_quarter > question.last_quarter) continue;
    ATHENA_ASSIGN_OR_RETURN(cells->releases[i], ReadReleases(tx, question));
  }
  return absl::OkStatus();
}

// Two values are the same when they differ by roundings of the twelfth decimal.
bool IsSame(Decimal a, Decimal b) {
  constexpr int64_t kMostUnits = 1000;
  const Int128 apart = a.units() - b.units();
  return apart <= kMostUnits && -apart <= kMostUnits;
}

constexpr int32_t kNoStart = INT32_MAX;

int32_t DayNumberOf(absl::CivilDay day) {
  return static_cast<int32_t>(day - absl::CivilDay(1970, 1, 1));
}

Reading Without(NoValueReason reason) {
  Reading reading;
  reading.reason = reason;
  return reading;
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
  QueryCells cells;
  cells.of_node.resize(graph.nodes.size());
  cells.observed.resize(graph.nodes.size());
  for (const Pass& pass : Passes(graph, needed)) {
    const InstitutionView& view = views[static_cast<size_t>(pass.view)];
    ATHENA_RETURN_IF_ERROR(ReadPass(tx, view, graph, pass, &cells));
  }
  for (std::vector<Cell>& of_node : cells.of_node) std::reverse(of_node.begin(), of_node.end());
  ATHENA_RETURN_IF_ERROR(AddSeriesEnds(tx, views, graph, needed, &cells));
  for (size_t i = 0; i < graph.nodes.size(); ++i) {
    std::vector<Cell>& of_node = cells.of_node[i];
    if (of_node.empty()) continue;
    // Ends were added last.
    if (of_node.back().kind == CellKind::kEnded) {
      ATHENA_RETURN_IF_ERROR(AddSilentSeries(tx, views, graph, i, &cells));
    }
    if (!std::is_sorted(of_node.begin(), of_node.end(), BySeriesAndPeriod)) {
      std::sort(of_node.begin(), of_node.end(), BySeriesAndPeriod);
    }
  }
  ATHENA_RETURN_IF_ERROR(ReadFirstObserved(tx, views, graph, needed, &cells));
  ATHENA_RETURN_IF_ERROR(ReadAllReleases(tx, views, graph, needed, &cells));
  return cells;
}

// The operands of a formula that is evaluated.
class NodeOperands : public OperandReader {
 public:
  NodeOperands(QueryEvaluator& evaluator, const QueryEvaluator::Key& key)
      : evaluator_(evaluator),
        node_(evaluator.graph_.nodes[static_cast<size_t>(key.node)]),
        key_(key) {}

  const Reading& Own(int operand) override { return Read(operand, key_.allowed); }
  const Reading& Over(int operand, const SubPeriodSet& judged) override {
    return Read(operand, evaluator_.Intern(judged));
  }
  AlignedOperand Align(int operand) override {
    return evaluator_.Align(NodeOf(operand), {key_.first, key_.last}, key_.start);
  }

 private:
  int NodeOf(int operand) const { return node_.operands[static_cast<size_t>(operand)]; }
  const Reading& Read(int operand, int allowed) {
    return evaluator_.Read(
        evaluator_.KeyOf(NodeOf(operand), {key_.first, key_.last}, allowed, key_.start));
  }

  QueryEvaluator& evaluator_;
  const QueryNode& node_;
  const QueryEvaluator::Key key_;
};

SelectionValue QueryEvaluator::ValueOf(const QueryRoot& root, Period asked) {
  const QueryNode& node = graph_.nodes[static_cast<size_t>(root.node)];
  SelectionValue value;
  value.period = asked;
  if (IsTooShort(asked, node.definition->frequency)) {
    value.own.reason = NoValueReason::kTooShort;
    return value;
  }
  value.period = EvaluationPeriod(node.definition->frequency, asked, node.reporting_delay_days,
                                  graph_.date, [&](Period candidate) {
                                    return Evaluate(root, {candidate, candidate}).value.has_value();
                                  });
  if (HasNotBegun(value.period, graph_.date)) {
    value.own.reason = NoValueReason::kNotBegun;
    value.own.provisional = true;
    value.own.all = SubPeriodRange(value.period, node.frequency).size();
    if (HasYearToDate(node, asked)) SetYearToDate(root, asked, &value);
    return value;
  }
  if (root.withheld) {
    value.own.reason = NoValueReason::kWithheld;
    return value;
  }
  const Reading own = Evaluate(root, {value.period, value.period});
  value.own = Answered(own, node.is_flow() ? Scaling::kWhole : Scaling::kNone);
  value.reported = std::any_of(root.group_nodes.begin(), root.group_nodes.end(), [&](int index) {
    return index == root.node
               ? own.reported
               : Read(KeyOf(index, {value.period, value.period}, -1, kNoStart)).reported;
  });
  if (HasYearToDate(node, asked)) SetYearToDate(root, asked, &value);
  // What a restricted reader sees are closed quarters, of which there is no more so far.
  if (node.is_base() && !node.restricted) SetSoFar(root, asked, own, &value);
  return value;
}

QueryEvaluator::Span QueryEvaluator::QuartersToDate(const TargetVersion* version,
                                                    Period last) const {
  const Period from =
      Period::Containing(Frequency::kYear, last.FirstDay()).FirstSubPeriod(Frequency::kQuarter);
  if (version != nullptr) {
    for (Period quarter = from; quarter <= last; quarter = quarter.Plus(1)) {
      if (ThresholdsAt(version->trajectory, quarter).has_value()) return {quarter, last};
    }
  }
  return {from, last};
}

void QueryEvaluator::SetYearToDate(const QueryRoot& root, Period asked, SelectionValue* value) {
  const auto to_date = [&](Span span, Scaling scaling) {
    return ValueToDate{span.first, span.last, Answered(Evaluate(root, span), scaling)};
  };
  if (asked.frequency() < Frequency::kQuarter) {
    const Period from =
        Period::Containing(Frequency::kYear, asked.FirstDay()).FirstSubPeriod(asked.frequency());
    value->year_to_date = to_date({from, asked}, Scaling::kNone);
    return;
  }
  const Period last = Period::Containing(Frequency::kQuarter, value->period.LastDay());
  const auto holds = [&](const TargetVersion* version) {
    return version != nullptr && ThresholdsAt(version->trajectory, value->period).has_value();
  };
  const TargetVersion* shown = root.current.get();
  const TargetVersion* held = shown;
  if (!holds(shown)) {
    held = root.LastHeld(value->period);
    shown = holds(root.original.get()) ? root.original.get() : held;
  }
  const Span span = QuartersToDate(shown, last);
  value->year_to_date = to_date(span, Scaling::kQuarters);
  const Span held_span = QuartersToDate(held, last);
  if (held_span.first == span.first) return;
  value->year_to_date_held = to_date(held_span, Scaling::kQuarters);
}

void QueryEvaluator::SetSoFar(const QueryRoot& root, Period asked, const Reading& own,
                              SelectionValue* value) {
  const QueryNode& node = graph_.nodes[static_cast<size_t>(root.node)];
  Period period = value->period;
  absl::Span<const Use> uses = own.uses;
  if (asked.frequency() == Frequency::kQuarter &&
      node.definition->frequency > Frequency::kQuarter) {
    period = Period::Containing(node.definition->frequency, std::min(asked.LastDay(), graph_.date));
    if (period.LastDay() < graph_.date) return;
    uses = {};
  }
  const PeriodRange range = SubPeriodRange(period, node.frequency);
  const std::optional<Decimal> so_far =
      ValueSoFar(RuleOf(root.node, kNoStart), range, uses, CellsIn(root.node, range));
  if (so_far.has_value()) value->so_far.emplace(period, *so_far);
}

QueryEvaluator::Key QueryEvaluator::KeyOf(int index, Span span, int allowed, int32_t start) const {
  const QueryNode& node = graph_.nodes[static_cast<size_t>(index)];
  if (node.start.has_value()) start = node.is_base() ? kNoStart : DayNumberOf(*node.start);
  return {index, span.first, span.last, allowed, start};
}

int QueryEvaluator::Intern(const SubPeriodSet& set) {
  const auto found = std::find(allowed_.begin(), allowed_.end(), set);
  if (found != allowed_.end()) return static_cast<int>(found - allowed_.begin());
  allowed_.push_back(set);
  return static_cast<int>(allowed_.size()) - 1;
}

Reading QueryEvaluator::Evaluate(const QueryRoot& root, Span span) {
  const Key key = KeyOf(root.node, span, -1, kNoStart);
  // A node without operands is seldom one itself: its value is not kept.
  if (root.dependencies.size() == 1) return ReadNode(key);
  struct Visit {
    Key key;
    size_t next = 0;
  };
  std::vector<Visit> path = {{key}};
  while (!path.empty()) {
    Visit& visit = path.back();
    const std::vector<int>& operands = graph_.nodes[static_cast<size_t>(visit.key.node)].operands;
    if (visit.next == operands.size() || computed_.contains(visit.key)) {
      Read(visit.key);
      path.pop_back();
      continue;
    }
    const Key operand = KeyOf(operands[visit.next++], span, -1, visit.key.start);
    path.push_back({operand});
  }
  return Read(key);
}

const Reading& QueryEvaluator::Read(const Key& key) {
  const auto found = computed_.find(key);
  if (found != computed_.end()) return *found->second;
  auto reading = std::make_unique<const Reading>(ReadNode(key));
  return *computed_.emplace(key, std::move(reading)).first->second;
}

Reading QueryEvaluator::ReadNode(const Key& key) {
  const QueryNode& node = graph_.nodes[static_cast<size_t>(key.node)];
  if (!node.readable) return Without(NoValueReason::kNotReadable);
  // Only as an operand of a formula with shorter periods, which validation refuses.
  if (node.frequency > key.first.frequency()) return Without(NoValueReason::kNoData);
  return node.is_base() ? ReadBase(key) : ReadFormula(key);
}

AggregationRule QueryEvaluator::RuleOf(int index, int32_t start) const {
  const QueryNode& node = graph_.nodes[static_cast<size_t>(index)];
  AggregationRule rule = node.rule;
  if (node.start.has_value()) return rule;
  rule.expected_from = cells_.observed[static_cast<size_t>(index)];
  if (start != kNoStart) {
    const int32_t inherited = FirstReached(absl::CivilDay(1970, 1, 1) + start, node.frequency);
    rule.expected_from = std::min(rule.expected_from.value_or(inherited), inherited);
  }
  return rule;
}

Reading QueryEvaluator::ReadBase(const Key& key) {
  const PeriodRange range =
      SubPeriodRange(key.first, key.last, graph_.nodes[static_cast<size_t>(key.node)].frequency);
  Reading whole = Aggregate(RuleOf(key.node, key.start), range, graph_.date,
                            CellsIn(key.node, range), Allowed(key.allowed));
  const bool restricted = graph_.nodes[static_cast<size_t>(key.node)].restricted;
  return restricted ? Disclosed(key, range, whole) : whole;
}

Reading QueryEvaluator::Disclosed(const Key& key, const PeriodRange& range, const Reading& whole) {
  const QueryNode& node = graph_.nodes[static_cast<size_t>(key.node)];
  if (node.persons < 0) return Without(NoValueReason::kWithheld);
  const Releases& releases = cells_.releases[static_cast<size_t>(node.persons)];
  const Release needed = node.slice.empty() ? Release::kTotal : Release::kBreakdown;
  for (int32_t period = range.first; period <= range.last; ++period) {
    if (releases.Of(period) < needed) return Without(NoValueReason::kWithheld);
  }
  if (whole.reason == NoValueReason::kNoData) return Without(NoValueReason::kNoData);
  const Coverage coverage = whole.LeastCoverage();
  if (!whole.value.has_value() || coverage.present < coverage.expected) {
    return Without(NoValueReason::kWithheld);
  }
  // The value of the released counts, as if they were the observations of one series.
  std::map<int32_t, DecimalSum> sums;
  for (const Cell& cell : CellsIn(key.node, range)) {
    if (cell.kind != CellKind::kPresent || cell.period < range.first || cell.period > range.last) {
      continue;
    }
    sums[cell.period].Add(cell.value);
  }
  std::vector<Cell> counts;
  for (const auto& [period, sum] : sums) {
    const std::optional<Decimal> count = sum.Total();
    if (!count.has_value()) return Without(NoValueReason::kWithheld);
    counts.push_back({LongDecimal(*count), 0, period, CellKind::kPresent});
  }
  AggregationRule rule;
  rule.time = node.rule.time;
  rule.missing = MissingPolicy::kPartial;
  rule.min_coverage = Decimal();
  rule.reporting_delay_days = node.rule.reporting_delay_days;
  Reading shown = Aggregate(rule, range, graph_.date, counts, Allowed(key.allowed));
  if (!shown.value.has_value() || !IsSame(*shown.value, *whole.value) || shown.uses != whole.uses) {
    return Without(NoValueReason::kWithheld);
  }
  shown.missing = whole.missing;
  return shown;
}

Reading QueryEvaluator::ReadFormula(const Key& key) {
  const QueryNode& node = graph_.nodes[static_cast<size_t>(key.node)];
  if (node.restricted) return Without(NoValueReason::kWithheld);
  FormulaRule rule;
  rule.formula = &*node.definition->formula;
  rule.flow = node.is_flow();
  rule.missing = node.definition->rule.missing;
  rule.min_coverage = node.definition->rule.min_coverage;
  rule.aligned = node.aligned;
  rule.operands.reserve(node.operands.size());
  for (const int operand : node.operands) {
    const QueryNode& of = graph_.nodes[static_cast<size_t>(operand)];
    rule.operands.push_back({of.frequency, of.is_flow()});
  }
  NodeOperands operands(*this, key);
  const auto evaluate = [&] {
    return EvaluateFormula(
        rule, SubPeriodRange(key.first, key.last, node.frequency), Allowed(key.allowed),
        IsDue(key.last, node.reporting_delay_days, graph_.date), graph_.date, operands);
  };
  const auto is_restricted = [&](const std::vector<int>& group) {
    return std::any_of(group.begin(), group.end(), [&](int place) {
      const int operand = node.operands[static_cast<size_t>(place)];
      return graph_.nodes[static_cast<size_t>(operand)].restricted;
    });
  };
  if (std::none_of(node.aligned.begin(), node.aligned.end(), is_restricted)) return evaluate();
  // Common cells are cells: a restricted reader sees what released counts give without them, and
  // only where that is the same.
  std::vector<std::vector<int>> open;
  std::copy_if(node.aligned.begin(), node.aligned.end(), std::back_inserter(open),
               [&](const std::vector<int>& group) { return !is_restricted(group); });
  rule.aligned = open;
  Reading shown = evaluate();
  if (!shown.value.has_value()) return shown;
  rule.aligned = node.aligned;
  const Reading whole = evaluate();
  const bool same = whole.value.has_value() && IsSame(*shown.value, *whole.value);
  return same ? shown : Without(NoValueReason::kWithheld);
}

absl::Span<const Cell> QueryEvaluator::CellsIn(int index, const PeriodRange& range) {
  const std::vector<Cell>& cells = cells_.of_node[static_cast<size_t>(index)];
  if (cells.size() <= kFewCells) return cells;
  scratch_.clear();
  AddCells(index, range, &scratch_);
  return scratch_;
}

void QueryEvaluator::AddCells(int index, const PeriodRange& range, std::vector<Cell>* into) {
  const std::vector<Cell>& cells = cells_.of_node[static_cast<size_t>(index)];
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
    const auto begin = cells.begin() + static_cast<std::ptrdiff_t>(run.begin);
    const auto end = cells.begin() + static_cast<std::ptrdiff_t>(run.end);
    auto cell = std::lower_bound(
        begin, end, first, [](const Cell& one, int32_t period) { return one.period < period; });
    // That the series began earlier, and its end, count however long ago they were.
    auto before = cell;
    while (before != begin && !IsObservation(std::prev(before)->kind)) --before;
    if (before != begin) into->push_back(*std::prev(before));
    const auto ended = cells.begin() + static_cast<std::ptrdiff_t>(run.ended);
    if (ended < cell) {
      into->push_back(*ended);
      if (before != begin && BySeriesAndPeriod(*ended, *std::prev(before))) {
        std::swap(into->back(), (*into)[into->size() - 2]);
      }
    }
    for (; cell != end && cell->period <= range.last; ++cell) into->push_back(*cell);
  }
}

AlignedOperand QueryEvaluator::Align(int index, Span span, int32_t start) {
  const QueryNode& node = graph_.nodes[static_cast<size_t>(index)];
  const auto number_of = [this](const std::string& codes) {
    return aligned_series_.try_emplace(codes, static_cast<int32_t>(aligned_series_.size()))
        .first->second;
  };
  AlignedOperand aligned;
  rules_.push_back(RuleOf(index, start));
  aligned.rule = &rules_.back();
  AddCells(index, SubPeriodRange(span.first, span.last, node.frequency), &aligned.cells);
  size_t series = 0;        // cells and series are sorted by number
  size_t named = SIZE_MAX;  // the series whose number is `shared`
  int32_t shared = 0;
  for (Cell& cell : aligned.cells) {
    while (node.series[series].number < cell.series) ++series;
    if (named != series) {
      named = series;
      shared = number_of(OpenCodes(node, node.series[series]));
    }
    cell.series = shared;
  }
  if (node.slice.size() == node.definition->dimensions.size()) {
    aligned.only_series = number_of("");
  }
  return aligned;
}

}  // namespace athena::indicator
