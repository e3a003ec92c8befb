#ifndef ATHENA_SERVICES_PLAN_STRATEGY_VALIDATE_PLAN_H_
#define ATHENA_SERVICES_PLAN_STRATEGY_VALIDATE_PLAN_H_

#include <string_view>

#include "athena/plan/v1/plan.pb.h"
#include "libs/status/status.h"

// What the fields of a plan may hold, as far as the message shows it by itself. Faults are added
// under `path` ("plan"): "plan.title.text[nl]". Output-only fields do not count. Pure and
// thread-safe.
namespace athena::plan {

void CheckPlan(std::string_view path, const v1::Plan& plan, status::FieldFaults* faults);

}  // namespace athena::plan

#endif  // ATHENA_SERVICES_PLAN_STRATEGY_VALIDATE_PLAN_H_
