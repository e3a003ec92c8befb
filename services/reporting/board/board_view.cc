#include "services/reporting/board/board_view.h"

#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"
#include "libs/order/natural.h"
#include "services/reporting/scorecards/messages/contract_enums.h"
#include "services/reporting/scorecards/messages/figure_messages.h"
#include "services/reporting/scorecards/messages/numbers.h"

namespace athena::reporting {
namespace {

// Whether the unit is `wanted` or below it. Units form a tree.
bool IsWithin(const PlanTree& tree, std::string unit, const std::string& wanted) {
  for (size_t steps = 0; steps <= tree.units.size(); ++steps) {
    if (unit == wanted) return true;
    const auto found = tree.units.find(unit);
    if (found == tree.units.end()) return false;
    unit = found->second->parent_unit();
  }
  return false;
}

bool Matches(const PlanTree& tree, const plan::v1::Element& element, const BoardFilter& filter) {
  if (filter.scope != plan::v1::Element::SCOPE_UNSPECIFIED && element.scope() != filter.scope) {
    return false;
  }
  if (filter.max_priority > 0 &&
      (element.priority() == 0 || element.priority() > filter.max_priority)) {
    return false;
  }
  return filter.unit.empty() || IsWithin(tree, element.owner_unit(), filter.unit);
}

}  // namespace

BoardView::BoardView(const ScoredPlan& plan, const std::string& language, const BoardFilter& filter)
    : plan_(plan),
      languages_(language, plan.tree->plan()),
      words_(SentencesIn(language, plan.tree->plan())),
      is_filtered_(filter.scope != plan::v1::Element::SCOPE_UNSPECIFIED ||
                   filter.max_priority > 0 || !filter.unit.empty()) {
  for (size_t i = 0; i < tree().elements.size(); ++i) {
    shows_.push_back(Matches(tree(), *tree().elements[i], filter));
    if (shows_.back()) shown_.push_back(static_cast<int>(i));
  }
  SortByCode(&shown_);
  for (const auto& [quarter, scored] : plan.compared) history_.push_back(scored.get());
  history_.push_back(&plan);
}

std::vector<int> BoardView::ShownOf(
    const google::protobuf::RepeatedPtrField<std::string>& names) const {
  std::vector<int> elements;
  for (const std::string& name : names) {
    const auto place = tree().places.find(name);
    if (place != tree().places.end() && shows_[place->second]) elements.push_back(place->second);
  }
  SortByCode(&elements);
  return elements;
}

void BoardView::SortByCode(std::vector<int>* elements) const {
  std::sort(elements->begin(), elements->end(), [&](int a, int b) {
    return NaturalLess(plan_.rules.elements[a].code, plan_.rules.elements[b].code);
  });
}

absl::CivilDay BoardView::day() const { return std::min(plan_.quarter.LastDay(), plan_.date); }

const ScoredPlan* BoardView::before() const {
  const auto found = plan_.compared.find(plan_.quarter.Minus(1));
  return found == plan_.compared.end() ? nullptr : found->second.get();
}

void BoardView::ElementInto(int element, v1::BoardElement* message) const {
  const plan::v1::Element& from = *tree().elements[element];
  message->set_name(from.name());
  message->set_code(from.code());
  languages_.Pick(from.title(), message->mutable_title(), message->mutable_title_language());
  message->set_kind(from.kind());
  message->set_critical(from.critical());
  UnitInto(from.owner_unit(), message->mutable_owner());
  message->set_lead(from.lead());
}

void BoardView::UnitInto(const std::string& unit, v1::BoardOwner* message) const {
  message->set_unit(unit);
  const auto found = tree().units.find(unit);
  if (found == tree().units.end()) return;
  languages_.Pick(found->second->display_name(), message->mutable_title(),
                  message->mutable_title_language());
}

void BoardView::TrendInto(int node, int quarters_before, v1::BoardTrend* message) const {
  const Trend trend = TrendOfNode(plan_, node, quarters_before);
  NodeTrendInto(plan_, node, quarters_before, message->mutable_trend());
  switch (trend.direction) {
    case TrendDirection::kImproving:
    case TrendDirection::kStable:
    case TrendDirection::kDeclining: {
      const BoardPhrase phrase =
          trend.direction == TrendDirection::kImproving ? BoardPhrase::kImproving
          : trend.direction == TrendDirection::kStable  ? BoardPhrase::kStable
                                                        : BoardPhrase::kDeclining;
      message->set_text(
          words_.Say(phrase, words_.Signed(*trend.change, 1), words_.Score(*trend.earlier)));
      return;
    }
    case TrendDirection::kNone:
      break;
  }
  if (trend.reason == NoTrend::kNoValue && trend.earlier.has_value()) {
    message->set_text(words_.Say(BoardPhrase::kNoScoreNow));
  } else if (trend.reason == NoTrend::kScoredOtherwise) {
    message->set_text(words_.Say(BoardPhrase::kScoredOtherwise));
  } else {
    message->set_text(words_.Say(BoardPhrase::kNothingBefore));
  }
}

void BoardView::HistoryInto(int node,
                            google::protobuf::RepeatedPtrField<v1::BoardQuarter>* history) const {
  for (const ScoredPlan* const scored : history_) {
    const NodeOutcome& then = node < 0 ? scored->outcome.plan : scored->outcome.elements[node];
    v1::BoardQuarter& quarter = *history->Add();
    quarter.set_period(scored->quarter.ToString());
    quarter.set_status(StatusOf(then.status));
    Put(then.score, &quarter, &v1::BoardQuarter::mutable_score);
  }
}

std::string BoardView::TitleOf(int element) const {
  std::string title;
  std::string used;
  languages_.Pick(tree().elements[element]->title(), &title, &used);
  return absl::StrCat(tree().elements[element]->code(), " ", title);
}

std::string BoardView::TitleOf(const plan::v1::IndicatorLink& link, int selection) const {
  std::string title;
  std::string used;
  languages_.Pick(plan_.values->definitions[selection]->title, &title, &used);
  if (title.empty()) title = link.indicator().substr(link.indicator().rfind('/') + 1);
  const std::map<std::string, std::string> slice(link.slice().begin(), link.slice().end());
  std::string codes;
  for (const auto& [dimension, code] : slice) {
    absl::StrAppend(&codes, codes.empty() ? "" : ", ", code);
  }
  return codes.empty() ? title : absl::StrCat(title, " – ", codes);
}

std::string BoardView::WithUnit(Decimal number, int decimals, int selection) const {
  const std::string& unit = plan_.values->definitions[selection]->unit;
  const std::string text = words_.Number(number, decimals);
  return unit.empty() ? text : absl::StrCat(text, "\u00a0", unit);
}

}  // namespace athena::reporting
