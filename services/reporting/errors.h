#ifndef ATHENA_SERVICES_REPORTING_ERRORS_H_
#define ATHENA_SERVICES_REPORTING_ERRORS_H_

#include <cstddef>
#include <string>

#include "absl/status/status.h"

// The errors of the reporting service. libs/status has those of every service.
namespace athena::reporting {

// INVALID_ARGUMENT, PERIOD_OUTSIDE_PLAN: the plan does not include the quarter.
absl::Status PeriodOutsidePlan(const std::string& quarter, const std::string& first,
                               const std::string& last);
// FAILED_PRECONDITION, ENGINE_VERSION_UNAVAILABLE: the basis was scored by other rules.
absl::Status EngineVersionUnavailable(const std::string& asked, const std::string& available);
// FAILED_PRECONDITION, PLAN_TOO_LARGE: more indicators and slices, times quarters, than can be read
// at once.
absl::Status PlanTooLarge(const std::string& plan, size_t selections, size_t quarters);
// RESOURCE_EXHAUSTED, ANSWER_TOO_LARGE, naming the fields that make an answer smaller. Without
// RetryInfo, since asking again does not help.
absl::Status AnswerTooLarge(size_t bytes);
// RESOURCE_EXHAUSTED, EXPORT_TOO_LARGE, likewise: of a scorecard to be written to a file.
absl::Status ExportTooLarge(size_t bytes);
// FAILED_PRECONDITION, TOO_MANY_INDICATORS: more are behind a scorecard than can be exported.
absl::Status TooManyIndicators(const std::string& scorecard, size_t indicators);
// FAILED_PRECONDITION, COLUMN_NAME_TAKEN: a dimension has the name of another column of SDMX-CSV.
absl::Status ColumnNameTaken(const std::string& indicator, const std::string& dimension);
// FAILED_PRECONDITION, QUARTER_OPEN: the quarter of the plan's institution is not closed.
absl::Status QuarterOpen(const std::string& institution, const std::string& quarter);
// FAILED_PRECONDITION, SIGNING_KEY_MISSING: the service has no key to sign with.
absl::Status SigningKeyMissing();
// FAILED_PRECONDITION, DOCUMENT_TOO_LARGE.
absl::Status DocumentTooLarge(const std::string& scorecard, size_t bytes);
// FAILED_PRECONDITION, NEVER_CLOSED: as_of.closing of a quarter that was never closed.
absl::Status NeverClosed(const std::string& institution, const std::string& quarter);
// UNAVAILABLE, DEPENDENCY_UNAVAILABLE, with RetryInfo: `service` ("plan", "indicator") did not
// answer, or not in time.
absl::Status DependencyUnavailable(const std::string& service, const std::string& why);

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_ERRORS_H_
