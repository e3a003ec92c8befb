#ifndef ATHENA_SERVICES_PLAN_STRATEGY_ELEMENT_CHECKS_H_
#define ATHENA_SERVICES_PLAN_STRATEGY_ELEMENT_CHECKS_H_

#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/time/civil_time.h"
#include "athena/plan/v1/plan.pb.h"
#include "libs/resource/kind.h"
#include "libs/status/status.h"
#include "libs/versioned/store.h"
#include "services/plan/strategy/tree_rules.h"

// Checks of an element that need the database: the resources it names exist, it begins within its
// plan, its place in the tree is allowed, and so are the changes of its dates.
namespace athena::plan {

// Checks elements of one plan within one edit; looks each unit up once. An error is a fault of the
// storage: what is wrong with an element is a fault of its field.
class ReferenceChecks {
 public:
  ReferenceChecks(const versioned::Edit& edit, const v1::Plan& plan) : edit_(edit), plan_(plan) {}

  // Owner unit and contributors (those of its own institution) exist; it does not begin after the
  // plan's last quarter.
  absl::Status Check(const resource::Change<v1::Element>& change, status::FieldFaults* faults);

 private:
  absl::Status CheckUnitExists(const std::string& field, const std::string& unit,
                               status::FieldFaults* faults);

  const versioned::Edit& edit_;
  const v1::Plan& plan_;
  absl::flat_hash_map<std::string, bool> exists_;  // by unit id
};

// Gives each milestone the output-only fields of the stored one with its id. One that is new is
// marked when the plan is ACTIVE.
absl::Status FillMilestones(const versioned::Edit& edit, const v1::Element* before,
                            v1::Element* element);

// Judges what a change does to dates, on the day `today` of the institution: original dates are
// declared while the plan is a DRAFT; a milestone is not withdrawn in the future, nor before a due
// day that it missed.
void CheckDatesKept(const v1::Plan& plan, absl::CivilDay today,
                    const resource::Change<v1::Element>& change, status::FieldFaults* faults);

// Judges what a change does to the life of an element of an ACTIVE plan (rules/lifecycle.h), on the
// day `today` of the institution.
void CheckLifeKept(const v1::Plan& plan, absl::CivilDay today, bool has_reason,
                   const resource::Change<v1::Element>& change, status::FieldFaults* faults);

// FAILED_PRECONDITION (MILESTONE_DUE) when a milestone of an ACTIVE plan whose due day is over
// would be moved, removed or made uncritical. `after` is null when the element is deleted.
absl::Status CheckMilestonesKept(const v1::Plan& plan, absl::CivilDay today,
                                 const v1::Element& before, const v1::Element* after);

// What CheckPlace says of an element that is to stand below `element.parent_element`, as a fault of
// one of these fields.
void AddMisplaced(Misplaced misplaced, const v1::Element& element, std::string_view parent_field,
                  std::string_view kind_field, status::FieldFaults* faults);

// Where the element stands, by its fields.
Place PlaceOf(const v1::Element& element);

}  // namespace athena::plan

#endif  // ATHENA_SERVICES_PLAN_STRATEGY_ELEMENT_CHECKS_H_
