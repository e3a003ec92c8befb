#ifndef ATHENA_SERVICES_PLAN_OPERATIONS_DERIVATION_RULES_H_
#define ATHENA_SERVICES_PLAN_OPERATIONS_DERIVATION_RULES_H_

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/civil_time.h"

// What a unit's operational plan of a year takes from the strategic plan, and how that differs from
// what it took before. Units and elements are resource names. Pure and thread-safe.
namespace athena::plan {

using TextByLanguage = std::map<std::string, std::string>;

struct PlannedMilestone {
  std::string id;
  TextByLanguage title;
  absl::CivilDay due;
  std::optional<absl::CivilDay> done;
  bool critical = false;
  bool withdrawn = false;

  friend bool operator==(const PlannedMilestone&, const PlannedMilestone&) = default;
};

// An element of the strategic plan, as far as operational plans need it.
struct PlannedElement {
  std::string name;
  std::string parent;  // the element above; empty at the top
  bool is_action = false;
  bool is_dropped = false;  // CANCELLED or DEFERRED
  std::string code;
  TextByLanguage title;
  std::string owner_unit;
  std::vector<std::string> contributors;
  std::optional<absl::CivilDay> start;         // none: since the plan's beginning
  std::optional<absl::CivilDay> end;           // none: until the plan's end
  std::optional<absl::CivilDay> completed_on;  // of what is COMPLETED
  std::vector<PlannedMilestone> milestones;
  std::vector<std::string> indicators;
};

// What an item of an operational plan takes from an element.
struct DerivedItem {
  std::string element;
  std::string code;
  TextByLanguage title;
  std::string owner_unit;
  bool is_owner = false;  // the unit, or one within it, answers for it; else it contributes
  std::optional<absl::CivilDay> start;
  std::optional<absl::CivilDay> end;
  std::optional<absl::CivilDay> completed_on;
  std::vector<PlannedMilestone> milestones;  // due in the year, not withdrawn; by day, then by id
  std::vector<std::string> indicators;

  friend bool operator==(const DerivedItem&, const DerivedItem&) = default;
};

// The unit and all that are part of it. `parents` has the unit above each unit; it has no cycle.
std::set<std::string> UnitWithParts(const std::string& unit,
                                    const std::map<std::string, std::string>& parents);

// The ACTIONs that one of `units` owns or contributes to, that overlap the year, and that are not
// dropped, nor below an element that is. An action lasts from its start to its completion, or else
// to its end. In natural order of their codes.
std::vector<DerivedItem> DeriveItems(const std::vector<PlannedElement>& elements,
                                     const std::set<std::string>& units, int year);

// How an item differs from what it took before.
struct ItemChange {
  enum class Kind { kNew, kChanged, kGone };
  Kind kind;
  std::string element;
  std::vector<std::string> fields;  // of kChanged: "title", "end_date" ..., in the contract's order

  friend bool operator==(const ItemChange&, const ItemChange&) = default;
};

// The differences, in natural order of codes. `before` and `after` each name an element once.
std::vector<ItemChange> CompareItems(const std::vector<DerivedItem>& before,
                                     const std::vector<DerivedItem>& after);

}  // namespace athena::plan

#endif  // ATHENA_SERVICES_PLAN_OPERATIONS_DERIVATION_RULES_H_
