#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "libs/fields/fields.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "services/indicator/definitions/operands.h"
#include "services/indicator/model/limits.h"
#include "services/indicator/query/query_graph.h"

namespace athena::indicator {
namespace {

// The same as SliceKey of a message's slice.
std::string SliceText(const Slice& slice) {
  std::string text;
  for (const auto& [dimension, code] : slice) {
    absl::StrAppend(&text, text.empty() ? "" : ",", dimension, "=", code);
  }
  return text;
}

// AggregationRule::expected_combinations of a slice.
int32_t ExpectedCombinations(const Definition& definition, const Slice& slice) {
  if (definition.dimensions.empty()) return 0;
  int64_t combinations = 1;
  for (const Dimension& dimension : definition.dimensions) {
    if (!dimension.every_code_expected) return 0;
    const bool given = std::any_of(slice.begin(), slice.end(), [&dimension](const auto& part) {
      return part.first == dimension.id;
    });
    if (!given) combinations *= static_cast<int64_t>(dimension.codes.size());
  }
  return static_cast<int32_t>(combinations);
}

// `slice` with a code for each of `dimensions`, which it leaves open.
Slice WithCodes(const Slice& slice, const std::vector<std::string>& dimensions,
                const std::vector<std::string>& codes) {
  Slice all = slice;
  for (size_t i = 0; i < dimensions.size(); ++i) all.emplace_back(dimensions[i], codes[i]);
  std::sort(all.begin(), all.end());
  return all;
}

// Whether a BASE node has all of `dimensions`, and its slice leaves them open.
bool CanBeGrouped(const QueryNode& node, const std::vector<std::string>& dimensions) {
  return std::all_of(dimensions.begin(), dimensions.end(), [&node](const std::string& dimension) {
    return node.definition->DimensionAt(dimension).has_value() &&
           std::none_of(node.slice.begin(), node.slice.end(),
                        [&](const auto& part) { return part.first == dimension; });
  });
}

// Sets of codes for given dimensions, in their order.
using Combinations = std::set<std::vector<std::string>>;

// Adds the combinations that series of a BASE node have, or every possible one where all codes are
// expected.
void AddCombinations(const QueryNode& node, const std::vector<std::string>& dimensions,
                     Combinations* combinations) {
  std::vector<size_t> places;
  for (const std::string& dimension : dimensions) {
    places.push_back(*node.definition->DimensionAt(dimension));
  }
  std::vector<std::string> codes(places.size());
  for (const SliceSeries& series : node.series) {
    const std::vector<std::string> parts = absl::StrSplit(series.codes, ',');
    for (size_t i = 0; i < places.size(); ++i) codes[i] = parts[places[i]];
    combinations->insert(codes);
  }
  if (node.rule.expected_combinations == 0) return;
  std::vector<size_t> at(places.size(), 0);
  while (true) {
    for (size_t i = 0; i < places.size(); ++i) {
      codes[i] = node.definition->dimensions[places[i]].codes[at[i]];
    }
    combinations->insert(codes);
    // Counts up like an odometer: a place that wraps around carries into the next.
    size_t place = 0;
    while (place < at.size() &&
           ++at[place] == node.definition->dimensions[places[place]].codes.size()) {
      at[place++] = 0;
    }
    if (place == at.size()) return;
  }
}

// Adds nodes and roots to a graph. Nodes are expanded one after the other, each adding those that
// it reads: adding moves the nodes, so no reference into them is kept across it.
class GraphBuilder {
 public:
  // `selections`: about how many nodes there will be.
  GraphBuilder(absl::Span<const InstitutionView> views, IsRestricted is_restricted,
               QueryGraph& graph, size_t selections)
      : views_(views), is_restricted_(is_restricted), graph_(graph) {
    graph_.nodes.reserve(selections);
    graph_.roots.reserve(selections);
    by_key_.reserve(selections);
  }

