#include "services/reporting/board/reasons.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/decimal/number_format.h"
#include "libs/fields/fields.h"
#include "services/reporting/limits.h"
#include "services/reporting/rules/figures/attention.h"
#include "services/reporting/scorecards/figures.h"
#include "services/reporting/scorecards/messages/contract_enums.h"
#include "services/reporting/scorecards/messages/figure_messages.h"
#include "services/reporting/scorecards/messages/numbers.h"

namespace athena::reporting {
namespace {

using v1::BoardReason;

// How many reasons a line gives.
constexpr int kMostReasons = 3;

// The thresholds of a delivery (delivery.h), as the text says them.
constexpr Decimal kDeliveryGreen = Decimal::FromUnits(900'000'000'000);
constexpr Decimal kDeliveryRed = Decimal::FromUnits(700'000'000'000);

bool WasRed(const BoardView& view, int element) {
  return view.before() != nullptr &&
         view.before()->outcome.elements[element].status == Status::kRed;
}

// Collects the reasons of one element, the most important first.
class Reasons {
 public:
  Reasons(const BoardView& view, int element)
      : view_(view),
        words_(view.words()),
        element_(element),
        message_(*view.tree().elements[element]),
        rules_(view.plan().rules.elements[element]),
        outcome_(view.outcome(element)) {}

  std::vector<BoardReason> OfRed() && {
    for (const bool critical : {true, false}) {
      for (const int link : RedLinks(outcome_)) {
        if (rules_.links[link].critical == critical) AddLink(link);
      }
    }
    AddDelivery();
    AddMilestones();
    AddRedChildren();
    if (reasons_.empty()) {
      Add(BoardReason::KIND_LOW_SCORE,
          words_.Say(BoardPhrase::kLowScore, words_.Number(kAmberFrom, 1)));
    }
    return std::move(reasons_);
  }

  // Of an element that is held at AMBER, or has a RED indicator.
  std::vector<BoardReason> OfHeld() && {
    if (IsHeldAtAmber(outcome_)) {
      for (const Cap& cap : outcome_.caps) AddCap(cap);
    }
    for (const int link : RedLinks(outcome_)) {
      if (!rules_.links[link].critical || !IsHeldAtAmber(outcome_)) AddLink(link);
    }
    return std::move(reasons_);
  }

 private:
  BoardReason& Add(BoardReason::Kind kind, std::string text) {
    BoardReason& reason = reasons_.emplace_back();
    reason.set_kind(kind);
    reason.set_text(std::move(text));
    return reason;
  }

  void AddLink(int link) {
    const plan::v1::IndicatorLink& linked = message_.indicators(link);
    const int selection = view_.tree().links[element_][link];
    const Link& rules = rules_.links[link];
    const LinkOutcome& outcome = outcome_.links[link];
    const bool year_to_date = outcome.scored_year_to_date;
    const Measured& measured = year_to_date ? *rules.year_to_date : rules.period;
    if (!measured.value.has_value() || !measured.current.has_value()) return;
    const DefinitionSummary& definition = *view_.plan().values->definitions[selection];
    BoardReason& reason = Add(BoardReason::KIND_INDICATOR_RED,
                              LinkText(linked, selection, *measured.value, *measured.current));
    reason.set_indicator(linked.indicator());
    *reason.mutable_slice() = linked.slice();
    *reason.mutable_value() = NumberOf(*measured.value);
    const indicator::v1::PeriodValue& value = *view_.plan().values->values[selection];
    JudgementInto((year_to_date ? *outcome.year_to_date : outcome.period).current,
                  (year_to_date ? value.year_to_date() : value.own()).current(),
                  reason.mutable_assessment());
    reason.set_source_system(definition.source_system);
    reason.set_critical(linked.critical());
  }

  // "Voluntary leavers: 22 against at most 14; red above 18."
  std::string LinkText(const plan::v1::IndicatorLink& linked, int selection, Decimal value,
                       const Thresholds& t) const {
    const std::string title = view_.TitleOf(linked, selection);
    const int usual = view_.plan().values->definitions[selection]->decimals;
    if (t.direction == Direction::kRange) {
      const int decimals =
          DecimalsThatTellApart(usual, {value, t.low, t.high, t.red_low, t.red_high});
      const auto text = [&](Decimal number) { return view_.WithUnit(number, decimals, selection); };
      return words_.Say(BoardPhrase::kBetween, title, text(value), text(t.low), text(t.high),
                        text(t.red_low), text(t.red_high));
    }
    const int decimals = DecimalsThatTellApart(usual, {value, t.target, t.red});
    const auto text = [&](Decimal number) { return view_.WithUnit(number, decimals, selection); };
    return words_.Say(
        t.direction == Direction::kLower ? BoardPhrase::kAtMost : BoardPhrase::kAtLeast, title,
        text(value), text(t.target), text(t.red));
  }

  void AddDelivery() {
    if (!outcome_.delivery.has_value() || outcome_.delivery->status != Status::kRed) return;
    const Delivery& delivery = *outcome_.delivery;
    const std::string green = words_.Percent(kDeliveryGreen, 0);
    const std::string red = words_.Percent(kDeliveryRed, 0);
    if (delivery.past_end == PastEnd::kLong && rules_.end.has_value()) {
      const bool without_report =
          delivery.scored_by == ScoredBy::kProgress && !delivery.percent.has_value();
      BoardReason& reason =
          Add(BoardReason::KIND_PAST_END,
              without_report ? words_.Say(BoardPhrase::kNoReportLong)
                             : words_.Say(BoardPhrase::kPastEnd, words_.Day(*rules_.end)));
      *reason.mutable_date() = fields::DateOf(*rules_.end);
      return;
    }
    if (delivery.scored_by == ScoredBy::kProgress && delivery.percent.has_value()) {
      const Decimal share = *Decimal::Divide(*delivery.percent, Decimal::FromInt(100));
      const Decimal ratio = delivery.ratio.value_or(Decimal());
      Add(BoardReason::KIND_PROGRESS_RED,
          words_.Say(BoardPhrase::kProgress, words_.Percent(share, 0), words_.Percent(ratio, 0),
                     green, red));
    } else if (delivery.scored_by == ScoredBy::kMilestones) {
      Add(BoardReason::KIND_MILESTONES_RED,
          words_.Say(BoardPhrase::kMilestonesReached, std::to_string(delivery.milestones_done),
                     std::to_string(delivery.milestones_judged), green, red));
    }
  }

  void AddMilestones() {
    for (const bool critical : {true, false}) {
      for (size_t i = 0; i < rules_.milestones.size(); ++i) {
        const Milestone& milestone = rules_.milestones[i];
        const MilestoneState state = StateOf(milestone, view_.plan().quarter, view_.plan().date);
        if (milestone.critical == critical && state == MilestoneState::kMissed) {
          AddMilestone(static_cast<int>(i));
        }
      }
    }
  }

  void AddMilestone(int index) {
    const Milestone& milestone = rules_.milestones[index];
    std::string title;
    std::string used;
    view_.languages().Pick(message_.milestones(index).title(), &title, &used);
    BoardReason& reason = Add(BoardReason::KIND_MILESTONE_MISSED,
                              words_.Say(milestone.critical ? BoardPhrase::kCriticalMilestoneMissed
                                                            : BoardPhrase::kMilestoneMissed,
                                         title, words_.Day(milestone.due)));
    reason.set_milestone(milestone.id);
    *reason.mutable_date() = fields::DateOf(milestone.due);
    reason.set_critical(milestone.critical);
  }

  void AddRedChildren() {
    for (const int child : outcome_.children) {
      if (view_.outcome(child).status != Status::kRed) continue;
      AddElement(BoardReason::KIND_ELEMENT_RED, BoardPhrase::kElementRed, child);
    }
  }

  void AddElement(BoardReason::Kind kind, BoardPhrase phrase, int element) {
    BoardReason& reason = Add(kind, words_.Say(phrase, view_.TitleOf(element)));
    reason.set_element(view_.tree().elements[element]->name());
    reason.set_critical(view_.tree().elements[element]->critical());
  }

  void AddCap(const Cap& cap) {
    switch (cap.part) {
      case Cap::Part::kMilestone:
        AddMilestone(cap.index);
        return;
      case Cap::Part::kElement:
        if (cap.cause == Cap::Cause::kPartRed) {
          AddElement(BoardReason::KIND_ELEMENT_RED, BoardPhrase::kElementRed, cap.index);
        } else {
          AddElement(BoardReason::KIND_PART_WITHOUT_SCORE, BoardPhrase::kPartWithoutScore,
                     cap.index);
        }
        return;
      case Cap::Part::kLink:
        if (cap.cause == Cap::Cause::kPartRed) {
          AddLink(cap.index);
          return;
        }
        const plan::v1::IndicatorLink& linked = message_.indicators(cap.index);
        const int selection = view_.tree().links[element_][cap.index];
        BoardReason& reason =
            Add(BoardReason::KIND_PART_WITHOUT_SCORE,
                words_.Say(BoardPhrase::kPartWithoutScore, view_.TitleOf(linked, selection)));
        reason.set_indicator(linked.indicator());
        *reason.mutable_slice() = linked.slice();
        reason.set_critical(true);
        return;
    }
  }

  const BoardView& view_;
  const Words& words_;
  const int element_;
  const plan::v1::Element& message_;
  const Element& rules_;
  const NodeOutcome& outcome_;
  std::vector<BoardReason> reasons_;
};

// What the report says of the first RED indicator, or of the element.
void NoteInto(const BoardView& view, int element, v1::BoardAttentionLine* line) {
  const ReportInForce& report = view.plan().figures->reports[element];
  if (report.report == nullptr) return;
  for (const int link : RedLinks(view.outcome(element))) {
    const auto* const note = NoteOf(report, view.tree().elements[element]->indicators(link));
    if (note == nullptr || note->cause().text().empty()) continue;
    view.languages().Pick(note->cause(), line->mutable_note(), line->mutable_note_language());
    return;
  }
  view.languages().Pick(report.report->blockers(), line->mutable_note(),
                        line->mutable_note_language());
}

void SinceInto(const BoardView& view, int element, v1::BoardAttentionLine* line) {
  std::vector<Status> statuses;
  for (const ScoredPlan* const scored : view.history()) {
    statuses.push_back(scored->outcome.elements[element].status);
  }
  const int quarters = QuartersUnchanged(statuses);
  const ScoredPlan& first = *view.history().front();
  const bool or_longer = quarters == static_cast<int>(statuses.size()) &&
                         first.quarter.ToString() != view.tree().plan().first_quarter();
  line->set_quarters(quarters);
  line->set_since(view.history()[statuses.size() - quarters]->quarter.ToString());
  line->set_or_longer(or_longer);
  line->set_since_text(or_longer ? view.words().Count(BoardPhrase::kQuartersOrLonger, quarters)
                       : quarters == 1 ? view.words().Say(BoardPhrase::kThisQuarter)
                                       : view.words().Count(BoardPhrase::kQuarters, quarters));
}

v1::BoardAttentionLine LineOf(const BoardView& view, int element, Decimal points_lost,
                              const std::vector<BoardReason>& reasons) {
  const NodeOutcome& outcome = view.outcome(element);
  v1::BoardAttentionLine line;
  view.ElementInto(element, line.mutable_element());
  line.set_status(StatusOf(outcome.status));
  line.set_status_text(view.words().Status(outcome.status));
  Put(outcome.score, &line, &v1::BoardAttentionLine::mutable_score);
  if (outcome.score.has_value()) line.set_score_text(view.words().Score(*outcome.score));
  view.TrendInto(element, 1, line.mutable_on_quarter_before());
  *line.mutable_points_lost() = NumberOf(points_lost);
  SinceInto(view, element, &line);
  std::string why;
  if (IsHeldAtAmber(outcome)) why = view.words().Say(BoardPhrase::kHeldAtAmber);
  for (const BoardReason& reason : reasons) {
    if (line.reasons_size() == kMostReasons) break;
    absl::StrAppend(&why, why.empty() ? "" : " ", reason.text());
    *line.add_reasons() = reason;
  }
  line.set_why(std::move(why));
  NoteInto(view, element, &line);
  return line;
}

// The RED elements that have a line, and for each those above it that have none.
std::map<int, std::vector<int>> FoldedRed(const BoardView& view) {
  std::map<int, std::vector<int>> lines;
  for (const int element : view.shown()) {
    if (view.outcome(element).status != Status::kRed) continue;
    int cause = element;
    while (const std::optional<int> below = RedBecauseOf(view.plan().outcome, cause)) {
      if (!view.Shows(*below)) break;
      cause = *below;
    }
    std::vector<int>& above = lines[cause];
    if (cause != element) above.push_back(element);
  }
  return lines;
}

}  // namespace

v1::BoardRedSection RedSection(const BoardView& view) {
  const ScoredPlan& plan = view.plan();
  const std::vector<Decimal> lost = PointsLost(plan.rules, plan.outcome);
  const std::map<int, std::vector<int>> folded = FoldedRed(view);
  v1::BoardRedSection section;
  std::vector<int> order;
  for (const auto& [element, above] : folded) {
    order.push_back(element);
    std::vector<int> all = above;
    all.push_back(element);
    for (const int each : all) {
      section.set_total(section.total() + 1);
      if (!WasRed(view, each)) section.set_new_this_quarter(section.new_this_quarter() + 1);
    }
  }
  SortByAttention(plan.rules, plan.outcome, lost, &order);
  std::stable_partition(order.begin(), order.end(),
                        [&](int element) { return !WasRed(view, element); });
  int told = 0;
  for (const int element : order) {
    if (section.lines_size() == static_cast<int>(kMaxBoardLines)) break;
    v1::BoardAttentionLine& line = *section.add_lines();
    line = LineOf(view, element, lost[element], Reasons(view, element).OfRed());
    for (const int above : folded.at(element)) view.ElementInto(above, line.add_makes_red());
    told += 1 + line.makes_red_size();
  }
  section.set_left_out(section.total() - told);
  section.set_heading(view.words().Say(BoardPhrase::kRedHeading, std::to_string(section.total()),
                                       std::to_string(view.shown().size())));
  section.set_text(view.words().Say(BoardPhrase::kRedText,
                                    std::to_string(section.new_this_quarter()),
                                    std::to_string(section.total() - section.new_this_quarter())));
  return section;
}

v1::BoardHeldSection HeldSection(const BoardView& view) {
  const ScoredPlan& plan = view.plan();
  const std::vector<Decimal> lost = PointsLost(plan.rules, plan.outcome);
  v1::BoardHeldSection section;
  std::vector<int> order;
  for (const int element : view.shown()) {
    const NodeOutcome& outcome = view.outcome(element);
    if (outcome.status != Status::kGreen && outcome.status != Status::kAmber) continue;
    const bool held = IsHeldAtAmber(outcome);
    if (!held && RedLinks(outcome).empty()) continue;
    order.push_back(element);
    if (held) section.set_held_at_amber(section.held_at_amber() + 1);
  }
  section.set_total(static_cast<int32_t>(order.size()));
  SortByAttention(plan.rules, plan.outcome, lost, &order);
  std::stable_partition(order.begin(), order.end(),
                        [&](int element) { return IsHeldAtAmber(view.outcome(element)); });
  for (size_t i = 0; i < std::min(order.size(), kMaxBoardLines); ++i) {
    *section.add_lines() = LineOf(view, order[i], lost[order[i]], Reasons(view, order[i]).OfHeld());
  }
  section.set_heading(view.words().Say(BoardPhrase::kHeldHeading,
                                       std::to_string(section.held_at_amber()),
                                       std::to_string(section.total() - section.held_at_amber())));
  return section;
}

}  // namespace athena::reporting
