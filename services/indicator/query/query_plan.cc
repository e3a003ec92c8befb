#include "services/indicator/query/query_plan.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/fields/fields.h"
#include "libs/status/status.h"
#include "services/indicator/definitions/operands.h"
#include "services/indicator/model/limits.h"

namespace athena::indicator {
namespace {

// The same text as SliceKey gives for a message's slice.
std::string TextOf(const Slice& slice) {
  std::string text;
  for (const auto& [dimension, code] : slice) {
    absl::StrAppend(&text, text.empty() ? "" : ",", dimension, "=", code);
  }
  return text;
}

// How many combinations of codes a slice has when every dimension expects all of its codes; else 0.
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

// `slice` with one code more for each of `dimensions`, which it leaves open.
Slice With(const Slice& slice, const std::vector<std::string>& dimensions,
           const std::vector<std::string>& codes) {
  Slice all = slice;
  for (size_t i = 0; i < dimensions.size(); ++i) all.emplace_back(dimensions[i], codes[i]);
  std::sort(all.begin(), all.end());
  return all;
}

// Whether a BASE node has all of these dimensions and its slice leaves them open.
bool CanBeGrouped(const QueryNode& node, const std::vector<std::string>& dimensions) {
  return std::all_of(dimensions.begin(), dimensions.end(), [&node](const std::string& dimension) {
    return node.definition->DimensionAt(dimension).has_value() &&
           std::none_of(node.slice.begin(), node.slice.end(),
                        [&](const auto& part) { return part.first == dimension; });
  });
}

// Codes for some dimensions, in the order of these.
using Combinations = std::set<std::vector<std::string>>;

// Adds the combinations that a BASE node's series have, and, where every code is expected, all.
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
    size_t turn = 0;
    while (turn < at.size() &&
           ++at[turn] == node.definition->dimensions[places[turn]].codes.size()) {
      at[turn++] = 0;
    }
    if (turn == at.size()) return;
  }
}

class Planner {
 public:
  // For about as many nodes.
  Planner(absl::Span<const InstitutionView> views, QueryPlan& plan, size_t nodes)
      : views_(views), plan_(plan) {
    by_key_.reserve(nodes);
  }

  // Adds a selection's node and all that it depends on.
  absl::StatusOr<int> Add(const Asked& asked) {
    const int root = NodeOf(asked.view, asked.indicator, asked.slice);
    while (expanded_ < plan_.nodes.size()) {
      if (plan_.nodes.size() > kMaxQueryNodes) {
        return status::InvalidField("selections",
                                    absl::StrCat("more than ", kMaxQueryNodes, " operands in all"),
                                    "fewer selections in one request");
      }
      if (absl::Status expanded = Expand(expanded_); !expanded.ok()) return expanded;
      ++expanded_;
    }
    return root;
  }

  // Operands first, the root last.
  absl::StatusOr<std::vector<int>> ReachOf(int root) const {
    std::vector<int> reach;
    if (plan_.nodes[static_cast<size_t>(root)].operands.empty()) {
      reach.push_back(root);
      return reach;
    }
    enum class State : int8_t { kOpen, kDone };
    absl::flat_hash_map<int, State> states;
    std::vector<std::pair<int, size_t>> path = {{root, 0}};  // node, next operand
    states.emplace(root, State::kOpen);
    while (!path.empty()) {
      auto& [node, next] = path.back();
      const std::vector<int>& operands = plan_.nodes[static_cast<size_t>(node)].operands;
      if (next == operands.size()) {
        states[node] = State::kDone;
        reach.push_back(node);
        path.pop_back();
        continue;
      }
      const int operand = operands[next++];
      const auto [state, fresh] = states.emplace(operand, State::kOpen);
      if (fresh) {
        path.emplace_back(operand, 0);
      } else if (state->second == State::kOpen) {
        return status::Internal("stored formulas form a cycle");
      }
    }
    return reach;
  }

