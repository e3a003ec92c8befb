#include <string>

#include "absl/strings/str_cat.h"
#include "athena/reporting/v1/reporting_service.pb.h"
#include "libs/status/macros.h"
#include "services/athenactl/commands/commands.h"
#include "services/athenactl/commands/scorecards/scorecard_flags.h"
#include "services/athenactl/files/files.h"
#include "services/athenactl/views/publications/publication_text.h"

namespace athena::athenactl {
namespace {

namespace reporting = athena::reporting::v1;

absl::StatusOr<ExitCode> PublishScorecard(Context& context, const Arguments& arguments) {
  const Connections& connections = context.connections;
  ATHENA_ASSIGN_OR_RETURN(const ScorecardTarget target, ReadTarget(connections, arguments));
  reporting::PublishScorecardRequest request;
  request.set_name(absl::StrCat(target.plan, "/scorecards/", target.quarter.ToString()));
  request.set_audience(arguments.Has("public") ? reporting::Publication::AUDIENCE_PUBLIC
                                               : reporting::Publication::AUDIENCE_INSTITUTION);
  ATHENA_ASSIGN_OR_RETURN(const ScorecardPoint point, ReadPoint(connections, target, arguments));
  if (point.point.has_value()) *request.mutable_as_of() = *point.point;
  request.set_force(arguments.Has("force"));
  request.set_reason(arguments.Get("reason"));
  request.set_validate_only(arguments.Has("dry-run"));
  request.set_request_id(connections.NewRequestId());
  ATHENA_ASSIGN_OR_RETURN(const auto publication,
                          connections.Call<reporting::Publication>(request));
  if (arguments.Has("json")) {
    context.console.out << ToJson(publication);
    return ExitCode::kDone;
  }
  context.console.Print(
      PublicationText(publication, context.console.width, context.console.colour));
  if (request.validate_only()) context.console.Print("  nothing was published (--dry-run)\n");
  return ExitCode::kDone;
}

}  // namespace

Command PublishCommand() {
  return {
      {.name = "publish",
       .operands = "[PLAN] QUARTER",
       .summary = "Freeze and sign the scorecard of a closed quarter",
       .about = "The scorecard is stored in all languages of the plan, with what it was computed\n"
                "from, numbered and signed; it never changes. A later publication for the same\n"
                "audience supersedes it, with a --reason. --public is for everybody: what is not\n"
                "classified PUBLIC is withheld, and listed as withheld. Role: publisher.\n"
                "  athenactl close gob 2026-Q2 --reason \"as decided\"\n"
                "  athenactl publish gob 2026-Q2\n",
       .min_operands = 1,
       .max_operands = 2,
       .flags = {{"public", "", "for everybody [for the institution]"},
                 {"reason", "TEXT", "why, for all who read it"},
                 {"force", "", "though the quarter is not closed; needs --reason"},
                 kScorecardAsOfFlag,
                 {"dry-run", "", "say what would be published, and publish nothing"},
                 kInstitutionFlag,
                 kJsonFlag},
       .named_only = true},
      PublishScorecard};
}

}  // namespace athena::athenactl
