#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "athena/reporting/v1/reporting_service.pb.h"
#include "libs/period/period.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "services/athenactl/commands/as_of.h"
#include "services/athenactl/commands/commands.h"
#include "services/athenactl/files/files.h"
#include "services/athenactl/resources/resolve.h"
#include "services/athenactl/resources/resource_names.h"
#include "services/athenactl/terminal/text.h"
#include "services/athenactl/views/scorecard_tree.h"

namespace athena::athenactl {
namespace {

namespace reporting = athena::reporting::v1;

// Earlier quarters in the sparklines of a terminal, and at most.
constexpr int64_t kUsualTrend = 4;
constexpr int64_t kLongestTrend = 40;
constexpr int64_t kMostLevels = 100;

// A flag with a whole number from 0 to `most`; nullopt when it was not given.
absl::StatusOr<std::optional<int64_t>> ReadNumber(const Arguments& arguments,
                                                  const std::string& flag, int64_t most) {
  if (!arguments.Has(flag)) return std::nullopt;
  const std::string typed = arguments.Get(flag);
  const std::optional<int64_t> number = WholeNumber(typed);
  if (!number.has_value() || *number > most) {
    return Misused(absl::StrCat("--", flag, " got ", typed, ", want a number from 0 to ", most));
  }
  return number;
}

// The plan and the quarter that were target for.
struct ScorecardTarget {
  std::string plan;
  Period quarter;
};

absl::StatusOr<ScorecardTarget> ReadTarget(const Connections& connections,
                                           const Arguments& arguments) {
  const std::optional<TypedScorecard> typed = ReadScorecardName(arguments.operands());
  if (!typed.has_value()) {
    return Misused("want PLAN QUARTER, like gob/strategic-plan-2021-2026 2022-Q4, or gob 2022-Q4");
  }
  const absl::StatusOr<Period> quarter = Period::Parse(typed->quarter);
  if (!quarter.ok() || quarter->frequency() != Frequency::kQuarter) {
    return Misused(
        absl::StrCat("got the quarter ", Printable(typed->quarter), ", want one like 2022-Q4"));
  }
  ATHENA_ASSIGN_OR_RETURN(const std::string institution,
                          ResolveInstitution(connections, arguments, typed->institution));
  if (!typed->plan.empty()) {
    return ScorecardTarget{absl::StrCat(institution, "/plans/", typed->plan), *quarter};
  }
  ATHENA_ASSIGN_OR_RETURN(std::string plan, OnlyPlan(connections, institution));
  return ScorecardTarget{std::move(plan), *quarter};
}

std::string ScorecardName(const std::string& plan, Period quarter) {
  return absl::StrCat(plan, "/scorecards/", quarter.ToString());
}

absl::StatusOr<reporting::GetScorecardRequest> ReadScorecardRequest(const ScorecardTarget& target,
                                                                    const Arguments& arguments) {
  reporting::GetScorecardRequest request;
  request.set_name(ScorecardName(target.plan, target.quarter));
  request.set_language_code(arguments.Get("language"));
  if (arguments.Has("as-of")) {
    ATHENA_ASSIGN_OR_RETURN(const absl::Time time, ReadTime(arguments.Get("as-of")));
    *request.mutable_as_of()->mutable_time() = ToTimestamp(time);
  }
  ATHENA_ASSIGN_OR_RETURN(const std::optional<int64_t> depth,
                          ReadNumber(arguments, "depth", kMostLevels));
  if (depth.has_value()) request.set_depth(static_cast<int32_t>(*depth));
  const std::string element = arguments.Get("element");
  if (!element.empty()) {
    request.set_element(element.find('/') == std::string::npos
                            ? absl::StrCat(target.plan, "/elements/", element)
                            : element);
  }
  return request;
}

// Fills the trends with the scorecards of the quarters before. Those before the plan are left out.
absl::Status ReadTrends(const Connections& connections, const ScorecardTarget& target,
                        int64_t count, reporting::GetScorecardRequest request,
                        const reporting::Scorecard& last, TreeOptions& options, Trends& trends) {
  std::vector<reporting::Scorecard> scorecards;  // the latest first
  request.set_view(reporting::SCORECARD_VIEW_BASIC);
  for (int64_t back = 1; back <= count; ++back) {
    request.set_name(ScorecardName(target.plan, target.quarter.Minus(static_cast<int32_t>(back))));
    absl::StatusOr<reporting::Scorecard> earlier = connections.Call<reporting::Scorecard>(request);
    if (status::Reason(earlier.status()) == "PERIOD_OUTSIDE_PLAN") break;
    if (!earlier.ok()) return earlier.status();
    scorecards.push_back(*std::move(earlier));
  }
  std::reverse(scorecards.begin(), scorecards.end());
  const size_t quarters = scorecards.size() + 1;
  for (size_t at = 0; at < scorecards.size(); ++at) {
    options.quarters.push_back(scorecards[at].result().period());
    AddToTrends(scorecards[at].result().root(), at, quarters, trends);
  }
  options.quarters.push_back(last.result().period());
  AddToTrends(last.result().root(), quarters - 1, quarters, trends);
  return absl::OkStatus();
}

absl::StatusOr<ExitCode> ShowScorecard(Context& context, const Arguments& arguments) {
  const Connections& connections = context.connections;
  const bool json = arguments.Has("json");
  ATHENA_ASSIGN_OR_RETURN(const std::optional<int64_t> trend,
                          ReadNumber(arguments, "trend", kLongestTrend));
  ATHENA_ASSIGN_OR_RETURN(const ScorecardTarget target, ReadTarget(connections, arguments));
  ATHENA_ASSIGN_OR_RETURN(reporting::GetScorecardRequest request,
                          ReadScorecardRequest(target, arguments));

  // A tree needs the sources even where it does not show all else of view FULL.
  const bool full = !json || arguments.Has("full");
  request.set_view(full ? reporting::SCORECARD_VIEW_FULL : reporting::SCORECARD_VIEW_BASIC);
  absl::StatusOr<reporting::Scorecard> scorecard = connections.Call<reporting::Scorecard>(request);
  bool without_sources = false;
  if (!json && !arguments.Has("full") && status::Reason(scorecard.status()) == "ANSWER_TOO_LARGE") {
    without_sources = true;
    request.set_view(reporting::SCORECARD_VIEW_BASIC);
    scorecard = connections.Call<reporting::Scorecard>(request);
  }
  if (!scorecard.ok()) return scorecard.status();
  if (json) {
    context.console.out << ToJson(*scorecard);
    return ExitCode::kDone;
  }

  TreeOptions options;
  options.colour = context.console.colour;
  options.width = context.console.width;
  options.details = arguments.Has("full");
  Trends trends;
  const int64_t count = trend.value_or(context.console.out_terminal ? kUsualTrend : 0);
  if (count > 0) {
    ATHENA_RETURN_IF_ERROR(
        ReadTrends(connections, target, count, request, *scorecard, options, trends));
  }
  context.console.out << ScorecardTree(*scorecard, options, trends);
  if (without_sources) {
    context.console.out << "The scorecard is too large to show its sources, so that this does not "
                           "say which figures are illustrative: see one --element.\n";
  }
  return ExitCode::kDone;
}

}  // namespace

Command ScorecardCommand() {
  return {
      {.name = "scorecard",
       .operands = "[PLAN] QUARTER",
       .summary = "How a plan is doing in a quarter, as a tree",
       .about = "PLAN is INSTITUTION/PLAN, or INSTITUTION alone where it has one plan, or left\n"
                "out where there is one institution; or give the whole name:\n"
                "  athenactl scorecard gob 2022-Q4\n"
                "  athenactl scorecard institutions/gob/plans/P/scorecards/2022-Q4\n"
                "Columns: status, score (0 to 100), share of what was expected that is there,\n"
                "and trend.\n",
       .min_operands = 1,
       .max_operands = 2,
       .flags = {{"language", "TAG", "of titles: nl, fr, en [the plan's first]"},
                 {"depth", "N", "only N levels below the plan"},
                 {"element", "ID", "only this element and what is below it"},
                 {"as-of", "WHEN", "what was known then: 2022-12-31T17:00:00Z, or a day"},
                 {"trend", "N", "sparklines of N earlier quarters [4 on a terminal, else 0]"},
                 {"full", "", "also owners, baselines, end targets, progress and sources"},
                 kInstitutionFlag,
                 kJsonFlag}},
      ShowScorecard};
}

}  // namespace athena::athenactl
