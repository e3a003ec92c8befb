#include <optional>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "athena/reporting/v1/reporting_service.pb.h"
#include "libs/status/macros.h"
#include "services/athenactl/commands/commands.h"
#include "services/athenactl/commands/scorecards/scorecard_flags.h"
#include "services/athenactl/files/files.h"
#include "services/athenactl/resources/resolve.h"
#include "services/athenactl/resources/resource_names.h"
#include "services/athenactl/views/scorecards/explanation_text.h"

namespace athena::athenactl {
namespace {

namespace reporting = athena::reporting::v1;

absl::StatusOr<ExitCode> ShowExplanation(Context& context, const Arguments& arguments) {
  const Connections& connections = context.connections;
  const std::string indicator = arguments.Get("indicator");
  if (!indicator.empty() && !arguments.Has("element")) {
    return Misused("--indicator needs --element, the element that it is linked to");
  }
  if (indicator.empty() && arguments.Has("slice")) return Misused("--slice needs --indicator");
  ATHENA_ASSIGN_OR_RETURN(const auto slice, ReadSlice(arguments));
  ATHENA_ASSIGN_OR_RETURN(const ScorecardTarget target, ReadTarget(connections, arguments));
  ATHENA_ASSIGN_OR_RETURN(const ScorecardPoint point, ReadPoint(connections, target, arguments));
  reporting::ExplainScoreRequest request;
  request.set_name(absl::StrCat(target.plan, "/scorecards/", target.quarter.ToString()));
  request.set_language_code(arguments.Get("language"));
  if (point.point.has_value()) *request.mutable_as_of() = *point.point;
  if (arguments.Has("element")) {
    ATHENA_ASSIGN_OR_RETURN(
        *request.mutable_element(),
        ResolveElement(connections, target.plan, arguments.Get("element"), point.as_of));
  }
  if (!indicator.empty()) {
    request.set_indicator(
        absl::StartsWith(indicator, "institutions/")
            ? indicator
            : absl::StrCat(InstitutionOf(target.plan), "/indicators/", indicator));
    *request.mutable_slice() = slice;
    ResolveDimensions(connections, InstitutionOf(request.indicator()), request.mutable_slice());
  }
  ATHENA_ASSIGN_OR_RETURN(const auto explanation,
                          connections.Call<reporting::Explanation>(request));
  if (arguments.Has("json")) {
    context.console.out << ToJson(explanation);
  } else {
    context.console.Print(ExplanationText(explanation, {.width = context.console.width,
                                                        .colour = context.console.colour,
                                                        .all_cells = arguments.Has("cells")}));
  }
  return ExitCode::kDone;
}

}  // namespace

Command ExplainCommand() {
  return {
      {.name = "explain",
       .operands = "[PLAN] QUARTER",
       .summary = "Why a score is what it is, and what would make it green",
       .about = "The steps of the scoring rules with their numbers, for the plan, an element or\n"
                "an indicator that is linked to it, with the cells behind its value:\n"
                "  athenactl explain gob 2026-Q3\n"
                "  athenactl explain gob 2026-Q3 --element 1.3 --language nl\n"
                "  athenactl explain gob 2026-Q3 --element 1.3 --indicator headcount\n",
       .min_operands = 1,
       .max_operands = 2,
       .flags = {{"element", "CODE", "this element: code or id [the plan]"},
                 {"indicator", "ID", "this indicator of the element"},
                 kSliceFlag,
                 {"cells", "", "all cells, not the first 20"},
                 kLanguageFlag,
                 kScorecardAsOfFlag,
                 kInstitutionFlag,
                 kJsonFlag}},
      ShowExplanation};
}

}  // namespace athena::athenactl
