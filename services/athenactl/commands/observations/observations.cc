#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "athena/indicator/v1/indicator_service.pb.h"
#include "libs/status/macros.h"
#include "services/athenactl/commands/as_of.h"
#include "services/athenactl/commands/commands.h"
#include "services/athenactl/files/files.h"
#include "services/athenactl/files/observation_file.h"
#include "services/athenactl/resources/resolve.h"
#include "services/athenactl/resources/resource_names.h"
#include "services/athenactl/terminal/table.h"
#include "services/athenactl/terminal/text.h"
#include "services/athenactl/views/cell_history.h"
#include "services/athenactl/views/value_text.h"

namespace athena::athenactl {
namespace {

namespace v1 = athena::indicator::v1;

absl::StatusOr<v1::ListObservationsRequest> ReadObservationsRequest(const Context& context,
                                                                    const Arguments& arguments) {
  v1::ListObservationsRequest request;
  request.set_start_period(arguments.Get("from"));
  request.set_end_period(arguments.Get("to"));
  request.set_include_history(arguments.Has("history"));
  request.set_filter(arguments.Get("filter"));
  request.set_page_size(kObservationsPageSize);
  ATHENA_ASSIGN_OR_RETURN(const auto slice, ReadSlice(arguments));
  *request.mutable_slice() = slice;
  ATHENA_ASSIGN_OR_RETURN(
      const auto name, ResolveIndicator(context.connections, arguments, arguments.operands()[0]));
  ResolveDimensions(context.connections, InstitutionOf(name), request.mutable_slice());
  ATHENA_ASSIGN_OR_RETURN(const auto as_of, ReadAsOf(arguments.Get("as-of"), [&] {
                            return TimeZoneOf(context.connections, InstitutionOf(name));
                          }));
  if (arguments.Has("as-of")) *request.mutable_as_of() = as_of;
  request.set_parent(name);
  return request;
}

std::string ObservationsTable(const v1::ListObservationsResponse& listed, bool history,
                              const Console& console) {
  std::set<std::string> dimensions;
  for (const v1::ObservationRecord& record : listed.observations()) {
    for (const auto& [dimension, code] : record.observation().dimensions()) {
      dimensions.insert(dimension);
    }
  }
  std::vector<Table::Column> columns = {{"PERIOD"}};
  for (const std::string& dimension : dimensions) columns.push_back({dimension});
  for (const Table::Column& column : std::vector<Table::Column>{{"VALUE", true},
                                                                {"STATUS"},
                                                                {"OUTCOME"},
                                                                {"REVISION", true},
                                                                {"TIME (UTC)"},
                                                                {"COMMENT"}}) {
    columns.push_back(column);
  }
  Table table(std::move(columns));
  const std::vector<std::string> outcomes =
      history ? OutcomesOf(listed.observations()) : std::vector<std::string>{};
  for (int at = 0; at < listed.observations_size(); ++at) {
    const v1::ObservationRecord& record = listed.observations(at);
    const v1::Observation& observation = record.observation();
    std::vector<std::string> row = {observation.period()};
    for (const std::string& dimension : dimensions) {
      const auto code = observation.dimensions().find(dimension);
      row.push_back(code == observation.dimensions().end() ? "" : code->second);
    }
    row.push_back(observation.has_value() ? Shortest(observation.value()) : "");
    row.emplace_back(StatusLetter(observation.status()));
    row.push_back(history ? outcomes[static_cast<size_t>(at)] : "");
    row.push_back(absl::StrCat(record.revision()));
    row.push_back(TimeText(record.time()));
    row.push_back(observation.comment());
    table.Add(row);
  }
  return table.empty() ? "There are no observations there.\n"
                       : table.Text(console.width, console.colour);
}

absl::StatusOr<ExitCode> ShowObservations(Context& context, const Arguments& arguments) {
  ATHENA_ASSIGN_OR_RETURN(const v1::ListObservationsRequest request,
                          ReadObservationsRequest(context, arguments));
  ATHENA_ASSIGN_OR_RETURN(const auto listed,
                          context.connections.CallPages<v1::ListObservationsResponse>(request));
  if (arguments.Has("json")) {
    context.console.out << ToJson(listed);
  } else {
    context.console.Print(ObservationsTable(listed, arguments.Has("history"), context.console));
    context.console.out << "True at revision " << listed.revision() << ".\n";
  }
  return ExitCode::kDone;
}

}  // namespace

Command ObservationsCommand() {
  return {
      {.name = "observations",
       .operands = "INDICATOR",
       .summary = "List what was measured, with its history",
       .about = "INDICATOR is gob/headcount, institutions/gob/indicators/headcount, or headcount\n"
                "alone where there is one institution. STATUS is the letter of SDMX: A normal,\n"
                "E estimated, P provisional, F forecast, M O L H Q no value.\n",
       .min_operands = 1,
       .max_operands = 1,
       .flags = {{"from", "PERIOD", "from this period on, like 2021-Q3 or 2021-07"},
                 {"to", "PERIOD", "up to this period"},
                 kSliceFlag,
                 {"filter", "TEXT", "only those: 'observation.value > 3' (AIP-160)"},
                 {"history", "", "every revision of each cell, retractions too"},
                 kAsOfFlag,
                 kInstitutionFlag,
                 kJsonFlag}},
      ShowObservations};
}

}  // namespace athena::athenactl
