#include <string>

#include "absl/strings/str_cat.h"
#include "athena/indicator/v1/indicator_service.pb.h"
#include "services/athenactl/as_of.h"
#include "services/athenactl/commands.h"
#include "services/athenactl/files.h"
#include "services/athenactl/resolve.h"
#include "services/athenactl/table.h"

namespace athena::athenactl {
namespace {

namespace v1 = athena::indicator::v1;

constexpr int kPageSize = 1'000;

absl::StatusOr<ExitCode> ShowClosings(Context& context, const Arguments& arguments) {
  const auto institution =
      ResolveInstitution(context.connections, arguments,
                         arguments.operands().empty() ? std::string() : arguments.operands()[0]);
  if (!institution.ok()) return institution.status();
  v1::ListClosingsRequest request;
  request.set_parent(*institution);
  request.set_page_size(kPageSize);
  const auto as_of = ReadAsOf(arguments.Get("as-of"));
  if (!as_of.ok()) return as_of.status();
  if (arguments.Has("as-of")) *request.mutable_as_of() = *as_of;
  const auto listed = AllPages<v1::ListClosingsResponse>(request, [&](const auto& page) {
    return context.connections.Indicator(&Connections::IndicatorStub::ListClosings, page);
  });
  if (!listed.ok()) return listed.status();
  if (arguments.Has("json")) {
    context.console.out << ToJson(*listed);
    return ExitCode::kDone;
  }
  Table table({{"QUARTER"}, {"STATE"}, {"SINCE (UTC)"}, {"BY"}, {"REVISION", true}, {"REASON"}});
  for (const v1::Closing& closing : listed->closings()) {
    table.Add({closing.quarter(),
               closing.state() == v1::Closing::STATE_CLOSED ? "closed" : "open again",
               TimeText(closing.update_time()), closing.subject(), absl::StrCat(closing.revision()),
               closing.reason()});
  }
  context.console.out << (table.empty()
                              ? absl::StrCat(*institution, " has closed no quarter.\n")
                              : table.Text(context.console.width, context.console.colour));
  return ExitCode::kDone;
}

}  // namespace

Command ClosingsCommand() {
  return {{.name = "closings",
           .operands = "[INSTITUTION]",
           .summary = "List the quarters that are closed, or were",
           .about = "INSTITUTION may be left out where there is one.\n",
           .most_operands = 1,
           .flags = {kAsOfFlag, kJsonFlag}},
          ShowClosings};
}

}  // namespace athena::athenactl
