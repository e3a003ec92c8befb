#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "athena/reporting/v1/reporting_service.pb.h"
#include "libs/period/period.h"
#include "libs/status/status.h"
#include "services/athenactl/as_of.h"
#include "services/athenactl/commands.h"
#include "services/athenactl/files.h"
#include "services/athenactl/resolve.h"
#include "services/athenactl/resource_names.h"
#include "services/athenactl/scorecard_tree.h"
#include "services/athenactl/text.h"

namespace athena::athenactl {
namespace {

namespace v1 = athena::reporting::v1;
using ReportingStub = Connections::ReportingStub;

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

// The plan and the quarter that were asked for.
struct Asked {
  std::string plan;
  Period quarter;
};

absl::StatusOr<Asked> ReadAsked(const Connections& connections, const Arguments& arguments) {
  const std::optional<TypedScorecard> typed = ReadScorecardName(arguments.operands());
  if (!typed.has_value()) {
    return Misused("want PLAN QUARTER, like gob/strategic-plan-2021-2026 2022-Q4, or gob 2022-Q4");
  }
  const absl::StatusOr<Period> quarter = Period::Parse(typed->quarter);
  if (!quarter.ok() || quarter->frequency() != Frequency::kQuarter) {
    return Misused(
        absl::StrCat("got the quarter ", Printable(typed->quarter), ", want one like 2022-Q4"));
  }
  const absl::StatusOr<std::string> institution =
      ResolveInstitution(connections, arguments, typed->institution);
  if (!institution.ok()) return institution.status();
  if (!typed->plan.empty()) {
    return Asked{absl::StrCat(*institution, "/plans/", typed->plan), *quarter};
  }
  absl::StatusOr<std::string> plan = OnlyPlan(connections, *institution);
  if (!plan.ok()) return plan.status();
  return Asked{*std::move(plan), *quarter};
}

std::string ScorecardName(const std::string& plan, Period quarter) {
  return absl::StrCat(plan, "/scorecards/", quarter.ToString());
}

absl::StatusOr<v1::GetScorecardRequest> ReadRequest(const Asked& asked,
                                                    const Arguments& arguments) {
  v1::GetScorecardRequest request;
  request.set_name(ScorecardName(asked.plan, asked.quarter));
  request.set_language_code(arguments.Get("language"));
  if (arguments.Has("as-of")) {
    const absl::StatusOr<absl::Time> time = ReadTime(arguments.Get("as-of"));
    if (!time.ok()) return time.status();
    *request.mutable_as_of()->mutable_time() = ToTimestamp(*time);
  }
  const absl::StatusOr<std::optional<int64_t>> depth = ReadNumber(arguments, "depth", kMostLevels);
  if (!depth.ok()) return depth.status();
  if (depth->has_value()) request.set_depth(static_cast<int32_t>(**depth));
  const std::string element = arguments.Get("element");
  if (!element.empty()) {
    request.set_element(element.find('/') == std::string::npos
                            ? absl::StrCat(asked.plan, "/elements/", element)
                            : element);
  }
  return request;
}

// Fills the trends with the scorecards of the quarters before. Those before the plan are left out.
absl::Status ReadTrends(const Connections& connections, const Asked& asked, int64_t count,
                        v1::GetScorecardRequest request, const v1::Scorecard& last,
                        TreeOptions& options, Trends& trends) {
  std::vector<v1::Scorecard> scorecards;  // the latest first
  request.set_view(v1::SCORECARD_VIEW_BASIC);
  for (int64_t back = 1; back <= count; ++back) {
    request.set_name(ScorecardName(asked.plan, asked.quarter.Minus(static_cast<int32_t>(back))));
    absl::StatusOr<v1::Scorecard> earlier =
        connections.Reporting(&ReportingStub::GetScorecard, request);
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
  const absl::StatusOr<std::optional<int64_t>> trend =
      ReadNumber(arguments, "trend", kLongestTrend);
  if (!trend.ok()) return trend.status();
  const absl::StatusOr<Asked> asked = ReadAsked(connections, arguments);
  if (!asked.ok()) return asked.status();
  absl::StatusOr<v1::GetScorecardRequest> request = ReadRequest(*asked, arguments);
  if (!request.ok()) return request.status();

  // A tree needs the sources even where it does not show all else of view FULL.
  const bool full = !json || arguments.Has("full");
  request->set_view(full ? v1::SCORECARD_VIEW_FULL : v1::SCORECARD_VIEW_BASIC);
  absl::StatusOr<v1::Scorecard> scorecard =
      connections.Reporting(&ReportingStub::GetScorecard, *request);
  bool without_sources = false;
  if (!json && !arguments.Has("full") && status::Reason(scorecard.status()) == "ANSWER_TOO_LARGE") {
    without_sources = true;
    request->set_view(v1::SCORECARD_VIEW_BASIC);
    scorecard = connections.Reporting(&ReportingStub::GetScorecard, *request);
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
  const int64_t count = trend->value_or(context.console.out_terminal ? kUsualTrend : 0);
  if (count > 0) {
    const absl::Status fault =
        ReadTrends(connections, *asked, count, *request, *scorecard, options, trends);
    if (!fault.ok()) return fault;
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
       .least_operands = 1,
       .most_operands = 2,
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
