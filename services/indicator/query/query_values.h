#ifndef ATHENA_SERVICES_INDICATOR_QUERY_QUERY_VALUES_H_
#define ATHENA_SERVICES_INDICATOR_QUERY_QUERY_VALUES_H_

#include <cstddef>
#include <cstdint>
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

// The value of a root in a period.
struct SelectionValue {
  Period period;  // EvaluationPeriod, to which the rest refers
  PeriodValue own;
  std::optional<PeriodValue> year_to_date;  // where HasYearToDate
  bool reported = false;                    // of a group: whether one of its group_nodes was
};

// The cells of each node, sorted by series and period.
using QueryCells = std::vector<std::vector<Cell>>;

// Reads the cells of the BASE nodes that some roots (indexes in graph.roots) depend on, as they
// were at the revisions of `views`.
absl::StatusOr<QueryCells> ReadQueryCells(sql::ReadTx& tx, absl::Span<const InstitutionView> views,
                                          const QueryGraph& graph, absl::Span<const size_t> roots);

// Computes values from cells, that of a node and period once. Refers to both arguments. Used by one
// thread.
class QueryEvaluator {
 public:
  QueryEvaluator(const QueryGraph& graph, const QueryCells& cells) : graph_(graph), cells_(cells) {}

  // The value of a readable root in a period that was asked for.
  SelectionValue ValueOf(const QueryRoot& root, Period asked);

 private:
  using Key = std::pair<int, Period>;  // node

  // The cells of one series among those of its node: indexes [begin, end).
  struct Run {
    size_t begin;
    size_t end;
    size_t ended;  // index of the declared end of the series; `end` when there is none
  };

  // The root's value in its evaluation period; computes the dependencies first.
  PeriodValue Evaluate(const QueryRoot& root, Period period);
  // A node's value; those of its operands are computed.
  PeriodValue EvaluateNode(const QueryNode& node, Period period);
  PeriodValue AggregateCells(int index, const PeriodRange& range);
  // Computes the values of aligned operands again, from the cells that they have in common.
  void AlignOperands(const QueryNode& formula, Period period, std::vector<PeriodValue>* values);
  // Adds the cells of a node that a value of the range needs, in their order.
  void AddCells(int index, const PeriodRange& range, std::vector<Cell>* into);
  // The same, with series numbers that are equal where the codes are.
  std::vector<Cell> AlignableCells(int index, const PeriodRange& range);

  const QueryGraph& graph_;
  const QueryCells& cells_;
  absl::flat_hash_map<Key, PeriodValue> computed_;
  absl::flat_hash_map<int, std::vector<Run>> runs_;           // by node, of those with many cells
  absl::flat_hash_map<std::string, int32_t> aligned_series_;  // by codes, in the dimensions' order
  std::vector<Cell> scratch_;
};

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_QUERY_QUERY_VALUES_H_
