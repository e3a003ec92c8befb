#include <string>

#include "absl/strings/str_cat.h"
#include "athena/indicator/v1/indicator_service.pb.h"
#include "services/athenactl/as_of.h"
#include "services/athenactl/commands.h"
#include "services/athenactl/files.h"
#include "services/athenactl/indicator_text.h"
#include "services/athenactl/resolve.h"
#include "services/athenactl/table.h"

namespace athena::athenactl {
namespace {

namespace v1 = athena::indicator::v1;

absl::StatusOr<ExitCode> ShowTargets(Context& context, const Arguments& arguments) {
  v1::ListTargetVersionsRequest request;
  const auto slice = ReadSlice(arguments);
  if (!slice.ok()) return slice.status();
  *request.mutable_slice() = *slice;
  const auto as_of = ReadAsOf(arguments.Get("as-of"));
  if (!as_of.ok()) return as_of.status();
  if (arguments.Has("as-of")) *request.mutable_as_of() = *as_of;
  const auto name = ResolveIndicator(context.connections, arguments, arguments.operands()[0]);
  if (!name.ok()) return name.status();
  request.set_indicator(*name);
  const auto listed =
      context.connections.Indicator(&Connections::IndicatorStub::ListTargetVersions, request);
  if (!listed.ok()) return listed.status();
  if (arguments.Has("json")) {
    context.console.out << ToJson(*listed);
    return ExitCode::kDone;
  }
  Table table({{"VERSION", true}, {"SINCE"}, {"BY"}, {"REASON"}, {"TARGET"}});
  for (const v1::Target& target : listed->targets()) {
    table.Add({absl::StrCat(target.version()), TimeText(target.set_time()), target.set_by(),
               target.reason(), Describe(target)});
  }
  context.console.out << (table.empty()
                              ? absl::StrCat(*name, " has no target there.\n")
                              : table.Text(context.console.width, context.console.colour));
  return ExitCode::kDone;
}

}  // namespace

Command TargetsCommand() {
  return {{.name = "targets",
           .operands = "INDICATOR",
           .summary = "List the versions of an indicator's target, the first one first",
           .about = "The last one is in force. Times are in UTC.\n",
           .least_operands = 1,
           .most_operands = 1,
           .flags = {kSliceFlag, kInstitutionFlag, kAsOfFlag, kJsonFlag}},
          ShowTargets};
}

}  // namespace athena::athenactl
