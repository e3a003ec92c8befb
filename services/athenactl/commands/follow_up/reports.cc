#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "athena/plan/v1/follow_up_service.pb.h"
#include "libs/status/macros.h"
#include "services/athenactl/commands/commands.h"
#include "services/athenactl/commands/periods.h"
#include "services/athenactl/files/files.h"
#include "services/athenactl/resources/field_values.h"
#include "services/athenactl/resources/resolve.h"
#include "services/athenactl/resources/resource_names.h"
#include "services/athenactl/terminal/text.h"
#include "services/athenactl/views/value_text.h"

namespace athena::athenactl {
namespace {

namespace plan = athena::plan::v1;

// The report that REPORT names, or ELEMENT and QUARTER.
absl::StatusOr<std::string> ResolveReport(const Context& context,
                                          absl::Span<const std::string> operands) {
  const std::string typed = WholeName(operands[0]).value_or(operands[0]);
  ATHENA_ASSIGN_OR_RETURN(const std::string name, ResolveName(context.connections, typed, {}));
  if (operands.size() == 2) {
    ATHENA_ASSIGN_OR_RETURN(const Period quarter, ReadQuarter(operands[1]));
    return absl::StrCat(name, "/progressReports/", quarter.ToString());
  }
  if (absl::StrContains(name, "/progressReports/")) return name;
  return Misused(absl::StrCat("got ", Printable(operands[0]),
                              ", want a report, gob/plans/PLAN/elements/1.1/progressReports/"
                              "2026-Q1, or an element and a quarter"));
}

// Prints a report that was changed.
ExitCode PrintReport(Context& context, const Arguments& arguments,
                     const plan::ProgressReport& report) {
  if (arguments.Has("json")) {
    context.console.out << ToJson(report);
  } else {
    context.console.Print(absl::StrCat(report.name(), " is ", EnumText(report.state()),
                                       report.late() ? " (late)" : "", ", at revision ",
                                       report.revision(), "\n"));
  }
  return ExitCode::kDone;
}

// The answer to a request that creates or changes a report.
template <typename Request>
absl::StatusOr<plan::ProgressReport> SendReport(const Context& context, const Arguments& arguments,
                                                Request* request) {
  request->set_reason(arguments.Get("reason"));
  request->set_correction_reason(arguments.Get("correction-reason"));
  request->set_request_id(context.connections.NewRequestId());
  return context.connections.Call<plan::ProgressReport>(*request);
}

// Runs ELEMENT QUARTER, with a request that names the report.
template <typename Request>
absl::StatusOr<ExitCode> ChangeReport(Context& context, const Arguments& arguments) {
  Request request;
  ATHENA_ASSIGN_OR_RETURN(*request.mutable_name(), ResolveReport(context, arguments.operands()));
  ATHENA_ASSIGN_OR_RETURN(const auto report, SendReport(context, arguments, &request));
  return PrintReport(context, arguments, report);
}

absl::StatusOr<ExitCode> WriteReport(Context& context, const Arguments& arguments) {
  const absl::Span<const std::string> operands(arguments.operands());
  plan::ProgressReport fields;
  plan::UpdateProgressReportRequest update;
  for (const std::string& assignment : operands.subspan(2)) {
    ATHENA_ASSIGN_OR_RETURN(std::string field, Assign(assignment, &fields));
    update.mutable_update_mask()->add_paths(std::move(field));
  }
  plan::GetProgressReportRequest get;
  ATHENA_ASSIGN_OR_RETURN(*get.mutable_name(), ResolveReport(context, operands.first(2)));
  absl::StatusOr<plan::ProgressReport> report = context.connections.Call<plan::ProgressReport>(get);
  if (report.ok()) {
    // Onto what is there: title.nl=x leaves the other languages.
    for (const std::string& assignment : operands.subspan(2)) {
      ATHENA_RETURN_IF_ERROR(Assign(assignment, &*report).status());
    }
    *update.mutable_progress_report() = *std::move(report);
    report = SendReport(context, arguments, &update);
  } else if (absl::IsNotFound(report.status())) {
    plan::CreateProgressReportRequest create;
    create.set_parent(ParentOf(get.name()));
    create.set_progress_report_id(IdOf(get.name()));
    *create.mutable_progress_report() = std::move(fields);
    report = SendReport(context, arguments, &create);
  }
  ATHENA_RETURN_IF_ERROR(report.status());
  return PrintReport(context, arguments, *report);
}

absl::StatusOr<ExitCode> ReturnReport(Context& context, const Arguments& arguments) {
  if (!arguments.Has("reason")) {
    return Misused("--reason says why, for those who write the report: --reason \"no figures\"");
  }
  return ChangeReport<plan::ReturnProgressReportRequest>(context, arguments);
}

constexpr FlagSpec kCorrectionFlag = {"correction-reason", "TEXT",
                                      "why a report of a closed quarter changes"};

Command VerbCommand(std::string_view name, std::string_view summary, std::string_view about,
                    std::string_view reason, RunCommand run) {
  return {{.name = name,
           .operands = "ELEMENT QUARTER",
           .summary = summary,
           .about = about,
           .min_operands = 1,
           .max_operands = 2,
           .flags = {{"reason", "TEXT", reason}, kCorrectionFlag, kJsonFlag},
           .named_only = true},
          run};
}

}  // namespace

Command ReportCommand() {
  return {{.name = "report",
           .operands = "ELEMENT QUARTER FIELD=VALUE...",
           .summary = "Write a progress report; then: submit, validate, return",
           .about = "Begins the report, or changes it. ELEMENT ends in the element's code or id;\n"
                    "FIELD=VALUE is as athenactl set --help says it.\n"
                    "  athenactl report gob/plans/strategy/elements/1.1 2026-Q1 \\\n"
                    "      percent_complete=40 narrative.nl='Op schema' forecast_end=2026-12-31\n"
                    "athenactl submit hands it in.\n",
           .min_operands = 3,
           .max_operands = 100,
           .flags = {{"reason", "TEXT", "why, for the audit log"}, kCorrectionFlag, kJsonFlag},
           .named_only = true},
          WriteReport};
}

Command SubmitCommand() {
  return VerbCommand(
      "submit", "Hand in the progress report of an element",
      "ELEMENT ends in the element's code or id. The report's whole name will do too:\n"
      "  athenactl submit gob/plans/strategy/elements/1.1 2026-Q1\n"
      "athenactl report writes it before, athenactl progress lists those that are due.\n",
      "why, for the audit log", ChangeReport<plan::SubmitProgressReportRequest>);
}

Command ValidateCommand() {
  return VerbCommand("validate", "Find a progress report right that was submitted",
                     "For a validator that has not written or submitted it.\n"
                     "  athenactl validate gob/plans/strategy/elements/1.1 2026-Q1\n",
                     "why, for the audit log", ChangeReport<plan::ValidateProgressReportRequest>);
}

Command ReturnCommand() {
  return VerbCommand(
      "return", "Send a progress report back, with a reason",
      "For a validator that has not written or submitted it. The report can then be\n"
      "changed and submitted again.\n"
      "  athenactl return gob/plans/strategy/elements/1.1 2026-Q1 --reason \"no figures\"\n",
      "why, for those who write the report (required)", ReturnReport);
}

}  // namespace athena::athenactl
