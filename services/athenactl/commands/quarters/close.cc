#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "athena/indicator/v1/indicator_service.pb.h"
#include "libs/status/macros.h"
#include "services/athenactl/commands/commands.h"
#include "services/athenactl/commands/periods.h"
#include "services/athenactl/files/files.h"
#include "services/athenactl/resources/resolve.h"
#include "services/athenactl/resources/resource_names.h"

namespace athena::athenactl {
namespace {

namespace v1 = athena::indicator::v1;

// Runs [INSTITUTION] QUARTER with --reason. `Request` is ClosePeriodRequest or ReopenPeriodRequest.
template <typename Request>
absl::StatusOr<ExitCode> ChangeClosing(Context& context, const Arguments& arguments) {
  const std::vector<std::string>& operands = arguments.operands();
  ATHENA_ASSIGN_OR_RETURN(const Period quarter, ReadQuarter(operands.back()));
  if (!arguments.Has("reason")) {
    return Misused("--reason says why, for those who read the closing: --reason \"as decided\"");
  }
  ATHENA_ASSIGN_OR_RETURN(const std::string institution,
                          ResolveInstitution(context.connections, arguments,
                                             operands.size() == 2 ? operands[0] : std::string()));
  Request request;
  request.set_name(absl::StrCat(institution, "/closings/", quarter.ToString()));
  request.set_reason(arguments.Get("reason"));
  request.set_request_id(context.connections.NewRequestId());
  ATHENA_ASSIGN_OR_RETURN(const auto closing, context.connections.Call<v1::Closing>(request));
  if (arguments.Has("json")) {
    context.console.out << ToJson(closing);
  } else {
    context.console.out << IdOf(institution) << " " << closing.quarter() << " is "
                        << (closing.state() == v1::Closing::STATE_CLOSED ? "closed" : "open again")
                        << ", at revision " << closing.revision() << "\n";
  }
  return ExitCode::kDone;
}

const std::vector<FlagSpec> kClosingFlags = {
    {"reason", "TEXT", "why, for those who read the closing (required)"},
    kInstitutionFlag,
    kJsonFlag};

}  // namespace

Command CloseCommand() {
  return {
      {.name = "close",
       .operands = "[INSTITUTION] QUARTER",
       .summary = "Close a quarter: its observations are locked; reopen undoes it",
       .about = "Rows that would change an observation of a period that ends in the quarter are\n"
                "locked from then on; who may correct pushes them with --correction-reason.\n"
                "Rows that equal what is there are taken as ever.\n",
       .min_operands = 1,
       .max_operands = 2,
       .flags = kClosingFlags},
      ChangeClosing<v1::ClosePeriodRequest>};
}

Command ReopenCommand() {
  return {{.name = "reopen",
           .operands = "[INSTITUTION] QUARTER",
           .summary = "Open a closed quarter again",
           .about = "Its observations change again as if it never had been closed.\n",
           .min_operands = 1,
           .max_operands = 2,
           .flags = kClosingFlags,
           .named_only = true},
          ChangeClosing<v1::ReopenPeriodRequest>};
}

}  // namespace athena::athenactl
