#include <google/protobuf/descriptor.h>

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "libs/status/macros.h"
#include "services/athenactl/commands/commands.h"
#include "services/athenactl/resources/kinds.h"
#include "services/athenactl/resources/resolve.h"
#include "services/athenactl/resources/resource_names.h"
#include "services/athenactl/sending/applying.h"
#include "services/athenactl/terminal/text.h"
#include "services/athenactl/views/resource_text.h"

namespace athena::athenactl {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// The kinds that can be deleted: "element, risk".
std::string DeletedKinds() {
  std::string names;
  for (const Kind& kind : AllKinds()) {
    if (kind.remove == nullptr) continue;
    absl::StrAppend(&names, names.empty() ? "" : ", ", kind.plural);
  }
  return names;
}

absl::StatusOr<ExitCode> Delete(Context& context, const Arguments& arguments) {
  const std::string typed = WholeName(arguments.Operand(0)).value_or(arguments.Operand(0));
  ATHENA_ASSIGN_OR_RETURN(const Kind* kind, KindOfName(typed));
  if (kind->remove == nullptr) {
    return Misused(absl::StrCat("got ", Printable(typed), ", want one of the ", DeletedKinds(),
                                ": ", kind->plural, " are not deleted"));
  }
  ATHENA_ASSIGN_OR_RETURN(const std::string decision, ReadDecision(arguments, *kind, kind->remove));
  const std::unique_ptr<Message> request = NewMessage(kind->remove->input_type());
  const auto set_flag = [&](const std::string& field) -> bool {
    const FieldDescriptor* flag = request->GetDescriptor()->FindFieldByName(field);
    if (flag != nullptr) request->GetReflection()->SetBool(request.get(), flag, true);
    return flag != nullptr;
  };
  if (arguments.Has("force") && !set_flag("force")) {
    return Misused(absl::StrCat("--force: nothing lies below ", kind->plural));
  }
  ATHENA_ASSIGN_OR_RETURN(const std::string name, ResolveName(context.connections, typed, {}));
  SetText(request.get(), "name", name);
  SetText(request.get(), "reason", arguments.Get("reason"));
  SetText(request.get(), "etag", arguments.Get("etag"));
  SetText(request.get(), "decision", decision);
  const bool dry_run = arguments.Has("dry-run") && set_flag("validate_only");
  if (!dry_run) SetText(request.get(), "request_id", context.connections.NewRequestId());
  const std::unique_ptr<Message> answer = NewMessage(kind->remove->output_type());
  ATHENA_RETURN_IF_ERROR(context.connections.Call(*kind->remove, *request, answer.get()));
  context.console.out << ShortName(name) << (dry_run ? ": would be deleted\n" : ": deleted\n");
  return ExitCode::kDone;
}

}  // namespace

Command DeleteCommand() {
  return {
      {.name = "delete",
       .operands = "NAME",
       .summary = "Delete a resource that was made by mistake",
       .about = "From now on it is in no list and no scorecard. Its history stays, and reads as\n"
                "of an earlier time still have it. What ends is not deleted: set its state to\n"
                "cancelled, completed, closed or dropped, and it stays in view.\n"
                "  athenactl delete gob/plans/plan/elements/1.1.4 --reason \"entered twice\"\n"
                "NAME is a resource name, with or without institutions/ before it.\n",
       .min_operands = 1,
       .max_operands = 1,
       .flags = {{"force", "", "what is below it, too"},
                 {"reason", "TEXT", "why, for those who read the history"},
                 {"decision", "NAME", "of an element: the decision that this carries out"},
                 {"etag", "TEXT", "fail if the resource has another etag"},
                 {"dry-run", "", "say what would change, change nothing"}},
       .named_only = true},
      Delete};
}

}  // namespace athena::athenactl