  // Adds the groups of the selection whose own root is the last one: none when it cannot be broken
  // down so, which makes it unreadable.
  absl::Status AddGroups(const Asked& asked) {
    const size_t own = plan_.roots.size() - 1;
    const int selection = plan_.roots[own].selection;
    // The nodes that can be broken down, as (indicator, slice): adding nodes moves them.
    std::vector<std::pair<std::string, Slice>> open;
    Combinations combinations;
    for (const int index : plan_.roots[own].reach) {
      const QueryNode& node = plan_.nodes[static_cast<size_t>(index)];
      if (!node.is_base() || !CanBeGrouped(node, asked.group_by)) continue;
      open.emplace_back(node.indicator, node.slice);
      AddCombinations(node, asked.group_by, &combinations);
    }
    if (open.empty()) {
      plan_.roots[own].readable = false;
      return absl::OkStatus();
    }
    plan_.roots[own].valued = false;
    valued_ += combinations.size();
    if (valued_ * plan_.periods.size() > static_cast<size_t>(kMaxPeriodValues)) {
      return status::InvalidField(
          fields::At("selections", selection) + ".group_by",
          absl::StrCat(combinations.size(), " groups in ", plan_.periods.size(), " periods"),
          absl::StrCat("at most ", kMaxPeriodValues, " values in all"));
    }
    for (const std::vector<std::string>& codes : combinations) {
      QueryRoot root;
      root.selection = selection;
      root.readable = true;
      root.group = With({}, asked.group_by, codes);
      Asked group = asked;
      group.slice = With(asked.slice, asked.group_by, codes);
      const absl::StatusOr<int> node = Add(group);
      if (!node.ok()) return node.status();
      root.node = *node;
      absl::StatusOr<std::vector<int>> reach = ReachOf(root.node);
      if (!reach.ok()) return reach.status();
      root.reach = *std::move(reach);
      for (const auto& [indicator, slice] : open) {
        root.grouped.push_back(NodeOf(asked.view, indicator, With(slice, asked.group_by, codes)));
      }
      plan_.roots.push_back(std::move(root));
    }
    return absl::OkStatus();
  }

 private:
  int NodeOf(int view, const std::string& indicator, Slice slice) {
    const auto [known, fresh] =
        by_key_.try_emplace(absl::StrCat(view, "\n", indicator, "\n", TextOf(slice)),
                            static_cast<int>(plan_.nodes.size()));
    if (fresh) {
      QueryNode& node = plan_.nodes.emplace_back();
      node.view = view;
      node.indicator = indicator;
      node.slice = std::move(slice);
    }
    return known->second;
  }

  absl::Status Expand(size_t index) {
    QueryNode& node = plan_.nodes[index];
    const InstitutionView& view = views_[static_cast<size_t>(node.view)];
    const absl::StatusOr<const Definition*> found = view.Find(node.indicator);
    if (!found.ok()) return found.status();
    node.definition = *found;
    if (node.definition == nullptr) return absl::OkStatus();
    node.targets = view.index->TargetsOf(node.indicator, TextOf(node.slice));
    return node.definition->kind == Kind::kBase ? ExpandBase(view, node) : ExpandFormula(index);
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
    if (!node.slice.empty()) node.whole_targets = view.index->TargetsOf(node.indicator, "");
    node.rule = definition.rule;
    node.rule.single_series = node.slice.size() == definition.dimensions.size();
    node.rule.expected_combinations = ExpectedCombinations(definition, node.slice);
    if (!node.rule.expected_from.has_value()) {
      node.rule.expected_from = FirstWithTarget(view, node);
    }
    node.series = view.index->SeriesOf(definition, node.slice);
    return absl::OkStatus();
  }

  // The first period with a target: of the slice, or else of the whole indicator.
  static std::optional<int32_t> FirstWithTarget(const InstitutionView& view,
                                                const QueryNode& node) {
    auto target = TargetAt(node.targets.get(), view.revision);
    if (target == nullptr) target = TargetAt(node.whole_targets.get(), view.revision);
    if (target == nullptr) return std::nullopt;
    const std::optional<Period> first = FirstTargetQuarter(target->trajectory);
    if (!first.has_value()) return std::nullopt;
    return IndexFrom(*first, node.definition->frequency);
  }

  absl::Status ExpandFormula(size_t index) {
    const int view_index = plan_.nodes[index].view;
    const InstitutionView& view = views_[static_cast<size_t>(view_index)];
    const Definition& definition = *plan_.nodes[index].definition;
    const Slice slice = plan_.nodes[index].slice;
    const auto find = [&view](const std::string& id) { return view.Find(id); };
    for (const auto& [dimension, code] : slice) {
      const absl::StatusOr<SlicePart> part = FindSlicePart(definition, dimension, code, find);
      if (!part.ok()) return part.status();
      if (*part != SlicePart::kKnown) return absl::OkStatus();
    }
    std::vector<int> operands;
    for (const Operand& operand : definition.formula->operands()) {
      // The operand's own slice, and of the formula's what it leaves open.
      std::map<std::string, std::string> merged(operand.slice.begin(), operand.slice.end());
      for (const auto& [dimension, code] : slice) {
        if (merged.count(dimension) > 0) continue;
        const absl::StatusOr<const Definition*> read = view.Find(operand.indicator);
        if (!read.ok()) return read.status();
        if (*read == nullptr) continue;
        const absl::StatusOr<SlicePart> part = FindSlicePart(**read, dimension, code, find);
        if (!part.ok()) return part.status();
        if (*part != SlicePart::kNoDimension) merged.emplace(dimension, code);
      }
      // Adding nodes moves them: nothing refers into them here.
      operands.push_back(
          NodeOf(view_index, operand.indicator, Slice(merged.begin(), merged.end())));
    }
    plan_.nodes[index].operands = std::move(operands);
    plan_.nodes[index].readable = true;
    return absl::OkStatus();
  }

