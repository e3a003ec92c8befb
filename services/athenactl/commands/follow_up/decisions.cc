#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "athena/plan/v1/follow_up_service.pb.h"
#include "athena/plan/v1/plan_service.pb.h"
#include "libs/status/macros.h"
#include "services/athenactl/commands/commands.h"
#include "services/athenactl/files/files.h"
#include "services/athenactl/resources/resolve.h"
#include "services/athenactl/resources/resource_names.h"
#include "services/athenactl/views/follow_up/decision_list.h"

namespace athena::athenactl {
namespace {

namespace plan = athena::plan::v1;

bool IsOfPlan(const plan::Decision& decision, const std::string& plan) {
  return absl::StartsWith(decision.element(), plan + "/") ||
         absl::StartsWith(decision.publication(), plan + "/");
}

// The codes of all elements of the plans that the decisions are about.
absl::StatusOr<std::map<std::string, std::string>> CodesOf(
    const Connections& connections, const plan::ListDecisionsResponse& decisions) {
  std::set<std::string> plans;
  for (const plan::Decision& decision : decisions.decisions()) {
    if (!decision.element().empty()) plans.insert(ParentOf(decision.element()));
  }
  std::map<std::string, std::string> codes;
  for (const std::string& plan : plans) {
    plan::ListElementsRequest request;
    request.set_parent(plan);
    ATHENA_ASSIGN_OR_RETURN(const auto listed,
                            connections.CallPages<plan::ListElementsResponse>(request));
    for (const plan::Element& element : listed.elements()) codes[element.name()] = element.code();
  }
  return codes;
}

absl::StatusOr<ExitCode> ShowDecisions(Context& context, const Arguments& arguments) {
  ATHENA_ASSIGN_OR_RETURN(
      const InstitutionOrPlan named,
      ResolveInstitutionOrPlan(context.connections, arguments, arguments.Operand(0)));
  plan::ListDecisionsRequest request;
  request.set_parent(named.institution);
  request.set_order_by("due_date");
  if (!arguments.Has("all")) request.set_filter("state = OPEN OR state = IN_PROGRESS");
  ATHENA_ASSIGN_OR_RETURN(auto listed,
                          context.connections.CallPages<plan::ListDecisionsResponse>(request));
  if (!named.plan.empty()) {
    auto& decisions = *listed.mutable_decisions();
    decisions.erase(
        std::remove_if(decisions.begin(), decisions.end(),
                       [&](const plan::Decision& one) { return !IsOfPlan(one, named.plan); }),
        decisions.end());
  }
  if (arguments.Has("json")) {
    context.console.out << ToJson(listed);
    return ExitCode::kDone;
  }
  const std::string& where = named.plan.empty() ? named.institution : named.plan;
  if (listed.decisions().empty()) {
    context.console.Print(
        absl::StrCat(where, " has no ", arguments.Has("all") ? "" : "open ", "decisions.\n"));
    return ExitCode::kDone;
  }
  DecisionListOptions options;
  ATHENA_ASSIGN_OR_RETURN(options.codes, CodesOf(context.connections, listed));
  options.language = arguments.Get("language");
  options.today = TodayOf(context.connections, named.institution);
  options.width = context.console.width;
  options.colour = context.console.colour;
  context.console.Print(DecisionList(listed, options));
  return ExitCode::kDone;
}

}  // namespace

Command DecisionsCommand() {
  return {{.name = "decisions",
           .operands = "[INSTITUTION | PLAN]",
           .summary = "List the decisions that are to be carried out",
           .about = "By due date; those that are late say by how many days. PLAN is gob/PLAN:\n"
                    "decisions about its elements, or taken on one of its publications.\n"
                    "ABOUT is the element's code, or the quarter of the publication.\n"
                    "  athenactl set gob/decisions/hire-two state=DONE done_on=2026-11-30\n"
                    "says that one was carried out; athenactl import brings new ones in.\n",
           .max_operands = 1,
           .flags = {{"all", "", "those that were carried out or dropped, too"},
                     kLanguageFlag,
                     kInstitutionFlag,
                     kJsonFlag}},
          ShowDecisions};
}

}  // namespace athena::athenactl
