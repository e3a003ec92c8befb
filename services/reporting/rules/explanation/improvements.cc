#include "services/reporting/rules/explanation/improvements.h"

#include <algorithm>
#include <utility>

#include "absl/functional/function_ref.h"
#include "services/reporting/rules/delivery.h"
#include "services/reporting/rules/link_score.h"
#include "services/reporting/rules/roll_up.h"

namespace athena::reporting {
namespace {

using Kind = Improvement::Kind;

constexpr Decimal kHundredPoints = Decimal::FromInt(100);
constexpr Decimal kWholeCoverage = Decimal::FromInt(1);
// Parts that are looked at one by one: each takes a roll-up for every digit of its score.
constexpr size_t kMostAlternatives = 50;

const Measured& ScoredMeasure(const Link& link, const LinkOutcome& outcome) {
  return outcome.scored_year_to_date ? *link.year_to_date : link.period;
}

bool IsExpected(const NodePart& part) { return part.scored.status != Status::kNotApplicable; }

Scored RolledUp(const Plan& plan, const std::vector<NodePart>& parts) {
  RollUp roll_up;
  for (const NodePart& part : parts) roll_up.Add(part.weight, part.scored);
  return std::move(roll_up).Finish(plan.missing_policy, plan.min_coverage);
}

// Gives the part this score, if it has a lower one or none.
void Raise(Decimal score, NodePart* part) {
  Scored& scored = part->scored;
  if (!scored.score.has_value()) scored.coverage = kWholeCoverage;
  if (!scored.score.has_value() || *scored.score < score) scored.score = score;
  // The roll-up asks only whether it is expected.
  if (scored.status == Status::kNoScore) scored.status = Status::kRed;
}

bool IsGreen(const Scored& scored) { return scored.status == Status::kGreen; }

// The least score from `above` to `most` with which `is_enough`; nullopt when `most` is not.
std::optional<Decimal> LeastScore(Decimal most, absl::FunctionRef<bool(Decimal)> is_enough) {
  if (!is_enough(most)) return std::nullopt;
  if (is_enough(Decimal())) return Decimal();
  Int128 worse = 0;
  Int128 better = most.units();
  while (better - worse > 1) {
    const Int128 middle = worse + (better - worse) / 2;
    (is_enough(Decimal::FromUnits(middle)) ? better : worse) = middle;
  }
  return Decimal::FromUnits(better);
}

// The percentage that a report of the quarter needs for the delivery to score at least this.
std::optional<Decimal> PercentFor(const Plan& plan, Element element, Decimal score) {
  Report report{plan.quarter, true, Decimal()};
  element.reports.push_back(report);
  return LeastScore(kHundredPoints, [&](Decimal percent) {
    element.reports.back().percent = percent;
    const std::optional<Delivery> delivery = DeliveryOf(plan, element, plan.quarter, plan.date);
    return delivery.has_value() && delivery->scored_by == ScoredBy::kProgress &&
           delivery->score.has_value() && *delivery->score >= score;
  });
}

class NodeImprover {
 public:
  NodeImprover(const Plan& plan, const Outcome& outcome, int node)
      : plan_(plan),

        element_(node < 0 ? nullptr : &plan.elements[node]),
        node_(node < 0 ? outcome.plan : outcome.elements[node]),
        parts_(PartsOf(plan, outcome, node)) {}

  std::vector<Improvement> Run() && {
    switch (node_.reason) {
      case Reason::kNotBegun:
        return {{.kind = Kind::kWait}};
      case Reason::kCancelled:
      case Reason::kDeferred:
        return {{.kind = Kind::kResume}};
      case Reason::kNothingExpected:
        return {{.kind = node_.not_applicable.not_due > 0 ? Kind::kWait : Kind::kExpect}};
      case Reason::kNoWeight:
        return {{.kind = Kind::kWeight}};
      default:
        break;
    }
    if (!IsGreen(RolledUp(plan_, parts_))) RaiseScore();
    for (const Cap& cap : node_.caps) Lift(cap);
    return std::move(improvements_);
  }

 private:
  void Add(Improvement improvement) {
    improvement.group = group_;
    improvements_.push_back(std::move(improvement));
  }

  // What lifts the score, or gives one.
  void RaiseScore() {
    std::vector<NodePart> raised = parts_;
    for (NodePart& part : raised) {
      if (IsExpected(part)) Raise(kGreenFrom, &part);
    }
    const bool covered = RolledUp(plan_, raised).score.has_value();
    if (!covered) {
      // Parts that have a score are covered too little.
      ++group_;
      Add({.kind = Kind::kSendData, .required = plan_.min_coverage, .present = node_.coverage});
      for (NodePart& part : parts_) {
        if (part.scored.score.has_value()) part.scored.coverage = kWholeCoverage;
      }
    }
    if (IsGreen(RolledUp(plan_, parts_))) return;
    ++group_;
    const size_t before = improvements_.size();
    size_t expected = 0;
    for (size_t i = 0; i < parts_.size() && expected < kMostAlternatives; ++i) {
      if (!IsExpected(parts_[i])) continue;
      ++expected;
      std::vector<NodePart> with = parts_;
      const std::optional<Decimal> score = LeastScore(kHundredPoints, [&](Decimal s) {
        with[i] = parts_[i];
        Raise(s, &with[i]);
        return IsGreen(RolledUp(plan_, with));
      });
      if (score.has_value()) AddPart(Kind::kPartScore, static_cast<int>(i), *score);
    }
    if (improvements_.size() > before) return;
    const std::optional<Decimal> score = LeastScore(kHundredPoints, [&](Decimal s) {
      std::vector<NodePart> all = parts_;
      for (NodePart& part : all) {
        if (IsExpected(part)) Raise(s, &part);
      }
      return IsGreen(RolledUp(plan_, all));
    });
    Add({.kind = Kind::kAllParts, .required = score, .present = node_.score});
  }

