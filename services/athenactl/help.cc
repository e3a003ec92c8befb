#include "absl/strings/str_cat.h"
#include "services/athenactl/commands.h"
#include "services/athenactl/text.h"

namespace athena::athenactl {
namespace {

absl::StatusOr<ExitCode> Help(Context& context, const Arguments& arguments) {
  if (arguments.operands().empty()) {
    context.console.out << Overview(context.grammar);
    return ExitCode::kDone;
  }
  const CommandSpec* command = FindCommand(context.grammar, arguments.operands()[0]);
  if (command == nullptr) {
    return Misused(absl::StrCat("unknown command ", Printable(arguments.operands()[0]),
                                "; athenactl help lists what there is"));
  }
  context.console.out << CommandHelp(*command);
  return ExitCode::kDone;
}

}  // namespace

Command HelpCommand() {
  return {{.name = "help",
           .operands = "[COMMAND]",
           .summary = "Show this, or a command's help (also: COMMAND --help)",
           .about = "",
           .most_operands = 1},
          Help};
}

}  // namespace athena::athenactl
