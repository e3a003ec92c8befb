#include "services/plan/follow_up/due_reports.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/fields/fields.h"
#include "libs/filter/filter.h"
#include "libs/order/natural.h"
#include "libs/paging/page.h"
#include "libs/paging/take_page.h"
#include "libs/period/period.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "libs/status/storage.h"
#include "libs/versioned/store.h"
#include "services/plan/follow_up/report_rules.h"
#include "services/plan/strategy/elements.h"

namespace athena::plan {
namespace {

using versioned::Snapshot;

std::optional<absl::CivilDay> DayIf(bool is_set, const common::v1::Date& date) {
  return is_set ? fields::DayOf(date) : std::nullopt;
}

// What the rules read of elements, in their order.
std::vector<ReportedElement> ToRules(const std::vector<v1::Element>& elements) {
  std::map<std::string_view, int> places;
  for (size_t i = 0; i < elements.size(); ++i) places[elements[i].name()] = static_cast<int>(i);
  std::vector<ReportedElement> rows;
  rows.reserve(elements.size());
  for (const v1::Element& element : elements) {
    ReportedElement& row = rows.emplace_back();
    if (const auto above = places.find(element.parent_element()); above != places.end()) {
      row.parent = above->second;
    }
    row.is_action = element.kind() == v1::Element::KIND_ACTION;
    row.start = DayIf(element.has_start_date(), element.start_date());
    row.end = DayIf(element.has_end_date(), element.end_date());
    row.completed_on = DayIf(element.has_completed_on(), element.completed_on());
    row.deferred_on = DayIf(element.has_deferred_on(), element.deferred_on());
    row.resumed_on = DayIf(element.has_resumed_on(), element.resumed_on());
    row.cancelled_on = DayIf(element.has_cancelled_on(), element.cancelled_on());
  }
  return rows;
}

v1::DueProgressReport::State StateOf(const v1::ProgressReport& report) {
  using Due = v1::DueProgressReport;
  switch (report.state()) {
    case v1::ProgressReport::STATE_SUBMITTED:
      return Due::STATE_SUBMITTED;
    case v1::ProgressReport::STATE_VALIDATED:
      return Due::STATE_VALIDATED;
    case v1::ProgressReport::STATE_RETURNED:
      return Due::STATE_RETURNED;
    default:
      return Due::STATE_DRAFT;
  }
}

// The day that lateness is judged on: that of the point in history that is read.
absl::StatusOr<absl::CivilDay> DayOfRead(const Snapshot& snapshot, const common::v1::AsOf& as_of,
                                         absl::Time now) {
  absl::Time time = now;
  if (as_of.has_revision()) time = snapshot.revision_time();
  if (as_of.has_time()) time = fields::TimeOf(as_of.time()).value_or(now);
  return LocalDay(snapshot, time);
}

// The row of an element whose report is expected. `report` is null when there is none.
absl::StatusOr<v1::DueProgressReport> RowOf(const Snapshot& snapshot, const v1::Element& element,
                                            const std::string& name,
                                            const v1::ProgressReport* report, absl::CivilDay due,
                                            absl::CivilDay today) {
  v1::DueProgressReport row;
  row.set_progress_report(name);
  row.set_element(element.name());
  row.set_code(element.code());
  *row.mutable_title() = element.title();
  row.set_owner_unit(element.owner_unit());
  row.set_lead(element.lead());
  *row.mutable_reporters() = element.reporters();
  *row.mutable_due_date() = fields::DateOf(due);
  row.set_state(report == nullptr ? v1::DueProgressReport::STATE_MISSING : StateOf(*report));
  absl::CivilDay handed_in = today;
  if (row.state() == v1::DueProgressReport::STATE_SUBMITTED ||
      row.state() == v1::DueProgressReport::STATE_VALIDATED) {
    ATHENA_ASSIGN_OR_RETURN(
        handed_in,
        LocalDay(snapshot, fields::TimeOf(report->submit_time()).value_or(absl::InfinitePast())));
  }
  row.set_late(handed_in > due);
  if (report != nullptr && report->has_percent_complete()) {
    row.set_percent_complete(report->percent_complete());
  }
  return row;
}

// Those that are expected and that the filter lets through, in the order of the elements' codes.
absl::StatusOr<std::vector<v1::DueProgressReport>> ReadRows(const Snapshot& snapshot,
                                                            const ResourceName& plan_name,
                                                            const Period quarter,
                                                            absl::CivilDay today,
                                                            const Filter& filter) {
  ATHENA_ASSIGN_OR_RETURN(const auto plan, snapshot.Find<v1::Plan>(kPlans, plan_name.key()));
  if (!plan.has_value()) return status::NotFound(plan_name.text);
  ATHENA_ASSIGN_OR_RETURN(const Period first, Period::Parse(plan->first_quarter()));
  ATHENA_ASSIGN_OR_RETURN(const Period last, Period::Parse(plan->last_quarter()));
  if (quarter < first || last < quarter) {
    return status::InvalidField("quarter", quarter.ToString(),
                                absl::StrCat("a quarter of the plan, ", plan->first_quarter(),
                                             " to ", plan->last_quarter()));
  }
  std::optional<Period> expected_from;
  if (!plan->progress_expected_from().empty()) {
    ATHENA_ASSIGN_OR_RETURN(expected_from, Period::Parse(plan->progress_expected_from()));
  }
  ATHENA_ASSIGN_OR_RETURN(std::vector<v1::Element> elements,
                          snapshot.List<v1::Element>(kElements, plan_name.key() + "/"));
  std::sort(elements.begin(), elements.end(), ElementKind::Less);
  const std::vector<bool> expected =
      ExpectReports(ToRules(elements), expected_from, quarter, today);

  std::vector<const v1::Element*> reported;
  std::vector<ResourceName> names;
  std::vector<std::string> keys;
  for (size_t i = 0; i < elements.size(); ++i) {
    if (!expected[i]) continue;
    reported.push_back(&elements[i]);
    std::vector<std::string> ids = kElementName.Match(elements[i].name())->ids;
    ids.push_back(quarter.ToString());
    names.push_back(kProgressReportName.Of(std::move(ids)));
    keys.push_back(names.back().key());
  }
  ATHENA_ASSIGN_OR_RETURN(const auto reports,
                          snapshot.FindMany<v1::ProgressReport>(kProgressReports, keys));
  ATHENA_ASSIGN_OR_RETURN(const int delay_days, ReportDelayDays(snapshot));
  const absl::CivilDay due = ReportDueDate(quarter, delay_days);
  std::vector<v1::DueProgressReport> rows;
  for (size_t i = 0; i < reported.size(); ++i) {
    ATHENA_ASSIGN_OR_RETURN(v1::DueProgressReport row,
                            RowOf(snapshot, *reported[i], names[i].text,
                                  reports[i].has_value() ? &*reports[i] : nullptr, due, today));
    if (filter.Matches(row)) rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace

absl::StatusOr<v1::ListDueProgressReportsResponse> DueReports::List(
    const auth::Principal& principal, const v1::ListDueProgressReportsRequest& request) const {
  status::FieldFaults faults;
  const auto plan = kPlanName.Read("parent", request.parent(), &faults);
  if (plan.has_value()) {
    ATHENA_RETURN_IF_ERROR(resources_.RequireReader(
        principal, *plans_, *plan, absl::StrCat("read progress reports of ", plan->text)));
  }
  if (request.quarter().empty()) {
    faults.Missing("quarter", "a quarter, \"2026-Q1\"");
  } else if (!IsQuarter(request.quarter())) {
    faults.Add("quarter", request.quarter(), "a quarter, \"2026-Q1\"");
  }
  const size_t size = PageSize(request.page_size(), {}, &faults);
  ATHENA_RETURN_IF_ERROR(faults.ToStatus());
  ATHENA_ASSIGN_OR_RETURN(const Filter filter,
                          Filter::Parse(request.filter(), v1::DueProgressReport::descriptor()));
  ATHENA_ASSIGN_OR_RETURN(const PagePosition from, tokens_.Open(request));
  ATHENA_ASSIGN_OR_RETURN(const Period quarter, Period::Parse(request.quarter()));

  v1::ListDueProgressReportsResponse response;
  const absl::Time now = resources_.clock().Now();
  const auto read = [&](const Snapshot& snapshot) -> absl::Status {
    ATHENA_ASSIGN_OR_RETURN(const absl::CivilDay today, DayOfRead(snapshot, request.as_of(), now));
    ATHENA_ASSIGN_OR_RETURN(std::vector<v1::DueProgressReport> rows,
                            ReadRows(snapshot, *plan, quarter, today, filter));
    const std::string last = TakePage(
        std::move(rows), from.position, size,
        [](const v1::DueProgressReport& row) -> const std::string& { return row.code(); },
        NaturalLess, response.mutable_due_progress_reports());
    response.set_revision(snapshot.revision());
    if (!last.empty()) {
      response.set_next_page_token(tokens_.Seal(request, {snapshot.revision(), last}));
    }
    return absl::OkStatus();
  };
  ATHENA_RETURN_IF_ERROR(status::FromStorage(
      resources_.store().ReadPage(plan->institution(), from.revision, request.as_of(), now, read)));
  return response;
}

}  // namespace athena::plan
