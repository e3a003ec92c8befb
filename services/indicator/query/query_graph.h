#ifndef ATHENA_SERVICES_INDICATOR_QUERY_QUERY_GRAPH_H_
#define ATHENA_SERVICES_INDICATOR_QUERY_QUERY_GRAPH_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/types/span.h"
#include "libs/decimal/decimal.h"
#include "libs/period/period.h"
#include "services/indicator/definitions/definition_reader.h"
#include "services/indicator/model/catalog.h"
#include "services/indicator/model/definition.h"
#include "services/indicator/query/disclosure/releases.h"
#include "services/indicator/query/query_index.h"
#include "services/indicator/query/query_request.h"
#include "services/indicator/rules/aggregation.h"

// The dependency graph of a query: its selections, the operands of their formulas at every depth,
// the series of each, and the quarters whose cells are needed. It is built before any cell is read,
// so that cells of what did not change need not be read. It depends on definitions, series and
// targets only, and stays valid until one of these changes.
namespace athena::indicator {

// One institution as a query sees it.
struct InstitutionView {
  std::string id;
  int64_t revision = 0;  // at which the answer is true; 0: before its first
  int64_t head = 0;      // its last revision in the snapshot
  std::shared_ptr<const Definitions> current;
  // Reads definitions at `revision`, when they have changed since; else nullptr.
  std::shared_ptr<DefinitionReader> past;
  InstitutionIndex* index = nullptr;
  int64_t last_closing = 0;  // LastClosing at `revision`; 0 where nothing restricted is read

  // The definition at `revision`; nullptr when there was none.
  absl::StatusOr<const Definition*> Find(const std::string& indicator) const;
};

// An indicator, or a slice of one, whose value is needed.
struct QueryNode {
  int view = 0;           // index of its institution
  std::string indicator;  // id
  Slice slice;
  const Definition* definition = nullptr;  // nullptr when there is none
  // Whether the indicator exists and has the slice's dimensions and codes.
  bool readable = false;
  // The versions of its target; nullptr when there are none. Versions later than the view's
  // revision may be among them.
  std::shared_ptr<const TargetVersions> targets;
  // The last revision that changed a target of the indicator or of any slice, which decide from
  // which period on it is expected.
  int64_t targets_revision = 0;
  // The day from which on it is expected: by its definition, else from the first period with a
  // target. Unset: from its first observation, or what the formula says that it is an operand of.
  std::optional<absl::CivilDay> start;

  // The frequency of its sub-periods: its own; of a FORMULA that of its coarsest operand.
  Frequency frequency = Frequency::kDay;
  // After how many days its values are due; of a FORMULA by default those of its slowest operand.
  int reporting_delay_days = 0;

  // Of a PERSONAL indicator that is read by a restricted reader (Disclosure in the contract).
  bool restricted = false;
  // Index in QueryGraph::persons of what a restricted node shows; -1: nothing.
  int persons = -1;

  // BASE: how cells are aggregated, and the series that they belong to.
  AggregationRule rule;
  std::vector<SliceSeries> series;
  // BASE without `start`: all series of the indicator, by number.
  std::vector<int32_t> all_series;
  // BASE: the quarters whose cells are needed (Period::index, both included); none when the first
  // is greater than the last.
  int32_t first_quarter = INT32_MAX;
  int32_t last_quarter = INT32_MIN;

  // FORMULA: the node of each operand, in the order of Formula::operands().
  std::vector<int> operands;
  // FORMULA with COMMON_CELLS: groups of two or more operands (indexes in `operands`) of which only
  // the cells count that all of them have (FormulaRule::aligned).
  std::vector<std::vector<int>> aligned;

