#include "services/reporting/board/sections.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/decimal/number_format.h"
#include "libs/fields/fields.h"
#include "services/reporting/limits.h"
#include "services/reporting/rules/figures/attention.h"
#include "services/reporting/rules/figures/budget.h"
#include "services/reporting/scorecards/messages/contract_enums.h"
#include "services/reporting/scorecards/messages/numbers.h"

namespace athena::reporting {
namespace {

// The lines that fell and rose most: half of the lines of a section each.
constexpr size_t kMostMoves = kMaxBoardLines / 2;

std::vector<int> ThoseShown(const BoardView& view, const std::vector<int>& elements) {
  std::vector<int> shown;
  for (const int element : elements) {
    if (view.Shows(element)) shown.push_back(element);
  }
  return shown;
}

v1::BoardMove MoveOf(const BoardView& view, int element) {
  const NodeOutcome& now = view.outcome(element);
  const NodeOutcome& then = view.before()->outcome.elements[element];
  v1::BoardMove move;
  view.ElementInto(element, move.mutable_element());
  move.set_from(StatusOf(then.status));
  move.set_to(StatusOf(now.status));
  move.set_status_text(
      absl::StrCat(view.words().Status(then.status), " → ", view.words().Status(now.status)));
  Put(then.score, &move, &v1::BoardMove::mutable_score_before);
  Put(now.score, &move, &v1::BoardMove::mutable_score);
  move.set_score_text(
      absl::StrCat(view.words().Score(*then.score), " → ", view.words().Score(*now.score)));
  return move;
}

// What is missing of one selection: its elements, and whether one of them has no score for it.
struct MissingValues {
  int selection = 0;
  const plan::v1::IndicatorLink* link = nullptr;
  std::vector<int> elements;
  bool without_score = false;
  Reason reason = Reason::kNone;
  bool year_to_date = false;
};

// Whether the link is expected to have what it lacks.
bool Lacks(const LinkOutcome& outcome, const Measured& measured) {
  if (outcome.status == Status::kNoScore) return outcome.reason != Reason::kNotBegun;
  return outcome.status != Status::kNotApplicable && measured.present < measured.expected;
}

std::vector<MissingValues> FindMissingValues(const BoardView& view) {
  std::map<int, MissingValues> by_selection;
  for (const int element : view.shown()) {
    const Element& rules = view.plan().rules.elements[element];
    const NodeOutcome& outcome = view.outcome(element);
    for (const int i : outcome.link_order) {
      const LinkOutcome& link = outcome.links[i];
      const Measured& measured =
          link.scored_year_to_date ? *rules.links[i].year_to_date : rules.links[i].period;
      if (!Lacks(link, measured)) continue;
      const int selection = view.tree().links[element][i];
      MissingValues& missing = by_selection[selection];
      missing.selection = selection;
      missing.link = &view.tree().elements[element]->indicators(i);
      missing.elements.push_back(element);
      missing.without_score = missing.without_score || link.status == Status::kNoScore;
      if (link.status == Status::kNoScore) missing.reason = link.reason;
      missing.year_to_date = link.scored_year_to_date;
    }
  }
  std::vector<MissingValues> missing;
  for (auto& [selection, values] : by_selection) missing.push_back(std::move(values));
  return missing;
}

// The words of reasons that the number of figures does not tell.
std::optional<BoardPhrase> WordsOf(Reason reason) {
  switch (reason) {
    case Reason::kDivisionByZero:
      return BoardPhrase::kDivisionByZero;
    case Reason::kOperand:
      return BoardPhrase::kOperand;
    case Reason::kOverflow:
      return BoardPhrase::kOverflow;
    case Reason::kNotAdditive:
      return BoardPhrase::kNotAdditive;
    case Reason::kNotReadable:
      return BoardPhrase::kNotReadable;
    case Reason::kNoCommonCells:
      return BoardPhrase::kNoCommonCells;
    default:
      return std::nullopt;
  }
}

std::string MissingText(const BoardView& view, const MissingValues& missing,
                        const Measured& measured, const std::string& period) {
  const Words& words = view.words();
  if (const std::optional<BoardPhrase> why = WordsOf(missing.reason)) {
    return words.Say(BoardPhrase::kMissingWhy, period, words.Say(*why));
  }
  if (measured.present == 0) return words.Say(BoardPhrase::kMissingAll, period);
  const std::string some = words.Say(BoardPhrase::kMissingSome, std::to_string(measured.present),
                                     std::to_string(measured.expected), period);
  if (missing.reason != Reason::kIncomplete) return some;
  return absl::StrCat(some, ": ", words.Say(BoardPhrase::kIncomplete));
}

void DueInto(const BoardView& view, std::optional<absl::CivilDay> due, std::string text,
             v1::BoardMissing* line) {
  if (due.has_value()) {
    *line->mutable_due_date() = fields::DateOf(*due);
    text = view.words().Say(BoardPhrase::kDue, text, view.words().Day(*due));
  }
  line->set_text(absl::StrCat(text, "."));
}

v1::BoardMissing ValuesLine(const BoardView& view, const MissingValues& missing) {
  const ScoredPlan& plan = view.plan();
  const DefinitionSummary& definition = *plan.values->definitions[missing.selection];
  const indicator::v1::PeriodValue& value = *plan.values->values[missing.selection];
  const SelectionInput& input = plan.selections[missing.selection];
  const Measured& measured = missing.year_to_date ? *input.year_to_date : input.period;
  v1::BoardMissing line;
  line.set_kind(v1::BoardMissing::KIND_VALUES);
  line.set_subject(missing.link->indicator());
  *line.mutable_slice() = missing.link->slice();
  view.languages().Pick(definition.title, line.mutable_title(), line.mutable_title_language());
  line.set_period(value.period());
  line.set_received(measured.present);
  line.set_expected(measured.expected);
  line.set_reason(ReasonOf(missing.reason));
  line.set_owed_by(definition.owner);
  line.set_steward(definition.steward);
  line.set_source_system(definition.source_system);
  std::optional<absl::CivilDay> due;
  const absl::StatusOr<Period> period = Period::Parse(value.period());
  if (period.ok() && definition.reporting_delay_days.has_value()) {
    due = period->LastDay() + *definition.reporting_delay_days;
    // Some cells of a running period may be due before its end.
    if (*due >= plan.date) due.reset();
  }
  DueInto(view, due,
          MissingText(view, missing, measured,
                      value.period().empty() ? plan.quarter.ToString() : value.period()),
          &line);
  return line;
}

v1::BoardMissing ReportLine(const BoardView& view, int element) {
  const plan::v1::Element& message = *view.tree().elements[element];
  v1::BoardMissing line;
  line.set_kind(v1::BoardMissing::KIND_REPORT);
  line.set_subject(message.name());
  view.languages().Pick(message.title(), line.mutable_title(), line.mutable_title_language());
  line.set_period(view.plan().quarter.ToString());
  line.set_reason(v1::SCORECARD_REASON_NO_REPORT);
  line.set_owed_by(message.lead());
  view.UnitInto(message.owner_unit(), line.mutable_owner());
  DueInto(view, view.plan().quarter.LastDay() + view.plan().rules.report_delay_days,
          view.words().Say(BoardPhrase::kMissingReport, view.plan().quarter.ToString()), &line);
  return line;
}

v1::BoardMissing AmountsLine(const BoardView& view, const plan::v1::BudgetLine& budget) {
  v1::BoardMissing line;
  line.set_kind(v1::BoardMissing::KIND_AMOUNTS);
  line.set_subject(budget.name());
  view.languages().Pick(budget.title(), line.mutable_title(), line.mutable_title_language());
  line.set_period(view.plan().quarter.ToString());
  DueInto(view, std::nullopt,
          view.words().Say(BoardPhrase::kMissingAmounts, view.plan().quarter.ToString()), &line);
  return line;
}

bool LacksAmounts(const BoardView& view, const plan::v1::BudgetLine& budget) {
  const std::string id = budget.name().substr(budget.name().rfind('/') + 1);
  const auto row = view.tree().amounts.find({id, view.plan().quarter.ToString()});
  if (row == view.tree().amounts.end()) return true;
  const plan::v1::BudgetAmounts& amounts = *row->second;
  return !amounts.has_commitment_initial() || !amounts.has_commitment_adjusted() ||
         !amounts.has_payment_initial() || !amounts.has_payment_adjusted() ||
         !amounts.has_committed() || !amounts.has_paid();
}

bool OwesReport(const std::optional<Delivery>& delivery) {
  if (!delivery.has_value()) return false;
  return delivery->reason == Reason::kNoReport ||
         (delivery->scored_by == ScoredBy::kProgress && !delivery->percent.has_value());
}

// A line, and the elements that it is missing for.
struct Missing {
  v1::BoardMissing line;
  std::vector<int> elements;
  bool without_score;
};

std::vector<Missing> FindMissing(const BoardView& view) {
  std::vector<Missing> found;
  for (MissingValues& values : FindMissingValues(view)) {
    found.push_back({ValuesLine(view, values), values.elements, values.without_score});
  }
  for (const int element : view.shown()) {
    if (!OwesReport(view.outcome(element).delivery)) continue;
    const bool due =
        view.plan().quarter.LastDay() + view.plan().rules.report_delay_days < view.plan().date;
    if (due) found.push_back({ReportLine(view, element), {element}, true});
  }
  // Amounts of a quarter are known when it is over.
  if (view.plan().quarter.LastDay() < view.plan().date) {
    for (const plan::v1::BudgetLine* const budget : view.tree().budget_lines) {
      if (budget->year() != view.plan().quarter.FirstDay().year()) continue;
      google::protobuf::RepeatedPtrField<std::string> names;
      for (const plan::v1::BudgetShare& share : budget->shares()) *names.Add() = share.element();
      const std::vector<int> elements = view.ShownOf(names);
      if (elements.empty() || !LacksAmounts(view, *budget)) continue;
      found.push_back({AmountsLine(view, *budget), elements, false});
    }
  }
  const auto key = [](const Missing& missing) {
    const v1::BoardMissing& line = missing.line;
    const std::optional<absl::CivilDay> due =
        line.has_due_date() ? fields::DayOf(line.due_date()) : std::nullopt;
    return std::tuple(!missing.without_score, due.value_or(absl::CivilDay::max()));
  };
  std::stable_sort(found.begin(), found.end(), [&](const Missing& a, const Missing& b) {
    return std::pair(key(a), a.line.subject()) < std::pair(key(b), b.line.subject());
  });
  return found;
}

}  // namespace

v1::BoardMovesSection MovesSection(const BoardView& view) {
  v1::BoardMovesSection section;
  const Words& words = view.words();
  section.set_heading(
      words.Say(BoardPhrase::kMovesHeading, view.plan().quarter.Minus(1).ToString()));
  if (view.before() == nullptr) {
    section.set_text(words.Say(BoardPhrase::kMovesNone));
    return section;
  }
  const Moves moves =
      CompareStatuses(view.plan().rules, view.plan().outcome, view.before()->outcome);
  const std::vector<int> worse = ThoseShown(view, moves.worse);
  const std::vector<int> better = ThoseShown(view, moves.better);
  section.set_worse(static_cast<int32_t>(worse.size()));
  section.set_better(static_cast<int32_t>(better.size()));
  section.set_lost_score(static_cast<int32_t>(ThoseShown(view, moves.lost).size()));
  section.set_gained_score(static_cast<int32_t>(ThoseShown(view, moves.gained).size()));
  section.set_total(section.worse() + section.better() + section.lost_score() +
                    section.gained_score());
  section.set_text(words.Count(BoardPhrase::kMovesText, section.total(),
                               std::to_string(section.worse()), std::to_string(section.better()),
                               std::to_string(section.lost_score()),
                               std::to_string(section.gained_score())));
  for (size_t i = 0; i < std::min(worse.size(), kMostMoves); ++i) {
    *section.add_down() = MoveOf(view, worse[i]);
  }
  for (size_t i = 0; i < std::min(better.size(), kMostMoves); ++i) {
    *section.add_up() = MoveOf(view, better[i]);
  }
  return section;
}

v1::BoardMilestonesSection MilestonesSection(const BoardView& view) {
  v1::BoardMilestonesSection section;
  const Words& words = view.words();
  const MissedMilestones found = FindMissed(view.plan().rules, view.plan().outcome);
  for (const MissedMilestone& missed : found.missed) {
    if (!view.Shows(missed.element)) continue;
    const Milestone& milestone =
        view.plan().rules.elements[missed.element].milestones[missed.milestone];
    section.set_total(section.total() + 1);
    if (milestone.critical) section.set_critical(section.critical() + 1);
    if (section.lines_size() == static_cast<int>(kMaxBoardLines)) continue;
    v1::BoardMilestone& line = *section.add_lines();
    view.ElementInto(missed.element, line.mutable_element());
    line.set_milestone(milestone.id);
    view.languages().Pick(
        view.tree().elements[missed.element]->milestones(missed.milestone).title(),
        line.mutable_title(), line.mutable_title_language());
    line.set_critical(milestone.critical);
    *line.mutable_due_date() = fields::DateOf(milestone.due);
    line.set_days_late(static_cast<int32_t>(missed.days));
    const std::string day = words.Day(milestone.due);
    line.set_due_text(missed.days == 0 ? words.Say(BoardPhrase::kJustDue, day)
                                       : words.Count(BoardPhrase::kDaysLate, missed.days, day));
  }
  for (const MissedMilestone& missed : found.of_inactive) {
    if (view.Shows(missed.element)) section.set_of_inactive(section.of_inactive() + 1);
  }
  section.set_heading(words.Say(BoardPhrase::kMilestonesHeading, std::to_string(section.total()),
                                std::to_string(section.critical())));
  std::string text = words.Say(BoardPhrase::kMilestonesText, words.Day(view.day()));
  if (section.of_inactive() > 0) {
    absl::StrAppend(&text, " ",
                    words.Count(BoardPhrase::kMilestonesInactive, section.of_inactive()));
  }
  section.set_text(std::move(text));
  return section;
}

v1::BoardMissingSection MissingSection(const BoardView& view) {
  v1::BoardMissingSection section;
  for (Missing& missing : FindMissing(view)) {
    section.set_total(section.total() + 1);
    if (missing.without_score) section.set_without_score(section.without_score() + 1);
    if (section.lines_size() == static_cast<int>(kMaxBoardLines)) continue;
    v1::BoardMissing& line = *section.add_lines();
    line = std::move(missing.line);
    for (size_t i = 0; i < std::min(missing.elements.size(), kMaxBoardLines); ++i) {
      view.ElementInto(missing.elements[i], line.add_elements());
    }
  }
  section.set_heading(
      view.words().Say(BoardPhrase::kMissingHeading, std::to_string(section.total())));
  return section;
}

v1::BoardUntargetedSection UntargetedSection(const BoardView& view) {
  v1::BoardUntargetedSection section;
  for (const int element : view.shown()) {
    const NodeOutcome& outcome = view.outcome(element);
    for (const int i : outcome.link_order) {
      const Reason reason = outcome.links[i].reason;
      if (reason != Reason::kNoTarget && reason != Reason::kTargetEnded) continue;
      section.set_total(section.total() + 1);
      if (section.lines_size() == static_cast<int>(kMaxBoardLines)) continue;
      const plan::v1::IndicatorLink& link = view.tree().elements[element]->indicators(i);
      const int selection = view.tree().links[element][i];
      const DefinitionSummary& definition = *view.plan().values->definitions[selection];
      const std::optional<Decimal>& value =
          view.plan().rules.elements[element].links[i].period.value;
      v1::BoardUntargeted& line = *section.add_lines();
      line.set_indicator(link.indicator());
      *line.mutable_slice() = link.slice();
      view.languages().Pick(definition.title, line.mutable_title(), line.mutable_title_language());
      view.ElementInto(element, line.mutable_element());
      line.set_ended(reason == Reason::kTargetEnded);
      Put(value, &line, &v1::BoardUntargeted::mutable_value);
      line.set_value_text(value.has_value() ? view.WithUnit(*value, definition.decimals, selection)
                                            : view.words().Say(BoardPhrase::kNoValue));
      line.set_source_system(definition.source_system);
    }
  }
  section.set_heading(
      view.words().Say(BoardPhrase::kUntargetedHeading, std::to_string(section.total())));
  return section;
}

}  // namespace athena::reporting
