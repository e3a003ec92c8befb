#ifndef ATHENA_SERVICES_INDICATOR_QUERY_PLAN_H_
#define ATHENA_SERVICES_INDICATOR_QUERY_PLAN_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "libs/period/period.h"
#include "services/indicator/aggregation.h"
#include "services/indicator/catalog.h"
#include "services/indicator/definition.h"
#include "services/indicator/definition_reader.h"
#include "services/indicator/query_index.h"

// What a query depends on: its selections, their operands at every depth, the series of each, and
// the quarters whose cells matter. Made before anything is read, so that what did not change need
// not be.
namespace athena::indicator {

// One institution as a query sees it.
struct InstitutionView {
  std::string id;
  int64_t revision = 0;  // that the answer is true at; 0: before its first
  int64_t head = 0;      // its last one in the snapshot
  std::shared_ptr<const Definitions> current;
  // Definitions at `revision`, when they have changed since; else nullptr.
  std::unique_ptr<DefinitionReader> past;
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
  bool may_read = false;
};

// A selection, with what it depends on.
struct QueryRoot {
  int node = 0;
  bool readable = false;
  // Nodes in an order in which operands come before their formulas; the selection's own is the
  // last.
  std::vector<int> reach;
  // At the view's revision; nullptr where there is none.
  std::shared_ptr<const TargetVersion> current;
  std::shared_ptr<const TargetVersion> original;
};

struct QueryPlan {
  std::vector<InstitutionView> views;
  std::vector<Period> quarters;  // as asked
  absl::CivilDay date;           // the basis
  std::vector<QueryNode> nodes;
  std::vector<QueryRoot> roots;  // one per selection

  // The last revision (of the selection's institution) that changed anything the selection depends
  // on: definitions, targets, cells. May be later than the view's.
  int64_t LastChange(const QueryRoot& root) const;
  // The same for what its SelectionDefinition shows, and whether it is readable: no cells.
  int64_t LastDefinitionChange(const QueryRoot& root) const;
};

// Nodes of one query at most: selections and all their operands. More is refused as too much.
inline constexpr size_t kMaxQueryNodes = 200'000;

// Plans a query. `views` are synchronised with the transaction that is reading.
absl::StatusOr<QueryPlan> MakeQueryPlan(std::vector<InstitutionView> views,
                                        const std::vector<Asked>& asked,
                                        std::vector<Period> quarters, absl::CivilDay date,
                                        std::optional<absl::Time> original_at);

// Whether a quarter has not begun by `date`: then nothing has a value in it.
inline bool HasNotBegun(Period quarter, absl::CivilDay date) { return quarter.FirstDay() > date; }

// The version that was in force at a revision; nullptr when there was none.
std::shared_ptr<const TargetVersion> TargetAt(const TargetVersions* versions, int64_t revision);

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_QUERY_PLAN_H_
