#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "athena/indicator/v1/indicator_service.pb.h"
#include "libs/status/macros.h"
#include "services/athenactl/commands/commands.h"
#include "services/athenactl/files/files.h"
#include "services/athenactl/resources/resolve.h"
#include "services/athenactl/resources/resource_names.h"

namespace athena::athenactl {
namespace {

namespace v1 = athena::indicator::v1;

absl::StatusOr<ExitCode> End(Context& context, const Arguments& arguments) {
  const std::vector<std::string>& operands = arguments.operands();
  const bool withdraw = arguments.Has("withdraw");
  if (withdraw != (operands.size() == 1)) {
    return Misused(
        "say from which PERIOD on it is not expected, like 2022-Q1, or --withdraw without one");
  }
  if (!arguments.Has("reason")) {
    return Misused("--reason says why, for those who read the end: --reason \"unit was merged\"");
  }
  v1::EndSeriesRequest request;
  ATHENA_ASSIGN_OR_RETURN(const auto slice, ReadSlice(arguments));
  *request.mutable_series_end()->mutable_dimensions() = slice;
  ATHENA_ASSIGN_OR_RETURN(const auto indicator,
                          ResolveIndicator(context.connections, arguments, operands[0]));
  request.mutable_series_end()->set_indicator(indicator);
  if (!withdraw) request.mutable_series_end()->set_ended_from(operands[1]);
  request.set_reason(arguments.Get("reason"));
  request.set_request_id(context.connections.NewRequestId());
  ATHENA_ASSIGN_OR_RETURN(const auto end, context.connections.Call<v1::SeriesEnd>(request));
  if (arguments.Has("json")) {
    context.console.out << ToJson(end);
  } else {
    context.console.out << IdOf(end.indicator()) << " " << IdOf(end.name())
                        << (end.ended_from().empty()
                                ? std::string(" goes on")
                                : absl::StrCat(" has ended, from ", end.ended_from(), " on"))
                        << ", at revision " << end.revision() << "\n";
  }
  return ExitCode::kDone;
}

}  // namespace

Command EndCommand() {
  return {
      {.name = "end",
       .operands = "INDICATOR [PERIOD]",
       .summary = "Declare that a series has ended: it is not expected",
       .about = "INDICATOR is gob/headcount, institutions/gob/indicators/headcount, or headcount\n"
                "alone where there is one institution; which series of it, --slice says, a code\n"
                "for each dimension. From PERIOD on, one of the indicator's own, it is not\n"
                "missed. What comes all the same counts.\n",
       .min_operands = 1,
       .max_operands = 2,
       .flags = {{"slice", "DIM=CODE", "the series' code of a dimension; one for each", "", true},
                 {"withdraw", "", "it goes on after all; without PERIOD"},
                 {"reason", "TEXT", "why, for those who read the end (required)"},
                 kInstitutionFlag,
                 kJsonFlag}},
      End};
}

}  // namespace athena::athenactl
