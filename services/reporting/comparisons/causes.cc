#include "services/reporting/comparisons/causes.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace athena::reporting {
namespace {

using Cause = v1::DifferenceCause;

bool IsWeight(const std::string& path) {
  return path == "weight" || path == "delivery_weight" || absl::EndsWith(path, ".weight");
}

// `indicators[institutions/gob/indicators/x]...`: of a link to this indicator.
bool IsOfLink(const std::string& path, const std::string& indicator) {
  const std::string start = absl::StrCat("indicators[", indicator);
  if (!absl::StartsWith(path, start) || path.size() == start.size()) return false;
  const char next = path[start.size()];
  return next == ']' || next == '{';
}

// The places that differ and are directly below a node, by its plan and element.
using PartsByNode = std::map<std::pair<const ScoredPlan*, int>, std::vector<const Difference*>>;

PartsByNode PartsThatDiffer(const std::vector<Difference>& places) {
  PartsByNode parts;
  for (const Difference& place : places) {
    if (!AnythingDiffers(place)) continue;
    for (const std::optional<Place>* side : {&place.from, &place.to}) {
      if (!side->has_value() || (*side)->element < 0) continue;
      const Place& at = **side;
      const int node = at.link >= 0 ? at.element : at.plan->rules.elements[at.element].parent;
      parts[{at.plan, node}].push_back(&place);
    }
  }
  return parts;
}

class CauseFinder {
 public:
  CauseFinder(const Comparison& comparison, const PartsByNode& parts, const Difference& difference)
      : comparison_(comparison),
        parts_(parts),
        difference_(difference),
        place_(difference.last()) {}

  std::vector<Cause> Run() && {
    const std::string key = place_.key();
    if (comparison_.other_quarter) Add(Cause::KIND_OTHER_QUARTER);
    if (comparison_.became_due.count(key) > 0) Add(Cause::KIND_BECAME_DUE);
    if (comparison_.changed.count(key) > 0) {
      place_.link < 0 ? AddEditsOfNode() : AddEditsOfLink();
    }
    if (place_.link < 0) {
      AddParts();
      if (causes_.empty()) AddEditsOfPlan();
    }
    return std::move(causes_);
  }

 private:
  Cause& Add(Cause::Kind kind) {
    Cause& cause = causes_.emplace_back();
    cause.set_kind(kind);
    return cause;
  }

  const std::vector<Changes::Edit>* EditsOf(const std::string& resource) const {
    const auto found = comparison_.changes.plan.find(resource);
    return found == comparison_.changes.plan.end() ? nullptr : &found->second;
  }

  // A change of the plan service: the fields for which `takes`, weights apart from the others.
  template <typename Takes>
  void AddEdit(const std::string& resource, const Changes::Edit& edit, Takes takes) {
    Cause weights;
    Cause others;
    weights.set_kind(Cause::KIND_WEIGHT);
    others.set_kind(Cause::KIND_PLAN);
    bool any_other = edit.change.kind() != common::v1::ResourceChange::KIND_UPDATED;
    for (const common::v1::FieldDifference& field : edit.change.differences()) {
      if (any_other || !takes(field.path())) continue;
      *(IsWeight(field.path()) ? weights : others).add_fields() = field;
    }
    any_other = any_other || others.fields_size() > 0;
    for (Cause* cause : {&weights, &others}) {
      if (cause == &weights ? weights.fields_size() == 0 : !any_other) continue;
      cause->set_revision(edit.revision);
      cause->set_part(resource);
      causes_.push_back(std::move(*cause));
    }
  }

  void AddEditsOfNode() {
    const std::string& name = place_.name();
    if (const auto* edits = EditsOf(name)) {
      for (const Changes::Edit& edit : *edits) {
        AddEdit(name, edit,
                [](const std::string& path) { return !absl::StartsWith(path, "indicators["); });
      }
    }
    const std::string reports = name + "/progressReports/";
    for (auto at = comparison_.changes.plan.lower_bound(reports);
         at != comparison_.changes.plan.end() && absl::StartsWith(at->first, reports); ++at) {
      const std::string quarter = at->first.substr(reports.size());
      // The quarter's own report, or that of the one before, which is carried until it is due.
      if (quarter != place_.plan->quarter.ToString() &&
          quarter != place_.plan->quarter.Minus(1).ToString()) {
        continue;
      }
      for (const Changes::Edit& edit : at->second) {
        Cause& cause = Add(Cause::KIND_REPORT);
        cause.set_revision(edit.revision);
        cause.set_part(at->first);
        *cause.mutable_fields() = edit.change.differences();
      }
    }
  }

