#ifndef ATHENA_SERVICES_PLAN_ERRORS_H_
#define ATHENA_SERVICES_PLAN_ERRORS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/types/span.h"

// The errors of the plan service, beside those that every service has (libs/status). Units,
// plans and elements are resource names.
namespace athena::plan {

// FAILED_PRECONDITION, UNIT_IN_USE: `user`, another resource, names it.
absl::Status UnitInUse(std::string_view unit, std::string_view user);
// FAILED_PRECONDITION, ELEMENT_IN_USE: `user`, a risk, process or budget line, names it.
absl::Status ElementInUse(std::string_view element, std::string_view user);
// FAILED_PRECONDITION, RISK_IN_USE: `user`, a process, names it.
absl::Status RiskInUse(std::string_view risk, std::string_view user);
// FAILED_PRECONDITION, PLAN_CLOSED: it can only be read.
absl::Status PlanClosed(std::string_view plan);
// FAILED_PRECONDITION, PLAN_NOT_DRAFT: `what` is what only a DRAFT plan takes ("be deleted").
absl::Status PlanNotDraft(std::string_view plan, std::string_view what);
// FAILED_PRECONDITION, PLAN_NOT_ACTIVE: only an ACTIVE plan is closed.
absl::Status PlanNotActive(std::string_view plan);
// FAILED_PRECONDITION, FIRST_QUARTER_FIXED: the plan is in force.
absl::Status FirstQuarterFixed(std::string_view plan, std::string_view first_quarter);
// FAILED_PRECONDITION, ELEMENTS_AFTER_PLAN: `element` begins after the last quarter asked for.
absl::Status ElementsAfterPlan(std::string_view last_quarter, std::string_view element);
// FAILED_PRECONDITION, MILESTONE_DUE: the due day of milestones of `element` is over. `refused`
// says of each what was asked: "m1 (due 2026-03-31) is moved to 2026-12-31".
absl::Status MilestoneDue(std::string_view element, absl::Span<const std::string> refused);
// The same for an element that was to be deleted.
absl::Status MilestoneDueOfDeleted(std::string_view element, absl::Span<const std::string> refused);
// ALREADY_EXISTS, ELEMENT_CODE_TAKEN: `holder` has the code.
absl::Status ElementCodeTaken(std::string_view code, std::string_view holder);
// FAILED_PRECONDITION, BUDGET_LINE_IN_USE: amounts of `quarter` are stored for the line, which
// cannot `what` ("be deleted").
absl::Status BudgetLineInUse(std::string_view line, std::string_view quarter,
                             std::string_view what);
// FAILED_PRECONDITION, PERIOD_CLOSED: `locked` rows would change amounts of these quarters of the
// institution (an id), which are closed.
absl::Status AmountsLocked(std::string_view institution, absl::Span<const std::string> quarters,
                           int64_t locked);
// ALREADY_EXISTS, PUSH_ID_REUSED: the sender's push_id came before, at that revision, with other
// content.
absl::Status PushIdReused(std::string_view push_id, int64_t revision);
// ALREADY_EXISTS, CODE_TAKEN: `holder`, another resource of the same kind, has the code.
absl::Status CodeTaken(std::string_view code, std::string_view holder);
// FAILED_PRECONDITION, ELEMENT_HAS_CHILDREN.
absl::Status ElementHasChildren(std::string_view element, size_t below);
// FAILED_PRECONDITION, ELEMENT_KIND_BELOW: the kind asked for is finer than that of `child`, which
// stands below the element.
absl::Status ElementKindBelow(std::string_view element, std::string_view child);
// PERMISSION_DENIED, NOT_A_REPORTER: the element's reporters do not name `subject`.
absl::Status NotAReporter(std::string_view subject, std::string_view element);
// PERMISSION_DENIED, REPORT_AUTHOR: `subject` is among the report's authors.
absl::Status ReportAuthor(std::string_view subject, std::string_view report);
// FAILED_PRECONDITION, REPORT_STATE: the report is `state` ("SUBMITTED"), in which it cannot be
// `refused` ("changed") but `allowed` ("validated or returned").
absl::Status ReportState(std::string_view report, std::string_view state, std::string_view refused,
                         std::string_view allowed);
// FAILED_PRECONDITION, REPORT_INCOMPLETE: it has no `field`, which the report of `what` ("an
// ACTION") needs.
absl::Status ReportIncomplete(std::string_view report, std::string_view field,
                              std::string_view what);
// FAILED_PRECONDITION, PERIOD_CLOSED: the quarter of a report is closed.
absl::Status QuarterClosed(std::string_view quarter, std::string_view report);

// FAILED_PRECONDITION, OPERATIONAL_PLAN_STATE: the plan is `state` ("SUBMITTED"), in which it
// cannot be `refused` ("changed") but `allowed` ("approved or returned").
absl::Status OperationalPlanState(std::string_view plan, std::string_view state,
                                  std::string_view refused, std::string_view allowed);
// PERMISSION_DENIED, OPERATIONAL_PLAN_AUTHOR: `subject` is among the plan's authors.
absl::Status OperationalPlanAuthor(std::string_view subject, std::string_view plan);
// FAILED_PRECONDITION, OPERATIONAL_PLAN_TOO_LARGE: what `unit` has to do in the year takes so many
// items and bytes.
absl::Status OperationalPlanTooLarge(std::string_view unit, int items, size_t bytes);

}  // namespace athena::plan

#endif  // ATHENA_SERVICES_PLAN_ERRORS_H_
