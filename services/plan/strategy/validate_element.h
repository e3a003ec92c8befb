#ifndef ATHENA_SERVICES_PLAN_STRATEGY_VALIDATE_ELEMENT_H_
#define ATHENA_SERVICES_PLAN_STRATEGY_VALIDATE_ELEMENT_H_

#include <string_view>

#include "athena/plan/v1/plan.pb.h"
#include "libs/status/status.h"

namespace athena::plan {

// What the fields of an element may hold, as far as the message shows it by itself. Faults are
// added under `path` ("requests[17].element"). Output-only fields do not count. `plan` is the name
// of the plan it belongs to; empty when that is not known. Pure and thread-safe.
void CheckElement(std::string_view path, std::string_view plan, const v1::Element& element,
                  status::FieldFaults* faults);

// parent_element of an element, or of a move: in the same plan, or empty.
void CheckParentElement(std::string_view field, std::string_view plan, std::string_view parent,
                        status::FieldFaults* faults);
void CheckElementCode(std::string_view field, std::string_view code, status::FieldFaults* faults);

}  // namespace athena::plan

#endif  // ATHENA_SERVICES_PLAN_STRATEGY_VALIDATE_ELEMENT_H_
