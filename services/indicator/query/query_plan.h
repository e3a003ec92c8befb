#ifndef ATHENA_SERVICES_INDICATOR_QUERY_QUERY_PLAN_H_
#define ATHENA_SERVICES_INDICATOR_QUERY_QUERY_PLAN_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "libs/period/period.h"
#include "services/indicator/definitions/definition_reader.h"
#include "services/indicator/model/catalog.h"
#include "services/indicator/model/definition.h"
#include "services/indicator/query/query_index.h"
#include "services/indicator/rules/aggregation.h"

// What a query depends on: its selections, their operands at every depth, the series of each, and
// the quarters whose cells matter. Made before anything is read, so that what did not change need
// not be. Made of definitions, series and targets alone, so that it holds until one of these
// changes.
namespace athena::indicator {

// One institution as a query sees it.
struct InstitutionView {
  std::string id;
  int64_t revision = 0;  // that the answer is true at; 0: before its first
  int64_t head = 0;      // its last one in the snapshot
  std::shared_ptr<const Definitions> current;
  // Definitions at `revision`, when they have changed since; else nullptr.
  std::shared_ptr<DefinitionReader> past;
  InstitutionIndex* index = nullptr;

  // The definition at `revision`; nullptr when there was none.
  absl::StatusOr<const Definition*> Find(const std::string& indicator) const;
};

// An indicator, or a slice of one, that has to be known.
struct QueryNode {
  int view = 0;
  std::string indicator;  // id
  Slice slice;
  // nullptr when there is none.
  const Definition* definition = nullptr;
  // Whether the indicator is there and has the slice's dimensions and codes.
  bool readable = false;
  // The versions of its target, and, BASE with a slice, of that of the whole indicator; nullptr
  // when there are none. Later ones than the view's revision may be among them.
  std::shared_ptr<const TargetVersions> targets;
  std::shared_ptr<const TargetVersions> whole_targets;

  // BASE: how its cells become a value, and which series they are in.
  AggregationRule rule;
  std::vector<SliceSeries> series;
  // BASE: the quarters whose cells matter to what is asked (indexes, both included).
  int32_t first_quarter = INT32_MAX;
  int32_t last_quarter = INT32_MIN;

  // FORMULA: the node of each operand, in the order of Formula::operands().
  std::vector<int> operands;
  // FORMULA: the operands of which only common cells count, by their places: groups of two or more.
  std::vector<std::vector<int>> aligned;

  bool is_base() const { return readable && definition->kind == Kind::kBase; }
  bool is_flow() const {
    return is_base() && MeasureOf(false, definition->rule.time) == Measure::kFlow;
  }
};

// What the request asks of one selection.
struct Asked {
  int view = 0;
  std::string indicator;  // id
  Slice slice;
  std::vector<std::string> group_by;  // dimensions, ascending, none of them in the slice
  bool may_read = false;
};

// A selection, or one group of it, with what it depends on.
struct QueryRoot {
  int selection = 0;
  // Of a group: the codes that the selection's slice leaves open. Empty: the selection itself.
  Slice group;
  // Whether its values are asked for. Of a selection that is broken down they are not.
  bool valued = true;
  int node = 0;
  bool readable = false;
  // Of a group: the nodes that have its codes, some of which must have been reported for it to be
  // listed.
  std::vector<int> grouped;
  // Nodes in an order in which operands come before their formulas; the selection's own is the
  // last.
  std::vector<int> reach;
  // At the view's revision; nullptr where there is none.
  std::shared_ptr<const TargetVersion> current;
  std::shared_ptr<const TargetVersion> original;
};

// The functions are given the views that it was made for, or what these have become.
struct QueryPlan {
  std::vector<Period> periods;  // as asked
  absl::CivilDay date;          // the basis
  std::vector<QueryNode> nodes;
  // By selection: the selection itself, then its groups by their codes.
  std::vector<QueryRoot> roots;
  // The definitions that nodes point into.
  std::vector<std::shared_ptr<const void>> definitions;

  // The last revision (of the selection's institution) that changed anything the selection depends
  // on: definitions, targets, cells. May be later than the view's.
  int64_t LastChange(absl::Span<const InstitutionView> views, const QueryRoot& root) const;
  // The same for what its SelectionDefinition shows, and whether it is readable: no cells.
  int64_t LastDefinitionChange(const QueryRoot& root) const;
};

// Nodes of one query at most: selections and all their operands. More is refused as too much.
inline constexpr size_t kMaxQueryNodes = 200'000;

// Plans a query. `views` are synchronised with the transaction that is reading.
absl::StatusOr<QueryPlan> MakeQueryPlan(absl::Span<const InstitutionView> views,
                                        const std::vector<Asked>& asked,
                                        std::vector<Period> periods, absl::CivilDay date,
                                        std::optional<absl::Time> original_at);

// Whether a period has not begun by `date`: then nothing has a value in it.
inline bool HasNotBegun(Period period, absl::CivilDay date) { return period.FirstDay() > date; }

// Whether a period is too short for an indicator to have a value in it. A quarter never is: what is
// semestrial or annual shows an earlier period of its own there.
inline bool IsTooShort(Period asked, Frequency frequency) {
  return asked.frequency() < frequency && asked.frequency() != Frequency::kQuarter;
}

// Whether a selection's value has a year to date beside it: a flow's, but not in a week, since
// weeks do not divide a year.
inline bool HasYearToDate(const QueryNode& node, Period asked) {
  return node.is_flow() && asked.frequency() != Frequency::kWeek;
}

// The version that was in force at a revision; nullptr when there was none.
std::shared_ptr<const TargetVersion> TargetAt(const TargetVersions* versions, int64_t revision);

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_QUERY_QUERY_PLAN_H_
