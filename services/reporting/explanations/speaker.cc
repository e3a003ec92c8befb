#include "services/reporting/explanations/speaker.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/decimal/number_format.h"
#include "services/reporting/scorecards/messages/contract_enums.h"
#include "services/reporting/scorecards/messages/numbers.h"

namespace athena::reporting {
namespace {

constexpr Decimal kWholeShare = Decimal::FromInt(1);

Phrase PhraseOf(Reason reason) {
  switch (reason) {
    case Reason::kNone:
    case Reason::kNoData:
      return Phrase::kReasonNoData;
    case Reason::kNotBegun:
      return Phrase::kReasonNotBegun;
    case Reason::kNotDue:
      return Phrase::kReasonNotDue;
    case Reason::kOverdue:
      return Phrase::kReasonOverdue;
    case Reason::kNoTarget:
      return Phrase::kReasonNoTarget;
    case Reason::kIncomplete:
      return Phrase::kReasonIncomplete;
    case Reason::kNotAdditive:
      return Phrase::kReasonNotAdditive;
    case Reason::kDivisionByZero:
      return Phrase::kReasonDivisionByZero;
    case Reason::kOperand:
      return Phrase::kReasonOperand;
    case Reason::kOverflow:
      return Phrase::kReasonOverflow;
    case Reason::kNotReadable:
      return Phrase::kReasonNotReadable;
    case Reason::kCoverage:
      return Phrase::kReasonCoverage;
    case Reason::kNoWeight:
      return Phrase::kReasonNoWeight;
    case Reason::kMissingPart:
      return Phrase::kReasonMissingPart;
    case Reason::kNothingExpected:
      return Phrase::kReasonNothingExpected;
    case Reason::kCancelled:
      return Phrase::kReasonCancelled;
    case Reason::kDeferred:
      return Phrase::kReasonDeferred;
    case Reason::kTargetEnded:
      return Phrase::kReasonTargetEnded;
    case Reason::kNoCommonCells:
      return Phrase::kReasonNoCommonCells;
    case Reason::kNoReport:
      return Phrase::kReasonNoReport;
  }
  return Phrase::kReasonNoData;
}

}  // namespace

Speaker::Speaker(const ScoredPlan& plan, const std::string& language_code)
    : plan_(plan),
      language_(SentencesIn(language_code, plan.tree->plan())),
      titles_(language_code, plan.tree->plan()) {}

std::string Speaker::Reason(reporting::Reason reason) const { return Say(PhraseOf(reason)); }

std::string Speaker::Number(Decimal number, const NumberStyle& style) const {
  std::string text = InLanguage(number.ToFixed(style.decimals), TagOf(language_));
  if (!style.unit.empty()) absl::StrAppend(&text, "\u00A0", style.unit);
  return text;
}

std::string Speaker::Count(int64_t count) const {
  return InLanguage(std::to_string(count), TagOf(language_));
}

std::string Speaker::Score(Decimal score) const { return Score(score, {kGreenFrom, kAmberFrom}); }

std::string Speaker::Score(Decimal score, const std::vector<Decimal>& beside) const {
  std::vector<Decimal> all = beside;
  all.push_back(score);
  return Number(score, {.decimals = DecimalsThatTellApart(1, all)});
}

std::string Speaker::Share(Decimal share, std::optional<Decimal> beside) const {
  std::vector<Decimal> all;
  for (const Decimal one : {share, beside.value_or(kWholeShare), kWholeShare}) {
    all.push_back(*Decimal::Multiply(one, Decimal::FromInt(100)));
  }
  return Say(Phrase::kPercent,
             {{"number", Number(all[0], {.decimals = DecimalsThatTellApart(0, all)})}});
}

NumberStyle Speaker::StyleOf(int selection,
                             const std::vector<std::optional<Decimal>>& numbers) const {
  const DefinitionSummary& definition = *plan_.values->definitions[selection];
  std::vector<Decimal> all;
  for (const std::optional<Decimal>& number : numbers) {
    if (number.has_value()) all.push_back(*number);
  }
  return {DecimalsThatTellApart(definition.decimals, all), definition.unit};
}

std::string Speaker::NameOf(int node, const NodePart& part) const {
  const v1::ExplainedPart message = PartMessage(node, part);
  if (part.kind == NodePart::Kind::kDelivery) return Say(Phrase::kOwnDelivery);
  std::string name = message.title();
  if (name.empty()) name = message.name().substr(message.name().rfind('/') + 1);
  for (const auto& [dimension, code] : message.slice()) {
    absl::StrAppend(&name, " {", dimension, "=", code, "}");
  }
  return absl::StrCat("“", message.code(), message.code().empty() ? "" : " ", name, "”");
}

std::string Speaker::NameOfMilestone(int node, int milestone) const {
  const plan::v1::Milestone& message = plan_.tree->elements[node]->milestones(milestone);
  std::string title;
  std::string used;
  titles_.Pick(message.title(), &title, &used);
  return absl::StrCat("“", title.empty() ? message.id() : title, "”");
}

v1::ExplainedPart Speaker::PartMessage(int node, const NodePart& part) const {
  v1::ExplainedPart message;
  *message.mutable_weight() = NumberOf(part.weight);
  message.set_critical(part.critical);
  message.set_status(StatusOf(part.scored.status));
  message.set_reason(ReasonOf(part.scored.reason));
  Put(part.scored.score, &message, &v1::ExplainedPart::mutable_score);
  Put(part.scored.coverage, &message, &v1::ExplainedPart::mutable_coverage);
  switch (part.kind) {
    case NodePart::Kind::kLink: {
      const plan::v1::IndicatorLink& link = plan_.tree->elements[node]->indicators(part.index);
      const int selection = plan_.tree->links[node][part.index];
      message.set_kind(v1::ExplainedPart::KIND_INDICATOR);
      message.set_name(link.indicator());
      *message.mutable_slice() = link.slice();
      titles_.Pick(plan_.values->definitions[selection]->title, message.mutable_title(),
                   message.mutable_title_language());
      break;
    }
    case NodePart::Kind::kElement: {
      const plan::v1::Element& element = *plan_.tree->elements[part.index];
      message.set_kind(v1::ExplainedPart::KIND_ELEMENT);
      message.set_name(element.name());
      message.set_code(element.code());
      titles_.Pick(element.title(), message.mutable_title(), message.mutable_title_language());
      break;
    }
    case NodePart::Kind::kDelivery:
      message.set_kind(v1::ExplainedPart::KIND_DELIVERY);
      break;
  }
  return message;
}

v1::ExplanationStep* AddStep(v1::ExplanationStep::Kind kind, std::string sentence,
                             v1::Explanation* explanation) {
  v1::ExplanationStep* step = explanation->add_steps();
  step->set_kind(kind);
  step->set_sentence(std::move(sentence));
  return step;
}

void AddInput(std::string_view name, Decimal number, v1::ExplanationStep* step) {
  v1::StepInput* input = step->add_inputs();
  input->set_name(std::string(name));
  *input->mutable_number() = NumberOf(number);
}

}  // namespace athena::reporting