  const absl::Span<const InstitutionView> views_;
  QueryPlan& plan_;
  size_t expanded_ = 0;
  size_t valued_ = 0;  // groups so far
  absl::flat_hash_map<std::string, int> by_key_;
};

// Sets which operands of a formula are restricted to common cells.
void Align(QueryPlan& plan, QueryNode& formula) {
  if (formula.operands.empty() || formula.definition->alignment != OperandAlignment::kCommonCells) {
    return;
  }
  using Key = std::tuple<Frequency, std::vector<std::string>, Slice>;
  std::map<Key, std::vector<int>> groups;
  for (size_t place = 0; place < formula.operands.size(); ++place) {
    const QueryNode& operand = plan.nodes[static_cast<size_t>(formula.operands[place])];
    if (!operand.is_base()) continue;
    std::vector<std::string> dimensions;
    for (const Dimension& dimension : operand.definition->dimensions) {
      dimensions.push_back(dimension.id);
    }
    std::sort(dimensions.begin(), dimensions.end());
    groups[{operand.definition->frequency, std::move(dimensions), operand.slice}].push_back(
        static_cast<int>(place));
  }
  for (auto& [key, places] : groups) {
    if (places.size() > 1) formula.aligned.push_back(std::move(places));
  }
}

// Which quarters hold what the value of one period is made of. Calendars are slow, and most
// selections ask the same of them.
class Windows {
 public:
  explicit Windows(absl::CivilDay date) : date_(date) {}

  // Quarters, by index, both included; the last before the first: none.
  struct Window {
    int32_t first = INT32_MAX;
    int32_t last = INT32_MIN;
  };

  // For a selection with the frequency and reporting delay of `definition`, in the period `asked`:
  // the cells of `frequency` that its value is made of, and with `to_date` that of the year to
  // date.
  const Window& Of(const Definition& definition, Period asked, Frequency frequency, bool to_date) {
    // All are evaluated at the period itself, but semesters and years in a quarter.
    const bool earlier =
        asked.frequency() == Frequency::kQuarter && definition.frequency > Frequency::kQuarter;
    const Frequency evaluated = earlier ? definition.frequency : asked.frequency();
    const int delay = earlier ? definition.rule.reporting_delay_days : 0;
    const auto [known, fresh] = known_.try_emplace(std::make_tuple(
        static_cast<int>(evaluated), delay, asked, static_cast<int>(frequency), to_date));
    if (fresh) known->second = Compute(evaluated, delay, asked, frequency, to_date);
    return known->second;
  }

 private:
  Window Compute(Frequency evaluated, int delay, Period asked, Frequency frequency,
                 bool to_date) const {
    if (HasNotBegun(asked, date_) || frequency > evaluated) return {};
    // Every period that it may turn out to be evaluated at, the newest first.
    std::optional<Period> newest;
    const Period oldest =
        EvaluationPeriod(evaluated, asked, delay, date_, [&newest](Period candidate) {
          if (!newest.has_value()) newest = candidate;
          return false;
        });
    const PeriodRange from =
        to_date ? YearToDateRange(oldest, frequency) : SubPeriodRange(oldest, frequency);
    const int32_t until = SubPeriodRange(newest.value_or(oldest), frequency).last;
    return {Period::OfIndex(frequency, FirstPeriodRead(from)).QuarterOf().index(),
            Period::OfIndex(frequency, until).QuarterOf().index()};
  }

  const absl::CivilDay date_;
  absl::flat_hash_map<std::tuple<int, int, Period, int, bool>, Window> known_;
};

