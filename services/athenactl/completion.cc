#include "absl/strings/str_cat.h"
#include "services/athenactl/commands.h"
#include "services/athenactl/text.h"

namespace athena::athenactl {
namespace {

absl::StatusOr<ExitCode> Completion(Context& context, const Arguments& arguments) {
  if (arguments.operands()[0] != "bash") {
    return Misused(
        absl::StrCat("completion got ", Printable(arguments.operands()[0]), ", want bash"));
  }
  context.console.out << BashCompletion(context.grammar);
  return ExitCode::kDone;
}

}  // namespace

Command CompletionCommand() {
  return {{.name = "completion",
           .operands = "bash",
           .summary = "Print a script that completes commands and flags",
           .about = "source <(athenactl completion bash), or put that line in ~/.bashrc.\n",
           .least_operands = 1,
           .most_operands = 1},
          Completion};
}

}  // namespace athena::athenactl
