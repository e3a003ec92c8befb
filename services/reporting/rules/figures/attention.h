#ifndef ATHENA_SERVICES_REPORTING_RULES_FIGURES_ATTENTION_H_
#define ATHENA_SERVICES_REPORTING_RULES_FIGURES_ATTENTION_H_

#include <optional>
#include <vector>

#include "absl/types/span.h"
#include "libs/decimal/decimal.h"
#include "services/reporting/rules/outcome.h"
#include "services/reporting/rules/plan.h"

// The rules by which a board table selects and orders its lines. Elements are indexes into
// Plan::elements. All functions are pure and thread-safe.
namespace athena::reporting {

// For each element, by how many points the plan's score would be higher if the element scored 100:
// (100 - score) x the element's share of the plan's score, the product of its share of each score
// on the way to the root (w / sum(w) over the parts that count there). 0 without score, and where
// one on the way has none.
std::vector<Decimal> PointsLost(const Plan& plan, const Outcome& outcome);

// Sorts elements: RED first, then AMBER, without score, GREEN, not applicable; of these, critical
// ones first; of these, those that cost the plan most points; ties by code.
void SortByAttention(const Plan& plan, const Outcome& outcome,
                     absl::Span<const Decimal> points_lost, std::vector<int>* elements);

// The element below a RED one that makes it so: the only RED one, where none of its indicators and
// not its own delivery is RED. nullopt where it has a reason of its own, or several.
std::optional<int> RedBecauseOf(const Outcome& outcome, int element);

// The links of the element that are RED, in their order.
std::vector<int> RedLinks(const NodeOutcome& node);

// Whether caps keep a status at AMBER that would be GREEN.
bool IsHeldAtAmber(const NodeOutcome& node);

// How many of `statuses` at the end are the same, at least 1 of them.
int QuartersUnchanged(absl::Span<const Status> statuses);

// What became of statuses since another quarter.
struct Moves {
  // The elements whose status is worse or better, those whose score moved most first; ties by code.
  std::vector<int> worse;
  std::vector<int> better;
  std::vector<int> lost;    // had a score and have none, though one is expected; by code
  std::vector<int> gained;  // have a score and had none; by code
};

// `earlier` is the outcome of the same elements. GREEN is better than AMBER, and AMBER than RED.
Moves CompareStatuses(const Plan& plan, const Outcome& now, const Outcome& earlier);

// A milestone that was missed.
struct MissedMilestone {
  int element;
  int milestone;  // index into the element's
  int64_t days;   // from its due day to D, the earlier of the quarter's last day and the date
};

struct MissedMilestones {
  // Critical ones first, then the longest overdue, then by code and in the element's order.
  std::vector<MissedMilestone> missed;
  // Those of elements that are cancelled or deferred, in code order: nobody works on them.
  std::vector<MissedMilestone> of_inactive;
};

MissedMilestones FindMissed(const Plan& plan, const Outcome& outcome);

// Milestones of a node and of the elements below it, without those of cancelled and deferred ones.
struct MilestoneTally {
  int due = 0;  // in the quarter
  int done = 0;
  int missed = 0;
  int missed_critical = 0;

  friend bool operator==(const MilestoneTally& a, const MilestoneTally& b) = default;
};

// One for each element, then one for the plan.
std::vector<MilestoneTally> CountMilestones(const Plan& plan, const Outcome& outcome);

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_RULES_FIGURES_ATTENTION_H_
