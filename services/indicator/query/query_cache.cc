#include "services/indicator/query/query_cache.h"

#include <algorithm>

namespace athena::indicator {
namespace {

constexpr size_t kMinGraphCharge = 100;

// A view of an earlier revision than the basis may lack series or targets that the graph has.
bool IsValid(const QueryGraphCache::Basis& basis, const InstitutionView& view) {
  return basis.revision <= view.revision && basis.generation == view.current->generation() &&
         basis.additions == view.index->extent().additions;
}

}  // namespace

std::optional<std::vector<QueryGraphCache::Basis>> QueryGraphCache::BasisOf(
    absl::Span<const InstitutionView> views) {
  std::vector<Basis> basis;
  basis.reserve(views.size());
  for (const InstitutionView& view : views) {
    const InstitutionIndex::Extent extent = view.index->extent();
    if (extent.head != view.revision) return std::nullopt;
    basis.push_back({view.id, view.revision, view.current->generation(), extent.additions});
  }
  return basis;
}

std::shared_ptr<const QueryGraph> QueryGraphCache::Find(const std::string& digest,
                                                        absl::Span<const InstitutionView> views) {
  const std::shared_ptr<const Entry> entry = cache_.Find(digest).value_or(nullptr);
  if (entry == nullptr) return nullptr;
  for (size_t i = 0; i < views.size(); ++i) {
    if (!IsValid(entry->basis[i], views[i])) return nullptr;
  }
  return entry->graph;
}

void QueryGraphCache::Insert(const std::string& digest, std::vector<Basis> basis,
                             std::shared_ptr<const QueryGraph> graph) {
  cache_.EraseIf([&basis](const std::string&, const std::shared_ptr<const Entry>& entry) {
    return std::any_of(entry->basis.begin(), entry->basis.end(), [&](const Basis& one) {
      return std::any_of(basis.begin(), basis.end(), [&one](const Basis& now) {
        return now.institution == one.institution && now.generation > one.generation;
      });
    });
  });
  const size_t charge = std::max(graph->nodes.size(), kMinGraphCharge);
  cache_.Insert(digest, std::make_shared<const Entry>(Entry{std::move(basis), std::move(graph)}),
                charge);
}

}  // namespace athena::indicator
