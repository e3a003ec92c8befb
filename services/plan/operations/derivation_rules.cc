#include "services/plan/operations/derivation_rules.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "libs/order/natural.h"

namespace athena::plan {
namespace {

using ElementsByName = std::map<std::string, const PlannedElement*>;

// Whether it or one above it is dropped. As many steps as there are elements, so that a cycle,
// which no plan has, would end.
bool IsDropped(const PlannedElement& element, const ElementsByName& by_name) {
  const PlannedElement* at = &element;
  for (size_t steps = 0; steps <= by_name.size(); ++steps) {
    if (at->is_dropped) return true;
    const auto above = by_name.find(at->parent);
    if (above == by_name.end()) return false;
    at = above->second;
  }
  return false;
}

bool Overlaps(const PlannedElement& element, absl::CivilDay first, absl::CivilDay last) {
  const std::optional<absl::CivilDay> end =
      element.completed_on.has_value() ? element.completed_on : element.end;
  return (!element.start.has_value() || *element.start <= last) &&
         (!end.has_value() || *end >= first);
}

bool Contributes(const PlannedElement& element, const std::set<std::string>& units) {
  return std::any_of(element.contributors.begin(), element.contributors.end(),
                     [&](const std::string& one) { return units.count(one) == 1; });
}

DerivedItem ItemOf(const PlannedElement& element, bool is_owner, absl::CivilDay first,
                   absl::CivilDay last) {
  DerivedItem item{element.name, element.code,      element.title, element.owner_unit,
                   is_owner,     element.start,     element.end,   element.completed_on,
                   {},           element.indicators};
  for (const PlannedMilestone& milestone : element.milestones) {
    if (milestone.withdrawn || milestone.due < first || milestone.due > last) continue;
    item.milestones.push_back(milestone);
  }
  std::sort(item.milestones.begin(), item.milestones.end(),
            [](const PlannedMilestone& a, const PlannedMilestone& b) {
              return std::tie(a.due, a.id) < std::tie(b.due, b.id);
            });
  return item;
}

bool CodeLess(const DerivedItem& a, const DerivedItem& b) { return NaturalLess(a.code, b.code); }

std::vector<std::string> ChangedFields(const DerivedItem& before, const DerivedItem& after) {
  std::vector<std::string> fields;
  const auto compare = [&](const char* name, const auto& a, const auto& b) {
    if (!(a == b)) fields.push_back(name);
  };
  compare("code", before.code, after.code);
  compare("title", before.title, after.title);
  compare("owner_unit", before.owner_unit, after.owner_unit);
  compare("role", before.is_owner, after.is_owner);
  compare("start_date", before.start, after.start);
  compare("end_date", before.end, after.end);
  compare("completed_on", before.completed_on, after.completed_on);
  compare("milestones", before.milestones, after.milestones);
  compare("indicators", before.indicators, after.indicators);
  return fields;
}

}  // namespace

std::set<std::string> UnitWithParts(const std::string& unit,
                                    const std::map<std::string, std::string>& parents) {
  std::set<std::string> units = {unit};
  for (size_t size = 0; size != units.size();) {
    size = units.size();
    for (const auto& [part, parent] : parents) {
      if (units.count(parent) == 1) units.insert(part);
    }
  }
  return units;
}

std::vector<DerivedItem> DeriveItems(const std::vector<PlannedElement>& elements,
                                     const std::set<std::string>& units, int year) {
  const absl::CivilDay first(year, 1, 1);
  const absl::CivilDay last(year, 12, 31);
  ElementsByName by_name;
  for (const PlannedElement& element : elements) by_name[element.name] = &element;
  std::vector<DerivedItem> items;
  for (const PlannedElement& element : elements) {
    if (!element.is_action || !Overlaps(element, first, last)) continue;
    const bool is_owner = units.count(element.owner_unit) == 1;
    if (!is_owner && !Contributes(element, units)) continue;
    if (IsDropped(element, by_name)) continue;
    items.push_back(ItemOf(element, is_owner, first, last));
  }
  std::stable_sort(items.begin(), items.end(), CodeLess);
  return items;
}

std::vector<ItemChange> CompareItems(const std::vector<DerivedItem>& before,
                                     const std::vector<DerivedItem>& after) {
  std::map<std::string, std::pair<const DerivedItem*, const DerivedItem*>> both;
  for (const DerivedItem& item : before) both[item.element].first = &item;
  for (const DerivedItem& item : after) both[item.element].second = &item;
  std::vector<std::pair<std::string, ItemChange>> changes;  // with the code to sort by
  for (const auto& [element, items] : both) {
    const auto& [old, now] = items;
    if (old == nullptr) {
      changes.push_back({now->code, {ItemChange::Kind::kNew, element, {}}});
    } else if (now == nullptr) {
      changes.push_back({old->code, {ItemChange::Kind::kGone, element, {}}});
    } else if (std::vector<std::string> fields = ChangedFields(*old, *now); !fields.empty()) {
      changes.push_back({now->code, {ItemChange::Kind::kChanged, element, std::move(fields)}});
    }
  }
  std::stable_sort(changes.begin(), changes.end(),
                   [](const auto& a, const auto& b) { return NaturalLess(a.first, b.first); });
  std::vector<ItemChange> sorted;
  for (auto& [code, change] : changes) sorted.push_back(std::move(change));
  return sorted;
}

}  // namespace athena::plan