  // Adds a selection: its root, or with group_by a root for each group.
  absl::Status AddSelection(int index, const QuerySelection& selection, bool may_read) {
    QueryRoot root;
    root.selection = index;
    ATHENA_RETURN_IF_ERROR(AddDependencies(selection, &root));
    root.readable = may_read && Node(root.node).readable;
    graph_.roots.push_back(std::move(root));
    if (!graph_.roots.back().readable || selection.group_by.empty()) return absl::OkStatus();
    return AddGroups(selection);
  }

 private:
  const QueryNode& Node(int index) const { return graph_.nodes[static_cast<size_t>(index)]; }

  // Adds the node of a selection and all that it depends on.
  absl::Status AddDependencies(const QuerySelection& selection, QueryRoot* root) {
    root->node = NodeOf(selection.institution, selection.indicator, selection.slice);
    for (; expanded_ < graph_.nodes.size(); ++expanded_) {
      if (graph_.nodes.size() > kMaxQueryNodes) {
        return status::InvalidField("selections",
                                    absl::StrCat("more than ", kMaxQueryNodes, " operands in all"),
                                    "fewer selections in one request");
      }
      ATHENA_RETURN_IF_ERROR(Expand(expanded_));
    }
    ATHENA_ASSIGN_OR_RETURN(root->dependencies, TopologicalOrder(root->node));
    root->restricted = std::any_of(root->dependencies.begin(), root->dependencies.end(),
                                   [this](int dependency) { return Node(dependency).restricted; });
    steps_ += root->dependencies.size() * graph_.periods.size();
    if (steps_ > kMaxQuerySteps) {
      return status::InvalidField(
          "selections", absl::StrCat("more than ", kMaxQuerySteps, " values of operands in all"),
          "fewer selections or periods in one request");
    }
    return absl::OkStatus();
  }

  // The nodes that `root` depends on: operands first, the root last. Without recursion, since
  // formulas may be nested to any depth.
  absl::StatusOr<std::vector<int>> TopologicalOrder(int root) const {
    std::vector<int> order;
    if (Node(root).operands.empty()) {
      order.push_back(root);
      return order;
    }
    enum class State : int8_t { kOpen, kDone };
    absl::flat_hash_map<int, State> states;
    std::vector<std::pair<int, size_t>> path = {{root, 0}};  // node, next operand
    states.emplace(root, State::kOpen);
    while (!path.empty()) {
      auto& [node, next] = path.back();
      const std::vector<int>& operands = Node(node).operands;
      if (next == operands.size()) {
        states[node] = State::kDone;
        order.push_back(node);
        path.pop_back();
        continue;
      }
      const int operand = operands[next++];
      const auto [state, inserted] = states.emplace(operand, State::kOpen);
      if (inserted) {
        path.emplace_back(operand, 0);
      } else if (state->second == State::kOpen) {
        return status::Internal("stored formulas form a cycle");
      }
    }
    return order;
  }

  // Adds the groups of the selection whose root was added last. A selection that no BASE node of it
  // can be grouped by becomes unreadable; one that none may be shown of becomes withheld.
  absl::Status AddGroups(const QuerySelection& selection) {
    QueryRoot& own = graph_.roots.back();
    const int index = own.selection;
    std::vector<std::pair<std::string, Slice>> grouped;  // indicator and slice
    Combinations combinations;
    for (const int dependency : own.dependencies) {
      const QueryNode& node = Node(dependency);
      if (!node.is_base() || !CanBeGrouped(node, selection.group_by)) continue;
      // Not even the number of its groups is shown.
      if (node.restricted && !MayBeGrouped(node, selection.group_by)) {
        own.withheld = true;
        continue;
      }
      grouped.emplace_back(node.indicator, node.slice);
      AddCombinations(node, selection.group_by, &combinations);
    }
    if (grouped.empty()) {
      own.readable = own.withheld;
      return absl::OkStatus();
    }
    own.withheld = false;
    own.has_values = false;
    groups_ += combinations.size();
    if (groups_ * graph_.periods.size() > static_cast<size_t>(kMaxPeriodValues)) {
      return status::InvalidField(
          fields::At("selections", index) + ".group_by",
          absl::StrCat(combinations.size(), " groups in ", graph_.periods.size(), " periods"),
          absl::StrCat("at most ", kMaxPeriodValues, " values in all"));
    }
    for (const std::vector<std::string>& codes : combinations) {
      QuerySelection group = selection;
      group.slice = WithCodes(selection.slice, selection.group_by, codes);
      QueryRoot root;
      root.selection = index;
      root.readable = true;
      root.group = WithCodes({}, selection.group_by, codes);
      ATHENA_RETURN_IF_ERROR(AddDependencies(group, &root));
      for (const auto& [indicator, slice] : grouped) {
        root.group_nodes.push_back(
            NodeOf(selection.institution, indicator, WithCodes(slice, selection.group_by, codes)));
      }
      graph_.roots.push_back(std::move(root));
    }
    return absl::OkStatus();
  }

