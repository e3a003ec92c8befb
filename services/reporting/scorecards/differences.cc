#include "services/reporting/scorecards/differences.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "libs/order/natural.h"

namespace athena::reporting {
namespace {

const NodeOutcome& NodeIn(const ScoredPlan& plan, int element) {
  return element < 0 ? plan.outcome.plan : plan.outcome.elements[element];
}

absl::flat_hash_map<std::string_view, int> IndexOf(const ScoredPlan& plan) {
  absl::flat_hash_map<std::string_view, int> index;
  for (size_t i = 0; i < plan.tree->elements.size(); ++i) {
    index[plan.tree->elements[i]->name()] = static_cast<int>(i);
  }
  return index;
}

// Pairs the places of two plans.
class Pairing {
 public:
  Pairing(const ScoredPlan& from, const ScoredPlan& to)
      : from_(from), to_(to), from_index_(IndexOf(from)), to_index_(IndexOf(to)) {}

  std::vector<Difference> Run(const std::string& element, int depth) && {
    if (element.empty()) {
      Add(-1, -1, depth);
    } else {
      const int from = Find(from_index_, element);
      const int to = Find(to_index_, element);
      if (from >= 0 || to >= 0) Add(from >= 0 ? from : kAbsent, to >= 0 ? to : kAbsent, depth);
    }
    return std::move(places_);
  }

 private:
  static constexpr int kAbsent = -2;

  static int Find(const absl::flat_hash_map<std::string_view, int>& index, std::string_view name) {
    const auto found = index.find(name);
    return found == index.end() ? kAbsent : found->second;
  }

  // A node by its indexes in both plans.
  void Add(int from, int to, int depth) {
    Difference& node = places_.emplace_back();
    if (from != kAbsent) node.from = Place{&from_, from};
    if (to != kAbsent) node.to = Place{&to_, to};
    AddLinks(from, to);
    if (depth <= 0) return;
    for (const auto& [code, child] : ChildrenOf(from, to)) {
      Add(child.first, child.second, depth - 1);
    }
  }

  void AddLinks(int from, int to) {
    std::map<std::string_view, Difference> links;
    const auto add = [&links](const ScoredPlan& plan, int element,
                              std::optional<Place> Difference::*side) {
      if (element < 0) return;
      for (size_t i = 0; i < plan.tree->links[element].size(); ++i) {
        links[plan.tree->keys[plan.tree->links[element][i]]].*side =
            Place{&plan, element, static_cast<int>(i)};
      }
    };
    add(from_, from, &Difference::from);
    add(to_, to, &Difference::to);
    for (auto& [key, link] : links) places_.push_back(std::move(link));
  }

  // With their codes, in natural order of them.
  std::vector<std::pair<std::string_view, std::pair<int, int>>> ChildrenOf(int from, int to) const {
    std::vector<std::pair<std::string_view, std::pair<int, int>>> children;
    if (to != kAbsent) {
      for (const int child : NodeIn(to_, to).children) {
        const plan::v1::Element& element = *to_.tree->elements[child];
        children.push_back({element.code(), {Find(from_index_, element.name()), child}});
      }
    }
    if (from != kAbsent) {
      for (const int child : NodeIn(from_, from).children) {
        const plan::v1::Element& element = *from_.tree->elements[child];
        if (to_index_.contains(element.name())) continue;
        children.push_back({element.code(), {child, kAbsent}});
      }
    }
    std::stable_sort(children.begin(), children.end(),
                     [](const auto& a, const auto& b) { return NaturalLess(a.first, b.first); });
    return children;
  }

  const ScoredPlan& from_;
  const ScoredPlan& to_;
  const absl::flat_hash_map<std::string_view, int> from_index_;
  const absl::flat_hash_map<std::string_view, int> to_index_;
  std::vector<Difference> places_;
};

bool SameOutcome(const Scored& a, const Scored& b) {
  return a.status == b.status && a.reason == b.reason && a.score == b.score &&
         a.coverage == b.coverage;
}

}  // namespace

const Scored& Place::scored() const {
  const NodeOutcome& node = NodeIn(*plan, element);
  if (link >= 0) return node.links[link];
  return node;
}

std::optional<Decimal> Place::weight() const {
  if (element < 0) return std::nullopt;
  const Element& rules = plan->rules.elements[element];
  return link < 0 ? rules.weight : rules.links[link].weight;
}

const Measured& Place::measured() const {
  const Link& rules = plan->rules.elements[element].links[link];
  return plan->outcome.elements[element].links[link].scored_year_to_date ? *rules.year_to_date
                                                                         : rules.period;
}

const indicator::v1::Measured& Place::message() const {
  const indicator::v1::PeriodValue& value = *plan->values->values[plan->tree->links[element][link]];
  return plan->outcome.elements[element].links[link].scored_year_to_date ? value.year_to_date()
                                                                         : value.own();
}

std::string Place::key() const {
  if (link < 0) return name();
  return absl::StrCat(name(), "\n", plan->tree->keys[plan->tree->links[element][link]]);
}

const std::string& Place::name() const {
  return element < 0 ? plan->tree->plan().name() : plan->tree->elements[element]->name();
}

std::vector<Difference> PlacesOf(const ScoredPlan& from, const ScoredPlan& to,
                                 const std::string& element, int depth) {
  return Pairing(from, to).Run(element, depth);
}

bool OutcomeDiffers(const Difference& difference) {
  return !difference.from.has_value() || !difference.to.has_value() ||
         !SameOutcome(difference.from->scored(), difference.to->scored());
}

bool AnythingDiffers(const Difference& difference) {
  if (OutcomeDiffers(difference)) return true;
  const Place& from = *difference.from;
  const Place& to = *difference.to;
  if (from.weight() != to.weight()) return true;
  if (to.link < 0) return false;
  return from.measured().value != to.measured().value ||
         from.measured().current != to.measured().current;
}

}  // namespace athena::reporting
