#include <algorithm>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "athena/plan/v1/operations_service.pb.h"
#include "libs/status/macros.h"
#include "services/athenactl/commands/commands.h"
#include "services/athenactl/files/files.h"
#include "services/athenactl/resources/resolve.h"
#include "services/athenactl/views/operations/risk_matrix.h"

namespace athena::athenactl {
namespace {

namespace plan = athena::plan::v1;

bool NamesElementOf(const plan::Risk& risk, const std::string& plan) {
  return std::any_of(
      risk.elements().begin(), risk.elements().end(),
      [&](const std::string& element) { return absl::StartsWith(element, plan + "/"); });
}

absl::StatusOr<ExitCode> ShowRisks(Context& context, const Arguments& arguments) {
  ATHENA_ASSIGN_OR_RETURN(
      const InstitutionOrPlan named,
      ResolveInstitutionOrPlan(context.connections, arguments, arguments.Operand(0)));
  plan::ListRisksRequest request;
  request.set_parent(named.institution);
  if (!arguments.Has("all")) request.set_filter("state = OPEN");
  ATHENA_ASSIGN_OR_RETURN(auto listed,
                          context.connections.CallPages<plan::ListRisksResponse>(request));
  if (!named.plan.empty()) {
    auto& risks = *listed.mutable_risks();
    risks.erase(
        std::remove_if(risks.begin(), risks.end(),
                       [&](const plan::Risk& one) { return !NamesElementOf(one, named.plan); }),
        risks.end());
  }
  SortByResidualScore(&listed);
  if (arguments.Has("json")) {
    context.console.out << ToJson(listed);
    return ExitCode::kDone;
  }
  if (listed.risks().empty()) {
    context.console.Print(absl::StrCat(named.plan.empty() ? named.institution : named.plan,
                                       " has no ", arguments.Has("all") ? "" : "open ",
                                       "risks.\n"));
    return ExitCode::kDone;
  }
  RiskTextOptions options;
  options.language = arguments.Get("language");
  options.today = TodayOf(context.connections, named.institution);
  options.width = context.console.width;
  options.colour = context.console.colour;
  context.console.Print(absl::StrCat(RiskMatrix(listed), "\n", RiskList(listed, options)));
  return ExitCode::kDone;
}

}  // namespace

Command RisksCommand() {
  return {{.name = "risks",
           .operands = "[INSTITUTION | PLAN]",
           .summary = "Show the risks as a matrix, and list them by score",
           .about = "The matrix counts the open risks by likelihood and impact as they are with\n"
                    "their controls (residual). The list has the highest score, L x I, first;\n"
                    "BEFORE is the score without controls (inherent).\n"
                    "PLAN is gob/PLAN: risks that name one of its elements.\n"
                    "  athenactl set gob/risks/r12 residual_impact=2 next_review_on=2027-03-31\n",
           .max_operands = 1,
           .flags = {{"all", "", "list those that are closed, too"},
                     kLanguageFlag,
                     kInstitutionFlag,
                     kJsonFlag}},
          ShowRisks};
}

}  // namespace athena::athenactl