  void AddEditsOfLink() {
    const plan::v1::Element& element = *place_.plan->tree->elements[place_.element];
    const std::string& indicator = element.indicators(place_.link).indicator();
    if (const auto* edits = EditsOf(element.name())) {
      for (const Changes::Edit& edit : *edits) {
        AddEdit(element.name(), edit, [&indicator](const std::string& path) {
          return path == "indicators" || IsOfLink(path, indicator);
        });
      }
    }
    const auto found = comparison_.changes.dependencies.find(indicator);
    if (found == comparison_.changes.dependencies.end()) return;
    std::vector<Cause> of_indicator;
    for (const std::string& dependency : found->second) {
      AddEditsOfIndicator(dependency, &of_indicator);
    }
    std::stable_sort(of_indicator.begin(), of_indicator.end(),
                     [](const Cause& a, const Cause& b) { return a.revision() < b.revision(); });
    for (Cause& cause : of_indicator) causes_.push_back(std::move(cause));
  }

  void AddEditsOfIndicator(const std::string& indicator, std::vector<Cause>* causes) const {
    const Changes& changes = comparison_.changes;
    if (const auto pushes = changes.pushes.find(indicator); pushes != changes.pushes.end()) {
      for (const Changes::Pushed& pushed : pushes->second) {
        Cause& cause = causes->emplace_back();
        cause.set_kind(pushed.corrects ? Cause::KIND_CORRECTION : Cause::KIND_PUSH);
        cause.set_revision(pushed.revision);
        cause.set_part(indicator);
        cause.set_cells(pushed.cells);
      }
    }
    const auto edits = changes.indicators.find(indicator);
    if (edits == changes.indicators.end()) return;
    for (const Changes::Edit& edit : edits->second) {
      Cause& cause = causes->emplace_back();
      const std::string& action = changes.revisions[edit.revision].action();
      cause.set_kind(absl::StrContains(action, "Target") ? Cause::KIND_TARGET
                                                         : Cause::KIND_DEFINITION);
      cause.set_revision(edit.revision);
      cause.set_part(indicator);
      if (edit.change.kind() == common::v1::ResourceChange::KIND_UPDATED) {
        *cause.mutable_fields() = edit.change.differences();
      }
    }
  }

  // Those of either side, each once, in the order of places.
  std::vector<const Difference*> Parts() const {
    std::vector<const Difference*> all;
    for (const std::optional<Place>* side : {&difference_.from, &difference_.to}) {
      if (!side->has_value()) continue;
      const auto found = parts_.find({(*side)->plan, (*side)->element});
      if (found != parts_.end()) all.insert(all.end(), found->second.begin(), found->second.end());
    }
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    return all;
  }

  void AddParts() {
    for (const Difference* part : Parts()) {
      const Place& place = part->last();
      Cause& cause = Add(Cause::KIND_PART);
      if (place.link < 0) {
        cause.set_part(place.name());
        continue;
      }
      const plan::v1::IndicatorLink& link =
          place.plan->tree->elements[place.element]->indicators(place.link);
      cause.set_part(link.indicator());
      *cause.mutable_slice() = link.slice();
    }
  }

  // The plan's own rules (its least coverage, its missing policy) change every element.
  void AddEditsOfPlan() {
    const std::string& plan = place_.plan->tree->plan().name();
    if (const auto* edits = EditsOf(plan)) {
      for (const Changes::Edit& edit : *edits) {
        AddEdit(plan, edit, [](const std::string&) { return true; });
      }
    }
  }

  const Comparison& comparison_;
  const PartsByNode& parts_;
  const Difference& difference_;
  const Place& place_;
  std::vector<Cause> causes_;
};

}  // namespace

std::vector<std::vector<v1::DifferenceCause>> CausesOf(const Comparison& comparison) {
  const PartsByNode parts = PartsThatDiffer(comparison.places);
  std::vector<std::vector<v1::DifferenceCause>> causes;
  causes.reserve(comparison.places.size());
  for (const Difference& place : comparison.places) {
    causes.emplace_back();
    if (AnythingDiffers(place)) causes.back() = CauseFinder(comparison, parts, place).Run();
  }
  return causes;
}

}  // namespace athena::reporting
