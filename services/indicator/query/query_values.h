#ifndef ATHENA_SERVICES_INDICATOR_QUERY_QUERY_VALUES_H_
#define ATHENA_SERVICES_INDICATOR_QUERY_QUERY_VALUES_H_

#include <cstddef>
#include <optional>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "libs/period/period.h"
#include "libs/sql/database.h"
#include "services/indicator/query/query_plan.h"
#include "services/indicator/rules/aggregation.h"

namespace athena::indicator {

// What a selection, or a group of one, amounts to in a period.
struct SelectionValue {
  Period period;  // the evaluation period, to which the rest refers
  PeriodValue own;
  std::optional<PeriodValue> year_to_date;  // HasYearToDate
  bool reported = false;                    // of a group: whether it is a reason to list it
};

// The cells that a plan needs, by node; in the order of series and periods.
using QueryCells = std::vector<std::vector<Cell>>;

// Reads the cells of the BASE nodes that the roots `wanted` (indexes) depend on, as they were at
// the revisions of `views`, which are the plan's.
absl::StatusOr<QueryCells> ReadQueryCells(sql::ReadTx& tx, absl::Span<const InstitutionView> views,
                                          const QueryPlan& plan, absl::Span<const size_t> wanted);

// Computes values from cells; each thing once. Keeps references to both. Used by one thread.
class QueryEvaluator {
 public:
  QueryEvaluator(const QueryPlan& plan, const QueryCells& cells) : plan_(plan), cells_(cells) {}

  // The value of a readable root in a period that was asked for.
  SelectionValue ValueOf(const QueryRoot& root, Period asked);

 private:
  struct Key {
    int node;
    Period period;
    bool to_date;
    friend bool operator==(const Key& a, const Key& b) = default;
    template <typename H>
    friend H AbslHashValue(H h, const Key& key) {
      return H::combine(std::move(h), key.node, key.period, key.to_date);
    }
  };

  // Where one series lies among the cells of a node.
  struct Run {
    size_t begin;
    size_t end;
    size_t ended;  // the place of its end, if one is declared; else `end`
  };

  PeriodValue Reach(const QueryRoot& root, Period period);
  PeriodValue Evaluate(const QueryNode& node, Period period);
  PeriodValue Base(int index, const PeriodRange& range);
  // Replaces the values of operands that are aligned.
  void AlignValues(const QueryNode& formula, Period period, std::vector<PeriodValue>* values);
  // Adds the node's cells that matter to a range, in their order.
  void AddCells(int index, const PeriodRange& range, std::vector<Cell>* into);
  // The same with numbers that series of equal codes share.
  std::vector<Cell> CommonCells(int index, const PeriodRange& range);

  const QueryPlan& plan_;
  const QueryCells& cells_;
  absl::flat_hash_map<Key, PeriodValue> known_;
  absl::flat_hash_map<int, std::vector<Run>> runs_;          // of nodes with many cells
  absl::flat_hash_map<std::string, int32_t> common_series_;  // by codes, in the order of dimensions
  std::vector<Cell> scratch_;
};

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_QUERY_QUERY_VALUES_H_
