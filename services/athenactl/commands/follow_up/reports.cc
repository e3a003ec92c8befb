#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "athena/plan/v1/follow_up_service.pb.h"
#include "libs/status/macros.h"
#include "services/athenactl/commands/commands.h"
#include "services/athenactl/commands/periods.h"
#include "services/athenactl/files/files.h"
#include "services/athenactl/resources/resolve.h"
#include "services/athenactl/resources/resource_names.h"
#include "services/athenactl/terminal/text.h"
#include "services/athenactl/views/value_text.h"

namespace athena::athenactl {
namespace {

namespace v1 = athena::plan::v1;

// The report that REPORT names, or ELEMENT and QUARTER.
absl::StatusOr<std::string> ResolveReport(const Context& context, const Arguments& arguments) {
  const std::vector<std::string>& operands = arguments.operands();
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

// Runs ELEMENT QUARTER, with a request that names the report.
template <typename Request>
absl::StatusOr<ExitCode> ChangeReport(Context& context, const Arguments& arguments) {
  Request request;
  ATHENA_ASSIGN_OR_RETURN(*request.mutable_name(), ResolveReport(context, arguments));
  request.set_reason(arguments.Get("reason"));
  request.set_correction_reason(arguments.Get("correction-reason"));
  request.set_request_id(context.connections.NewRequestId());
  ATHENA_ASSIGN_OR_RETURN(const auto report, context.connections.Call<v1::ProgressReport>(request));
  if (arguments.Has("json")) {
    context.console.out << ToJson(report);
  } else {
    context.console.Print(absl::StrCat(report.name(), " is ", EnumText(report.state()),
                                       report.late() ? " (late)" : "", ", at revision ",
                                       report.revision(), "\n"));
  }
  return ExitCode::kDone;
}

absl::StatusOr<ExitCode> ReturnReport(Context& context, const Arguments& arguments) {
  if (!arguments.Has("reason")) {
    return Misused("--reason says why, for those who write the report: --reason \"no figures\"");
  }
  return ChangeReport<v1::ReturnProgressReportRequest>(context, arguments);
}

constexpr FlagSpec kCorrectionFlag = {"correction-reason", "TEXT",
                                      "why a report of a closed quarter changes"};

Command ReportCommand(std::string_view name, std::string_view summary, std::string_view about,
                      std::string_view reason, RunCommand run) {
  return {{.name = name,
           .operands = "ELEMENT QUARTER",
           .summary = summary,
           .about = about,
           .min_operands = 1,
           .max_operands = 2,
           .flags = {{"reason", "TEXT", reason}, kCorrectionFlag, kJsonFlag}},
          run};
}

}  // namespace

Command SubmitCommand() {
  return ReportCommand(
      "submit", "Hand in the progress report of an element",
      "ELEMENT ends in the element's code or id; REPORT, the report's whole name, will do too:\n"
      "  athenactl submit gob/plans/strategy/elements/1.1 2026-Q1\n"
      "athenactl set writes the report before, athenactl progress lists those that are due.\n",
      "why, for the audit log", ChangeReport<v1::SubmitProgressReportRequest>);
}

Command ValidateCommand() {
  return ReportCommand("validate", "Find a progress report right that was submitted",
                       "For a validator that has not written or submitted it.\n"
                       "  athenactl validate gob/plans/strategy/elements/1.1 2026-Q1\n",
                       "why, for the audit log", ChangeReport<v1::ValidateProgressReportRequest>);
}

Command ReturnCommand() {
  return ReportCommand(
      "return", "Send a progress report back, with a reason",
      "For a validator that has not written or submitted it. The report can be changed and\n"
      "submitted again.\n"
      "  athenactl return gob/plans/strategy/elements/1.1 2026-Q1 --reason \"no figures\"\n",
      "why, for those who write the report (required)", ReturnReport);
}

}  // namespace athena::athenactl