  // The node of an indicator and slice, which is added when there is none.
  int NodeOf(int view, const std::string& indicator, Slice slice) {
    const auto [known, inserted] =
        by_key_.try_emplace(absl::StrCat(view, "\n", indicator, "\n", SliceText(slice)),
                            static_cast<int>(graph_.nodes.size()));
    if (inserted) {
      QueryNode& node = graph_.nodes.emplace_back();
      node.view = view;
      node.indicator = indicator;
      node.slice = std::move(slice);
    }
    return known->second;
  }

  // Fills in a node, and adds the operands of a formula.
  absl::Status Expand(size_t index) {
    QueryNode& node = graph_.nodes[index];
    const InstitutionView& view = views_[static_cast<size_t>(node.view)];
    ATHENA_ASSIGN_OR_RETURN(node.definition, view.Find(node.indicator));
    if (node.definition == nullptr) return absl::OkStatus();
    node.targets = view.index->TargetsOf(node.indicator, SliceText(node.slice));
    SetStart(view, node);
    const Definition* const present = view.current->Find(node.indicator);
    node.restricted = present != nullptr && is_restricted_(view, *present);
    if (node.definition->kind != Kind::kBase) return ExpandFormula(index);
    ATHENA_RETURN_IF_ERROR(ExpandBase(view, node));
    if (node.restricted && node.readable && Discloses(*present, node.slice)) {
      node.persons = PersonsOf(node.view, *present);
    }
    return absl::OkStatus();
  }

  // Whether restricted readers may see a slice, and groups of it.
  static bool Discloses(const Definition& present, const Slice& slice) {
    return present.disclosure.has_value() &&
           std::all_of(slice.begin(), slice.end(),
                       [&present](const auto& part) { return present.Discloses(part.first); });
  }
  bool MayBeGrouped(const QueryNode& node, const std::vector<std::string>& dimensions) const {
    const Definition& present =
        *views_[static_cast<size_t>(node.view)].current->Find(node.indicator);
    return node.persons >= 0 && std::all_of(dimensions.begin(), dimensions.end(),
                                            [&present](const std::string& dimension) {
                                              return present.Discloses(dimension);
                                            });
  }

  // The index in QueryGraph::persons of an indicator with a disclosure, which is added when it is
  // not there.
  int PersonsOf(int view, const Definition& present) {
    const auto [known, inserted] = persons_of_.try_emplace(absl::StrCat(view, "\n", present.id),
                                                           static_cast<int>(graph_.persons.size()));
    if (!inserted) return known->second;
    QueryPersons& persons = graph_.persons.emplace_back();
    persons.view = view;
    persons.frequency = present.frequency;
    persons.threshold = present.disclosure->threshold;
    for (const SliceSeries& one : views_[static_cast<size_t>(view)].index->SeriesOf(present, {})) {
      const std::vector<std::string> codes = absl::StrSplit(one.codes, ',');
      std::vector<std::string> shown;
      for (const size_t place : present.disclosure->dimensions) shown.push_back(codes[place]);
      persons.series.push_back({one.number, absl::StrJoin(shown, ",")});
    }
    return known->second;
  }

