#include "services/reporting/explanations/node_steps.h"

#include <algorithm>
#include <vector>

#include "absl/time/civil_time.h"
#include "libs/decimal/number_format.h"
#include "services/reporting/explanations/improvement_message.h"
#include "services/reporting/rules/delivery.h"
#include "services/reporting/scorecards/messages/contract_enums.h"
#include "services/reporting/scorecards/messages/numbers.h"
#include "services/reporting/scorecards/messages/part_messages.h"

namespace athena::reporting {
namespace {

using Step = v1::ExplanationStep;

// Where the status of a delivery changes, and its best scores (rules/delivery.h).
constexpr Decimal kTargetOfRatio = Decimal::FromUnits(900'000'000'000);
constexpr Decimal kRedOfRatio = Decimal::FromUnits(700'000'000'000);
constexpr Decimal kMostOfPastEnd = Decimal::FromInt(66);
constexpr Decimal kMostOfLongPastEnd = Decimal::FromInt(33);

class NodeExplainer {
 public:
  NodeExplainer(const Speaker& speaker, int node, v1::Explanation* explanation)
      : speaker_(speaker),
        plan_(speaker.plan()),
        node_(node),
        outcome_(node < 0 ? plan_.outcome.plan : plan_.outcome.elements[node]),
        parts_(PartsOf(plan_.rules, plan_.outcome, node)),
        explanation_(explanation) {}

  void Run() {
    if (!AddLifecycle()) return;
    if (outcome_.delivery.has_value()) AddDelivery(*outcome_.delivery);
    AddParts();
    if (outcome_.reason == Reason::kNothingExpected || outcome_.reason == Reason::kNoWeight) {
      Add(Step::KIND_OUTCOME,
          Say(Phrase::kNotApplicable, {{"reason", speaker_.Reason(outcome_.reason)}}), true);
    } else {
      AddRollUp();
    }
    for (const Cap& cap : outcome_.caps) AddCap(cap);
  }

 private:
  std::string Say(Phrase phrase, const Filling& filling = {}) const {
    return speaker_.Say(phrase, filling);
  }

  // `decides`: the status of the node is decided by this step.
  Step* Add(Step::Kind kind, std::string sentence, bool decides = false) {
    Step* step = AddStep(kind, std::move(sentence), explanation_);
    if (decides) {
      step->set_status(StatusOf(outcome_.status));
      step->set_reason(ReasonOf(outcome_.reason));
    }
    return step;
  }

  // False when the node has no other steps.
  bool AddLifecycle() {
    switch (outcome_.reason) {
      case Reason::kNotBegun:
        Add(Step::KIND_LIFECYCLE,
            Say(Phrase::kNotBegun, {{"quarter", plan_.quarter.ToString()},
                                    {"date", absl::FormatCivilTime(plan_.date)}}),
            true);
        return false;
      case Reason::kCancelled:
        Add(Step::KIND_LIFECYCLE, Say(Phrase::kCancelled), true);
        return false;
      case Reason::kDeferred:
        Add(Step::KIND_LIFECYCLE, Say(Phrase::kDeferred), true);
        return false;
      default:
        return true;
    }
  }

  std::string DeliverySentence(const Delivery& delivery) const {
    if (delivery.reason == Reason::kNoReport) return Say(Phrase::kNoReport);
    if (delivery.reason == Reason::kNotDue) return Say(Phrase::kReportNotDue);
    if (delivery.scored_by == ScoredBy::kCompleted) return Say(Phrase::kCompleted);
    if (!delivery.ratio.has_value()) return Say(Phrase::kLongPastEnd);
    const std::string past_end =
        delivery.past_end == PastEnd::kNo
            ? ""
            : Say(Phrase::kPastEnd, {{"most", speaker_.Number(MostOf(delivery), {})}});
    const std::string ratio = speaker_.Number(
        *delivery.ratio,
        {.decimals = DecimalsThatTellApart(2, {*delivery.ratio, kTargetOfRatio, kRedOfRatio})});
    const std::string score = speaker_.Score(*delivery.score);
    if (delivery.scored_by == ScoredBy::kMilestones) {
      return Say(Phrase::kMilestones, {{"done", speaker_.Count(delivery.milestones_done)},
                                       {"judged", speaker_.Count(delivery.milestones_judged)},
                                       {"ratio", ratio},
                                       {"score", score},
                                       {"past_end", past_end}});
    }
    const std::string report =
        delivery.carried ? Say(Phrase::kCarried)
                         : (delivery.validated ? std::string() : Say(Phrase::kNotValidated));
    return Say(
        Phrase::kProgress,
        {{"percent", Say(Phrase::kPercent, {{"number", InLanguage(delivery.percent->ToString(),
                                                                  TagOf(speaker_.language()))}})},
         {"elapsed", speaker_.Count(delivery.elapsed)},
         {"days", speaker_.Count(delivery.days)},
         {"report", report},
         {"ratio", ratio},
         {"score", score},
         {"past_end", past_end}});
  }

  static Decimal MostOf(const Delivery& delivery) {
    return delivery.past_end == PastEnd::kLong ? kMostOfLongPastEnd : kMostOfPastEnd;
  }

  void AddDelivery(const Delivery& delivery) {
    Step* step = Add(Step::KIND_DELIVERY, DeliverySentence(delivery));
    DeliveryInto(delivery, plan_.rules.elements[node_].delivery_weight, step->mutable_delivery());
    step->set_status(StatusOf(delivery.status));
    step->set_reason(ReasonOf(delivery.reason));
    Put(delivery.score, step, &Step::mutable_result);
    if (!delivery.ratio.has_value()) return;
    const bool by_progress = delivery.scored_by == ScoredBy::kProgress;
    if (by_progress) {
      AddInput("percent_complete", *delivery.percent, step);
      AddInput("days", Decimal::FromInt(delivery.days), step);
      AddInput("elapsed_days", Decimal::FromInt(delivery.elapsed), step);
    } else {
      AddInput("milestones_done", Decimal::FromInt(delivery.milestones_done), step);
      AddInput("milestones_judged", Decimal::FromInt(delivery.milestones_judged), step);
      AddMilestones(step);
    }
    AddInput("ratio", *delivery.ratio, step);
    std::string formula = "clamp(100 * (ratio - 0.5) / 0.6, 0, 100)";
    if (delivery.past_end != PastEnd::kNo) {
      AddInput("most", MostOf(delivery), step);
      formula = "min(most, " + formula + ")";
    }
    step->set_formula(formula + (by_progress
                                     ? "; ratio = percent_complete * days / (100 * elapsed_days)"
                                     : "; ratio = milestones_done / milestones_judged"));
  }

  void AddMilestones(Step* step) const {
    const Element& element = plan_.rules.elements[node_];
    for (size_t i = 0; i < element.milestones.size(); ++i) {
      const MilestoneState state = StateOf(element.milestones[i], plan_.quarter, plan_.date);
      if (state != MilestoneState::kDone && state != MilestoneState::kMissed) continue;
      MilestoneInto(plan_.tree->elements[node_]->milestones(static_cast<int>(i)), state,
                    speaker_.titles(), step->add_milestones());
    }
  }

  void AddParts() {
    int expected = 0;
    int scored = 0;
    int others = 0;
    for (const NodePart& part : parts_) {
      if (part.scored.status == Status::kNotApplicable) {
        ++others;
        continue;
      }
      ++expected;
      scored += part.scored.score.has_value() ? 1 : 0;
    }
    Step* step = Add(Step::KIND_PARTS, Say(Phrase::kParts, {{"expected", speaker_.Count(expected)},
                                                            {"scored", speaker_.Count(scored)},
                                                            {"others", speaker_.Count(others)}}));
    for (const NodePart& part : parts_) *step->add_parts() = speaker_.PartMessage(node_, part);
  }

  bool IsMissing(const NodePart& part) const {
    return part.scored.status != Status::kNotApplicable && !part.scored.score.has_value();
  }

  void AddRollUp() {
    const Decimal least = plan_.rules.min_coverage;
    const bool too_low = *outcome_.coverage < least;
    // What a part without score does comes before the coverage (rules/roll_up.h).
    const bool strict = outcome_.reason == Reason::kMissingPart;
    Step* coverage = Add(Step::KIND_COVERAGE,
                         Say(too_low && !strict ? Phrase::kCoverageTooLow : Phrase::kCoverage,
                             {{"coverage", speaker_.Share(*outcome_.coverage, least)},
                              {"least", speaker_.Share(least, *outcome_.coverage)}}),
                         too_low && !strict);
    coverage->set_formula("sum(weight * coverage) / sum(weight)");
    AddInput("min_coverage", least, coverage);
    *coverage->mutable_result() = NumberOf(*outcome_.coverage);
    for (NodePart part : parts_) {
      if (part.scored.status == Status::kNotApplicable) continue;
      if (!part.scored.score.has_value()) part.scored.coverage = Decimal();
      *coverage->add_parts() = speaker_.PartMessage(node_, part);
    }
    if (std::any_of(parts_.begin(), parts_.end(),
                    [this](const NodePart& part) { return IsMissing(part); })) {
      AddPolicy(strict);
    }
    if (outcome_.score.has_value()) {
      AddMean();
      AddStatus();
    } else if (!too_low && !strict) {
      Add(Step::KIND_OUTCOME, Say(Phrase::kNoScore, {{"reason", speaker_.Reason(outcome_.reason)}}),
          true);
    }
  }

  void AddPolicy(bool decides) {
    const MissingPolicy policy = plan_.rules.missing_policy;
    Step* step = Add(Step::KIND_MISSING_POLICY,
                     Say(policy == MissingPolicy::kStrict ? Phrase::kPolicyStrict
                         : policy == MissingPolicy::kZero ? Phrase::kPolicyZero
                                                          : Phrase::kPolicyIgnore),
                     decides);
    step->set_plan_policy(policy == MissingPolicy::kStrict ? plan::v1::Plan::MISSING_POLICY_STRICT
                          : policy == MissingPolicy::kZero ? plan::v1::Plan::MISSING_POLICY_ZERO
                                                           : plan::v1::Plan::MISSING_POLICY_IGNORE);
  }

  void AddMean() {
    Step* step = Add(Step::KIND_MEAN,
                     Say(Phrase::kWeightedMean, {{"score", speaker_.Score(*outcome_.score)}}));
    step->set_formula("sum(weight * score) / sum(weight)");
    *step->mutable_result() = NumberOf(*outcome_.score);
    const bool zero = plan_.rules.missing_policy == MissingPolicy::kZero;
    for (NodePart part : parts_) {
      if (part.scored.status == Status::kNotApplicable) continue;
      if (IsMissing(part) && !zero) continue;
      if (IsMissing(part)) part.scored.score = Decimal();
      *step->add_parts() = speaker_.PartMessage(node_, part);
    }
  }

  void AddStatus() {
    const Decimal score = *outcome_.score;
    const Status status = score >= kGreenFrom   ? Status::kGreen
                          : score >= kAmberFrom ? Status::kAmber
                                                : Status::kRed;
    const Phrase phrase = status == Status::kGreen   ? Phrase::kScoreIsGreen
                          : status == Status::kAmber ? Phrase::kScoreIsAmber
                                                     : Phrase::kScoreIsRed;
    Step* step = Add(Step::KIND_STATUS,
                     Say(phrase, {{"score", speaker_.Score(score)},
                                  {"green", speaker_.Score(kGreenFrom, {score, kAmberFrom})},
                                  {"amber", speaker_.Score(kAmberFrom, {score, kGreenFrom})}}));
    step->set_status(StatusOf(status));
    AddInput("score", score, step);
    AddInput("green_from", kGreenFrom, step);
    AddInput("amber_from", kAmberFrom, step);
  }

  void AddCap(const Cap& cap) {
    const std::string changed = Say(cap.changed ? Phrase::kCapChanged : Phrase::kCapUnchanged);
    std::string sentence;
    if (cap.part == Cap::Part::kMilestone) {
      sentence =
          Say(Phrase::kCapMilestone,
              {{"milestone", speaker_.NameOfMilestone(node_, cap.index)}, {"changed", changed}});
    } else {
      const auto kind =
          cap.part == Cap::Part::kLink ? NodePart::Kind::kLink : NodePart::Kind::kElement;
      const auto part = std::find_if(parts_.begin(), parts_.end(), [&](const NodePart& one) {
        return one.kind == kind && one.index == cap.index;
      });
      sentence = Say(cap.cause == Cap::Cause::kPartRed ? Phrase::kCapRed : Phrase::kCapWithoutScore,
                     {{"part", speaker_.NameOf(node_, *part)}, {"changed", changed}});
    }
    Step* step = Add(Step::KIND_CAP, std::move(sentence));
    CapInto(*plan_.tree, node_, cap, step->mutable_cap());
    if (cap.changed) step->set_status(v1::SCORECARD_STATUS_AMBER);
  }

  const Speaker& speaker_;
  const ScoredPlan& plan_;
  const int node_;
  const NodeOutcome& outcome_;
  const std::vector<NodePart> parts_;
  v1::Explanation* const explanation_;
};

}  // namespace

void ExplainNode(const Speaker& speaker, int node, v1::Explanation* explanation) {
  const ScoredPlan& plan = speaker.plan();
  const NodeOutcome& outcome = node < 0 ? plan.outcome.plan : plan.outcome.elements[node];
  explanation->set_status(StatusOf(outcome.status));
  explanation->set_reason(ReasonOf(outcome.reason));
  Put(outcome.score, explanation, &v1::Explanation::mutable_score);
  if (outcome.coverage.has_value()) {
    *explanation->mutable_coverage()->mutable_share() = NumberOf(*outcome.coverage);
  }
  NodeExplainer(speaker, node, explanation).Run();
  for (const Improvement& improvement : ImproveNode(plan.rules, plan.outcome, node)) {
    *explanation->add_improvements() = ImprovementMessage(speaker, node, improvement);
  }
}

}  // namespace athena::reporting
