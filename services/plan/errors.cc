#include "services/plan/errors.h"

#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "libs/status/status.h"
#include "services/plan/limits.h"

namespace athena::plan {
namespace {

// absl::string_view may be a type of its own.
absl::string_view View(std::string_view text) { return {text.data(), text.size()}; }

// `kind` is the key of what is in use: "unit".
absl::Status InUse(std::string_view reason, std::string_view kind, std::string_view used,
                   std::string_view user) {
  return status::Precondition(
      reason,
      absl::StrCat(View(used), " cannot be deleted: ", View(user), " names it; change that first"),
      user, {{kind, used}, {"user", user}});
}

}  // namespace

absl::Status UnitInUse(std::string_view unit, std::string_view user) {
  return InUse("UNIT_IN_USE", "unit", unit, user);
}

absl::Status ElementInUse(std::string_view element, std::string_view user) {
  return InUse("ELEMENT_IN_USE", "element", element, user);
}

absl::Status RiskInUse(std::string_view risk, std::string_view user) {
  return InUse("RISK_IN_USE", "risk", risk, user);
}

absl::Status PlanClosed(std::string_view plan) {
  return status::Precondition("PLAN_CLOSED",
                              absl::StrCat(View(plan), " is CLOSED: it can be read, not changed"),
                              plan, {{"plan", plan}});
}

absl::Status PlanNotDraft(std::string_view plan, std::string_view what) {
  return status::Precondition("PLAN_NOT_DRAFT",
                              absl::StrCat(View(plan), " cannot ", View(what),
                                           ": only a DRAFT plan can; an ACTIVE one can be closed"),
                              plan, {{"plan", plan}});
}

absl::Status PlanNotActive(std::string_view plan) {
  return status::Precondition(
      "PLAN_NOT_ACTIVE", absl::StrCat(View(plan), " cannot be closed: only an ACTIVE plan can"),
      plan, {{"plan", plan}});
}

absl::Status FirstQuarterFixed(std::string_view plan, std::string_view first_quarter) {
  return status::Precondition(
      "FIRST_QUARTER_FIXED",
      absl::StrCat(View(plan), " is in force: its first_quarter stays ", View(first_quarter)), plan,
      {{"plan", plan}, {"firstQuarter", first_quarter}});
}

absl::Status ElementsAfterPlan(std::string_view last_quarter, std::string_view element) {
  return status::Precondition(
      "ELEMENTS_AFTER_PLAN",
      absl::StrCat("the plan cannot end with ", View(last_quarter), ": ", View(element),
                   " begins after it; change its start_date first"),
      element, {{"lastQuarter", last_quarter}, {"element", element}});
}

absl::Status MilestoneDue(std::string_view element, absl::Span<const std::string> refused) {
  return status::Precondition(
      "MILESTONE_DUE",
      absl::StrCat(View(element), ": ", absl::StrJoin(refused, ", "),
                   "; the plan is ACTIVE and the due day is over, so a milestone can be done "
                   "(done_date) or withdrawn (withdrawn_on, with a reason), nothing else"),
      element, {{"element", element}});
}

absl::Status MilestoneDueOfDeleted(std::string_view element,
                                   absl::Span<const std::string> refused) {
  return status::Precondition(
      "MILESTONE_DUE",
      absl::StrCat(View(element), " cannot be deleted: with it ", absl::StrJoin(refused, ", "),
                   "; the plan is ACTIVE and the due day is over; set its state to CANCELLED"),
      element, {{"element", element}});
}

absl::Status ElementCodeTaken(std::string_view code, std::string_view holder) {
  return status::Refusal(absl::StatusCode::kAlreadyExists, "ELEMENT_CODE_TAKEN",
                         absl::StrCat("code ", View(code), " is that of ", View(holder),
                                      ": a code is unique within its plan"),
                         {{"code", code}, {"element", holder}});
}

absl::Status BudgetLineInUse(std::string_view line, std::string_view quarter,
                             std::string_view what) {
  return status::Precondition(
      "BUDGET_LINE_IN_USE",
      absl::StrCat(View(line), " cannot ", View(what), ": amounts of ", View(quarter),
                   " are stored for it; retract all its amounts first"),
      line, {{"budgetLine", line}, {"quarter", quarter}});
}

absl::Status AmountsLocked(std::string_view institution, absl::Span<const std::string> quarters,
                           int64_t locked) {
  std::vector<std::string> closings;
  for (const std::string& quarter : quarters) {
    closings.push_back(absl::StrCat("institutions/", View(institution), "/closings/", quarter));
  }
  const std::string first = quarters.empty() ? "" : quarters.front();
  const std::string count = std::to_string(locked);
  return status::Precondition(
      "PERIOD_CLOSED",
      absl::StrCat("rows that would change amounts of a closed quarter: ", count,
                   ", want none; closed quarters: ", quarters.size(), ", the first of them ", first,
                   ": leave these rows out, push with partial to store the others, or give a "
                   "correction_reason if you may correct"),
      std::vector<std::string_view>(closings.begin(), closings.end()),
      {{"quarter", first}, {"locked", count}});
}

absl::Status PushIdReused(std::string_view push_id, int64_t revision) {
  const std::string at = std::to_string(revision);
  return status::Refusal(
      absl::StatusCode::kAlreadyExists, "PUSH_ID_REUSED",
      absl::StrCat("push_id ", status::Printable(push_id), " came before, at revision ", at,
                   ", with other content: send other content under another push_id"),
      {{"pushId", push_id}, {"revision", at}});
}

absl::Status CodeTaken(std::string_view code, std::string_view holder) {
  return status::Refusal(
      absl::StatusCode::kAlreadyExists, "CODE_TAKEN",
      absl::StrCat("code ", View(code), " is that of ", View(holder), ": give another one"),
      {{"code", code}, {"holder", holder}});
}

absl::Status ElementHasChildren(std::string_view element, size_t below) {
  return status::Precondition(
      "ELEMENT_HAS_CHILDREN",
      absl::StrCat(View(element), " has ", below, " below it: set force to delete them too"),
      element, {{"element", element}, {"below", std::to_string(below)}});
}

absl::Status ElementKindBelow(std::string_view element, std::string_view child) {
  return status::Precondition(
      "ELEMENT_KIND_BELOW",
      absl::StrCat(View(element), " cannot become finer than what is below it: ", View(child),
                   " is coarser than the kind asked for"),
      child, {{"element", element}, {"child", child}});
}

absl::Status NotAReporter(std::string_view subject, std::string_view element) {
  return status::Refusal(
      absl::StatusCode::kPermissionDenied, "NOT_A_REPORTER",
      absl::StrCat(View(subject), " may not report on ", View(element),
                   ": its reporters do not name that subject; a planner can add it"),
      {{"subject", subject}, {"element", element}});
}

absl::Status ReportAuthor(std::string_view subject, std::string_view report) {
  return status::Refusal(
      absl::StatusCode::kPermissionDenied, "REPORT_AUTHOR",
      absl::StrCat(View(subject), " may not validate or return ", View(report),
                   ", which it created, changed or submitted: another validator has to"),
      {{"subject", subject}, {"report", report}});
}

absl::Status ReportState(std::string_view report, std::string_view state, std::string_view refused,
                         std::string_view allowed) {
  return status::Precondition("REPORT_STATE",
                              absl::StrCat(View(report), " is ", View(state), " and cannot be ",
                                           View(refused), ": it can be ", View(allowed)),
                              report, {{"report", report}, {"state", state}, {"allowed", allowed}});
}

absl::Status ReportIncomplete(std::string_view report, std::string_view field,
                              std::string_view what) {
  return status::Precondition(
      "REPORT_INCOMPLETE",
      absl::StrCat(View(report), " cannot be submitted without ", View(field), ": the report of ",
                   View(what), " needs it"),
      report, {{"report", report}, {"field", field}});
}

absl::Status QuarterClosed(std::string_view quarter, std::string_view report) {
  return status::Precondition(
      "PERIOD_CLOSED",
      absl::StrCat(View(quarter), " is closed, and with it ", View(report),
                   ": give a correction_reason if you may correct (role corrector)"),
      report, {{"quarter", quarter}, {"report", report}});
}

absl::Status OperationalPlanState(std::string_view plan, std::string_view state,
                                  std::string_view refused, std::string_view allowed) {
  return status::Precondition("OPERATIONAL_PLAN_STATE",
                              absl::StrCat(View(plan), " is ", View(state), ": it cannot be ",
                                           View(refused), "; it can be ", View(allowed)),
                              plan, {{"operationalPlan", plan}, {"state", state}});
}

absl::Status OperationalPlanAuthor(std::string_view subject, std::string_view plan) {
  return status::Refusal(absl::StatusCode::kPermissionDenied, "OPERATIONAL_PLAN_AUTHOR",
                         absl::StrCat(View(subject), " may not approve or return ", View(plan),
                                      ": whoever derived, changed or submitted it may not"),
                         {{"subject", subject}, {"operationalPlan", plan}});
}

absl::Status OperationalPlanTooLarge(std::string_view unit, int items, size_t bytes) {
  return status::Precondition(
      "OPERATIONAL_PLAN_TOO_LARGE",
      absl::StrCat("the operational plan of ", View(unit), " would have ", items, " items and ",
                   bytes, " bytes; it can have ", kMaxOperationalItems, " items and ",
                   kMaxOperationalPlanBytes, " bytes: make plans of smaller units"),
      unit, {{"unit", unit}, {"items", std::to_string(items)}});
}

}  // namespace athena::plan
