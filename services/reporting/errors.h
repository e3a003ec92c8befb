#ifndef ATHENA_SERVICES_REPORTING_ERRORS_H_
#define ATHENA_SERVICES_REPORTING_ERRORS_H_

#include <cstddef>
#include <string_view>

#include "absl/status/status.h"

// The errors of the reporting service. libs/status has those of every service.
namespace athena::reporting {

// INVALID_ARGUMENT, PERIOD_OUTSIDE_PLAN: the plan does not include the quarter.
absl::Status PeriodOutsidePlan(std::string_view quarter, std::string_view first,
                               std::string_view last);
// FAILED_PRECONDITION, ENGINE_VERSION_UNAVAILABLE: the basis was scored by other rules.
absl::Status EngineVersionUnavailable(std::string_view asked, std::string_view available);
// FAILED_PRECONDITION, PLAN_TOO_LARGE: more indicators and slices than can be read at once.
absl::Status PlanTooLarge(std::string_view plan, size_t selections);
// RESOURCE_EXHAUSTED, ANSWER_TOO_LARGE, naming the fields that make an answer smaller. Without
// RetryInfo, since asking again does not help.
absl::Status AnswerTooLarge(size_t bytes);
// UNAVAILABLE, DEPENDENCY_UNAVAILABLE, with RetryInfo: `service` ("plan", "indicator") did not
// answer, or not in time.
absl::Status DependencyUnavailable(std::string_view service, std::string_view why);

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_ERRORS_H_
