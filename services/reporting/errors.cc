#include "services/reporting/errors.h"

#include "absl/strings/str_cat.h"
#include "libs/rpc/client.h"
#include "libs/status/status.h"
#include "services/reporting/limits.h"

namespace athena::reporting {

absl::Status PeriodOutsidePlan(const std::string& quarter, const std::string& first,
                               const std::string& last) {
  return status::Refusal(absl::StatusCode::kInvalidArgument, "PERIOD_OUTSIDE_PLAN",
                         absl::StrCat("got quarter ", quarter, ", want one from ", first, " to ",
                                      last, ", the quarters of the plan"),
                         {{"period", quarter}, {"firstQuarter", first}, {"lastQuarter", last}});
}

absl::Status EngineVersionUnavailable(const std::string& asked, const std::string& available) {
  const std::string saw = status::Printable(asked);
  return status::Precondition(
      "ENGINE_VERSION_UNAVAILABLE",
      absl::StrCat("the basis was scored by engine version ", saw, "; this server has ", available,
                   ": leave engine_version empty to score it anew"),
      "engine_version", {{"asked", saw}, {"available", available}});
}

absl::Status PlanTooLarge(const std::string& plan, size_t selections, size_t quarters) {
  const std::string reason = selections > kMaxSelections
                                 ? absl::StrCat("a scorecard can be made of ", kMaxSelections)
                                 : absl::StrCat("of ", quarters, " quarters that is more than ",
                                                kMaxValues, " values: ask for fewer quarters");
  return status::Precondition(
      "PLAN_TOO_LARGE",
      absl::StrCat("the plan links ", selections, " indicators and slices; ", reason), plan,
      {{"selections", std::to_string(selections)}, {"quarters", std::to_string(quarters)}});
}

absl::Status AnswerTooLarge(size_t bytes) {
  return status::Refusal(
      absl::StatusCode::kResourceExhausted, "ANSWER_TOO_LARGE",
      absl::StrCat("the answer takes ", bytes, " bytes, more than ", kMaxAnswerBytes,
                   ": ask for view BASIC, for one element, or for less depth"),
      {{"bytes", std::to_string(bytes)},
       {"limit", std::to_string(kMaxAnswerBytes)},
       {"fields", "view, element, depth"}});
}

absl::Status ExportTooLarge(size_t bytes) {
  return status::Refusal(
      absl::StatusCode::kResourceExhausted, "EXPORT_TOO_LARGE",
      absl::StrCat("the scorecard takes ", bytes, " bytes, more than the ", kMaxExportedBytes,
                   " that can be exported at once: ask for one element"),
      {{"bytes", std::to_string(bytes)},
       {"limit", std::to_string(kMaxExportedBytes)},
       {"fields", "element"}});
}

absl::Status TooManyIndicators(const std::string& scorecard, size_t indicators) {
  return status::Precondition(
      "TOO_MANY_INDICATORS",
      absl::StrCat("more than ", kMaxSelections,
                   " indicators and operands are behind the scorecard: ask for one element"),
      scorecard,
      {{"indicators", std::to_string(indicators)}, {"limit", std::to_string(kMaxSelections)}});
}

absl::Status ColumnNameTaken(const std::string& indicator, const std::string& dimension) {
  return status::Precondition(
      "COLUMN_NAME_TAKEN",
      absl::StrCat("the dimension ", dimension, " of ", indicator,
                   " has the name of a column of SDMX-CSV: ask for an element that does not link "
                   "the indicator, or list its observations"),
      indicator, {{"indicator", indicator}, {"dimension", dimension}});
}

absl::Status QuarterOpen(const std::string& institution, const std::string& quarter) {
  return status::Precondition(
      "QUARTER_OPEN",
      absl::StrCat(
          "the quarter ", quarter, " of ", institution,
          " is not closed: close it (ClosePeriod of the indicator service), or set force and "
          "give a reason"),
      absl::StrCat(institution, "/closings/", quarter),
      {{"institution", institution}, {"quarter", quarter}});
}

absl::Status SigningKeyMissing() {
  return status::Precondition("SIGNING_KEY_MISSING",
                              "the reporting service has no key to sign publications with: start "
                              "it with --signing_key=FILE",
                              "--signing_key");
}

absl::Status DocumentTooLarge(const std::string& scorecard, size_t bytes) {
  return status::Precondition(
      "DOCUMENT_TOO_LARGE",
      absl::StrCat("the document would take ", bytes, " bytes, more than ", kMaxDocumentBytes),
      scorecard, {{"bytes", std::to_string(bytes)}, {"limit", std::to_string(kMaxDocumentBytes)}});
}

absl::Status NeverClosed(const std::string& institution, const std::string& quarter) {
  return status::Precondition(
      "NEVER_CLOSED",
      absl::StrCat("the quarter ", quarter, " of ", institution,
                   " was never closed at that point in history: ask for another as_of"),
      absl::StrCat(institution, "/closings/", quarter), {{"quarter", quarter}});
}

absl::Status DependencyUnavailable(const std::string& service, const std::string& why) {
  return rpc::DependencyUnavailable(service, why, kRetryAfter);
}

}  // namespace athena::reporting
