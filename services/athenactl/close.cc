#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "athena/indicator/v1/indicator_service.pb.h"
#include "services/athenactl/commands.h"
#include "services/athenactl/files.h"
#include "services/athenactl/periods.h"
#include "services/athenactl/resolve.h"
#include "services/athenactl/resource_names.h"

namespace athena::athenactl {
namespace {

namespace v1 = athena::indicator::v1;
using IndicatorStub = Connections::IndicatorStub;

// Both take "[INSTITUTION] QUARTER" and a reason.
template <typename Request>
absl::StatusOr<ExitCode> Change(Context& context, const Arguments& arguments,
                                grpc::Status (IndicatorStub::*method)(grpc::ClientContext*,
                                                                      const Request&,
                                                                      v1::Closing*)) {
  const std::vector<std::string>& operands = arguments.operands();
  const auto quarter = ReadQuarter(operands.back());
  if (!quarter.ok()) return quarter.status();
  if (!arguments.Has("reason")) {
    return Misused("--reason says why, for those who read the closing: --reason \"as decided\"");
  }
  const auto institution = ResolveInstitution(context.connections, arguments,
                                              operands.size() == 2 ? operands[0] : std::string());
  if (!institution.ok()) return institution.status();
  Request request;
  request.set_name(absl::StrCat(*institution, "/closings/", quarter->ToString()));
  request.set_reason(arguments.Get("reason"));
  request.set_request_id(context.connections.NewRequestId());
  const auto closing = context.connections.Indicator(method, request, kChangeAttempts);
  if (!closing.ok()) return closing.status();
  if (arguments.Has("json")) {
    context.console.out << ToJson(*closing);
  } else {
    context.console.out << IdOf(*institution) << " " << closing->quarter() << " is "
                        << (closing->state() == v1::Closing::STATE_CLOSED ? "closed" : "open again")
                        << ", at revision " << closing->revision() << "\n";
  }
  return ExitCode::kDone;
}

absl::StatusOr<ExitCode> Close(Context& context, const Arguments& arguments) {
  return Change(context, arguments, &IndicatorStub::ClosePeriod);
}

absl::StatusOr<ExitCode> Reopen(Context& context, const Arguments& arguments) {
  return Change(context, arguments, &IndicatorStub::ReopenPeriod);
}

const std::vector<FlagSpec> kFlags = {
    {"reason", "TEXT", "why, for those who read the closing (required)"},
    kInstitutionFlag,
    kJsonFlag};

}  // namespace

Command CloseCommand() {
  return {
      {.name = "close",
       .operands = "[INSTITUTION] QUARTER",
       .summary = "Close a quarter: its observations are locked",
       .about = "Rows that would change an observation of a period that ends in the quarter are\n"
                "locked from then on; who may correct pushes them with --correction-reason.\n"
                "Rows that equal what is there are taken as ever.\n",
       .least_operands = 1,
       .most_operands = 2,
       .flags = kFlags},
      Close};
}

Command ReopenCommand() {
  return {{.name = "reopen",
           .operands = "[INSTITUTION] QUARTER",
           .summary = "Open a closed quarter again",
           .about = "Its observations change again as if it never had been closed.\n",
           .least_operands = 1,
           .most_operands = 2,
           .flags = kFlags},
          Reopen};
}

}  // namespace athena::athenactl
