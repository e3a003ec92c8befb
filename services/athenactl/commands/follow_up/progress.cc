#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "athena/plan/v1/follow_up_service.pb.h"
#include "libs/decimal/decimal.h"
#include "libs/status/macros.h"
#include "services/athenactl/commands/as_of.h"
#include "services/athenactl/commands/commands.h"
#include "services/athenactl/commands/periods.h"
#include "services/athenactl/files/files.h"
#include "services/athenactl/resources/resolve.h"
#include "services/athenactl/resources/resource_names.h"
#include "services/athenactl/terminal/table.h"
#include "services/athenactl/terminal/text.h"
#include "services/athenactl/views/value_text.h"

namespace athena::athenactl {
namespace {

namespace plan = athena::plan::v1;

// What narrow terminals show of a title.
constexpr int kLeastDueTitle = 20;

// "12.5 %", exactly; empty for what is no number of the contract.
std::string ReportedPercent(double percent) {
  const std::optional<Decimal> exact = Decimal::FromDouble(percent);
  return exact.has_value() ? absl::StrCat(exact->ToString(), " %") : "";
}

// "3 reports expected, 1 of them late: 1 missing, 2 submitted".
std::string Summary(const plan::ListDueProgressReportsResponse& answer) {
  int late = 0;
  std::vector<std::string> states;
  for (int state = plan::DueProgressReport::STATE_MISSING;
       state <= plan::DueProgressReport::STATE_VALIDATED; ++state) {
    int count = 0;
    for (const plan::DueProgressReport& row : answer.due_progress_reports()) {
      count += row.state() == state ? 1 : 0;
    }
    if (count == 0) continue;
    states.push_back(
        absl::StrCat(count, " ", EnumText(static_cast<plan::DueProgressReport::State>(state))));
  }
  for (const plan::DueProgressReport& row : answer.due_progress_reports())
    late += row.late() ? 1 : 0;
  return absl::StrCat(Counted(answer.due_progress_reports_size(), "report", "reports"), ", ",
                      late == 0 ? "none" : absl::StrCat(late),
                      " of them late: ", absl::StrJoin(states, ", "), "\n");
}

std::string DueTable(const plan::ListDueProgressReportsResponse& answer,
                     const std::string& language, const Console& console) {
  Table table({{"CODE"},
               {.heading = "ELEMENT", .least = kLeastDueTitle},
               {.heading = "REPORT", .least = Table::kWhole},
               {"DONE", true},
               {.heading = "DUE", .least = Table::kWhole},
               {"LATE"},
               {.heading = "WHO"},
               {.heading = "UNIT", .spare = true}});
  for (const plan::DueProgressReport& row : answer.due_progress_reports()) {
    table.Add({row.code(), InLanguage(row.title(), language), EnumText(row.state()),
               row.has_percent_complete() ? ReportedPercent(row.percent_complete()) : "",
               DateText(row.due_date()), row.late() ? "late" : "",
               row.lead().empty() ? absl::StrJoin(row.reporters(), ", ") : row.lead(),
               IdOf(row.owner_unit())});
  }
  return absl::StrCat(table.Text(console.width, console.colour), "\n", Summary(answer));
}

absl::StatusOr<ExitCode> ShowProgress(Context& context, const Arguments& arguments) {
  const std::optional<TypedScorecard> typed = ReadScorecardName(arguments.operands());
  if (!typed.has_value()) {
    return Misused("want PLAN QUARTER, like gob/strategic-plan-2021-2026 2022-Q4, or gob 2022-Q4");
  }
  ATHENA_ASSIGN_OR_RETURN(const Period quarter, ReadQuarter(typed->quarter));
  ATHENA_ASSIGN_OR_RETURN(const std::string institution,
                          ResolveInstitution(context.connections, arguments, typed->institution));
  plan::ListDueProgressReportsRequest request;
  request.set_quarter(quarter.ToString());
  if (typed->plan.empty()) {
    ATHENA_ASSIGN_OR_RETURN(*request.mutable_parent(), OnlyPlan(context.connections, institution));
  } else {
    request.set_parent(absl::StrCat(institution, "/plans/", typed->plan));
  }
  std::vector<std::string> filters;
  if (arguments.Has("late")) filters.push_back("late = true");
  if (const std::string unit = arguments.Get("unit"); !unit.empty()) {
    filters.push_back(absl::StrCat("owner_unit = \"", institution, "/units/", unit, "\""));
  }
  request.set_filter(absl::StrJoin(filters, " AND "));
  ATHENA_ASSIGN_OR_RETURN(*request.mutable_as_of(), ReadAsOf(arguments.Get("as-of"), [&] {
    return TimeZoneOf(context.connections, institution);
  }));
  ATHENA_ASSIGN_OR_RETURN(
      const auto answer,
      context.connections.CallPages<plan::ListDueProgressReportsResponse>(request));
  if (arguments.Has("json")) {
    context.console.out << ToJson(answer);
  } else if (answer.due_progress_reports().empty()) {
    context.console.Print("No such report is expected for " + quarter.ToString() + ".\n");
  } else {
    context.console.Print(DueTable(answer, arguments.Get("language"), context.console));
  }
  return ExitCode::kDone;
}

}  // namespace

Command ProgressCommand() {
  return {{.name = "progress",
           .operands = "[PLAN] QUARTER",
           .summary = "List the progress reports of a quarter: due, late, missing",
           .about = "Reports are expected of the actions that have a start and an end, from the\n"
                    "quarter after their start on, until they are completed.\n"
                    "  athenactl progress gob 2026-Q1 --late\n",
           .min_operands = 1,
           .max_operands = 2,
           .flags = {{"late", "", "only those that are late"},
                     {"unit", "ID", "only those of this owner unit"},
                     kLanguageFlag,
                     kAsOfFlag,
                     kInstitutionFlag,
                     kJsonFlag}},
          ShowProgress};
}

}  // namespace athena::athenactl
