#include "services/reporting/rules/scoring.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "libs/order/natural.h"
#include "services/reporting/rules/delivery.h"
#include "services/reporting/rules/link_score.h"
#include "services/reporting/rules/roll_up.h"

namespace athena::reporting {
namespace {

// Of an element that is cancelled or deferred, or below one that is.
struct Inactive {
  Reason reason;            // kCancelled or kDeferred
  absl::CivilDay standing;  // the last day on which it was neither
};

std::optional<Inactive> InactiveOn(const Element& element, absl::CivilDay day) {
  const State state = StateOn(element, day);
  if (state != State::kCancelled && state != State::kDeferred) return std::nullopt;
  return Inactive{state == State::kCancelled ? Reason::kCancelled : Reason::kDeferred,
                  LastStandingDay(element, day)};
}

// Whether a critical part of this status caps its node, and why.
std::optional<Cap::Cause> CauseOf(Status status) {
  if (status == Status::kRed) return Cap::Cause::kPartRed;
  if (status == Status::kNoScore) return Cap::Cause::kPartWithoutScore;
  return std::nullopt;
}

class Scorer {
 public:
  explicit Scorer(const Plan& plan)
      : plan_(plan),
        day_(std::min(plan.quarter.LastDay(), plan.date)),
        begun_(plan.quarter.FirstDay() <= plan.date) {
    outcome_.elements.resize(plan.elements.size());
  }

  Outcome Run() && {
    for (size_t i = 0; i < plan_.elements.size(); ++i) {
      const int parent = plan_.elements[i].parent;
      NodeOutcome& node = parent < 0 ? outcome_.plan : outcome_.elements[parent];
      node.children.push_back(static_cast<int>(i));
    }
    SortByCode(&outcome_.plan.children);
    for (NodeOutcome& node : outcome_.elements) SortByCode(&node.children);
    ScoreNode(nullptr, std::nullopt, &outcome_.plan);
    FindRepeated();
    return std::move(outcome_);
  }

 private:
  void SortByCode(std::vector<int>* elements) const {
    std::sort(elements->begin(), elements->end(), [this](int a, int b) {
      return NaturalLess(plan_.elements[a].code, plan_.elements[b].code);
    });
  }

  // Depth first.
  void ScoreNode(const Element* element, const std::optional<Inactive>& inactive,
                 NodeOutcome* node) {
    RollUp now;
    RollUp stood;
    bool stood_capped = false;
    const auto add_part = [&](Decimal weight, bool critical, Cap::Part part, int index,
                              const Scored& scored, const Scored& as_last_stood) {
      now.Add(weight, scored);
      stood.Add(weight, as_last_stood);
      if (!critical) return;
      if (const auto cause = CauseOf(scored.status)) node->caps.push_back({*cause, part, index});
      stood_capped = stood_capped || CauseOf(as_last_stood.status).has_value();
    };
    if (element != nullptr) {
      ScoreLinks(*element, inactive, node);
      for (const int i : node->link_order) {
        const Link& link = element->links[i];
        add_part(link.weight, link.critical, Cap::Part::kLink, i, node->links[i],
                 node->links[i].as_last_stood);
        CountIfNotApplicable(node->links[i], node);
      }
    }
    for (const int index : node->children) {
      const Element& child = plan_.elements[index];
      NodeOutcome* below = &outcome_.elements[index];
      ScoreNode(&child, InactiveBelow(child, inactive), below);
      node->element_counts.Add(below->element_counts);
      node->element_counts.Count(below->status);
      node->indicator_counts.Add(below->indicator_counts);
      node->not_applicable.Add(below->not_applicable);
      add_part(child.weight, child.critical, Cap::Part::kElement, index, *below,
               below->as_last_stood);
      if (below->reason == Reason::kCancelled || below->reason == Reason::kDeferred) {
        node->not_applicable.Count(below->reason);
      }
    }
    if (!begun_) {
      SetWithoutParts({Status::kNoScore, Reason::kNotBegun, {}, {}}, node);
      node->as_last_stood = *node;
      return;
    }
    if (element != nullptr) {
      const absl::CivilDay standing = inactive.has_value() ? inactive->standing : plan_.date;
      const Period quarter = inactive.has_value()
                                 ? Period::Containing(Frequency::kQuarter, inactive->standing)
                                 : plan_.quarter;
      const std::optional<Delivery> delivery = DeliveryOf(plan_, *element, quarter, standing);
      const std::vector<int> missed = MissedCritical(*element, quarter, standing);
      if (delivery.has_value()) {
        now.Add(element->delivery_weight, ScoredOf(*delivery));
        stood.Add(element->delivery_weight, ScoredOf(*delivery));
        CountIfNotApplicable(ScoredOf(*delivery), node);
      }
      for (const int i : missed) {
        node->caps.push_back({Cap::Cause::kMilestoneMissed, Cap::Part::kMilestone, i});
      }
      stood_capped = stood_capped || !missed.empty();
      node->delivery = delivery;
    }
    node->as_last_stood = std::move(stood).Finish(plan_.missing_policy, plan_.min_coverage);
    if (stood_capped && node->as_last_stood.status == Status::kGreen) {
      node->as_last_stood.status = Status::kAmber;
    }
    if (inactive.has_value()) {
      SetWithoutParts({Status::kNotApplicable, inactive->reason, {}, {}}, node);
      return;
    }
    static_cast<Scored&>(*node) = std::move(now).Finish(plan_.missing_policy, plan_.min_coverage);
    if (node->status != Status::kGreen) return;
    for (Cap& cap : node->caps) cap.changed = true;
    if (!node->caps.empty()) node->status = Status::kAmber;
  }

