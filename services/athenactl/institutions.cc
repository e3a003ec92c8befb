#include <string>

#include "services/athenactl/commands.h"
#include "services/athenactl/files.h"
#include "services/athenactl/resolve.h"
#include "services/athenactl/resource_names.h"
#include "services/athenactl/table.h"

namespace athena::athenactl {
namespace {

absl::StatusOr<ExitCode> ShowInstitutions(Context& context, const Arguments& arguments) {
  const auto listed = ListInstitutions(context.connections);
  if (!listed.ok()) return listed.status();
  if (arguments.Has("json")) {
    context.console.out << ToJson(*listed);
    return ExitCode::kDone;
  }
  Table table({{"ID"}, {"TIME ZONE"}, {"NAME"}});
  for (const auto& institution : listed->institutions()) {
    table.Add({IdOf(institution.name()), institution.time_zone(),
               InLanguage(institution.display_name(), arguments.Get("language"))});
  }
  context.console.out << (table.empty()
                              ? "There are no institutions; athenactl load brings some in.\n"
                              : table.Text(context.console.width, context.console.colour));
  return ExitCode::kDone;
}

}  // namespace

Command InstitutionsCommand() {
  return {{.name = "institutions",
           .operands = "",
           .summary = "List the institutions that you may read",
           .about = "",
           .flags = {kLanguageFlag, kJsonFlag}},
          ShowInstitutions};
}

}  // namespace athena::athenactl
