#include "services/plan/follow_up/progress_reports.h"

#include <google/protobuf/util/message_differencer.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/auth/principal.h"
#include "libs/fields/fields.h"
#include "libs/period/period.h"
#include "libs/status/macros.h"
#include "libs/versioned/store.h"
#include "services/plan/errors.h"
#include "services/plan/follow_up/report_rules.h"
#include "services/plan/follow_up/validate_report.h"

namespace athena::plan {
namespace {

using v1::ProgressReport;
using ReportAdmission = resource::Admission<ProgressReport>;
using ReportChange = resource::Change<ProgressReport>;

// A mutation of reports has a correction_reason; that of an element whose reports go with it has
// none.
std::string CorrectionReason(const google::protobuf::Message& request) {
  const auto* field = request.GetDescriptor()->FindFieldByName("correction_reason");
  return field == nullptr ? "" : request.GetReflection()->GetString(request, field);
}

bool IsAuthor(std::string_view subject, const ProgressReport& report) {
  return std::find(report.authors().begin(), report.authors().end(), subject) !=
         report.authors().end();
}

void AddAuthor(std::string_view subject, ProgressReport* report) {
  if (!IsAuthor(subject, *report)) report->add_authors(std::string(subject));
}

absl::StatusOr<absl::CivilDay> DueDateOf(const versioned::Edit& edit,
                                         const ProgressReport& report) {
  ATHENA_ASSIGN_OR_RETURN(const Period quarter, Period::Parse(report.quarter()));
  ATHENA_ASSIGN_OR_RETURN(const int delay_days, ReportDelayDays(edit.now()));
  return ReportDueDate(quarter, delay_days);
}

std::string_view StateText(ProgressReport::State state) {
  std::string_view name = ProgressReport::State_Name(state);
  name.remove_prefix(std::string_view("STATE_").size());
  return name;
}

// What can be done with a report in this state, in words.
std::string_view AllowedIn(ProgressReport::State state) {
  if (state == ProgressReport::STATE_SUBMITTED) return "validated or returned";
  if (state == ProgressReport::STATE_VALIDATED) return "returned";
  return "changed or submitted";
}

bool IsEditable(ProgressReport::State state) {
  return state == ProgressReport::STATE_DRAFT || state == ProgressReport::STATE_RETURNED;
}

absl::Status Refused(const ProgressReport& report, std::string_view what) {
  return ReportState(report.name(), StateText(report.state()), what, AllowedIn(report.state()));
}

void ClearJudgement(ProgressReport* report) {
  report->clear_validated_by();
  report->clear_validate_time();
  report->clear_returned_by();
  report->clear_return_time();
  report->clear_return_reason();
}

// Whether a validator made the change.
bool IsJudgement(const ReportChange& change) {
  return change.before != nullptr && change.before->state() != change.after->state() &&
         change.after->state() != ProgressReport::STATE_SUBMITTED;
}

absl::Status CheckMayReport(const auth::Principal& principal, const v1::Element& element) {
  if (principal.roles.Has(auth::Role::kPlanner)) return absl::OkStatus();
  const auto& named = element.reporters();
  if (std::find(named.begin(), named.end(), principal.subject) != named.end()) {
    return absl::OkStatus();
  }
  return NotAReporter(principal.subject, element.name());
}

absl::Status CheckMayCorrect(const ReportAdmission& admission) {
  const std::string reason = CorrectionReason(admission.request);
  if (reason.empty()) return absl::OkStatus();
  if (!admission.principal.roles.Has(auth::Role::kCorrector)) {
    return status::PermissionDenied(
        admission.principal.subject,
        "correct reports of closed quarters (correction_reason), which takes the role corrector");
  }
  fields::CheckText("correction_reason", reason, fields::kMaxReasonBytes, fields::Need::kOptional,
                    admission.faults);
  return absl::OkStatus();
}

absl::Status CheckQuarter(const versioned::Edit& edit, const v1::Plan& plan,
                          const ProgressReport& report, std::string_view field,
                          status::FieldFaults* faults) {
  ATHENA_ASSIGN_OR_RETURN(const Period quarter, Period::Parse(report.quarter()));
  ATHENA_ASSIGN_OR_RETURN(const Period first, Period::Parse(plan.first_quarter()));
  ATHENA_ASSIGN_OR_RETURN(const Period last, Period::Parse(plan.last_quarter()));
  ATHENA_ASSIGN_OR_RETURN(const absl::CivilDay today, LocalDay(edit));
  if (quarter < first || last < quarter || quarter.FirstDay() > today) {
    faults->Add(
        field, report.quarter(),
        absl::StrCat("a quarter of the plan, ", plan.first_quarter(), " to ", plan.last_quarter(),
                     ", that has begun: today is ", absl::FormatCivilTime(today)));
  }
  return absl::OkStatus();
}

// An indicator, or a slice of one, as notes and links name it.
struct NotedSelection {
  std::string indicator;
  std::map<std::string, std::string> slice;

