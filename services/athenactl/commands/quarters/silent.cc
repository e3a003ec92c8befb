#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "athena/indicator/v1/indicator_service.pb.h"
#include "libs/period/period.h"
#include "libs/status/macros.h"
#include "services/athenactl/commands/commands.h"
#include "services/athenactl/commands/periods.h"
#include "services/athenactl/files/text/csv.h"
#include "services/athenactl/resources/resolve.h"
#include "services/athenactl/resources/resource_names.h"
#include "services/athenactl/terminal/table.h"
#include "services/athenactl/terminal/text.h"

namespace athena::athenactl {
namespace {

namespace v1 = athena::indicator::v1;
using Codes = std::map<std::string, std::string>;

struct SilentSeries {
  std::string indicator;  // id
  Codes codes;
  std::string last;  // the last period that has an observation
  std::string next;  // the one after it
};

// All indicators that take observations.
absl::StatusOr<std::set<std::string>> BaseIndicators(const Connections& connections,
                                                     const std::string& institution) {
  v1::ListIndicatorsRequest list;
  list.set_parent(institution);
  ATHENA_ASSIGN_OR_RETURN(const auto listed,
                          connections.CallPages<v1::ListIndicatorsResponse>(list));
  std::set<std::string> indicators;
  for (const v1::Indicator& one : listed.indicators()) {
    if (one.kind() == v1::Indicator::KIND_BASE) indicators.insert(one.name());
  }
  return indicators;
}

// The indicators that lack values in the quarter.
absl::StatusOr<std::set<std::string>> OverdueIndicators(const Connections& connections,
                                                        const std::string& institution,
                                                        const std::string& quarter) {
  v1::GetCompletenessRequest request;
  request.set_parent(institution);
  request.add_quarters(quarter);
  request.set_overdue_only(true);
  ATHENA_ASSIGN_OR_RETURN(const auto answer,
                          connections.CallPages<v1::GetCompletenessResponse>(request));
  std::set<std::string> indicators;
  for (const v1::IndicatorCompleteness& one : answer.indicators()) {
    indicators.insert(one.indicator());
  }
  return indicators;
}

// The series of an indicator that have observations, but none from `quarter` on, and are not
// declared to have ended.
absl::StatusOr<std::vector<SilentSeries>> SilentSeriesOf(const Connections& connections,
                                                         const std::string& indicator,
                                                         Period quarter) {
  std::map<Codes, Period> last;
  v1::ListObservationsRequest list;
  list.set_parent(indicator);
  list.set_page_size(kObservationsPageSize);
  do {
    ATHENA_ASSIGN_OR_RETURN(const auto page, connections.Call<v1::ListObservationsResponse>(list));
    for (const v1::ObservationRecord& record : page.observations()) {
      const v1::Observation& cell = record.observation();
      const absl::StatusOr<Period> period = Period::Parse(cell.period());
      if (!period.ok()) continue;
      const auto [known, fresh] =
          last.try_emplace(Codes(cell.dimensions().begin(), cell.dimensions().end()), *period);
      if (known->second < *period) known->second = *period;
    }
    list.set_page_token(page.next_page_token());
  } while (!list.page_token().empty());

  v1::ListSeriesEndsRequest ends;
  ends.set_parent(InstitutionOf(indicator));
  ends.set_indicator(IdOf(indicator));
  ATHENA_ASSIGN_OR_RETURN(const auto ended,
                          connections.CallPages<v1::ListSeriesEndsResponse>(ends));
  for (const v1::SeriesEnd& end : ended.series_ends()) {
    last.erase(Codes(end.dimensions().begin(), end.dimensions().end()));
  }
  std::vector<SilentSeries> silent;
  for (const auto& [codes, period] : last) {
    if (period.LastDay() >= quarter.FirstDay()) continue;
    silent.push_back({IdOf(indicator), codes, period.ToString(), period.Plus(1).ToString()});
  }
  return silent;
}

std::string CsvText(const std::vector<SilentSeries>& series) {
  std::set<std::string> dimensions;
  for (const SilentSeries& one : series) {
    for (const auto& [dimension, code] : one.codes) dimensions.insert(dimension);
  }
  std::vector<std::string> header = {"indicator", "period"};
  header.insert(header.end(), dimensions.begin(), dimensions.end());
  header.emplace_back("last");
  std::string text = CsvLine(header);
  for (const SilentSeries& one : series) {
    std::vector<std::string> fields = {one.indicator, one.next};
    for (const std::string& dimension : dimensions) {
      const auto code = one.codes.find(dimension);
      fields.push_back(code == one.codes.end() ? "" : code->second);
    }
    fields.push_back(one.last);
    text += CsvLine(fields);
  }
  return text;
}

std::string TableText(const std::vector<SilentSeries>& series, const std::string& quarter,
                      const Console& console) {
  if (series.empty()) return absl::StrCat("No series has gone silent before ", quarter, ".\n");
  Table table({{"INDICATOR"}, {"SERIES"}, {"LAST PERIOD"}});
  for (const SilentSeries& one : series) {
    std::string codes;
    for (const auto& [dimension, code] : one.codes) {
      absl::StrAppend(&codes, codes.empty() ? "" : ",", dimension, "=", code);
    }
    table.Add({one.indicator, codes, one.last});
  }
  return absl::StrCat(table.Text(console.width, console.colour), "\n",
                      Counted(static_cast<int64_t>(series.size()), "series", "series"),
                      " without an observation in ", quarter,
                      " or later, and not ended. --csv writes them for athenactl end --file.\n");
}

absl::StatusOr<ExitCode> ListSilent(Context& context, const Arguments& arguments) {
  std::string quarter = arguments.Get("quarter");
  if (!quarter.empty()) {
    ATHENA_RETURN_IF_ERROR(ReadQuarter(quarter).status());
  }
  ATHENA_ASSIGN_OR_RETURN(const auto institution,
                          ResolveInstitution(context.connections, arguments, arguments.Operand(0)));
  if (quarter.empty()) {
    // The last one that has ended.
    ATHENA_ASSIGN_OR_RETURN(const auto quarters, ReadQuarters(arguments, 1, [&] {
                              return TodayOf(context.connections, institution);
                            }));
    quarter = quarters.front();
  }
  ATHENA_ASSIGN_OR_RETURN(const Period period, ReadQuarter(quarter));
  ATHENA_ASSIGN_OR_RETURN(const auto indicators,
                          arguments.Has("all")
                              ? BaseIndicators(context.connections, institution)
                              : OverdueIndicators(context.connections, institution, quarter));
  std::vector<SilentSeries> silent;
  for (const std::string& indicator : indicators) {
    ATHENA_ASSIGN_OR_RETURN(std::vector<SilentSeries> own,
                            SilentSeriesOf(context.connections, indicator, period));
    for (SilentSeries& one : own) silent.push_back(std::move(one));
  }
  if (arguments.Has("csv")) {
    context.console.out << CsvText(silent);
  } else {
    context.console.Print(TableText(silent, quarter, context.console));
  }
  return ExitCode::kDone;
}

}  // namespace

Command SilentCommand() {
  return {{.name = "silent",
           .operands = "[INSTITUTION]",
           .summary = "List series that have gone silent",
           .about =
               "A series of an indicator that lacks values in the quarter is silent when it has\n"
               "observations before the quarter, none in it or later, and has not been declared\n"
               "to have ended. --csv writes indicator, period (the one after the last), a column\n"
               "for each dimension and last: delete the lines of series that go on, then\n"
               "  athenactl end --file silent.csv --institution gob --reason \"unit was merged\"\n",
           .max_operands = 1,
           .flags = {{"quarter", "QUARTER", "silent in it [the last one that has ended]"},
                     {"all", "", "of indicators that lack nothing, too"},
                     {"csv", "", "as a file for athenactl end --file"},
                     kInstitutionFlag},
           .named_only = true},
          ListSilent};
}

}  // namespace athena::athenactl
