#include <algorithm>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "athena/plan/v1/operations_service.pb.h"
#include "athena/plan/v1/plan_service.pb.h"
#include "libs/period/period.h"
#include "libs/status/macros.h"
#include "services/athenactl/commands/as_of.h"
#include "services/athenactl/commands/commands.h"
#include "services/athenactl/commands/periods.h"
#include "services/athenactl/files/files.h"
#include "services/athenactl/resources/resolve.h"
#include "services/athenactl/resources/resource_names.h"
#include "services/athenactl/terminal/text.h"
#include "services/athenactl/views/plans/operational_plan_text.h"
#include "services/athenactl/views/plans/plan_tree.h"

namespace athena::athenactl {
namespace {

namespace plan = athena::plan::v1;

// Reports are looked for in a quarter and in as many before it. GetPlanTreeRequest.quarters allows
// 6.
constexpr int kQuartersOfReports = 6;
// Levels of elements; see Element.parent_element.
constexpr int64_t kMostPlanLevels = 10;

// The number of a flag, `least` to `most`; nullopt without the flag.
absl::StatusOr<std::optional<int>> ReadFlagNumber(const Arguments& arguments,
                                                  const std::string& flag, int64_t least,
                                                  int64_t most) {
  if (!arguments.Has(flag)) return std::nullopt;
  const std::optional<int64_t> number = WholeNumber(arguments.Get(flag));
  if (!number.has_value() || *number < least || *number > most) {
    return Misused(absl::StrCat("--", flag, " got ", Printable(arguments.Get(flag)),
                                ", want a number from ", least, " to ", most));
  }
  return static_cast<int>(*number);
}

// The quarter of --quarter; else the running one, or the last one of a plan that is over.
absl::StatusOr<Period> QuarterOfReports(const Connections& connections, const Arguments& arguments,
                                        const plan::GetPlanRequest& get) {
  if (arguments.Has("quarter")) return ReadQuarter(arguments.Get("quarter"));
  ATHENA_ASSIGN_OR_RETURN(const auto read, connections.Call<plan::Plan>(get));
  const Period running =
      Period::Containing(Frequency::kQuarter, TodayOf(connections, InstitutionOf(get.name())));
  // Names of quarters order as quarters do.
  return ReadQuarter(std::min(running.ToString(), read.last_quarter()));
}

absl::StatusOr<ExitCode> ShowTree(Context& context, const Arguments& arguments,
                                  const std::string& name) {
  PlanTreeOptions options;
  ATHENA_ASSIGN_OR_RETURN(const std::optional<int> depth,
                          ReadFlagNumber(arguments, "depth", 1, kMostPlanLevels));
  options.depth = depth.value_or(0);
  options.language = arguments.Get("language");
  options.width = context.console.width;
  options.colour = context.console.colour;
  plan::GetPlanRequest get;
  get.set_name(name);
  ATHENA_ASSIGN_OR_RETURN(*get.mutable_as_of(), ReadAsOf(arguments.Get("as-of"), [&] {
    return TimeZoneOf(context.connections, InstitutionOf(name));
  }));
  ATHENA_ASSIGN_OR_RETURN(const Period quarter,
                          QuarterOfReports(context.connections, arguments, get));
  plan::GetPlanTreeRequest request;
  request.set_name(name);
  *request.mutable_as_of() = get.as_of();
  request.add_parts(plan::GetPlanTreeRequest::PART_PROGRESS_REPORTS);
  for (int back = 0; back < kQuartersOfReports; ++back) {
    request.add_quarters(quarter.Minus(back).ToString());
  }
  ATHENA_ASSIGN_OR_RETURN(const auto tree,
                          context.connections.CallStream<plan::GetPlanTreeResponse>(request));
  if (arguments.Has("json")) {
    context.console.out << ToJson(tree);
  } else {
    context.console.Print(PlanTreeText(tree, options));
  }
  return ExitCode::kDone;
}

absl::StatusOr<ExitCode> ShowOperationalPlan(Context& context, const Arguments& arguments,
                                             const std::string& name) {
  const std::string institution = InstitutionOf(name);
  const std::string typed = arguments.Get("unit");
  const std::optional<TypedName> unit = ReadName(typed, "units");
  if (!unit.has_value()) {
    return Misused(absl::StrCat("--unit got ", Printable(typed), ", want the id of a unit: ",
                                "athenactl list units ", IdOf(institution), " lists them"));
  }
  ATHENA_ASSIGN_OR_RETURN(std::optional<int> year, ReadFlagNumber(arguments, "year", 1900, 2199));
  if (!year.has_value()) {
    year = static_cast<int>(TodayOf(context.connections, institution).year());
  }
  plan::ListOperationalPlansRequest list;
  list.set_parent(name);
  list.set_filter(
      absl::StrCat("unit = \"", institution, "/units/", unit->id, "\" AND year = ", *year));
  ATHENA_ASSIGN_OR_RETURN(*list.mutable_as_of(), ReadAsOf(arguments.Get("as-of"), [&] {
    return TimeZoneOf(context.connections, institution);
  }));
  ATHENA_ASSIGN_OR_RETURN(const auto versions,
                          context.connections.CallPages<plan::ListOperationalPlansResponse>(list));
  const plan::OperationalPlan* const shown = VersionToShow(versions);
  if (shown == nullptr) {
    context.console.err << "athenactl: " << Printable(unit->id) << " has no operational plan for "
                        << *year << " in " << name << "\n";
    return ExitCode::kFailed;
  }
  if (arguments.Has("json")) {
    context.console.out << ToJson(*shown);
    return ExitCode::kDone;
  }
  OperationalPlanTextOptions options;
  options.language = arguments.Get("language");
  options.width = context.console.width;
  options.colour = context.console.colour;
  std::string text = OperationalPlanText(*shown, options);
  for (const plan::OperationalPlan& other : versions.operational_plans()) {
    if (other.version() > shown->version()) {
      absl::StrAppend(
          &text, "\n",
          WrappedLines(absl::StrCat("A later version: athenactl get ", other.name(), "\n"),
                       options.width));
    }
  }
  context.console.Print(text);
  return ExitCode::kDone;
}

absl::StatusOr<ExitCode> ShowPlan(Context& context, const Arguments& arguments) {
  if (arguments.Has("year") && !arguments.Has("unit")) {
    return Misused("--year is the year of a unit's operational plan: want --unit, too");
  }
  ATHENA_ASSIGN_OR_RETURN(const std::string name,
                          ResolvePlan(context.connections, arguments, arguments.Operand(0)));
  return arguments.Has("unit") ? ShowOperationalPlan(context, arguments, name)
                               : ShowTree(context, arguments, name);
}

}  // namespace

Command PlanCommand() {
  return {
      {.name = "plan",
       .operands = "[PLAN]",
       .summary = "Show a plan as a tree, or a unit's operational plan",
       .about = "PLAN is gob/PLAN, or gob where it has one plan alone.\n"
                "DONE is the percentage of the newest progress report that was submitted, and\n"
                "REPORT its quarter. END is the day on which an element is to end, or on which\n"
                "it was completed, deferred or cancelled.\n"
                "  athenactl plan gob --depth 2\n"
                "  athenactl plan gob --unit bcit --year 2026\n"
                "The second one shows what a unit does in a year: the version in force, else\n"
                "the newest one.\n",
       .max_operands = 1,
       .flags = {{"depth", "N", "only N levels"},
                 {"quarter", "QUARTER", "reports up to this quarter [the running one]"},
                 {"unit", "ID", "the operational plan of this unit"},
                 {"year", "YEAR", "of this year [the running one]"},
                 kLanguageFlag,
                 kAsOfFlag,
                 kInstitutionFlag,
                 kJsonFlag}},
      ShowPlan};
}

}  // namespace athena::athenactl