  template <typename T>
  explicit NotedSelection(const T& named)
      : indicator(named.indicator()), slice(named.slice().begin(), named.slice().end()) {}
  friend bool operator==(const NotedSelection&, const NotedSelection&) = default;
};

template <typename Rows>
bool Names(const Rows& rows, const NotedSelection& selection) {
  return std::any_of(rows.begin(), rows.end(),
                     [&](const auto& row) { return NotedSelection(row) == selection; });
}

// A note is about a link of the element, or stood there before.
void CheckNotesLinked(const ReportChange& change, const v1::Element& element,
                      status::FieldFaults* faults) {
  for (int i = 0; i < change.after->indicator_notes_size(); ++i) {
    const NotedSelection selection(change.after->indicator_notes(i));
    if (Names(element.indicators(), selection)) continue;
    if (change.before != nullptr && Names(change.before->indicator_notes(), selection)) continue;
    faults->Add(fields::At(change.Field("indicator_notes"), i), selection.indicator,
                absl::StrCat("an indicator and slice that ", element.name(), " links"));
  }
}

void CheckFitsElement(const ReportChange& change, const v1::Element& element,
                      status::FieldFaults* faults) {
  const ProgressReport& report = *change.after;
  if (report.has_percent_complete() && element.kind() != v1::Element::KIND_ACTION) {
    faults->Add(
        change.Field("percent_complete"), report.percent_complete(),
        absl::StrCat("nothing: only an ACTION has a percentage, and ", element.name(), " is none"));
  }
  if (report.has_forecast_end() && element.has_start_date()) {
    fields::CheckNotBefore(change.Field("forecast_end"), fields::DayOf(report.forecast_end()),
                           "the element's start_date", fields::DayOf(element.start_date()), faults);
  }
  CheckNotesLinked(change, element, faults);
}

absl::Status CheckComplete(const ProgressReport& report, const v1::Element& element) {
  if (element.kind() == v1::Element::KIND_ACTION) {
    return report.has_percent_complete()
               ? absl::OkStatus()
               : ReportIncomplete(report.name(), "percent_complete", "an ACTION");
  }
  return report.narrative().text().empty()
             ? ReportIncomplete(report.name(), "narrative", "an AXIS or OBJECTIVE")
             : absl::OkStatus();
}

absl::Status AdmitReport(const ReportAdmission& admission, const ReportChange& change) {
  const ProgressReport& report = *change.after;
  const ResourceName element_name = ElementOf(*kProgressReportName.Match(report.name()));
  const ResourceName plan_name = PlanOf(element_name);
  ATHENA_ASSIGN_OR_RETURN(const auto element,
                          admission.edit.Find<v1::Element>(kElements, element_name.key()));
  if (!element.has_value()) return status::NotFound(element_name.text);
  ATHENA_ASSIGN_OR_RETURN(const auto plan, admission.edit.Find<v1::Plan>(kPlans, plan_name.key()));
  if (!plan.has_value()) return status::NotFound(plan_name.text);

  if (!IsJudgement(change)) {
    ATHENA_RETURN_IF_ERROR(CheckMayReport(admission.principal, *element));
  }
  ATHENA_RETURN_IF_ERROR(CheckMayCorrect(admission));
  if (plan->state() == v1::Plan::STATE_CLOSED) return PlanClosed(plan->name());
  if (change.before == nullptr) {
    const bool has_id =
        admission.request.GetDescriptor()->FindFieldByName("progress_report_id") != nullptr;
    const std::string field = has_id ? "progress_report_id" : change.Field("name");
    ATHENA_RETURN_IF_ERROR(CheckQuarter(admission.edit, *plan, report, field, admission.faults));
  } else if (change.before->state() == report.state() && !IsEditable(report.state())) {
    return Refused(report, "changed");
  }
  if (IsJudgement(change)) return absl::OkStatus();
  if (report.state() == ProgressReport::STATE_SUBMITTED) return CheckComplete(report, *element);
  CheckFitsElement(change, *element, admission.faults);
  return absl::OkStatus();
}

}  // namespace

void ProgressReportKind::Validate(std::string_view path, std::string_view,
                                  const ProgressReport& report, status::FieldFaults* faults) {
  CheckProgressReport(path, report, faults);
}

absl::Status ProgressReportKind::Fill(const versioned::Edit& edit, const ProgressReport* before,
                                      ProgressReport* report) {
  if (before == nullptr) {
    report->set_quarter(kProgressReportName.Match(report->name())->id());
    report->set_state(ProgressReport::STATE_DRAFT);
    ATHENA_ASSIGN_OR_RETURN(const absl::CivilDay due, DueDateOf(edit, *report));
    *report->mutable_due_date() = fields::DateOf(due);
  } else if (before->state() != report->state() ||
             google::protobuf::util::MessageDifferencer::Equals(*before, *report)) {
    return absl::OkStatus();  // a verb, which sets all this; or nothing changes
  }
  AddAuthor(edit.mutation().subject, report);
  report->set_correction_reason(CorrectionReason(*edit.mutation().request));
  return absl::OkStatus();
}

absl::Status ProgressReportKind::Ask(const resource::Question<ProgressReport>& question) const {
  // Whoever gives a reason may correct (Admit) or is refused.
  if (indicators == nullptr || question.caller.call == nullptr ||
      !CorrectionReason(question.request).empty()) {
    return absl::OkStatus();
  }
  std::vector<ResourceName> names;
  std::set<std::string> quarters;
  for (const ReportChange& change : question.changes) {
    const std::string& text =
        change.after == nullptr ? change.before->name() : change.after->name();
    names.push_back(*kProgressReportName.Match(text));
    quarters.insert(names.back().id());
  }
  ATHENA_ASSIGN_OR_RETURN(
      const std::set<std::string> closed,
      indicators->ClosedQuarters(*question.caller.call, names.front().institution(), quarters));
  for (const ResourceName& name : names) {
    if (closed.count(name.id()) > 0) return QuarterClosed(name.id(), name.text);
  }
  return absl::OkStatus();
}

absl::Status ProgressReportKind::Admit(const ReportAdmission& admission) {
  for (const ReportChange& change : admission.changes) {
    if (change.after == nullptr) continue;
    ATHENA_RETURN_IF_ERROR(AdmitReport(admission, change));
  }
  return absl::OkStatus();
}

absl::Status SubmitProgressReport(const v1::SubmitProgressReportRequest& request,
                                  versioned::Edit& edit, ProgressReport* report) {
  if (!IsEditable(report->state())) return Refused(*report, "submitted");
  ATHENA_ASSIGN_OR_RETURN(const absl::CivilDay due, DueDateOf(edit, *report));
  ATHENA_ASSIGN_OR_RETURN(const absl::CivilDay today, LocalDay(edit));
  AddAuthor(edit.mutation().subject, report);
  ClearJudgement(report);
  report->set_state(ProgressReport::STATE_SUBMITTED);
  report->set_submitted_by(std::string(edit.mutation().subject));
  *report->mutable_submit_time() = fields::TimestampOf(edit.time());
  *report->mutable_due_date() = fields::DateOf(due);
  report->set_late(today > due);
  report->set_correction_reason(request.correction_reason());
  return absl::OkStatus();
}

absl::Status ValidateProgressReport(const v1::ValidateProgressReportRequest& request,
                                    versioned::Edit& edit, ProgressReport* report) {
  const std::string subject(edit.mutation().subject);
  if (IsAuthor(subject, *report)) return ReportAuthor(subject, report->name());
  if (report->state() != ProgressReport::STATE_SUBMITTED) return Refused(*report, "validated");
  report->set_state(ProgressReport::STATE_VALIDATED);
  report->set_validated_by(subject);
  *report->mutable_validate_time() = fields::TimestampOf(edit.time());
  report->set_correction_reason(request.correction_reason());
  return absl::OkStatus();
}

void CheckReturnProgressReport(const v1::ReturnProgressReportRequest& request,
                               status::FieldFaults* faults) {
  if (request.reason().empty()) faults->Missing("reason", "why the report is returned");
}

absl::Status ReturnProgressReport(const v1::ReturnProgressReportRequest& request,
                                  versioned::Edit& edit, ProgressReport* report) {
  const std::string subject(edit.mutation().subject);
  if (IsAuthor(subject, *report)) return ReportAuthor(subject, report->name());
  if (IsEditable(report->state())) return Refused(*report, "returned");
  ClearJudgement(report);
  report->set_state(ProgressReport::STATE_RETURNED);
  report->set_return_reason(request.reason());
  report->set_returned_by(subject);
  *report->mutable_return_time() = fields::TimestampOf(edit.time());
  report->set_correction_reason(request.correction_reason());
  return absl::OkStatus();
}

}  // namespace athena::plan
