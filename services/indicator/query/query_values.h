#ifndef ATHENA_SERVICES_INDICATOR_QUERY_QUERY_VALUES_H_
#define ATHENA_SERVICES_INDICATOR_QUERY_QUERY_VALUES_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "libs/period/period.h"
#include "libs/sql/database.h"
#include "services/indicator/query/query_graph.h"
#include "services/indicator/rules/aggregation.h"

namespace athena::indicator {

// A value to date, over the periods from `first` to `last`, which have one frequency.
struct ValueToDate {
  Period first;
  Period last;
  PeriodValue value;  // of quarters, with a share for each
};

// The value of a root in a period.
struct SelectionValue {
  Period period;  // EvaluationPeriod, to which the rest refers
  PeriodValue own;
  std::optional<ValueToDate> year_to_date;  // where HasYearToDate
  // Against the version held last, where that covers other quarters than year_to_date.
  std::optional<ValueToDate> year_to_date_held;
  std::optional<std::pair<Period, Decimal>> so_far;
  bool reported = false;  // of a group: whether one of its group_nodes was
};

// What was observed, as far as a query needs it.
struct QueryCells {
  // The cells of each node, sorted by series and period.
  std::vector<std::vector<Cell>> of_node;
  // What restricted readers see, of each QueryGraph::persons that a node depends on.
  std::vector<Releases> releases;
  // The first period with an observation of its indicator, as an index, of nodes without
  // QueryNode::start.
  std::vector<std::optional<int32_t>> observed;
};

// Reads the cells of the BASE nodes that some roots (indexes in graph.roots) depend on, as they
// were at the revisions of `views`.
absl::StatusOr<QueryCells> ReadQueryCells(sql::ReadTx& tx, absl::Span<const InstitutionView> views,
                                          const QueryGraph& graph, absl::Span<const size_t> roots);

// Computes values from cells, that of an operand and period once. Refers to both arguments. Used by
// one thread.
class QueryEvaluator {
 public:
  QueryEvaluator(const QueryGraph& graph, const QueryCells& cells) : graph_(graph), cells_(cells) {}

  // The value of a readable root in a period that was asked for.
  SelectionValue ValueOf(const QueryRoot& root, Period asked);

 private:
  friend class NodeOperands;

  // The periods, of one frequency, that a value is asked for: one, or those to date.
  struct Span {
    Period first;
    Period last;
  };
  // A node's value over the allowed sub-periods (index in allowed_; -1: all) of a span. `start`:
  // from which day on the formulas above it are expected, as a day number; it holds for nodes
  // without a start of their own.
  struct Key {
    int node;
    Period first;
    Period last;
    int allowed;
    int32_t start;
    friend bool operator==(const Key& a, const Key& b) = default;
    template <typename H>
    friend H AbslHashValue(H h, const Key& key) {
      return H::combine(std::move(h), key.node, key.first, key.last, key.allowed, key.start);
    }
  };
  // The cells of one series among those of its node: indexes [begin, end).
  struct Run {
    size_t begin;
    size_t end;
    size_t ended;  // index of the declared end of the series; `end` when there is none
  };

  // The value of a root's node; computes the operands first, without recursion, since formulas may
  // be nested to any depth.
  Reading Evaluate(const QueryRoot& root, Span span);
  // A node's value; those of its operands may be computed already.
  const Reading& Read(const Key& key);
  Reading ReadNode(const Key& key);
  Reading ReadBase(const Key& key);
  // What a restricted reader sees of the whole value of a BASE node.
  Reading Disclosed(const Key& key, const PeriodRange& range, const Reading& whole);
  Reading ReadFormula(const Key& key);
  // The same with the start that holds for the node.
  Key KeyOf(int node, Span span, int allowed, int32_t start) const;
  const SubPeriodSet* Allowed(int index) const {
    return index < 0 ? nullptr : &allowed_[static_cast<size_t>(index)];
  }
  int Intern(const SubPeriodSet& set);

  // The rule of a BASE node that formulas expect from `start` on.
  AggregationRule RuleOf(int node, int32_t start) const;
  // The quarters to date that have a target of `version`, from the first one on; all of the year
  // where none has.
  Span QuartersToDate(const TargetVersion* version, Period last) const;
  void SetYearToDate(const QueryRoot& root, Period asked, SelectionValue* value);
  void SetSoFar(const QueryRoot& root, Period asked, const Reading& own, SelectionValue* value);

  // The cells of a node that a value of the range needs, in their order. Valid until the next call.
  absl::Span<const Cell> CellsIn(int node, const PeriodRange& range);
  // Adds them.
  void AddCells(int node, const PeriodRange& range, std::vector<Cell>* into);
  AlignedOperand Align(int node, Span span, int32_t start);

  const QueryGraph& graph_;
  const QueryCells& cells_;
  absl::flat_hash_map<Key, std::unique_ptr<const Reading>> computed_;
  std::deque<SubPeriodSet> allowed_;
  std::deque<AggregationRule> rules_;                         // of aligned operands
  absl::flat_hash_map<int, std::vector<Run>> runs_;           // by node, of those with many cells
  absl::flat_hash_map<std::string, int32_t> aligned_series_;  // by codes, in the dimensions' order
  std::vector<Cell> scratch_;
};

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_QUERY_QUERY_VALUES_H_