  absl::Status ExpandBase(const InstitutionView& view, QueryNode& node) {
    const Definition& definition = *node.definition;
    for (const auto& [dimension, code] : node.slice) {
      const std::optional<size_t> at = definition.DimensionAt(dimension);
      if (!at.has_value() || !definition.dimensions[*at].position.contains(code)) {
        return absl::OkStatus();
      }
    }
    node.readable = true;
    node.rule = definition.rule;
    node.rule.expected_combinations = ExpectedCombinations(definition, node.slice);
    if (!node.rule.expected_from.has_value() && node.start.has_value()) {
      node.rule.expected_from = FirstReached(*node.start, definition.frequency);
    }
    node.series = view.index->SeriesOf(definition, node.slice);
    if (!node.start.has_value()) {
      for (const SliceSeries& one : view.index->SeriesOf(definition, {})) {
        node.all_series.push_back(one.number);
      }
    }
    return absl::OkStatus();
  }

  // Sets from when on a node is expected: by its definition, or from the first period with a target
  // of the indicator or any slice, in force or original.
  void SetStart(const InstitutionView& view, QueryNode& node) const {
    const Definition& definition = *node.definition;
    for (const auto& versions : view.index->AllTargetsOf(node.indicator)) {
      node.targets_revision = std::max(node.targets_revision, versions->last_revision);
      for (const auto& version :
           {versions->At(view.revision), versions->OriginalAt(view.revision, graph_.original_at)}) {
        if (version == nullptr) continue;
        const std::optional<Period> first =
            FirstTargetPeriod(version->trajectory, definition.frequency);
        if (!first.has_value()) continue;
        node.start = std::min(node.start.value_or(first->FirstDay()), first->FirstDay());
      }
    }
    if (definition.expected_from.has_value()) node.start = definition.expected_from->FirstDay();
  }

  absl::Status ExpandFormula(size_t index) {
    const int view_index = graph_.nodes[index].view;
    const InstitutionView& view = views_[static_cast<size_t>(view_index)];
    const Definition& definition = *graph_.nodes[index].definition;
    const Slice slice = graph_.nodes[index].slice;
    const auto find = [&view](const std::string& id) { return view.Find(id); };
    for (const auto& [dimension, code] : slice) {
      ATHENA_ASSIGN_OR_RETURN(const SlicePart part,
                              FindSlicePart(definition, dimension, code, find));
      if (part != SlicePart::kKnown) return absl::OkStatus();
    }
    std::vector<int> operands;
    for (const Operand& operand : definition.formula->operands()) {
      // The operand's own slice, and the formula's where the operand has the dimension and leaves
      // it open.
      std::map<std::string, std::string> merged(operand.slice.begin(), operand.slice.end());
      for (const auto& [dimension, code] : slice) {
        if (merged.count(dimension) > 0) continue;
        ATHENA_ASSIGN_OR_RETURN(const Definition* const read, view.Find(operand.indicator));
        if (read == nullptr) continue;
        ATHENA_ASSIGN_OR_RETURN(const SlicePart part, FindSlicePart(*read, dimension, code, find));
        if (part != SlicePart::kNoDimension) merged.emplace(dimension, code);
      }
      operands.push_back(
          NodeOf(view_index, operand.indicator, Slice(merged.begin(), merged.end())));
    }
    graph_.nodes[index].operands = std::move(operands);
    graph_.nodes[index].readable = true;
    return absl::OkStatus();
  }

