#ifndef ATHENA_SERVICES_PLAN_FOLLOW_UP_VALIDATE_REPORT_H_
#define ATHENA_SERVICES_PLAN_FOLLOW_UP_VALIDATE_REPORT_H_

#include <string_view>

#include "athena/plan/v1/progress_report.pb.h"
#include "libs/status/status.h"

namespace athena::plan {

// What is wrong with a progress report by itself.
void CheckProgressReport(std::string_view path, const v1::ProgressReport& report,
                         status::FieldFaults* faults);

}  // namespace athena::plan

#endif  // ATHENA_SERVICES_PLAN_FOLLOW_UP_VALIDATE_REPORT_H_
