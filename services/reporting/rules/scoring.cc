#include "services/reporting/rules/scoring.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "libs/order/natural.h"
#include "services/reporting/rules/link_score.h"
#include "services/reporting/rules/roll_up.h"

namespace athena::reporting {
namespace {

// kCancelled, kDeferred or kNone: the element's state on `day`.
Reason InactiveOn(const Element& element, absl::CivilDay day) {
  if (element.cancelled_on.has_value() && *element.cancelled_on <= day) return Reason::kCancelled;
  const bool deferred = element.deferred_on.has_value() && *element.deferred_on <= day;
  const bool resumed = element.resumed_on.has_value() && *element.resumed_on <= day && deferred &&
                       *element.resumed_on >= *element.deferred_on;
  return deferred && !resumed ? Reason::kDeferred : Reason::kNone;
}

class Scorer {
 public:
  explicit Scorer(const Plan& plan)
      : plan_(plan),
        last_day_(plan.quarter.LastDay()),
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
    ScoreNode(nullptr, Reason::kNone, &outcome_.plan);
    FindRepeated();
    return std::move(outcome_);
  }

 private:
  void SortByCode(std::vector<int>* elements) const {
    std::sort(elements->begin(), elements->end(), [this](int a, int b) {
      return NaturalLess(plan_.elements[a].code, plan_.elements[b].code);
    });
  }

  // Depth first. `inactive`: why the element, or one above it, does not count.
  void ScoreNode(const Element* element, Reason inactive, NodeOutcome* node) {
    RollUp roll_up;
    if (element != nullptr) ScoreLinks(*element, inactive, &roll_up, node);
    for (const int index : node->children) {
      const Element& child = plan_.elements[index];
      NodeOutcome* below = &outcome_.elements[index];
      const Reason own = InactiveOn(child, last_day_);
      ScoreNode(&child, inactive != Reason::kNone ? inactive : own, below);
      node->element_counts.Add(below->element_counts);
      node->element_counts.Count(below->status);
      node->indicator_counts.Add(below->indicator_counts);
      const bool expected = begun_ && below->status != Status::kNotApplicable;
      if (!expected) continue;
      roll_up.Add(child.weight, below->score, below->coverage);
      if (child.critical) CapBy(below->status, Cap::Part::kElement, index, node);
    }
    if (inactive != Reason::kNone) {
      node->status = Status::kNotApplicable;
      node->reason = inactive;
      return;
    }
    if (!begun_) {
      node->status = Status::kNoScore;
      node->reason = Reason::kNotBegun;
      return;
    }
    std::move(roll_up).Finish(plan_.missing_policy, plan_.min_coverage, node);
    if (element != nullptr) CapByMilestones(*element, node);
    if (!node->caps.empty() && node->status == Status::kGreen) node->status = Status::kAmber;
  }

  void ScoreLinks(const Element& element, Reason inactive, RollUp* roll_up, NodeOutcome* node) {
    const int count = static_cast<int>(element.links.size());
    node->links.reserve(count);
    for (int i = 0; i < count; ++i) {
      node->link_order.push_back(i);
      node->links.push_back(
          ScoreLink(element.links[i], plan_.score_year_to_date, begun_, inactive));
      node->indicator_counts.Count(node->links[i].status);
    }
    std::sort(node->link_order.begin(), node->link_order.end(),
              [&element](int a, int b) { return element.links[a].key < element.links[b].key; });
    for (const int i : node->link_order) {
      const LinkOutcome& link = node->links[i];
      if (!link.expected) continue;
      roll_up->Add(element.links[i].weight, link.score, link.coverage);
      if (element.links[i].critical) CapBy(link.status, Cap::Part::kLink, i, node);
    }
  }

  static void CapBy(Status status, Cap::Part part, int index, NodeOutcome* node) {
    if (status == Status::kRed) node->caps.push_back({Cap::Cause::kPartRed, part, index});
    if (status == Status::kNoScore) {
      node->caps.push_back({Cap::Cause::kPartWithoutScore, part, index});
    }
  }

  void CapByMilestones(const Element& element, NodeOutcome* node) const {
    for (size_t i = 0; i < element.milestones.size(); ++i) {
      const Milestone& milestone = element.milestones[i];
      const bool due = milestone.due <= last_day_ && milestone.due < plan_.date;
      const bool done = milestone.done.has_value() && *milestone.done <= last_day_;
      if (milestone.critical && due && !done) {
        node->caps.push_back(
            {Cap::Cause::kMilestoneMissed, Cap::Part::kMilestone, static_cast<int>(i)});
      }
    }
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
  const absl::CivilDay last_day_;
  const bool begun_;
  Outcome outcome_;
};

}  // namespace

Outcome Score(const Plan& plan) { return Scorer(plan).Run(); }

}  // namespace athena::reporting