  const absl::Span<const InstitutionView> views_;
  const IsRestricted is_restricted_;
  QueryGraph& graph_;
  size_t expanded_ = 0;  // nodes
  size_t groups_ = 0;    // of all selections
  size_t steps_ = 0;     // dependencies times periods, of all roots
  absl::flat_hash_map<std::string, int> by_key_;
  absl::flat_hash_map<std::string, int> persons_of_;  // index in QueryGraph::persons
};

// The dimensions of a BASE node that its slice leaves open, sorted.
std::vector<std::string> OpenDimensions(const QueryNode& node) {
  std::vector<std::string> open;
  for (const Dimension& dimension : node.definition->dimensions) {
    const bool given = std::any_of(node.slice.begin(), node.slice.end(),
                                   [&](const auto& part) { return part.first == dimension.id; });
    if (!given) open.push_back(dimension.id);
  }
  std::sort(open.begin(), open.end());
  return open;
}

// Sets QueryNode::aligned.
void Align(const QueryGraph& graph, QueryNode& formula) {
  if (formula.operands.empty() || formula.definition->alignment != OperandAlignment::kCommonCells) {
    return;
  }
  // Cells of operands can be compared that have one frequency and leave the same dimensions open.
  using Key = std::pair<Frequency, std::vector<std::string>>;
  std::map<Key, size_t> group_of;
  std::vector<std::vector<int>> groups;
  for (const int place : formula.definition->formula->PlainOperands()) {
    const QueryNode& operand =
        graph.nodes[static_cast<size_t>(formula.operands[static_cast<size_t>(place)])];
    if (!operand.is_base()) continue;
    const auto [group, added] = group_of.try_emplace(
        Key{operand.definition->frequency, OpenDimensions(operand)}, groups.size());
    if (added) groups.emplace_back();
    groups[group->second].push_back(place);
  }
  for (std::vector<int>& group : groups) {
    if (group.size() > 1) formula.aligned.push_back(std::move(group));
  }
}

// Sets the frequency and the reporting delay of a node whose operands have theirs.
void SetFrequency(const QueryGraph& graph, QueryNode& node) {
  if (!node.readable) return;
  const Definition& definition = *node.definition;
  node.frequency = definition.frequency;
  node.reporting_delay_days = definition.rule.reporting_delay_days;
  if (node.operands.empty()) return;
  node.frequency = Frequency::kDay;
  int slowest = 0;
  for (const int index : node.operands) {
    const QueryNode& operand = graph.nodes[static_cast<size_t>(index)];
    node.frequency = std::max(node.frequency, operand.frequency);
    slowest = std::max(slowest, operand.reporting_delay_days);
  }
  node.reporting_delay_days = definition.reporting_delay_days.value_or(slowest);
}

// Finds the quarters that hold the cells of a value. Most selections ask for the same ones, and
// calendar arithmetic is slow: results are kept.
class QuarterRanges {
 public:
  explicit QuarterRanges(absl::CivilDay date) : date_(date) {}

  // Period::index, both included; none when the first is greater than the last.
  struct Range {
    int32_t first = INT32_MAX;
    int32_t last = INT32_MIN;
  };

  // The quarters whose cells of `frequency` are read for the value of an indicator in the period
  // `asked`; with `to_date` also those for the year to date.
  const Range& For(const QueryNode& node, Period asked, Frequency frequency, bool to_date) {
    // In a quarter, semestrial and annual indicators are evaluated at a period of their own.
    const bool earlier = asked.frequency() == Frequency::kQuarter &&
                         node.definition->frequency > Frequency::kQuarter;
    const Frequency evaluated = earlier ? node.definition->frequency : asked.frequency();
    const int delay = earlier ? node.reporting_delay_days : 0;
    const auto [known, inserted] = known_.try_emplace(std::make_tuple(
        static_cast<int>(evaluated), delay, asked, static_cast<int>(frequency), to_date));
    if (inserted) known->second = Compute(evaluated, delay, asked, frequency, to_date);
    return known->second;
  }

