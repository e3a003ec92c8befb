#include <optional>
#include <string>

#include "athena/reporting/v1/reporting_service.pb.h"
#include "libs/status/macros.h"
#include "services/athenactl/commands/commands.h"
#include "services/athenactl/commands/scorecards/scorecard_flags.h"
#include "services/athenactl/files/files.h"
#include "services/athenactl/resources/resolve.h"
#include "services/athenactl/views/scorecards/trend_table.h"

namespace athena::athenactl {
namespace {

namespace reporting = athena::reporting::v1;

constexpr int64_t kUsualQuarters = 8;
constexpr int64_t kMostQuarters = 40;

absl::StatusOr<ExitCode> ShowTrend(Context& context, const Arguments& arguments) {
  const Connections& connections = context.connections;
  ATHENA_ASSIGN_OR_RETURN(const std::optional<int64_t> quarters,
                          ReadNumber(arguments, "quarters", kMostQuarters));
  if (quarters == 0) return Misused("--quarters got 0, want a number from 1 to 40");
  ATHENA_ASSIGN_OR_RETURN(const std::optional<int64_t> depth,
                          ReadNumber(arguments, "depth", kMostLevels));
  ATHENA_ASSIGN_OR_RETURN(const ScorecardTarget target, ReadTarget(connections, arguments));
  reporting::ListScorecardsRequest request;
  request.set_parent(target.plan);
  const auto before = static_cast<int32_t>(quarters.value_or(kUsualQuarters) - 1);
  request.set_first_quarter(target.quarter.Minus(before).ToString());
  request.set_last_quarter(target.quarter.ToString());
  request.set_depth(static_cast<int32_t>(depth.value_or(1)));
  request.set_language_code(arguments.Get("language"));
  ATHENA_ASSIGN_OR_RETURN(const ScorecardPoint point, ReadPoint(connections, target, arguments));
  if (point.point.has_value()) *request.mutable_as_of() = *point.point;
  if (const std::string element = arguments.Get("element"); !element.empty()) {
    ATHENA_ASSIGN_OR_RETURN(*request.mutable_element(),
                            ResolveElement(connections, target.plan, element, point.as_of));
  }
  ATHENA_ASSIGN_OR_RETURN(const auto response,
                          connections.Call<reporting::ListScorecardsResponse>(request));
  if (arguments.Has("json")) {
    context.console.out << ToJson(response);
  } else {
    context.console.Print(TrendTable(response, {.language = request.language_code(),
                                                .width = context.console.width,
                                                .colour = context.console.colour}));
  }
  return ExitCode::kDone;
}

}  // namespace

Command TrendCommand() {
  return {{.name = "trend",
           .operands = "[PLAN] QUARTER",
           .summary = "How the scores of a plan developed up to a quarter",
           .about = "A line for the plan and for each element below it, a column a quarter: the\n"
                    "score and a mark for its status. All quarters are shown as they are known\n"
                    "now, or at --as-of, corrections included.\n"
                    "  athenactl trend gob 2026-Q3 --quarters 12\n"
                    "  athenactl trend gob 2026-Q3 --element 1.3 --depth 2\n",
           .min_operands = 1,
           .max_operands = 2,
           .flags = {{"quarters", "N", "how many quarters, at most 40", "8"},
                     {"element", "CODE", "only this element and what is below it: code or id"},
                     {"depth", "N", "so many levels below it", "1"},
                     kLanguageFlag,
                     kScorecardAsOfFlag,
                     kInstitutionFlag,
                     kJsonFlag}},
          ShowTrend};
}

}  // namespace athena::athenactl
