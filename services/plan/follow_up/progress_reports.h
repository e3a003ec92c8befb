#ifndef ATHENA_SERVICES_PLAN_FOLLOW_UP_PROGRESS_REPORTS_H_
#define ATHENA_SERVICES_PLAN_FOLLOW_UP_PROGRESS_REPORTS_H_

#include <string_view>

#include "athena/plan/v1/follow_up_service.pb.h"
#include "services/plan/indicators/indicator_service.h"
#include "services/plan/strategy/elements.h"

namespace athena::plan {

// The progress reports of an element, one for each quarter, and their way from DRAFT to VALIDATED.
struct ProgressReportKind {
  using Message = v1::ProgressReport;
  using Parent = ElementKind;
  static constexpr std::string_view kPattern = kProgressReportName.text();
  static constexpr versioned::Collection kCollection = kProgressReports;
  static constexpr bool kAcrossParents = true;
  static constexpr std::string_view kIdGrammar = "a quarter, \"2026-Q1\"";

  // Where it is asked which quarters are closed, which outlives the kind. Null: none are.
  const IndicatorService* indicators = nullptr;

  static bool IsId(std::string_view id) { return IsQuarter(id); }
  static void Validate(std::string_view path, std::string_view parent,
                       const v1::ProgressReport& report, status::FieldFaults* faults);
  // What is new is a DRAFT with its quarter and due date; who changes it is an author.
  static absl::Status Fill(const versioned::Edit& edit, const v1::ProgressReport* before,
                           v1::ProgressReport* report);
  // The quarter is not closed, or there is a correction_reason.
  absl::Status Ask(const resource::Question<v1::ProgressReport>& question) const;
  // The caller may report on the element, and correct if it gives a reason; the plan is not CLOSED;
  // the quarter is one of the plan that has begun; a report changes only as DRAFT or RETURNED; it
  // fits its element, and is complete when it is submitted.
  static absl::Status Admit(const resource::Admission<v1::ProgressReport>& admission);
};

// DRAFT or RETURNED > SUBMITTED.
absl::Status SubmitProgressReport(const v1::SubmitProgressReportRequest& request,
                                  versioned::Edit& edit, v1::ProgressReport* report);
// SUBMITTED > VALIDATED, by none of its authors.
absl::Status ValidateProgressReport(const v1::ValidateProgressReportRequest& request,
                                    versioned::Edit& edit, v1::ProgressReport* report);
// SUBMITTED or VALIDATED > RETURNED, by none of its authors.
void CheckReturnProgressReport(const v1::ReturnProgressReportRequest& request,
                               status::FieldFaults* faults);
absl::Status ReturnProgressReport(const v1::ReturnProgressReportRequest& request,
                                  versioned::Edit& edit, v1::ProgressReport* report);

}  // namespace athena::plan

#endif  // ATHENA_SERVICES_PLAN_FOLLOW_UP_PROGRESS_REPORTS_H_
