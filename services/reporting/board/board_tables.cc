#include "services/reporting/board/board_tables.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/status/macros.h"
#include "services/reporting/board/board_view.h"
#include "services/reporting/board/reasons.h"
#include "services/reporting/board/registers.h"
#include "services/reporting/board/sections.h"
#include "services/reporting/errors.h"
#include "services/reporting/rules/figures/attention.h"
#include "services/reporting/scorecards/messages/contract_enums.h"
#include "services/reporting/scorecards/messages/figure_messages.h"
#include "services/reporting/scorecards/messages/numbers.h"

namespace athena::reporting {
namespace {

BoardPhrase VerdictOf(Status status) {
  switch (status) {
    case Status::kGreen:
      return BoardPhrase::kPlanGreen;
    case Status::kAmber:
      return BoardPhrase::kPlanAmber;
    case Status::kRed:
      return BoardPhrase::kPlanRed;
    case Status::kNoScore:
      return BoardPhrase::kPlanNoScore;
    case Status::kNotApplicable:
      return BoardPhrase::kNotApplicable;
  }
  return BoardPhrase::kNotApplicable;
}

// "3 amber, 1 green": the worst first, without those that are 0.
std::string CountsText(const Words& words, const Counts& counts) {
  const std::pair<BoardPhrase, int> each[] = {
      {BoardPhrase::kCountRed, counts.red},
      {BoardPhrase::kCountAmber, counts.amber},
      {BoardPhrase::kCountGreen, counts.green},
      {BoardPhrase::kCountNoScore, counts.no_score},
      {BoardPhrase::kCountNotApplicable, counts.not_applicable}};
  std::string text;
  for (const auto& [phrase, count] : each) {
    if (count == 0) continue;
    absl::StrAppend(&text, text.empty() ? "" : ", ", words.Say(phrase, std::to_string(count)));
  }
  return text;
}

// The axis that costs the plan most points; -1 where none costs any.
int MostCostly(const ScoredPlan& plan, const std::vector<Decimal>& lost) {
  int most = -1;
  for (const int axis : plan.outcome.plan.children) {
    if (lost[axis].Sign() > 0 && (most < 0 || lost[axis] > lost[most])) most = axis;
  }
  return most;
}

std::string SummaryOf(const BoardView& view) {
  const ScoredPlan& plan = view.plan();
  const Words& words = view.words();
  Counts axes;
  for (const int axis : plan.outcome.plan.children) axes.Count(view.outcome(axis).status);
  const auto all = static_cast<int64_t>(plan.outcome.plan.children.size());
  std::string text;
  const auto add = [&](const std::string& sentence) {
    absl::StrAppend(&text, text.empty() ? "" : " ", sentence);
  };
  if (all > 0) add(words.Count(BoardPhrase::kAxes, all, CountsText(words, axes)));
  const std::vector<Decimal> lost = PointsLost(plan.rules, plan.outcome);
  if (const int axis = MostCostly(plan, lost); axis >= 0) {
    add(words.Say(BoardPhrase::kCostsMost, view.TitleOf(axis), words.Number(lost[axis], 1)));
  }
  if (view.before() != nullptr) {
    int64_t became_red = 0;
    for (size_t i = 0; i < plan.outcome.elements.size(); ++i) {
      if (plan.outcome.elements[i].status == Status::kRed &&
          view.before()->outcome.elements[i].status != Status::kRed) {
        ++became_red;
      }
    }
    if (became_red > 0) add(words.Count(BoardPhrase::kBecameRed, became_red));
  }
  const MilestoneTally milestones = CountMilestones(plan.rules, plan.outcome).back();
  if (milestones.missed_critical > 0) {
    add(words.Count(BoardPhrase::kCriticalMissed, milestones.missed_critical));
  }
  return text;
}

v1::BoardVerdict VerdictOf(const BoardView& view) {
  const NodeOutcome& plan = view.plan().outcome.plan;
  const Words& words = view.words();
  v1::BoardVerdict verdict;
  verdict.set_status(StatusOf(plan.status));
  verdict.set_status_text(words.Say(VerdictOf(plan.status)));
  verdict.set_reason(ReasonOf(plan.reason));
  Put(plan.score, &verdict, &v1::BoardVerdict::mutable_score);
  if (plan.score.has_value()) verdict.set_score_text(words.Score(*plan.score));
  verdict.set_scale_text(words.Say(BoardPhrase::kScale, words.Number(kGreenFrom, 1)));
  verdict.set_summary(SummaryOf(view));
  view.TrendInto(-1, 1, verdict.mutable_on_quarter_before());
  view.TrendInto(-1, 4, verdict.mutable_on_year_before());
  view.HistoryInto(-1, verdict.mutable_history());
  CountsInto(plan.element_counts, verdict.mutable_element_counts());
  return verdict;
}

v1::BoardAxis AxisOf(const BoardView& view, int element) {
  const NodeOutcome& outcome = view.outcome(element);
  v1::BoardAxis axis;
  view.ElementInto(element, axis.mutable_element());
  axis.set_status(StatusOf(outcome.status));
  axis.set_status_text(view.words().Status(outcome.status));
  axis.set_reason(ReasonOf(outcome.reason));
  Put(outcome.score, &axis, &v1::BoardAxis::mutable_score);
  if (outcome.score.has_value()) axis.set_score_text(view.words().Score(*outcome.score));
  Put(outcome.coverage, &axis, &v1::BoardAxis::mutable_coverage);
  view.TrendInto(element, 1, axis.mutable_on_quarter_before());
  view.HistoryInto(element, axis.mutable_history());
  return axis;
}

v1::BoardCoverage CoverageOf(const BoardView& view) {
  const ScoredPlan& plan = view.plan();
  v1::BoardCoverage coverage;
  Put(plan.outcome.plan.coverage, &coverage, &v1::BoardCoverage::mutable_share);
  std::vector<bool> linked(plan.selections.size());
  for (const std::vector<int>& links : plan.tree->links) {
    for (const int selection : links) linked[selection] = true;
  }
  for (size_t i = 0; i < linked.size(); ++i) {
    if (!linked[i]) continue;
    coverage.set_expected(coverage.expected() + plan.selections[i].period.expected);
    coverage.set_received(coverage.received() + plan.selections[i].period.present);
  }
  const Words& words = view.words();
  std::string text;
  if (plan.outcome.plan.coverage.has_value()) {
    text = absl::StrCat(
        words.Say(BoardPhrase::kCoverage, words.Percent(*plan.outcome.plan.coverage, 1)), " ");
  }
  absl::StrAppend(&text, words.Say(BoardPhrase::kFigures, std::to_string(coverage.received()),
                                   std::to_string(coverage.expected()),
                                   std::to_string(coverage.expected() - coverage.received())));
  coverage.set_text(std::move(text));
  return coverage;
}

std::string BoardKey(const BoardRequest& request, bool own) {
  return absl::StrCat("board\n", own, "\n", request.language, "\n",
                      static_cast<int>(request.filter.scope), "\n", request.filter.max_priority,
                      "\n", request.filter.unit);
}

}  // namespace

v1::BoardTable BoardTableOf(const ScoredPlan& plan, const BoardRequest& request, bool own) {
  const BoardView view(plan, request.language, request.filter);
  v1::BoardTable table;
  table.set_period(plan.quarter.ToString());
  table.set_period_text(view.words().Quarter(plan.quarter));
  table.set_language(std::string(TagOf(view.words().language())));
  view.languages().Pick(view.tree().header().institution().display_name(),
                        table.mutable_institution_title(),
                        table.mutable_institution_title_language());
  view.languages().Pick(view.tree().plan().title(), table.mutable_title(),
                        table.mutable_title_language());
  *table.mutable_verdict() = VerdictOf(view);
  for (const int axis : plan.outcome.plan.children) *table.add_axes() = AxisOf(view, axis);
  *table.mutable_coverage() = CoverageOf(view);
  *table.mutable_red() = RedSection(view);
  *table.mutable_held() = HeldSection(view);
  *table.mutable_moves() = MovesSection(view);
  *table.mutable_milestones() = MilestonesSection(view);
  *table.mutable_missing() = MissingSection(view);
  *table.mutable_untargeted() = UntargetedSection(view);
  if (own) {
    *table.mutable_risks() = RisksSection(view);
    *table.mutable_budget() = BudgetSection(view);
    *table.mutable_processes() = ProcessesSection(view);
    *table.mutable_decisions() = DecisionsSection(view);
  }
  return table;
}

absl::StatusOr<rpc::PreparedAnswer> BoardTables::Get(const rpc::Call& call,
                                                     const v1::GetBoardTableRequest& message) {
  ATHENA_ASSIGN_OR_RETURN(BoardRequest request, Validate(message, scorecards_.Now()));
  ATHENA_RETURN_IF_ERROR(scorecards_.Resolve(call, &request.read).status());
  ATHENA_ASSIGN_OR_RETURN(const Scorecards::Read read, scorecards_.ReadPlan(call, request.read));
  if (read.plan->quarter != request.quarter) {
    const plan::v1::Plan& plan = read.plan->tree->plan();
    return PeriodOutsidePlan(request.quarter.ToString(), plan.first_quarter(), plan.last_quarter());
  }
  const bool own = call.principal().BelongsTo(request.institution);
  v1::BoardTable beside;
  *beside.mutable_basis() = read.basis;
  return scorecards_.Answer(call, read, BoardKey(request, own), beside,
                            [&]() -> absl::StatusOr<std::string> {
                              v1::BoardTable table = BoardTableOf(*read.plan, request, own);
                              table.set_name(request.name);
                              return Serialised(table);
                            });
}

}  // namespace athena::reporting
