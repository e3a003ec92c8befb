#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "athena/plan/v1/plan_service.pb.h"
#include "libs/status/macros.h"
#include "services/athenactl/commands/as_of.h"
#include "services/athenactl/commands/commands.h"
#include "services/athenactl/commands/periods.h"
#include "services/athenactl/resources/resolve.h"
#include "services/athenactl/resources/resource_names.h"
#include "services/athenactl/views/operations/budget_text.h"

namespace athena::athenactl {
namespace {

namespace plan = athena::plan::v1;

absl::StatusOr<ExitCode> ShowBudget(Context& context, const Arguments& arguments) {
  const std::optional<TypedScorecard> typed = ReadScorecardName(arguments.operands());
  if (!typed.has_value()) {
    return Misused("want PLAN QUARTER, like gob/strategic-plan-2021-2026 2022-Q4, or gob 2022-Q4");
  }
  ATHENA_ASSIGN_OR_RETURN(const Period quarter, ReadQuarter(typed->quarter));
  ATHENA_ASSIGN_OR_RETURN(const std::string institution,
                          ResolveInstitution(context.connections, arguments, typed->institution));
  plan::GetPlanTreeRequest request;
  if (typed->plan.empty()) {
    ATHENA_ASSIGN_OR_RETURN(*request.mutable_name(), OnlyPlan(context.connections, institution));
  } else {
    request.set_name(absl::StrCat(institution, "/plans/", typed->plan));
  }
  request.add_parts(plan::GetPlanTreeRequest::PART_BUDGET);
  request.add_quarters(quarter.ToString());
  ATHENA_ASSIGN_OR_RETURN(const auto as_of, ReadAsOf(arguments.Get("as-of"), [&] {
                            return TimeZoneOf(context.connections, institution);
                          }));
  if (arguments.Has("as-of")) *request.mutable_as_of() = as_of;
  ATHENA_ASSIGN_OR_RETURN(const auto tree,
                          context.connections.CallStream<plan::GetPlanTreeResponse>(request));
  const PlanBudget budget = BudgetOf(tree, quarter.ToString());
  const BudgetTextOptions options = {.quarter = quarter.ToString(),
                                     .language = arguments.Get("language"),
                                     .width = context.console.width,
                                     .colour = context.console.colour};
  if (arguments.Has("json")) {
    context.console.out << BudgetJson(budget, tree.header(), options);
  } else {
    context.console.Print(BudgetText(budget, options));
  }
  return ExitCode::kDone;
}

}  // namespace

Command BudgetCommand() {
  return {
      {.name = "budget",
       .operands = "[PLAN] QUARTER",
       .summary = "Show the budget of a plan's elements and how much of it is used",
       .about = "An element's amounts are its shares of budget lines and those of the elements\n"
                "below it, up to the end of the quarter, in euros since 1 January.\n"
                "EXECUTION: what was committed as a share of the adjusted commitment\n"
                "appropriation, and what was paid as a share of the adjusted payment\n"
                "appropriation; none where that is zero or not known.\n"
                "INCOMPLETE: of how many of its lines amounts are missing; they are listed.\n"
                "  athenactl budget gob 2026-Q3 --language nl\n",
       .min_operands = 1,
       .max_operands = 2,
       .flags =
           {kLanguageFlag, kAsOfFlag, kInstitutionFlag, {"json", "", "exact amounts, as JSON"}}},
      ShowBudget};
}

}  // namespace athena::athenactl