  bool is_base() const { return readable && definition->kind == Kind::kBase; }
  bool is_flow() const { return readable && definition->measure == Measure::kFlow; }
};

// What is answered: a selection, or one group of a selection with group_by.
struct QueryRoot {
  int selection = 0;  // index in the request
  int node = 0;
  bool readable = false;  // by the caller, and QueryNode::readable
  // Of a group: its codes for the dimensions of group_by. Empty for the selection itself.
  Slice group;
  // Whether values are answered. False for a selection with group_by, whose groups have them.
  bool has_values = true;
  // Whether it depends on a restricted node.
  bool restricted = false;
  // Whether it stands for groups by dimensions that a restricted reader may not see.
  bool withheld = false;
  // Of a group: the BASE nodes with its codes. It is listed when one of them was reported.
  std::vector<int> group_nodes;
  // All nodes that the value depends on in topological order: operands before their formulas,
  // `node` last.
  std::vector<int> dependencies;
  // The versions of the target that values are compared with; nullptr where there is none.
  std::shared_ptr<const TargetVersion> current;
  std::shared_ptr<const TargetVersion> original;
  // The versions up to `current`, ascending.
  std::vector<std::shared_ptr<const TargetVersion>> versions;
  // Whether there is a target, but was none when the plan came in force.
  bool added_after_activation = false;

  // Where the target in force has none for `period`: the last version that has one, or else the
  // original; nullptr where none has.
  const TargetVersion* LastHeld(Period period) const;
};

// A PERSONAL indicator of which a restricted reader sees something.
struct QueryPersons {
  int view = 0;  // index of its institution
  Frequency frequency = Frequency::kQuarter;
  Decimal threshold;
  std::vector<PersonSeries> series;  // all of the indicator, by number
};

struct QueryGraph {
  std::vector<Period> periods;            // of the request
  absl::CivilDay date;                    // basis_date
  std::optional<absl::Time> original_at;  // of the request
  std::vector<QueryNode> nodes;
  // By selection: the selection itself, then its groups in the order of their codes.
  std::vector<QueryRoot> roots;
  std::vector<QueryPersons> persons;
  // Owners of the definitions that nodes refer to.
  std::vector<std::shared_ptr<const void>> definitions;

  // The last revision of the selection's institution that changed anything the root's values depend
  // on: definitions, targets, cells. May be later than the view's revision. `views` are those that
  // the graph was built from, or later ones.
  int64_t LastChange(absl::Span<const InstitutionView> views, const QueryRoot& root) const;
  // The same for the root's SelectionDefinition, which no cell changes.
  int64_t LastDefinitionChange(const QueryRoot& root) const;
};

// The most nodes that a graph may have: 20,000 selections with ten operands each, some 100 MiB.
inline constexpr size_t kMaxQueryNodes = 200'000;
// The most values that are computed, those of operands for each selection included: some seconds of
// a processor. What one request may cost is known before it is begun.
inline constexpr size_t kMaxQuerySteps = 4'000'000;

// Whether the caller is a restricted reader of an indicator, whose present definition is given.
using IsRestricted =
    absl::FunctionRef<bool(const InstitutionView& view, const Definition& present)>;

// Builds the graph of a request. The indexes of `views` (one for each institution of the request)
// are synchronised; `may_read` tells what the caller may read, and `is_restricted` of what it is a
// restricted reader, by the present definition. INVALID_ARGUMENT for more nodes than
// kMaxQueryNodes, more values than kMaxPeriodValues or more steps than kMaxQuerySteps.
absl::StatusOr<QueryGraph> BuildQueryGraph(absl::Span<const InstitutionView> views,
                                           const QueryRequest& request,
                                           absl::FunctionRef<bool(const QuerySelection&)> may_read,
                                           IsRestricted is_restricted);

// Whether a period begins after `date`. Then nothing has a value in it.
inline bool HasNotBegun(Period period, absl::CivilDay date) { return period.FirstDay() > date; }

// Whether a period is shorter than an indicator's own, so that it has no value in it. Quarters are
// an exception: a semestrial or annual indicator shows its latest period there (EvaluationPeriod).
inline bool IsTooShort(Period asked, Frequency frequency) {
  return asked.frequency() < frequency && asked.frequency() != Frequency::kQuarter;
}

// Whether a value comes with one of the year to date: that of a flow does, except in a week, since
// weeks do not divide a year, and except of semestrial and annual indicators.
inline bool HasYearToDate(const QueryNode& node, Period asked) {
  return node.is_flow() && asked.frequency() != Frequency::kWeek &&
         node.definition->frequency <= Frequency::kQuarter;
}

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_QUERY_QUERY_GRAPH_H_
