#ifndef ATHENA_SERVICES_REPORTING_ERRORS_H_
#define ATHENA_SERVICES_REPORTING_ERRORS_H_

#include <cstddef>
#include <string_view>

#include "absl/status/status.h"

// The errors of the reporting service, beside those that every service has (libs/status).
namespace athena::reporting {

// INVALID_ARGUMENT, PERIOD_OUTSIDE_PLAN: the quarter is none of the plan's.
absl::Status PeriodOutsidePlan(std::string_view quarter, std::string_view first,
                               std::string_view last);
// FAILED_PRECONDITION, ENGINE_VERSION_UNAVAILABLE: the basis was made by other rules.
absl::Status EngineVersionUnavailable(std::string_view asked, std::string_view available);
// FAILED_PRECONDITION, PLAN_TOO_LARGE: more indicators and slices than can be read at once.
absl::Status PlanTooLarge(std::string_view plan, size_t selections);
// RESOURCE_EXHAUSTED, ANSWER_TOO_LARGE, naming what makes an answer smaller. No RetryInfo: asking
// again does not help.
absl::Status AnswerTooLarge(size_t bytes);
// UNAVAILABLE, DEPENDENCY_UNAVAILABLE, with RetryInfo: `service` ("plan", "indicator") did not
// answer, or not in time.
absl::Status DependencyUnavailable(std::string_view service, std::string_view why);

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_ERRORS_H_
