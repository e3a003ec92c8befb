#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "athena/indicator/v1/indicator_service.pb.h"
#include "services/athenactl/commands.h"
#include "services/athenactl/files.h"
#include "services/athenactl/resolve.h"
#include "services/athenactl/resource_names.h"

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
  const auto slice = ReadSlice(arguments);
  if (!slice.ok()) return slice.status();
  *request.mutable_series_end()->mutable_dimensions() = *slice;
  const auto indicator = ResolveIndicator(context.connections, arguments, operands[0]);
  if (!indicator.ok()) return indicator.status();
  request.mutable_series_end()->set_indicator(*indicator);
  if (!withdraw) request.mutable_series_end()->set_ended_from(operands[1]);
  request.set_reason(arguments.Get("reason"));
  request.set_request_id(context.connections.NewRequestId());
  const auto end = context.connections.Indicator(&Connections::IndicatorStub::EndSeries, request,
                                                 kChangeAttempts);
  if (!end.ok()) return end.status();
  if (arguments.Has("json")) {
    context.console.out << ToJson(*end);
  } else {
    context.console.out << IdOf(end->indicator()) << " " << IdOf(end->name())
                        << (end->ended_from().empty()
                                ? std::string(" goes on")
                                : absl::StrCat(" has ended, from ", end->ended_from(), " on"))
                        << ", at revision " << end->revision() << "\n";
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
       .least_operands = 1,
       .most_operands = 2,
       .flags = {{"slice", "DIM=CODE", "the series' code of a dimension; one for each", "", true},
                 {"withdraw", "", "it goes on after all; without PERIOD"},
                 {"reason", "TEXT", "why, for those who read the end (required)"},
                 kInstitutionFlag,
                 kJsonFlag}},
      End};
}

}  // namespace athena::athenactl