  static void SetWithoutParts(const Scored& scored, NodeOutcome* node) {
    static_cast<Scored&>(*node) = scored;
    node->caps.clear();
    node->not_applicable = {};
    node->delivery.reset();
  }

  static void CountIfNotApplicable(const Scored& part, NodeOutcome* node) {
    if (part.status == Status::kNotApplicable) node->not_applicable.Count(part.reason);
  }

  // What an element below one that is `above` is: the same, as it stood on the same day.
  std::optional<Inactive> InactiveBelow(const Element& element,
                                        const std::optional<Inactive>& above) const {
    if (!above.has_value()) return InactiveOn(element, day_);
    return Inactive{above->reason, LastStandingDay(element, above->standing)};
  }

  void ScoreLinks(const Element& element, const std::optional<Inactive>& inactive,
                  NodeOutcome* node) {
    const int count = static_cast<int>(element.links.size());
    node->links.reserve(count);
    for (int i = 0; i < count; ++i) {
      node->link_order.push_back(i);
      node->links.push_back(ScoreLink(element.links[i], plan_.score_year_to_date, begun_,
                                      inactive.has_value() ? inactive->reason : Reason::kNone));
      node->indicator_counts.Count(node->links[i].status);
    }
    std::sort(node->link_order.begin(), node->link_order.end(),
              [&element](int a, int b) { return element.links[a].key < element.links[b].key; });
  }

  // Indexes of the element's critical milestones that were missed.
  static std::vector<int> MissedCritical(const Element& element, Period quarter,
                                         absl::CivilDay date) {
    std::vector<int> missed;
    if (StateOn(element, std::min(quarter.LastDay(), date)) == State::kCompleted) return missed;
    for (size_t i = 0; i < element.milestones.size(); ++i) {
      const Milestone& milestone = element.milestones[i];
      if (milestone.critical && StateOf(milestone, quarter, date) == MilestoneState::kMissed) {
        missed.push_back(static_cast<int>(i));
      }
    }
    return missed;
  }

  void FindRepeated() {
    // Most keys are there once: only the others' places are collected.
    absl::flat_hash_set<std::string_view> seen;
    std::map<std::string_view, std::vector<std::pair<int, int>>> places;
    for (const Element& element : plan_.elements) {
      for (const Link& link : element.links) {
        if (!seen.insert(link.key).second) places[link.key];
      }
    }
    if (places.empty()) return;
    std::vector<int> order(plan_.elements.size());
    std::iota(order.begin(), order.end(), 0);
    SortByCode(&order);
    for (const int element : order) {
      const std::vector<Link>& links = plan_.elements[element].links;
      for (const int link : outcome_.elements[element].link_order) {
        const auto repeated = places.find(links[link].key);
        if (repeated != places.end()) repeated->second.emplace_back(element, link);
      }
    }
    for (auto& [key, where] : places) {
      outcome_.repeated.push_back({std::string(key), std::move(where)});
    }
  }

  const Plan& plan_;
  const absl::CivilDay day_;  // D
  const bool begun_;
  Outcome outcome_;
};

}  // namespace

Outcome Score(const Plan& plan) { return Scorer(plan).Run(); }

}  // namespace athena::reporting
