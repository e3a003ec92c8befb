#include "services/indicator/query/query_graph.h"

#include <algorithm>

namespace athena::indicator {
const TargetVersion* QueryRoot::LastHeld(Period period) const {
  for (size_t i = versions.size(); i-- > 0;) {
    if (ThresholdsAt(versions[i]->trajectory, period).has_value()) return versions[i].get();
  }
  if (original != nullptr && ThresholdsAt(original->trajectory, period).has_value()) {
    return original.get();
  }
  return nullptr;
}

absl::StatusOr<const Definition*> InstitutionView::Find(const std::string& indicator) const {
  if (past != nullptr) return past->Find(indicator);
  return current->Find(indicator);
}

int64_t QueryGraph::LastChange(absl::Span<const InstitutionView> views,
                               const QueryRoot& root) const {
  int64_t last = 0;
  for (const int index : root.dependencies) {
    const QueryNode& node = nodes[static_cast<size_t>(index)];
    if (node.definition == nullptr) continue;
    const InstitutionView& view = views[static_cast<size_t>(node.view)];
    last = std::max(last, node.definition->revision);
    last = std::max(last, node.targets_revision);
    if (node.restricted) last = std::max(last, view.last_closing);
    if (!node.is_base() || node.first_quarter > node.last_quarter) continue;
    // From when on an indicator without targets is expected is seen in earlier quarters.
    const int32_t from = node.start.has_value() ? node.first_quarter : INT32_MIN;
    last = std::max(last, view.index->LastChange(node.indicator, from, node.last_quarter));
  }
  return last;
}

int64_t QueryGraph::LastDefinitionChange(const QueryRoot& root) const {
  const auto& targets = nodes[static_cast<size_t>(root.node)].targets;
  int64_t last = targets == nullptr ? 0 : targets->last_revision;
  // A formula has the dimensions and codes of its operands.
  for (const int index : root.dependencies) {
    const Definition* definition = nodes[static_cast<size_t>(index)].definition;
    if (definition != nullptr) last = std::max(last, definition->revision);
  }
  return last;
}

}  // namespace athena::indicator