 private:
  Range Compute(Frequency evaluated, int delay, Period asked, Frequency frequency,
                bool to_date) const {
    if (frequency > evaluated) return {};
    if (HasNotBegun(asked, date_) && evaluated <= Frequency::kQuarter && !to_date) return {};
    // Which period that is depends on the cells. EvaluationPeriod offers the candidates, the newest
    // first; the range covers all of them, and the running period, whose value so far is shown.
    std::optional<Period> newest;
    const Period oldest =
        EvaluationPeriod(evaluated, asked, delay, date_, [&newest](Period candidate) {
          if (!newest.has_value()) newest = candidate;
          return false;
        });
    const PeriodRange from = SubPeriodRange(
        to_date ? Period::Containing(Frequency::kYear, oldest.FirstDay()) : oldest, frequency);
    Period last = newest.value_or(oldest);
    if (evaluated != asked.frequency()) {
      last = std::max(last, Period::Containing(evaluated, std::min(asked.LastDay(), date_)));
    }
    const int32_t until = SubPeriodRange(last, frequency).last;
    return {Period::OfIndex(frequency, FirstPeriodRead(from)).QuarterOf().index(),
            Period::OfIndex(frequency, until).QuarterOf().index()};
  }

  const absl::CivilDay date_;
  absl::flat_hash_map<std::tuple<int, int, Period, int, bool>, Range> known_;
};

// Widens the quarters of the BASE nodes that a root depends on to those of one period.
void WidenQuarters(QueryGraph& graph, const QueryRoot& root, Period asked, QuarterRanges& ranges) {
  const QueryNode& selected = graph.nodes[static_cast<size_t>(root.node)];
  if (IsTooShort(asked, selected.definition->frequency)) return;
  const bool to_date = HasYearToDate(selected, asked);
  for (const int index : root.dependencies) {
    QueryNode& node = graph.nodes[static_cast<size_t>(index)];
    if (!node.is_base()) continue;
    const QuarterRanges::Range& range =
        ranges.For(selected, asked, node.definition->frequency, to_date);
    node.first_quarter = std::min(node.first_quarter, range.first);
    node.last_quarter = std::max(node.last_quarter, range.last);
  }
}

// Sets the root's targets: the versions up to `revision`, and the original at `original_at`.
void SetTargets(const QueryNode& node, int64_t revision, std::optional<absl::Time> original_at,
                QueryRoot& root) {
  if (node.targets == nullptr) return;
  root.current = node.targets->At(revision);
  root.original = node.targets->OriginalAt(revision, original_at);
  for (const std::shared_ptr<const TargetVersion>& version : node.targets->recorded) {
    if (version->revision > revision) break;
    root.versions.push_back(version);
  }
  root.added_after_activation =
      original_at.has_value() && root.original == nullptr && root.current != nullptr;
}

}  // namespace

absl::StatusOr<QueryGraph> BuildQueryGraph(absl::Span<const InstitutionView> views,
                                           const QueryRequest& request,
                                           absl::FunctionRef<bool(const QuerySelection&)> may_read,
                                           IsRestricted is_restricted) {
  QueryGraph graph;
  for (const InstitutionView& view : views) {
    graph.definitions.push_back(view.current);
    graph.definitions.push_back(view.past);
  }
  graph.periods = request.periods;
  graph.date = request.date;
  graph.original_at = request.original_at;
  GraphBuilder builder(views, is_restricted, graph, request.selections.size());
  for (size_t i = 0; i < request.selections.size(); ++i) {
    const QuerySelection& selection = request.selections[i];
    ATHENA_RETURN_IF_ERROR(
        builder.AddSelection(static_cast<int>(i), selection, may_read(selection)));
  }
  for (QueryNode& node : graph.nodes) Align(graph, node);
  std::vector<bool> done(graph.nodes.size(), false);
  for (const QueryRoot& root : graph.roots) {
    for (const int index : root.dependencies) {
      const auto at = static_cast<size_t>(index);
      if (!done[at]) SetFrequency(graph, graph.nodes[at]);
      done[at] = true;
    }
  }
  QuarterRanges ranges(request.date);
  for (QueryRoot& root : graph.roots) {
    if (!root.readable) continue;
    for (const Period period : graph.periods) WidenQuarters(graph, root, period, ranges);
    const QueryNode& node = graph.nodes[static_cast<size_t>(root.node)];
    SetTargets(node, views[static_cast<size_t>(node.view)].revision, request.original_at, root);
  }
  return graph;
}

}  // namespace athena::indicator
