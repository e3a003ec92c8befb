#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "athena/reporting/v1/reporting_service.pb.h"
#include "libs/period/period.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "services/athenactl/commands/commands.h"
#include "services/athenactl/commands/scorecards/scorecard_flags.h"
#include "services/athenactl/files/files.h"
#include "services/athenactl/resources/resolve.h"
#include "services/athenactl/resources/resource_names.h"
#include "services/athenactl/terminal/text.h"
#include "services/athenactl/views/scorecards/scorecard_tree.h"

namespace athena::athenactl {
namespace {

namespace reporting = athena::reporting::v1;

// Earlier quarters in the sparklines of a terminal, and at most.
constexpr int64_t kUsualTrend = 4;
constexpr int64_t kLongestTrend = 40;

std::string ScorecardName(const std::string& plan, Period quarter) {
  return absl::StrCat(plan, "/scorecards/", quarter.ToString());
}

absl::StatusOr<reporting::GetScorecardRequest> ReadScorecardRequest(const Connections& connections,
                                                                    const ScorecardTarget& target,
                                                                    const Arguments& arguments) {
  reporting::GetScorecardRequest request;
  request.set_name(ScorecardName(target.plan, target.quarter));
  request.set_language_code(arguments.Get("language"));
  ATHENA_ASSIGN_OR_RETURN(const ScorecardPoint point, ReadPoint(connections, target, arguments));
  if (point.point.has_value()) *request.mutable_as_of() = *point.point;
  ATHENA_ASSIGN_OR_RETURN(const std::optional<int64_t> depth,
                          ReadNumber(arguments, "depth", kMostLevels));
  if (depth.has_value()) request.set_depth(static_cast<int32_t>(*depth));
  if (const std::string element = arguments.Get("element"); !element.empty()) {
    ATHENA_ASSIGN_OR_RETURN(const std::string name,
                            ResolveElement(connections, target.plan, element, point.as_of));
    request.set_element(name);
  }
  return request;
}

// The statuses of --only, "red,amber,no-score"; none when it was not given.
absl::StatusOr<std::set<reporting::ScorecardStatus>> ReadOnly(const Arguments& arguments) {
  std::set<reporting::ScorecardStatus> only;
  if (!arguments.Has("only")) return only;
  for (const absl::string_view typed : absl::StrSplit(arguments.Get("only"), ',')) {
    const std::string word =
        absl::AsciiStrToLower(absl::StrReplaceAll(absl::StripAsciiWhitespace(typed), {{"_", "-"}}));
    if (word == "green") {
      only.insert(reporting::SCORECARD_STATUS_GREEN);
    } else if (word == "amber") {
      only.insert(reporting::SCORECARD_STATUS_AMBER);
    } else if (word == "red") {
      only.insert(reporting::SCORECARD_STATUS_RED);
    } else if (word == "no-score") {
      only.insert(reporting::SCORECARD_STATUS_NO_SCORE);
    } else if (word == "n/a" || word == "not-applicable") {
      only.insert(reporting::SCORECARD_STATUS_NOT_APPLICABLE);
    } else {
      return Misused(absl::StrCat("--only got ", Printable(View(typed)),
                                  ", want some of green,amber,red,no-score,n/a"));
    }
  }
  return only;
}

// The scorecards of the quarters before, the earliest first, without those before the plan.
absl::StatusOr<std::vector<reporting::Scorecard>> ReadEarlier(
    const Connections& connections, const ScorecardTarget& target, int64_t count,
    reporting::GetScorecardRequest request) {
  std::vector<reporting::Scorecard> scorecards;
  request.set_view(reporting::SCORECARD_VIEW_BASIC);
  const int64_t first = Period::Quarter(Period::kFirstYear, 1).index();
  for (int64_t back = 1; back <= count && target.quarter.index() - back >= first; ++back) {
    request.set_name(ScorecardName(target.plan, target.quarter.Minus(static_cast<int32_t>(back))));
    absl::StatusOr<reporting::Scorecard> earlier = connections.Call<reporting::Scorecard>(request);
    if (status::Reason(earlier.status()) == "PERIOD_OUTSIDE_PLAN") break;
    if (!earlier.ok()) return earlier.status();
    scorecards.push_back(*std::move(earlier));
  }
  std::reverse(scorecards.begin(), scorecards.end());
  return scorecards;
}

void FillTrends(const std::vector<reporting::Scorecard>& earlier, const reporting::Scorecard& last,
                TreeOptions* options, Trends* trends) {
  const size_t quarters = earlier.size() + 1;
  for (size_t at = 0; at < earlier.size(); ++at) {
    options->quarters.push_back(earlier[at].result().period());
    AddToTrends(earlier[at].result().root(), at, quarters, *trends);
  }
  options->quarters.push_back(last.result().period());
  AddToTrends(last.result().root(), quarters - 1, quarters, *trends);
}

// Adds the scores of a quarter, of a node and all below it, as objects.
void AddScores(const reporting::ScorecardNode& node, nlohmann::ordered_json* scores) {
  const auto add = [&](reporting::ScorecardStatus status, const common::v1::Number* score) {
    nlohmann::ordered_json one = {{"name", node.name()}};
    one["status"] = reporting::ScorecardStatus_Name(status);
    if (score != nullptr) one["score"] = score->decimal();
    scores->push_back(std::move(one));
    return &scores->back();
  };
  add(node.status(), node.has_score() ? &node.score() : nullptr);
  for (const reporting::ScorecardIndicator& indicator : node.indicators()) {
    nlohmann::ordered_json* one =
        add(indicator.status(), indicator.has_score() ? &indicator.score() : nullptr);
    (*one)["indicator"] = indicator.indicator();
    for (const auto& [dimension, code] : indicator.slice()) (*one)["slice"][dimension] = code;
  }
  for (const reporting::ScorecardNode& child : node.children()) AddScores(child, scores);
}

// The scorecard as JSON, with a member `trend`: the scores of each quarter, the earliest first.
std::string JsonWithTrend(const reporting::Scorecard& scorecard,
                          const std::vector<reporting::Scorecard>& earlier,
                          const std::set<reporting::ScorecardStatus>& only) {
  nlohmann::ordered_json trend = nlohmann::ordered_json::array();
  const auto add = [&](const reporting::Scorecard& one) {
    nlohmann::ordered_json scores = nlohmann::ordered_json::array();
    AddScores(one.result().root(), &scores);
    trend.push_back({{"period", one.result().period()}, {"scores", std::move(scores)}});
  };
  for (const reporting::Scorecard& one : earlier) add(one);
  add(scorecard);
  reporting::Scorecard shown = scorecard;
  KeepOnly(only, shown.mutable_result()->mutable_root());
  nlohmann::ordered_json json = nlohmann::ordered_json::parse(ToJson(shown), nullptr, false);
  json["trend"] = std::move(trend);
  return json.dump(1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

// Shows the scorecard whenever it changes, until an error or Ctrl-C.
absl::StatusOr<ExitCode> FollowScorecard(Context& context, const Arguments& arguments,
                                         const reporting::GetScorecardRequest& asked,
                                         const std::set<reporting::ScorecardStatus>& only) {
  reporting::WatchScorecardRequest request;
  request.set_name(asked.name());
  request.set_language_code(asked.language_code());
  request.set_element(asked.element());
  request.set_depth(asked.depth());  // by default the summary alone
  if (arguments.Has("full")) request.set_view(reporting::SCORECARD_VIEW_FULL);
  TreeOptions options;
  options.colour = context.console.colour;
  options.width = context.console.width;
  options.details = arguments.Has("full");
  options.caps = arguments.Has("caps");
  options.only = only;
  options.language = arguments.Get("language");
  bool first = true;
  const absl::Status ended = context.connections.Follow<reporting::Scorecard>(
      request, [&](const reporting::Scorecard& scorecard) {
        *request.mutable_basis() = scorecard.basis();
        if (arguments.Has("json")) {
          reporting::Scorecard shown = scorecard;
          KeepOnly(only, shown.mutable_result()->mutable_root());
          context.console.out << ToJson(shown);
        } else {
          context.console.Print(
              absl::StrCat(first ? "" : "\n", ScorecardTree(scorecard, options, {})));
        }
        first = false;
        context.console.out.flush();
      });
  ATHENA_RETURN_IF_ERROR(ended);
  return ExitCode::kDone;
}

absl::StatusOr<ExitCode> ShowScorecard(Context& context, const Arguments& arguments) {
  const Connections& connections = context.connections;
  const bool json = arguments.Has("json");
  if (arguments.Has("watch") && (arguments.Has("as-of") || arguments.Has("trend"))) {
    return Misused("--watch shows what is, without --as-of and --trend");
  }
  ATHENA_ASSIGN_OR_RETURN(const std::optional<int64_t> trend,
                          ReadNumber(arguments, "trend", kLongestTrend));
  ATHENA_ASSIGN_OR_RETURN(const std::set<reporting::ScorecardStatus> only, ReadOnly(arguments));
  ATHENA_ASSIGN_OR_RETURN(const ScorecardTarget target, ReadTarget(connections, arguments));
  ATHENA_ASSIGN_OR_RETURN(reporting::GetScorecardRequest request,
                          ReadScorecardRequest(connections, target, arguments));
  if (arguments.Has("watch")) return FollowScorecard(context, arguments, request, only);

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
  const int64_t usual = context.console.out_terminal && !json ? kUsualTrend : 0;
  const int64_t count = trend.value_or(usual);
  ATHENA_ASSIGN_OR_RETURN(const std::vector<reporting::Scorecard> earlier,
                          ReadEarlier(connections, target, count, request));
  if (json && trend.has_value()) {
    context.console.out << JsonWithTrend(*scorecard, earlier, only);
    return ExitCode::kDone;
  }
  if (json) {
    KeepOnly(only, scorecard->mutable_result()->mutable_root());
    context.console.out << ToJson(*scorecard);
    return ExitCode::kDone;
  }

  TreeOptions options;
  options.colour = context.console.colour;
  options.width = context.console.width;
  options.details = arguments.Has("full");
  options.caps = arguments.Has("caps");
  options.only = only;
  options.language = arguments.Get("language");
  options.trend_numbers = trend.value_or(0) > 0;
  Trends trends;
  if (count > 0) FillTrends(earlier, *scorecard, &options, &trends);
  context.console.Print(ScorecardTree(*scorecard, options, trends));
  if (without_sources) {
    context.console.Print(
        WrappedLines("The scorecard is too large to show its sources, so that this does not say "
                     "which figures are illustrative: see one --element.\n",
                     context.console.width));
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
                "and trend. Numbers have the indicator's decimals, and more where they would\n"
                "look alike; --json has them exactly.\n",
       .min_operands = 1,
       .max_operands = 2,
       .flags = {{"language", "TAG", "of titles: nl, fr, en [the plan's first]"},
                 {"depth", "N", "only N levels below the plan"},
                 {"element", "CODE", "only this element and what is below it: code or id"},
                 {"only", "STATUS,...", "of green,amber,red,no-score,n/a, and what is above"},
                 kScorecardAsOfFlag,
                 {"trend", "N", "with N earlier quarters, as numbers and in JSON too"},
                 {"watch", "",
                  "the summary again whenever it changes, until Ctrl-C; with --depth more"},
                 {"caps", "", "also critical parts that did not change a status"},
                 {"full", "", "also ids, owners, milestones, baselines, sources"},
                 kInstitutionFlag,
                 kJsonFlag}},
      ShowScorecard};
}

}  // namespace athena::athenactl
