#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "athena/indicator/v1/indicator_service.pb.h"
#include "libs/status/macros.h"
#include "services/athenactl/commands/as_of.h"
#include "services/athenactl/commands/commands.h"
#include "services/athenactl/commands/periods.h"
#include "services/athenactl/files/files.h"
#include "services/athenactl/resources/resolve.h"
#include "services/athenactl/resources/resource_names.h"
#include "services/athenactl/terminal/table.h"
#include "services/athenactl/terminal/text.h"
#include "services/athenactl/views/value_text.h"

namespace athena::athenactl {
namespace {

namespace v1 = athena::indicator::v1;

constexpr size_t kMaxQuartersOfCompleteness = 20;
// What narrow terminals show of an indicator and of its state.
constexpr int kLeastIndicator = 11;
constexpr int kLeastState = 7;

std::string Percent(bool has, const athena::common::v1::Number& rate) {
  return has ? absl::StrFormat("%.1f %%", 100 * rate.value()) : "";
}

std::vector<Table::Column> WithMeasures(std::vector<Table::Column> columns) {
  for (const char* const heading :
       {"EXPECTED", "ACTUAL", "ON TIME", "RATE", "RATE ON TIME", "OVERDUE"}) {
    columns.push_back({heading, true});
  }
  return columns;
}

void AddMeasures(const v1::CompletenessMeasures& measures, std::vector<std::string>& row) {
  row.push_back(Grouped(measures.expected()));
  row.push_back(Grouped(measures.actual()));
  row.push_back(Grouped(measures.on_time()));
  row.push_back(Percent(measures.has_rate(), measures.rate()));
  row.push_back(Percent(measures.has_on_time_rate(), measures.on_time_rate()));
  row.push_back(Grouped(measures.overdue()));
}

std::string_view StateText(v1::ReportingState state) {
  switch (state) {
    case v1::REPORTING_STATE_NOT_EXPECTED:
      return "not expected";
    case v1::REPORTING_STATE_NOT_DUE:
      return "not due";
    case v1::REPORTING_STATE_ON_TIME:
      return "on time";
    case v1::REPORTING_STATE_LATE:
      return "late";
    case v1::REPORTING_STATE_OVERDUE:
      return "overdue";
    default:
      return "";
  }
}

std::string Tables(const v1::GetCompletenessResponse& answer, const Console& console) {
  Table quarters(WithMeasures({{"QUARTER"}}));
  for (const v1::QuarterCompleteness& quarter : answer.quarters()) {
    std::vector<std::string> row = {quarter.quarter()};
    AddMeasures(quarter.measures(), row);
    quarters.Add(row);
  }
  // The quarter of all is in the first table where there is one alone.
  auto columns = WithMeasures({{.heading = "INDICATOR", .least = kLeastIndicator},
                               {.heading = "QUARTER", .spare = answer.quarters_size() == 1}});
  columns.push_back({.heading = "STATE", .least = kLeastState});
  for (const char* const heading : {"STEWARD", "SOURCE"}) {
    columns.push_back({.heading = heading, .spare = true});
  }
  Table indicators(std::move(columns));
  int64_t unattributed = 0;
  for (const v1::IndicatorCompleteness& one : answer.indicators()) {
    std::vector<std::string> row = {IdOf(one.indicator()), one.quarter()};
    AddMeasures(one.measures(), row);
    row.emplace_back(StateText(one.state()));
    row.push_back(one.steward().empty() ? one.owner() : one.steward());
    row.push_back(one.source_system());
    indicators.Add(row);
    unattributed += one.unattributed();
  }
  Table senders({{"OVERDUE FROM"},
                 {"CELLS", true},
                 {"SERIES", true},
                 {"INDICATORS", true},
                 {"DUE"},
                 {"LAST PUSH (UTC)"},
                 {"REVISION", true}});
  for (const v1::OverdueSender& sender : answer.overdue_senders()) {
    senders.Add({sender.sender(), Grouped(sender.cells()), Grouped(sender.series()),
                 Grouped(sender.indicators()), DateText(sender.due()),
                 TimeText(sender.last_push_time()), IdOf(sender.last_push())});
  }
  std::string text = quarters.Text(console.width, console.colour);
  absl::StrAppend(&text, "\n",
                  indicators.empty() ? "No indicator to list.\n"
                                     : indicators.Text(console.width, console.colour));
  if (!senders.empty()) {
    absl::StrAppend(&text, "\n", senders.Text(console.width, console.colour));
  }
  if (unattributed > 0) {
    absl::StrAppend(&text, Counted(unattributed, "overdue cell", "overdue cells"),
                    " of nobody in particular: ask the steward\n");
  }
  absl::StrAppend(&text, "\nWhat is due is judged as of ", DateText(answer.date()),
                  ". True at revision ", answer.revision(), ".\n");
  return text;
}

absl::StatusOr<ExitCode> ShowCompleteness(Context& context, const Arguments& arguments) {
  ATHENA_ASSIGN_OR_RETURN(const auto institution,
                          ResolveInstitution(context.connections, arguments, arguments.Operand(0)));
  ATHENA_ASSIGN_OR_RETURN(const auto quarters,
                          ReadQuarters(arguments, kMaxQuartersOfCompleteness,
                                       [&] { return TodayOf(context.connections, institution); }));
  v1::GetCompletenessRequest request;
  request.set_parent(institution);
  for (const std::string& quarter : quarters) request.add_quarters(quarter);
  for (const std::string& id : arguments.All("indicator")) request.add_indicators(id);
  request.set_overdue_only(arguments.Has("overdue"));
  ATHENA_ASSIGN_OR_RETURN(const auto as_of, ReadAsOf(arguments.Get("as-of"), [&] {
                            return TimeZoneOf(context.connections, institution);
                          }));
  if (arguments.Has("as-of")) *request.mutable_as_of() = as_of;
  ATHENA_ASSIGN_OR_RETURN(const auto answer,
                          context.connections.CallPages<v1::GetCompletenessResponse>(request));
  if (arguments.Has("json")) {
    context.console.out << ToJson(answer);
  } else {
    context.console.Print(Tables(answer, context.console));
  }
  return ExitCode::kDone;
}

}  // namespace

Command CompletenessCommand() {
  return {
      {.name = "completeness",
       .operands = "[INSTITUTION]",
       .summary = "Tell whether all figures came, in time, and who owes what",
       .about = "Counts cells, a series in a period: EXPECTED; ACTUAL, those that have a value;\n"
                "ON TIME, those that had it by the day they were due, by the service's clock;\n"
                "both as shares of what is expected; OVERDUE, those that are due and have none.\n"
                "First the sums of each quarter, then each indicator, then whose values are\n"
                "overdue: who last pushed to the series that lack them.\n",
       .max_operands = 1,
       .flags = {{"from", "QUARTER", "from this quarter on [--to]"},
                 {"to", "QUARTER", "up to this quarter [the last one that has ended]"},
                 {"indicator", "ID", "only this indicator; repeatable", "", true},
                 {"overdue", "", "list only indicators that are overdue"},
                 kAsOfFlag,
                 kJsonFlag}},
      ShowCompleteness};
}

}  // namespace athena::athenactl
