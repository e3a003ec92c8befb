#include <optional>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "athena/reporting/v1/reporting_service.pb.h"
#include "libs/status/macros.h"
#include "services/athenactl/commands/commands.h"
#include "services/athenactl/commands/scorecards/scorecard_flags.h"
#include "services/athenactl/files/files.h"
#include "services/athenactl/views/scorecards/board_text.h"

namespace athena::athenactl {
namespace {

namespace reporting = athena::reporting::v1;
using athena::plan::v1::Element;

constexpr int64_t kLeastPriority = 5;

absl::StatusOr<Element::Scope> ReadScope(const Arguments& arguments) {
  const std::string scope = absl::AsciiStrToLower(arguments.Get("scope"));
  if (scope.empty()) return Element::SCOPE_UNSPECIFIED;
  if (scope == "overarching") return Element::SCOPE_OVERARCHING;
  if (scope == "specific") return Element::SCOPE_SPECIFIC;
  return Misused(
      absl::StrCat("--scope got ", arguments.Get("scope"), ", want overarching or specific"));
}

// The unit, by resource name, that --unit names whole or by its id.
std::string ReadUnit(const std::string& plan, const Arguments& arguments) {
  const std::string unit = arguments.Get("unit");
  if (unit.empty() || absl::StartsWith(unit, "institutions/")) return unit;
  return absl::StrCat(plan.substr(0, plan.find("/plans/")), "/units/", unit);
}

absl::StatusOr<ExitCode> ShowBoard(Context& context, const Arguments& arguments) {
  const Connections& connections = context.connections;
  reporting::GetBoardTableRequest request;
  ATHENA_ASSIGN_OR_RETURN(const Element::Scope scope, ReadScope(arguments));
  request.set_scope(scope);
  ATHENA_ASSIGN_OR_RETURN(const std::optional<int64_t> priority,
                          ReadNumber(arguments, "priority", kLeastPriority));
  request.set_max_priority(static_cast<int32_t>(priority.value_or(0)));
  ATHENA_ASSIGN_OR_RETURN(const ScorecardTarget target, ReadTarget(connections, arguments));
  request.set_name(
      absl::StrCat(target.plan, "/scorecards/", target.quarter.ToString(), "/boardTable"));
  request.set_unit(ReadUnit(target.plan, arguments));
  request.set_language_code(arguments.Get("language"));
  ATHENA_ASSIGN_OR_RETURN(const ScorecardPoint point, ReadPoint(connections, target, arguments));
  if (point.point.has_value()) *request.mutable_as_of() = *point.point;
  ATHENA_ASSIGN_OR_RETURN(const auto table, connections.Call<reporting::BoardTable>(request));
  if (arguments.Has("json")) {
    context.console.out << ToJson(table);
  } else {
    context.console.Print(
        BoardText(table, {.width = context.console.width, .colour = context.console.colour}));
  }
  return ExitCode::kDone;
}

}  // namespace

Command BoardCommand() {
  return {{.name = "board",
           .operands = "[PLAN] QUARTER",
           .summary = "The board table: what needs the board's attention, and why",
           .about = "First how the plan is doing; then what is red and why, what moved, missed\n"
                    "milestones, risks, budget, missing data and open decisions. Ten lines a\n"
                    "section; \"… +3\" counts the rest. (!) marks what is critical.\n"
                    "  athenactl board gob 2022-Q4\n"
                    "  athenactl board gob 2022-Q4 --scope overarching --language fr\n",
           .min_operands = 1,
           .max_operands = 2,
           .flags = {{"scope", "SCOPE", "only elements of this scope: overarching or specific"},
                     {"priority", "N", "only elements of priority 1 to N"},
                     {"unit", "UNIT", "only elements of this unit and those below it: id or name"},
                     kLanguageFlag,
                     kScorecardAsOfFlag,
                     kInstitutionFlag,
                     kJsonFlag}},
          ShowBoard};
}

}  // namespace athena::athenactl
