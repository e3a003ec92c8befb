#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "athena/reporting/v1/reporting_service.pb.h"
#include "libs/status/macros.h"
#include "services/athenactl/commands/commands.h"
#include "services/athenactl/commands/scorecards/scorecard_flags.h"
#include "services/athenactl/files/files.h"
#include "services/athenactl/resources/resolve.h"
#include "services/athenactl/views/scorecards/comparison_text.h"

namespace athena::athenactl {
namespace {

namespace reporting = athena::reporting::v1;

absl::StatusOr<ExitCode> ShowComparison(Context& context, const Arguments& arguments) {
  const Connections& connections = context.connections;
  if (!arguments.Has("from") && !arguments.Has("since")) {
    return Misused("want --since WHEN, like --since closing, or --from QUARTER, or both");
  }
  ATHENA_ASSIGN_OR_RETURN(const ScorecardTarget target, ReadTarget(connections, arguments));
  ATHENA_ASSIGN_OR_RETURN(const ScorecardPoint to, ReadPoint(connections, target, arguments));
  ATHENA_ASSIGN_OR_RETURN(const ScorecardPoint since,
                          ReadPoint(connections, target, arguments, "since"));
  if (arguments.Has("since") && !since.point.has_value()) {
    return Misused(
        "--since got today, which is now: want an earlier day, a time, closing "
        "or published");
  }
  reporting::CompareScorecardsRequest request;
  request.set_name(absl::StrCat(target.plan, "/scorecards/", target.quarter.ToString()));
  request.set_language_code(arguments.Get("language"));
  request.set_from_quarter(arguments.Get("from"));
  if (to.point.has_value()) *request.mutable_as_of() = *to.point;
  if (since.point.has_value()) *request.mutable_from_as_of() = *since.point;
  if (arguments.Has("element")) {
    ATHENA_ASSIGN_OR_RETURN(
        *request.mutable_element(),
        ResolveElement(connections, target.plan, arguments.Get("element"), to.as_of));
  }
  ATHENA_ASSIGN_OR_RETURN(const auto comparison,
                          connections.Call<reporting::ScorecardComparison>(request));
  if (arguments.Has("json")) {
    context.console.out << ToJson(comparison);
  } else {
    context.console.Print(ComparisonText(comparison, {.language = request.language_code(),
                                                      .width = context.console.width,
                                                      .colour = context.console.colour}));
  }
  return ExitCode::kDone;
}

}  // namespace

Command CompareCommand() {
  return {
      {.name = "compare",
       .operands = "[PLAN] QUARTER",
       .summary = "What differs between two scorecards, and who changed it",
       .about = "Of two quarters, or of one quarter at two points in history. Of each difference\n"
                "it says which push, correction, target, weight or change of the plan made it:\n"
                "  athenactl compare gob 2026-Q3 --since closing\n"
                "  athenactl compare gob 2026-Q3 --since published\n"
                "  athenactl compare gob 2026-Q3 --since 2026-10-15 --as-of 2026-10-31\n"
                "  athenactl compare gob 2026-Q3 --from 2026-Q2\n",
       .min_operands = 1,
       .max_operands = 2,
       .flags = {{"since", "WHEN", "the earlier point in history, as --as-of"},
                 {"from", "QUARTER", "the earlier quarter [the same one]"},
                 {"element", "CODE", "only this element and what is below it: code or id"},
                 kLanguageFlag,
                 kScorecardAsOfFlag,
                 kInstitutionFlag,
                 kJsonFlag}},
      ShowComparison};
}

}  // namespace athena::athenactl