  void Lift(const Cap& cap) {
    ++group_;
    if (cap.part == Cap::Part::kMilestone) {
      Add({.kind = Kind::kMilestone, .milestone = cap.index});
      return;
    }
    const auto kind =
        cap.part == Cap::Part::kLink ? NodePart::Kind::kLink : NodePart::Kind::kElement;
    const auto at = std::find_if(parts_.begin(), parts_.end(), [&](const NodePart& part) {
      return part.kind == kind && part.index == cap.index;
    });
    const int part = static_cast<int>(at - parts_.begin());
    if (cap.cause == Cap::Cause::kPartRed) {
      AddPart(Kind::kLiftCap, part, kAmberFrom);
    } else {
      AddPart(Kind::kScoreCritical, part, kGreenFrom);
    }
  }

  void AddPart(Kind kind, int part, Decimal score) {
    const NodePart& of = parts_[part];
    Improvement improvement{
        .kind = kind, .required = score, .present = of.scored.score, .part = part};
    if (of.kind == NodePart::Kind::kLink) {
      const Link& link = element_->links[of.index];
      const Measured& measured = ScoredMeasure(link, node_.links[of.index]);
      if (measured.current.has_value()) {
        // A status compares the value itself, never the rounded score.
        improvement.required_value =
            kind == Kind::kLiftCap
                ? ValueForStatus(*measured.current, measured.value, Status::kAmber)
            : kind == Kind::kScoreCritical
                ? ValueForStatus(*measured.current, measured.value, Status::kGreen)
                : ValueForScore(*measured.current, measured.value, score);
      }
    }
    if (of.kind == NodePart::Kind::kDelivery) {
      if (const auto percent = PercentFor(plan_, *element_, score)) {
        improvement.required_value = RequiredValue{*percent, true};
      }
    }
    Add(std::move(improvement));
  }

  const Plan& plan_;
  const Element* const element_;  // nullptr: the plan
  const NodeOutcome& node_;
  std::vector<NodePart> parts_;
  int group_ = 0;
  std::vector<Improvement> improvements_;
};

}  // namespace

std::vector<NodePart> PartsOf(const Plan& plan, const Outcome& outcome, int node) {
  const NodeOutcome& of = node < 0 ? outcome.plan : outcome.elements[node];
  std::vector<NodePart> parts;
  for (const int i : of.link_order) {
    const Link& link = plan.elements[node].links[i];
    parts.push_back({NodePart::Kind::kLink, i, link.weight, link.critical, of.links[i]});
  }
  for (const int i : of.children) {
    const Element& child = plan.elements[i];
    parts.push_back(
        {NodePart::Kind::kElement, i, child.weight, child.critical, outcome.elements[i]});
  }
  if (of.delivery.has_value()) {
    parts.push_back({NodePart::Kind::kDelivery, -1, plan.elements[node].delivery_weight, false,
                     ScoredOf(*of.delivery)});
  }
  return parts;
}

std::vector<Improvement> ImproveLink(const Plan& plan, const Link& link,
                                     const LinkOutcome& outcome) {
  const Measured& measured = ScoredMeasure(link, outcome);
  const auto value = [&](int group) {
    const RequiredValue required =
        ValueForStatus(*measured.current, measured.value, Status::kGreen);
    return Improvement{.kind = Kind::kValue,
                       .group = group,
                       .required = required.value,
                       .present = measured.value,
                       .required_value = required};
  };
  if (outcome.status == Status::kGreen) return {};
  switch (outcome.reason) {
    case Reason::kNotBegun:
    case Reason::kNotDue:
      return {{.kind = Kind::kWait}};
    case Reason::kCancelled:
    case Reason::kDeferred: {
      std::vector<Improvement> improvements = {{.kind = Kind::kResume}};
      for (Improvement& other :
           ImproveLink(plan, link, ScoreLink(link, plan.score_year_to_date, true, Reason::kNone))) {
        ++other.group;
        improvements.push_back(std::move(other));
      }
      return improvements;
    }
    case Reason::kNotReadable:
      return {{.kind = Kind::kAccess}};
    case Reason::kNoTarget:
    case Reason::kTargetEnded:
      return {{.kind = Kind::kSetTarget}};
    case Reason::kNotAdditive:
    case Reason::kDivisionByZero:
    case Reason::kOverflow:
      return {{.kind = Kind::kDefinition}};
    case Reason::kNone:
      return {value(1)};
    default:
      return {{.kind = Kind::kSendData}, value(2)};
  }
}

std::vector<Improvement> ImproveNode(const Plan& plan, const Outcome& outcome, int node) {
  const NodeOutcome& of = node < 0 ? outcome.plan : outcome.elements[node];
  if (of.status == Status::kGreen) return {};
  return NodeImprover(plan, outcome, node).Run();
}

}  // namespace athena::reporting
