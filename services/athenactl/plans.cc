#include <string>
#include <vector>

#include "services/athenactl/as_of.h"
#include "services/athenactl/commands.h"
#include "services/athenactl/files.h"
#include "services/athenactl/resolve.h"
#include "services/athenactl/resource_names.h"
#include "services/athenactl/table.h"

namespace athena::athenactl {
namespace {

using athena::plan::v1::ListPlansResponse;
using athena::plan::v1::Plan;

std::string StateText(Plan::State state) {
  switch (state) {
    case Plan::STATE_DRAFT:
      return "draft";
    case Plan::STATE_ACTIVE:
      return "active";
    case Plan::STATE_CLOSED:
      return "closed";
    default:
      return "";
  }
}

absl::StatusOr<ExitCode> ShowPlans(Context& context, const Arguments& arguments) {
  std::vector<std::string> institutions;
  if (!arguments.operands().empty()) {
    const auto named = ResolveInstitution(context.connections, arguments, arguments.operands()[0]);
    if (!named.ok()) return named.status();
    institutions.push_back(*named);
  } else {
    const auto listed = ListInstitutions(context.connections);
    if (!listed.ok()) return listed.status();
    for (const auto& institution : listed->institutions()) {
      institutions.push_back(institution.name());
    }
  }
  ListPlansResponse all;
  for (const std::string& institution : institutions) {
    const auto listed = ListPlans(context.connections, institution);
    if (!listed.ok()) return listed.status();
    all.MergeFrom(*listed);
  }
  if (arguments.Has("json")) {
    context.console.out << ToJson(all);
    return ExitCode::kDone;
  }
  Table table({{"PLAN"}, {"STATE"}, {"FROM"}, {"TO"}, {"IN FORCE SINCE"}, {"TITLE"}});
  for (const Plan& plan : all.plans()) {
    table.Add({InstitutionIdOf(plan.name()) + "/" + IdOf(plan.name()), StateText(plan.state()),
               plan.first_quarter(), plan.last_quarter(), TimeText(plan.activate_time()),
               InLanguage(plan.title(), arguments.Get("language"))});
  }
  context.console.out << (table.empty()
                              ? "There are no plans; athenactl load brings some in.\n"
                              : table.Text(context.console.width, context.console.colour));
  return ExitCode::kDone;
}

}  // namespace

Command PlansCommand() {
  return {{.name = "plans",
           .operands = "[INSTITUTION]",
           .summary = "List plans and their states",
           .about = "Of one institution, or of all that you may read. Times are in UTC.\n",
           .most_operands = 1,
           .flags = {kLanguageFlag, kJsonFlag}},
          ShowPlans};
}

}  // namespace athena::athenactl
