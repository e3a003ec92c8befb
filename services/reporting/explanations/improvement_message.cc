#include "services/reporting/explanations/improvement_message.h"

#include <string>

#include "libs/decimal/number_format.h"
#include "services/reporting/scorecards/messages/numbers.h"

namespace athena::reporting {
namespace {

using Kind = Improvement::Kind;

v1::Improvement::Kind KindOf(Kind kind) {
  switch (kind) {
    case Kind::kWait:
      return v1::Improvement::KIND_WAIT;
    case Kind::kResume:
      return v1::Improvement::KIND_RESUME;
    case Kind::kAccess:
      return v1::Improvement::KIND_ACCESS;
    case Kind::kSetTarget:
      return v1::Improvement::KIND_SET_TARGET;
    case Kind::kSendData:
      return v1::Improvement::KIND_SEND_DATA;
    case Kind::kDefinition:
      return v1::Improvement::KIND_DEFINITION;
    case Kind::kValue:
      return v1::Improvement::KIND_VALUE;
    case Kind::kPartScore:
      return v1::Improvement::KIND_PART_SCORE;
    case Kind::kAllParts:
      return v1::Improvement::KIND_ALL_PARTS;
    case Kind::kLiftCap:
      return v1::Improvement::KIND_LIFT_CAP;
    case Kind::kScoreCritical:
      return v1::Improvement::KIND_SCORE_CRITICAL;
    case Kind::kMilestone:
      return v1::Improvement::KIND_MILESTONE;
    case Kind::kWeight:
      return v1::Improvement::KIND_WEIGHT;
    case Kind::kExpect:
      return v1::Improvement::KIND_EXPECT;
  }
  return v1::Improvement::KIND_UNSPECIFIED;
}

v1::Improvement::Side SideOf(const RequiredValue& required) {
  return required.at_least ? v1::Improvement::SIDE_AT_LEAST : v1::Improvement::SIDE_AT_MOST;
}

v1::Improvement MessageOf(const Improvement& improvement) {
  v1::Improvement message;
  message.set_kind(KindOf(improvement.kind));
  message.set_group(improvement.group);
  Put(improvement.required, &message, &v1::Improvement::mutable_required);
  Put(improvement.present, &message, &v1::Improvement::mutable_present);
  if (improvement.required.has_value()) message.set_side(v1::Improvement::SIDE_AT_LEAST);
  return message;
}

const Measured& MeasureOf(const Speaker& speaker, int element, int link) {
  const Link& rules = speaker.plan().rules.elements[element].links[link];
  const LinkOutcome& outcome = speaker.plan().outcome.elements[element].links[link];
  return outcome.scored_year_to_date ? *rules.year_to_date : rules.period;
}

// ", which takes a value of at least 84 %"; empty without value.
std::string ByValue(const Speaker& speaker, int node, const NodePart& part,
                    const Improvement& improvement) {
  if (!improvement.required_value.has_value()) return "";
  const RequiredValue& required = *improvement.required_value;
  if (part.kind == NodePart::Kind::kDelivery) {
    // In full: a rounded percentage may be too little.
    const std::string number = InLanguage(required.value.ToString(), TagOf(speaker.language()));
    return speaker.Say(Phrase::kByPercent,
                       {{"value", speaker.Say(Phrase::kPercent, {{"number", number}})}});
  }
  const int selection = speaker.plan().tree->links[node][part.index];
  const Measured& measured = MeasureOf(speaker, node, part.index);
  const NumberStyle style = speaker.StyleOf(selection, {required.value, measured.value});
  return speaker.Say(required.at_least ? Phrase::kByValueAtLeast : Phrase::kByValueAtMost,
                     {{"value", speaker.Number(required.value, style)}});
}

std::string NowOf(const Speaker& speaker, const std::string& present) {
  return present.empty() ? "" : speaker.Say(Phrase::kNow, {{"present", present}});
}

std::string NodeSentence(const Speaker& speaker, int node, const Improvement& improvement) {
  switch (improvement.kind) {
    case Kind::kWait:
      return speaker.Say(Phrase::kWait);
    case Kind::kResume:
      return speaker.Say(Phrase::kResume);
    case Kind::kWeight:
      return speaker.Say(Phrase::kGiveWeight);
    case Kind::kSendData:
      return speaker.Say(Phrase::kRaiseCoverage,
                         {{"present", speaker.Share(*improvement.present, improvement.required)},
                          {"required", speaker.Share(*improvement.required, improvement.present)}});
    case Kind::kAllParts:
      return speaker.Say(Phrase::kAllParts, {{"required", speaker.Score(*improvement.required)}});
    case Kind::kMilestone:
      return speaker.Say(Phrase::kReachMilestone,
                         {{"milestone", speaker.NameOfMilestone(node, improvement.milestone)}});
    case Kind::kPartScore:
    case Kind::kLiftCap:
    case Kind::kScoreCritical: {
      const NodePart part =
          PartsOf(speaker.plan().rules, speaker.plan().outcome, node)[improvement.part];
      const std::string name = speaker.NameOf(node, part);
      const std::string value = ByValue(speaker, node, part, improvement);
      if (improvement.kind == Kind::kLiftCap) {
        return speaker.Say(Phrase::kLiftCap, {{"part", name}, {"value", value}});
      }
      if (improvement.kind == Kind::kScoreCritical) {
        return speaker.Say(Phrase::kScoreCritical, {{"part", name}, {"value", value}});
      }
      const std::string present = improvement.present.has_value()
                                      ? speaker.Score(*improvement.present, {*improvement.required})
                                      : "";
      return speaker.Say(Phrase::kPartScore,
                         {{"part", name},
                          {"required", speaker.Score(*improvement.required,
                                                     {improvement.present.value_or(Decimal())})},
                          {"now", NowOf(speaker, present)},
                          {"value", value}});
    }
    default:
      return speaker.Say(Phrase::kExpect);
  }
}

std::string LinkSentence(const Speaker& speaker, int element, int link,
                         const Improvement& improvement) {
  const Measured& measured = MeasureOf(speaker, element, link);
  const LinkOutcome& outcome = speaker.plan().outcome.elements[element].links[link];
  switch (improvement.kind) {
    case Kind::kWait:
      return speaker.Say(Phrase::kWait);
    case Kind::kResume:
      return speaker.Say(Phrase::kResume);
    case Kind::kAccess:
      return speaker.Say(Phrase::kAccess);
    case Kind::kSetTarget:
      return speaker.Say(Phrase::kSetTarget);
    case Kind::kDefinition:
      return speaker.Say(Phrase::kMend, {{"reason", speaker.Reason(outcome.reason)}});
    case Kind::kSendData:
      if (measured.expected <= measured.present) return speaker.Say(Phrase::kSendAnyData);
      return speaker.Say(Phrase::kSendData, {{"present", speaker.Count(measured.present)},
                                             {"expected", speaker.Count(measured.expected)}});
    default:
      break;
  }
  const RequiredValue& required = *improvement.required_value;
  const NumberStyle style = speaker.StyleOf(speaker.plan().tree->links[element][link],
                                            {required.value, improvement.present});
  const std::string present =
      improvement.present.has_value() ? speaker.Number(*improvement.present, style) : "";
  return speaker.Say(
      required.at_least ? Phrase::kValueAtLeast : Phrase::kValueAtMost,
      {{"required", speaker.Number(required.value, style)}, {"now", NowOf(speaker, present)}});
}

}  // namespace

v1::Improvement ImprovementMessage(const Speaker& speaker, int node,
                                   const Improvement& improvement) {
  v1::Improvement message = MessageOf(improvement);
  message.set_sentence(NodeSentence(speaker, node, improvement));
  if (improvement.milestone >= 0) {
    message.set_milestone(
        speaker.plan().tree->elements[node]->milestones(improvement.milestone).id());
  }
  if (improvement.part >= 0) {
    *message.mutable_part() = speaker.PartMessage(
        node, PartsOf(speaker.plan().rules, speaker.plan().outcome, node)[improvement.part]);
    if (improvement.required_value.has_value()) {
      *message.mutable_required_value() = NumberOf(improvement.required_value->value);
      message.set_value_side(SideOf(*improvement.required_value));
    }
  }
  return message;
}

v1::Improvement LinkImprovementMessage(const Speaker& speaker, int element, int link,
                                       const Improvement& improvement) {
  v1::Improvement message = MessageOf(improvement);
  message.set_sentence(LinkSentence(speaker, element, link, improvement));
  if (improvement.required_value.has_value()) message.set_side(SideOf(*improvement.required_value));
  return message;
}

}  // namespace athena::reporting
