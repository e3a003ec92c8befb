#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/time.h"
#include "athena/indicator/v1/indicator_service.pb.h"
#include "libs/decimal/decimal.h"
#include "libs/decimal/number_format.h"
#include "libs/status/macros.h"
#include "services/athenactl/commands/as_of.h"
#include "services/athenactl/commands/commands.h"
#include "services/athenactl/commands/periods.h"
#include "services/athenactl/files/files.h"
#include "services/athenactl/resources/resolve.h"
#include "services/athenactl/resources/resource_names.h"
#include "services/athenactl/terminal/table.h"
#include "services/athenactl/terminal/text.h"
#include "services/athenactl/views/number_text.h"

namespace athena::athenactl {
namespace {

namespace v1 = athena::indicator::v1;

// The limit of a query.
constexpr size_t kMostPeriods = 400;

// The style that tells all numbers of the table apart. None of them looks like 0, either.
NumberStyle StyleOfValues(const v1::QueryPeriodValuesResponse& answer,
                          const std::string& language) {
  std::vector<Decimal> numbers;
  for (const v1::PeriodValue& value : answer.values()) {
    const v1::Measured& own = value.own();
    Collect(own.has_value(), own.value(), &numbers);
    const v1::Thresholds& current = own.current();
    Collect(current.has_target(), current.target(), &numbers);
    Collect(current.has_red(), current.red(), &numbers);
    Collect(current.has_low(), current.low(), &numbers);
    Collect(current.has_high(), current.high(), &numbers);
    Collect(current.has_red_low(), current.red_low(), &numbers);
    Collect(current.has_red_high(), current.red_high(), &numbers);
  }
  const int decimals =
      answer.definitions().empty() ? 0 : answer.definitions(0).indicator().decimals();
  return {DecimalsThatTellApart(decimals, numbers, numbers), language};
}

std::string TargetText(const v1::Thresholds& thresholds, const NumberStyle& style) {
  if (thresholds.has_target()) return Fixed(thresholds.target(), style);
  if (!thresholds.has_low()) return "";
  return absl::StrCat(Fixed(thresholds.low(), style), " to ", Fixed(thresholds.high(), style));
}

std::string RedText(const v1::Thresholds& thresholds, const NumberStyle& style) {
  if (thresholds.has_red()) return Fixed(thresholds.red(), style);
  if (!thresholds.has_red_low()) return "";
  return absl::StrCat("below ", Fixed(thresholds.red_low(), style), ", above ",
                      Fixed(thresholds.red_high(), style));
}

// "not due" of NO_VALUE_REASON_NOT_DUE.
std::string NoValueText(v1::NoValueReason reason) {
  std::string text = v1::NoValueReason_Name(reason).substr(std::string("NO_VALUE_REASON_").size());
  text = absl::StrReplaceAll(text, {{"_", " "}});
  absl::AsciiStrToLower(&text);
  return text;
}

// The reason why there is no value, or remarks on the value.
std::string NoteText(const v1::PeriodValue& value) {
  std::string note;
  if (value.own().reason() == v1::NO_VALUE_REASON_OPERAND) {
    note = value.own().operand() + " has no value";
    if (value.own().operand_reason() != v1::NO_VALUE_REASON_UNSPECIFIED) {
      absl::StrAppend(&note, ": ", NoValueText(value.own().operand_reason()));
    }
  } else if (value.own().reason() == v1::NO_VALUE_REASON_INDICATOR_NOT_READABLE) {
    note = "no such indicator, dimension or code that you may read";
  } else if (!value.own().has_value()) {
    note = NoValueText(value.own().reason());
  } else if (value.own().provisional()) {
    note = "provisional";
  }
  if (value.period() != value.asked() && !value.period().empty()) {
    absl::StrAppend(&note, note.empty() ? "" : ", ", "of ", value.period());
  }
  return note;
}

std::string ValuesTable(const v1::QueryPeriodValuesResponse& answer, const std::string& language,
                        const Console& console) {
  const NumberStyle style = StyleOfValues(answer, language);
  std::set<std::string> dimensions;
  for (const v1::PeriodValue& value : answer.values()) {
    for (const auto& [dimension, code] : value.group()) dimensions.insert(dimension);
  }
  std::vector<Table::Column> columns = {{"PERIOD"}};
  for (const std::string& dimension : dimensions) columns.push_back({dimension});
  for (const char* const heading : {"VALUE", "TARGET", "RED", "COVERAGE"}) {
    columns.push_back({heading, true});
  }
  columns.push_back({"NOTE"});
  Table table(std::move(columns));
  for (const v1::PeriodValue& value : answer.values()) {
    const v1::Measured& own = value.own();
    std::vector<std::string> row = {value.asked()};
    for (const std::string& dimension : dimensions) {
      const auto code = value.group().find(dimension);
      row.push_back(code == value.group().end() ? "" : code->second);
    }
    row.push_back(own.has_value() ? Fixed(own.value(), style) : "");
    row.push_back(TargetText(own.current(), style));
    row.push_back(RedText(own.current(), style));
    row.push_back(own.expected() == 0 ? "" : absl::StrCat(own.present(), "/", own.expected()));
    row.push_back(NoteText(value));
    table.Add(row);
  }
  return table.empty() ? "Nothing was reported or expected there.\n"
                       : table.Text(console.width, console.colour);
}

absl::StatusOr<v1::QueryPeriodValuesRequest> ReadValuesRequest(const Context& context,
                                                               const Arguments& arguments) {
  v1::QueryPeriodValuesRequest request;
  const absl::Span<const std::string> operands = arguments.operands();
  ATHENA_ASSIGN_OR_RETURN(const auto periods, ReadPeriods(operands.subspan(1), kMostPeriods));
  request.mutable_periods()->Add(periods.begin(), periods.end());
  v1::Selection& selection = *request.add_selections();
  ATHENA_ASSIGN_OR_RETURN(const auto slice, ReadSlice(arguments));
  *selection.mutable_slice() = slice;
  for (const std::string& dimension : arguments.All("by")) selection.add_group_by(dimension);
  ATHENA_ASSIGN_OR_RETURN(const auto indicator,
                          ResolveIndicator(context.connections, arguments, operands[0]));
  selection.set_indicator(indicator);
  const std::string institution = InstitutionOf(indicator);
  ResolveDimensions(context.connections, institution, selection.mutable_slice(),
                    selection.mutable_group_by());
  ATHENA_ASSIGN_OR_RETURN(const auto as_of, ReadAsOf(arguments.Get("as-of"), [&] {
                            return TimeZoneOf(context.connections, institution);
                          }));
  absl::CivilDay date;
  if (as_of.has_time()) {
    *request.mutable_time() = as_of.time();
    ATHENA_ASSIGN_OR_RETURN(const absl::TimeZone zone,
                            TimeZoneOf(context.connections, institution));
    date = absl::ToCivilDay(absl::FromUnixSeconds(as_of.time().seconds()), zone);
  } else {
    date = TodayOf(context.connections, institution);
  }
  if (as_of.has_revision()) {
    (*request.mutable_revisions()->mutable_revisions())[institution] = as_of.revision();
  }
  request.mutable_basis_date()->set_year(static_cast<int32_t>(date.year()));
  request.mutable_basis_date()->set_month(date.month());
  request.mutable_basis_date()->set_day(date.day());
  return request;
}

absl::StatusOr<ExitCode> ShowValues(Context& context, const Arguments& arguments) {
  ATHENA_ASSIGN_OR_RETURN(const auto request, ReadValuesRequest(context, arguments));
  ATHENA_ASSIGN_OR_RETURN(const auto answer,
                          context.connections.CallStream<v1::QueryPeriodValuesResponse>(request));
  if (arguments.Has("json")) {
    context.console.out << ToJson(answer);
    return ExitCode::kDone;
  }
  context.console.Print(ValuesTable(answer, arguments.Get("language"), context.console));
  for (const auto& [institution, revision] : answer.header().revisions()) {
    context.console.out << "True at revision " << revision << ".\n";
  }
  return ExitCode::kDone;
}

}  // namespace

Command ValuesCommand() {
  return {
      {.name = "values",
       .operands = "INDICATOR PERIOD...",
       .summary = "Tell what it amounts to in periods, in all or by dimension",
       .about = "INDICATOR is gob/headcount, institutions/gob/indicators/headcount, or headcount\n"
                "alone where there is one institution. PERIOD is 2021, 2021-S1, 2021-Q3, 2021-07,\n"
                "2021-W30 or 2021-07-15, or from one to another, 2021-01..2021-12: no shorter\n"
                "than the indicator's own. COVERAGE is how many of the expected figures came.\n"
                "Numbers have the indicator's decimals, and more where they would look alike;\n"
                "--json has them exactly.\n",
       .min_operands = 2,
       .max_operands = kMostPeriods + 1,
       .flags = {{"by", "DIM", "a row for each code of this dimension; repeatable", "", true},
                 kSliceFlag,
                 kAsOfFlag,
                 kLanguageFlag,
                 kInstitutionFlag,
                 kJsonFlag}},
      ShowValues};
}

}  // namespace athena::athenactl
