#ifndef ATHENA_SERVICES_PLAN_OPERATIONS_OPERATIONAL_ITEMS_H_
#define ATHENA_SERVICES_PLAN_OPERATIONS_OPERATIONAL_ITEMS_H_

#include <string>
#include <string_view>
#include <vector>

#include "athena/plan/v1/operational_plan.pb.h"
#include "athena/plan/v1/plan.pb.h"
#include "libs/status/status.h"
#include "services/plan/operations/derivation_rules.h"

// The items of an operational plan as messages: what they take from the strategic plan, and what
// was entered in them. Pure and thread-safe.
namespace athena::plan {

PlannedElement PlannedOf(const v1::Element& element);

// What the items took from the strategic plan, those that are gone left out.
std::vector<DerivedItem> DerivedOf(const v1::OperationalPlan& plan);

// Whether staff, money or notes were entered.
bool HasEntries(const v1::OperationalItem& item);

// Makes the items those of `derived`. What was entered stays; an item that is not derived is taken
// out, or marked as gone where something was entered. Sets the totals.
void TakeOver(const std::vector<DerivedItem>& derived, v1::OperationalPlan* plan);

// Gives each item what the one of `before` with its element took from the strategic plan, and puts
// them in that order. An item that `before` does not have stays where it is. Sets the totals.
void KeepDerived(const v1::OperationalPlan& before, v1::OperationalPlan* plan);

// What may be entered. Faults are added under `path`; `parent` is the name of the strategic plan,
// empty when it is not known.
void CheckOperationalPlan(std::string_view path, std::string_view parent,
                          const v1::OperationalPlan& plan, status::FieldFaults* faults);

// An update has the items that are there, but for those that are gone.
void CheckSameItems(std::string_view path, const v1::OperationalPlan& before,
                    const v1::OperationalPlan& after, status::FieldFaults* faults);

}  // namespace athena::plan

#endif  // ATHENA_SERVICES_PLAN_OPERATIONS_OPERATIONAL_ITEMS_H_
