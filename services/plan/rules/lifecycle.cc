#include "services/plan/rules/lifecycle.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace athena::plan {
namespace {

using Day = std::optional<absl::CivilDay>;

std::string TextOf(const Day& day) { return day.has_value() ? absl::FormatCivilTime(*day) : ""; }

// A day of an element's life, and the state that begins with it.
struct EventField {
  const char* name;
  Day Life::*day;
  std::optional<LifeState> state;  // nullopt: it goes on
};

// Of events on one day the first counts.
constexpr std::array<EventField, 4> kEvents = {{
    {"cancelled_on", &Life::cancelled_on, LifeState::kCancelled},
    {"deferred_on", &Life::deferred_on, LifeState::kDeferred},
    {"completed_on", &Life::completed_on, LifeState::kCompleted},
    {"resumed_on", &Life::resumed_on, std::nullopt},
}};

// nullptr when there was none.
const EventField* LatestEvent(const Life& life) {
  const EventField* latest = nullptr;
  for (const EventField& event : kEvents) {
    const Day& day = life.*event.day;
    if (day.has_value() && (latest == nullptr || *day > *(life.*latest->day))) latest = &event;
  }
  return latest;
}

void CheckState(LifeState before, LifeState after, bool has_reason,
                std::vector<LifeFault>* faults) {
  if (before == after) return;
  const std::vector<NextState> allowed = NextStates(before);
  const auto next = std::find_if(allowed.begin(), allowed.end(),
                                 [after](const NextState& one) { return one.state == after; });
  if (next == allowed.end()) {
    const std::string names =
        absl::StrJoin(allowed, ", ", [](std::string* out, const NextState& one) {
          absl::StrAppend(out, NameOf(one.state), one.needs_reason ? " (with a reason)" : "");
        });
    faults->push_back(
        {"state", NameOf(after), absl::StrCat("what may follow ", NameOf(before), ": ", names)});
  } else if (next->needs_reason && !has_reason) {
    faults->push_back(
        {"reason", "",
         absl::StrCat("why it is ", NameOf(after), " again, after ", NameOf(before))});
  }
}

void CheckLatestEvent(const Life& life, std::vector<LifeFault>* faults) {
  const EventField* const latest = LatestEvent(life);
  if (latest == nullptr) return;
  const auto own = std::find_if(kEvents.begin(), kEvents.end(),
                                [&](const EventField& event) { return event.state == life.state; });
  if (own == kEvents.end()) {
    if (!latest->state.has_value()) return;
    faults->push_back({"resumed_on", TextOf(life.resumed_on),
                       absl::StrCat("a day after ", latest->name, ", ", TextOf(life.*latest->day),
                                    ", since it is ", NameOf(life.state), "; or clear ",
                                    latest->name, " if that never was")});
  } else if (latest != own && (life.*own->day).has_value()) {
    faults->push_back({own->name, TextOf(life.*own->day),
                       absl::StrCat("a day after ", latest->name, ", ", TextOf(life.*latest->day),
                                    ", since it is ", NameOf(life.state))});
  }
}

}  // namespace

std::string NameOf(LifeState state) {
  switch (state) {
    case LifeState::kProposed:
      return "PROPOSED";
    case LifeState::kPlanned:
      return "PLANNED";
    case LifeState::kInProgress:
      return "IN_PROGRESS";
    case LifeState::kCompleted:
      return "COMPLETED";
    case LifeState::kDeferred:
      return "DEFERRED";
    case LifeState::kCancelled:
      return "CANCELLED";
  }
  return "";
}

std::vector<NextState> NextStates(LifeState state) {
  switch (state) {
    case LifeState::kProposed:
      return {{LifeState::kPlanned, false},
              {LifeState::kDeferred, false},
              {LifeState::kCancelled, false}};
    case LifeState::kPlanned:
      return {{LifeState::kInProgress, false},
              {LifeState::kDeferred, false},
              {LifeState::kCancelled, false},
              {LifeState::kProposed, true}};
    case LifeState::kInProgress:
      return {{LifeState::kCompleted, false},
              {LifeState::kDeferred, false},
              {LifeState::kCancelled, false},
              {LifeState::kPlanned, true}};
    case LifeState::kCompleted:
      return {{LifeState::kInProgress, true}};
    case LifeState::kDeferred:
      return {{LifeState::kPlanned, false},
              {LifeState::kInProgress, false},
              {LifeState::kCancelled, false}};
    case LifeState::kCancelled:
      return {{LifeState::kPlanned, true}, {LifeState::kInProgress, true}};
  }
  return {};
}

std::vector<LifeFault> CheckLife(const Life* before, const Life& after, absl::CivilDay today,
                                 bool has_reason) {
  std::vector<LifeFault> faults;
  if (before != nullptr && *before == after) return faults;
  if (before != nullptr) CheckState(before->state, after.state, has_reason, &faults);
  for (const EventField& event : kEvents) {
    const Day& day = after.*event.day;
    if (!day.has_value() || *day <= today) continue;
    if (before != nullptr && before->*event.day == day) continue;
    faults.push_back({event.name, TextOf(day),
                      absl::StrCat("a day not in the future: today is ", TextOf(today))});
  }
  CheckLatestEvent(after, &faults);
  return faults;
}

}  // namespace athena::plan
