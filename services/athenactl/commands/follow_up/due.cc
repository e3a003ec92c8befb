#include <algorithm>
#include <optional>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "athena/plan/v1/follow_up_service.pb.h"
#include "athena/plan/v1/operations_service.pb.h"
#include "libs/period/period.h"
#include "libs/status/macros.h"
#include "services/athenactl/commands/commands.h"
#include "services/athenactl/resources/resolve.h"
#include "services/athenactl/resources/resource_names.h"
#include "services/athenactl/terminal/text.h"
#include "services/athenactl/views/follow_up/due_list.h"

namespace athena::athenactl {
namespace {

namespace plan = athena::plan::v1;

constexpr int64_t kMostDaysAhead = 3'660;
// Measures stand in reports of the running quarter and of as many before it.
// GetPlanTreeRequest.quarters allows 6.
constexpr int kQuartersOfMeasures = 6;

absl::StatusOr<DueSources> ReadDueSources(const Connections& connections, const std::string& plan,
                                          absl::CivilDay today) {
  DueSources sources;
  const Period running = Period::Containing(Frequency::kQuarter, today);
  plan::GetPlanTreeRequest tree;
  tree.set_name(plan);
  tree.add_parts(plan::GetPlanTreeRequest::PART_PROGRESS_REPORTS);
  for (int back = 0; back < kQuartersOfMeasures; ++back) {
    tree.add_quarters(running.Minus(back).ToString());
  }
  ATHENA_ASSIGN_OR_RETURN(sources.tree, connections.CallStream<plan::GetPlanTreeResponse>(tree));

  // The newest quarter of the plan that has ended. Names of quarters order as quarters do.
  const plan::Plan& read = sources.tree.header().plan();
  const std::string ended = std::min(running.Minus(1).ToString(), read.last_quarter());
  if (ended >= read.first_quarter()) {
    plan::ListDueProgressReportsRequest reports;
    reports.set_parent(plan);
    reports.set_quarter(ended);
    ATHENA_ASSIGN_OR_RETURN(sources.reports,
                            connections.CallPages<plan::ListDueProgressReportsResponse>(reports));
  }
  plan::ListRisksRequest risks;
  risks.set_parent(InstitutionOf(plan));
  risks.set_filter("state = OPEN");
  absl::StatusOr<plan::ListRisksResponse> listed =
      connections.CallPages<plan::ListRisksResponse>(risks);
  // Who may read the tree, and not the risks, belongs to an institution that the plan is shared
  // with.
  sources.is_shared = absl::IsPermissionDenied(listed.status());
  if (sources.is_shared) return sources;
  ATHENA_RETURN_IF_ERROR(listed.status());
  sources.risks = *std::move(listed);
  plan::ListDecisionsRequest decisions;
  decisions.set_parent(InstitutionOf(plan));
  decisions.set_filter("state = OPEN OR state = IN_PROGRESS");
  ATHENA_ASSIGN_OR_RETURN(sources.decisions,
                          connections.CallPages<plan::ListDecisionsResponse>(decisions));
  return sources;
}

// The name of the unit of --owner, which exists; empty without the flag.
absl::StatusOr<std::string> ReadOwner(const Arguments& arguments, const std::string& institution,
                                      const plan::GetPlanTreeResponse& tree) {
  const std::string typed = arguments.Get("owner");
  if (typed.empty()) return "";
  const std::string name = absl::StrContains(typed, "/")
                               ? WholeName(typed).value_or(typed)
                               : absl::StrCat(institution, "/units/", typed);
  for (const plan::Unit& unit : tree.units()) {
    if (unit.name() == name) return name;
  }
  return Misused(absl::StrCat("--owner got ", Printable(typed), ", want the id of a unit: ",
                              "athenactl list units ", IdOf(institution), " lists them"));
}

absl::StatusOr<ExitCode> ShowDue(Context& context, const Arguments& arguments) {
  const std::optional<int64_t> within = WholeNumber(arguments.Get("within"));
  if (!within.has_value() || *within > kMostDaysAhead) {
    return Misused(absl::StrCat("--within got ", Printable(arguments.Get("within")),
                                ", want a number of days from 0 to ", Grouped(kMostDaysAhead)));
  }
  ATHENA_ASSIGN_OR_RETURN(const std::string plan,
                          ResolvePlan(context.connections, arguments, arguments.Operand(0)));
  const absl::CivilDay today = TodayOf(context.connections, InstitutionOf(plan));
  ATHENA_ASSIGN_OR_RETURN(const DueSources sources,
                          ReadDueSources(context.connections, plan, today));
  DueListOptions options;
  options.plan = plan;
  options.is_shared = sources.is_shared;
  options.today = today;
  options.last = today + *within;
  options.width = context.console.width;
  options.colour = context.console.colour;
  ATHENA_ASSIGN_OR_RETURN(options.unit, ReadOwner(arguments, InstitutionOf(plan), sources.tree));
  const std::vector<DueItem> items = DueItems(
      sources, {.last = options.last, .unit = options.unit, .language = arguments.Get("language")});
  if (arguments.Has("json")) {
    context.console.out << DueListJson(items, options);
  } else {
    context.console.Print(DueList(items, options));
  }
  return ExitCode::kDone;
}

}  // namespace

Command DueCommand() {
  return {
      {.name = "due",
       .operands = "[PLAN]",
       .summary = "List what is late or due soon, and who owes it",
       .about = "By day, the latest first: actions that are not completed, milestones that are\n"
                "not reached, progress reports of the newest quarter that has ended, measures of\n"
                "indicator notes (in each element's newest report that was submitted), reviews\n"
                "of open risks, and open decisions. Days are those of the institution's time\n"
                "zone.\n"
                "Of a plan that another institution shares: without risks and decisions.\n"
                "PLAN is gob/PLAN, or gob where it has one plan alone.\n"
                "Where nobody is named, WHO is the unit.\n"
                "  athenactl due gob --within 14 --owner hr\n"
                "  athenactl due gob --json | mailer\n",
       .max_operands = 1,
       .flags = {{"within", "DAYS", "up to so many days from today", "30"},
                 {"owner", "UNIT", "only what this unit, or one below it, answers for"},
                 kLanguageFlag,
                 kInstitutionFlag,
                 {"json", "", "as JSON, for programs that send mails"}}},
      ShowDue};
}

}  // namespace athena::athenactl