// Widens the quarters that are read for what a selection depends on by what one period asks.
void Widen(QueryPlan& plan, const QueryRoot& root, Period asked, Windows& windows) {
  const QueryNode& selected = plan.nodes[static_cast<size_t>(root.node)];
  if (IsTooShort(asked, selected.definition->frequency)) return;
  const bool to_date = HasYearToDate(selected, asked);
  for (const int index : root.reach) {
    QueryNode& node = plan.nodes[static_cast<size_t>(index)];
    if (!node.is_base()) continue;
    const Windows::Window& window =
        windows.Of(*selected.definition, asked, node.definition->frequency, to_date);
    node.first_quarter = std::min(node.first_quarter, window.first);
    node.last_quarter = std::max(node.last_quarter, window.last);
  }
}

int64_t LastSet(const TargetVersions* versions) {
  return versions == nullptr ? 0 : versions->back()->revision;
}

}  // namespace

absl::StatusOr<const Definition*> InstitutionView::Find(const std::string& indicator) const {
  if (past != nullptr) return past->Find(indicator);
  return current->Find(indicator);
}

std::shared_ptr<const TargetVersion> TargetAt(const TargetVersions* versions, int64_t revision) {
  if (versions == nullptr) return nullptr;
  const auto after =
      std::upper_bound(versions->begin(), versions->end(), revision,
                       [](int64_t at, const auto& version) { return at < version->revision; });
  return after == versions->begin() ? nullptr : *std::prev(after);
}

int64_t QueryPlan::LastChange(absl::Span<const InstitutionView> views,
                              const QueryRoot& root) const {
  int64_t last = 0;
  for (const int index : root.reach) {
    const QueryNode& node = nodes[static_cast<size_t>(index)];
    if (node.definition == nullptr) continue;
    const InstitutionView& view = views[static_cast<size_t>(node.view)];
    last = std::max(last, node.definition->revision);
    if (index == root.node || node.is_base()) last = std::max(last, LastSet(node.targets.get()));
    if (!node.is_base()) continue;
    last = std::max(last, LastSet(node.whole_targets.get()));
    if (node.first_quarter > node.last_quarter) continue;
    last = std::max(last,
                    view.index->LastChange(node.indicator, node.first_quarter, node.last_quarter));
  }
  return last;
}

int64_t QueryPlan::LastDefinitionChange(const QueryRoot& root) const {
  int64_t last = LastSet(nodes[static_cast<size_t>(root.node)].targets.get());
  // Which dimensions and codes a formula has follows from its operands.
  for (const int index : root.reach) {
    const Definition* definition = nodes[static_cast<size_t>(index)].definition;
    if (definition != nullptr) last = std::max(last, definition->revision);
  }
  return last;
}

absl::StatusOr<QueryPlan> MakeQueryPlan(absl::Span<const InstitutionView> views,
                                        const std::vector<Asked>& asked,
                                        std::vector<Period> periods, absl::CivilDay date,
                                        std::optional<absl::Time> original_at) {
  QueryPlan plan;
  for (const InstitutionView& view : views) {
    plan.definitions.push_back(view.current);
    plan.definitions.push_back(view.past);
  }
  plan.periods = std::move(periods);
  plan.date = date;
  plan.nodes.reserve(asked.size());
  plan.roots.reserve(asked.size());
  Planner planner(views, plan, asked.size());
  for (size_t i = 0; i < asked.size(); ++i) {
    const absl::StatusOr<int> node = planner.Add(asked[i]);
    if (!node.ok()) return node.status();
    QueryRoot& root = plan.roots.emplace_back();
    root.selection = static_cast<int>(i);
    root.node = *node;
    root.readable = asked[i].may_read && plan.nodes[static_cast<size_t>(*node)].readable;
    absl::StatusOr<std::vector<int>> reach = planner.ReachOf(root.node);
    if (!reach.ok()) return reach.status();
    root.reach = *std::move(reach);
    if (!root.readable || asked[i].group_by.empty()) continue;
    if (absl::Status added = planner.AddGroups(asked[i]); !added.ok()) return added;
  }
  for (QueryNode& node : plan.nodes) Align(plan, node);
  Windows windows(date);
  for (QueryRoot& root : plan.roots) {
    if (!root.readable) continue;
    for (const Period period : plan.periods) Widen(plan, root, period, windows);
    const QueryNode& node = plan.nodes[static_cast<size_t>(root.node)];
    const InstitutionView& view = views[static_cast<size_t>(node.view)];
    root.current = TargetAt(node.targets.get(), view.revision);
    if (root.current == nullptr) continue;
    root.original = node.targets->front();
    for (const std::shared_ptr<const TargetVersion>& version : *node.targets) {
      if (version->revision > view.revision) break;
      if (original_at.has_value() && version->set_time <= *original_at) root.original = version;
    }
  }
  return plan;
}

}  // namespace athena::indicator
