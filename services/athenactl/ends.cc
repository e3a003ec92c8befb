#include <string>

#include "absl/strings/str_cat.h"
#include "athena/indicator/v1/indicator_service.pb.h"
#include "services/athenactl/as_of.h"
#include "services/athenactl/commands.h"
#include "services/athenactl/files.h"
#include "services/athenactl/resolve.h"
#include "services/athenactl/resource_names.h"
#include "services/athenactl/table.h"

namespace athena::athenactl {
namespace {

namespace v1 = athena::indicator::v1;

constexpr int kPageSize = 1'000;

absl::StatusOr<ExitCode> ShowEnds(Context& context, const Arguments& arguments) {
  v1::ListSeriesEndsRequest request;
  request.set_indicator(arguments.Get("indicator"));
  request.set_include_withdrawn(arguments.Has("withdrawn"));
  request.set_page_size(kPageSize);
  const auto as_of = ReadAsOf(arguments.Get("as-of"));
  if (!as_of.ok()) return as_of.status();
  if (arguments.Has("as-of")) *request.mutable_as_of() = *as_of;
  const auto institution =
      ResolveInstitution(context.connections, arguments,
                         arguments.operands().empty() ? std::string() : arguments.operands()[0]);
  if (!institution.ok()) return institution.status();
  request.set_parent(*institution);
  const auto listed = AllPages<v1::ListSeriesEndsResponse>(request, [&](const auto& page) {
    return context.connections.Indicator(&Connections::IndicatorStub::ListSeriesEnds, page);
  });
  if (!listed.ok()) return listed.status();
  if (arguments.Has("json")) {
    context.console.out << ToJson(*listed);
    return ExitCode::kDone;
  }
  Table table({{"INDICATOR"},
               {"SERIES"},
               {"ENDED FROM"},
               {"SINCE (UTC)"},
               {"BY"},
               {"REVISION", true},
               {"REASON"}});
  for (const v1::SeriesEnd& end : listed->series_ends()) {
    table.Add({IdOf(end.indicator()), IdOf(end.name()),
               end.ended_from().empty() ? "goes on" : end.ended_from(), TimeText(end.update_time()),
               end.subject(), absl::StrCat(end.revision()), end.reason()});
  }
  context.console.out << (table.empty()
                              ? "No series is declared to have ended.\n"
                              : table.Text(context.console.width, context.console.colour));
  return ExitCode::kDone;
}

}  // namespace

Command EndsCommand() {
  return {
      {.name = "ends",
       .operands = "[INSTITUTION]",
       .summary = "List the series that are declared to have ended",
       .about = "INSTITUTION may be left out where there is one. SERIES is its codes in the order\n"
                "of the indicator's dimensions, \"-\" where it has none.\n",
       .most_operands = 1,
       .flags = {{"indicator", "ID", "only those of this indicator"},
                 {"withdrawn", "", "also those that go on after all"},
                 kAsOfFlag,
                 kJsonFlag}},
      ShowEnds};
}

}  // namespace athena::athenactl
