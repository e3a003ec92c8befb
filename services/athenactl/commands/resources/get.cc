#include <google/protobuf/descriptor.h>

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "libs/status/macros.h"
#include "services/athenactl/commands/as_of.h"
#include "services/athenactl/commands/commands.h"
#include "services/athenactl/files/files.h"
#include "services/athenactl/resources/kinds.h"
#include "services/athenactl/resources/resolve.h"
#include "services/athenactl/resources/resource_names.h"
#include "services/athenactl/views/resource_text.h"

namespace athena::athenactl {
namespace {

using google::protobuf::Message;

absl::StatusOr<ExitCode> Get(Context& context, const Arguments& arguments) {
  const std::string name = WholeName(arguments.Operand(0)).value_or(arguments.Operand(0));
  ATHENA_ASSIGN_OR_RETURN(const Kind* kind, KindOfName(name));
  if (kind->get == nullptr) {
    return Misused(absl::StrCat("no method of the contract gets ", kind->plural,
                                "; athenactl list ", kind->plural, " lists them"));
  }
  ATHENA_ASSIGN_OR_RETURN(const auto as_of, ReadAsOf(arguments.Get("as-of"), [&] {
                            return TimeZoneOf(context.connections, InstitutionOf(name));
                          }));
  ATHENA_ASSIGN_OR_RETURN(const std::string resolved,
                          ResolveName(context.connections, name, as_of));
  const std::unique_ptr<Message> request = NewMessage(kind->get->input_type());
  SetText(request.get(), "name", resolved);
  if (arguments.Has("as-of")) {
    Message* field = MutableMessage(request.get(), "as_of");
    if (field == nullptr) return Misused(absl::StrCat(kind->plural, " take no --as-of"));
    field->CopyFrom(as_of);
  }
  const std::unique_ptr<Message> resource = NewMessage(kind->message);
  ATHENA_RETURN_IF_ERROR(context.connections.Call(*kind->get, *request, resource.get()));
  if (arguments.Has("json")) {
    context.console.out << ToJson(*resource);
  } else {
    context.console.Print(ResourceText(*resource, context.console.width, context.console.colour));
  }
  return ExitCode::kDone;
}

}  // namespace

Command GetCommand() {
  return {{.name = "get",
           .operands = "NAME",
           .summary = "Show a resource of any kind, field by field",
           .about = "NAME is a resource name, with or without institutions/ before it:\n"
                    "  athenactl get gob/units/bm\n"
                    "Fields are called as athenactl set takes them. Times are in UTC.\n",
           .min_operands = 1,
           .max_operands = 1,
           .flags = {kAsOfFlag, kJsonFlag}},
          Get};
}

}  // namespace athena::athenactl
