#ifndef ATHENA_SERVICES_PLAN_RULES_LIFECYCLE_H_
#define ATHENA_SERVICES_PLAN_RULES_LIFECYCLE_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"

// The life of an element of an ACTIVE plan: which state may follow which, and on which days. (A
// DRAFT plan takes any: what is under way already is being entered.) The contract's Element.State
// says the same in words. Pure and thread-safe.
namespace athena::plan {

// In the order of the contract's Element.State.
enum class LifeState { kProposed = 1, kPlanned, kInProgress, kCompleted, kDeferred, kCancelled };

// "IN_PROGRESS".
std::string NameOf(LifeState state);

// The state of an element and the days of its events. The latest one tells a past quarter's state;
// of events on one day the first of cancelled, deferred, completed and resumed counts.
struct Life {
  LifeState state = LifeState::kPlanned;
  std::optional<absl::CivilDay> completed_on;
  std::optional<absl::CivilDay> deferred_on;
  std::optional<absl::CivilDay> resumed_on;
  std::optional<absl::CivilDay> cancelled_on;

  friend bool operator==(const Life&, const Life&) = default;
};

// A state that may follow another one.
struct NextState {
  LifeState state;
  bool needs_reason;  // it takes back what was recorded
};
std::vector<NextState> NextStates(LifeState state);

// What is wrong with a field: of the element ("state", "completed_on" ...), or "reason" of the
// request. `saw` is empty for nothing.
struct LifeFault {
  std::string field;
  std::string saw;
  std::string allowed;
};

// Judges a change of an element's life on the day `today`: the state is unchanged or may follow the
// one before, with a reason where that needs one; no day that changes is in the future; the latest
// event is the state's own. `before` is null for a new element, which may have any state. None when
// the life does not change. A state without its day is not judged: no element may be so.
std::vector<LifeFault> CheckLife(const Life* before, const Life& after, absl::CivilDay today,
                                 bool has_reason);

}  // namespace athena::plan

#endif  // ATHENA_SERVICES_PLAN_RULES_LIFECYCLE_H_
