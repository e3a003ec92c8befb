#ifndef ATHENA_SERVICES_PLAN_VALIDATE_H_
#define ATHENA_SERVICES_PLAN_VALIDATE_H_

#include <string_view>

#include "athena/plan/v1/institution.pb.h"
#include "athena/plan/v1/plan.pb.h"
#include "libs/status/status.h"
#include "services/plan/names.h"

// What the fields of institutions, units and plans may hold, as far as a message shows it by
// itself. Faults are added under `path` ("plan"): "plan.title.text[nl]". Output-only fields do not
// count. Pure and thread-safe (time zones are looked up in the system's database).
namespace athena::plan {

// An empty time_zone is none: the handler has filled in the default.
void CheckInstitution(std::string_view path, const v1::Institution& institution,
                      status::FieldFaults* faults);
// `name`: the unit's own; nullptr when it is none.
void CheckUnit(std::string_view path, const UnitName* name, const v1::Unit& unit,
               status::FieldFaults* faults);
void CheckPlan(std::string_view path, const v1::Plan& plan, status::FieldFaults* faults);

}  // namespace athena::plan

#endif  // ATHENA_SERVICES_PLAN_VALIDATE_H_
