#include "services/indicator/query/query_graph.h"

#include <algorithm>

namespace athena::indicator {
namespace {

int64_t LastSet(const TargetVersions* versions) {
  return versions == nullptr ? 0 : versions->back()->revision;
}

}  // namespace

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
    if (index == root.node || node.is_base()) last = std::max(last, LastSet(node.targets.get()));
    if (!node.is_base()) continue;
    last = std::max(last, LastSet(node.whole_targets.get()));
    if (node.first_quarter > node.last_quarter) continue;
    last = std::max(last,
                    view.index->LastChange(node.indicator, node.first_quarter, node.last_quarter));
  }
  return last;
}

int64_t QueryGraph::LastDefinitionChange(const QueryRoot& root) const {
  int64_t last = LastSet(nodes[static_cast<size_t>(root.node)].targets.get());
  // A formula has the dimensions and codes of its operands.
  for (const int index : root.dependencies) {
    const Definition* definition = nodes[static_cast<size_t>(index)].definition;
    if (definition != nullptr) last = std::max(last, definition->revision);
  }
  return last;
}

}  // namespace athena::indicator
