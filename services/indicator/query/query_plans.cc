#include "services/indicator/query/query_plans.h"

#include <algorithm>
#include <utility>

namespace athena::indicator {
namespace {

// What a plan counts for at least: few are kept, so that looking through all of them takes no time.
constexpr size_t kLeastNodes = 100;

// Whether what a plan was made of is what there is at a view. A view of an earlier revision may
// lack what the plan has.
bool Holds(const QueryPlans::Part& part, const InstitutionView& view) {
  return part.revision <= view.revision && part.definitions == view.current->generation() &&
         part.additions == view.index->extent().additions;
}

}  // namespace

std::optional<QueryPlans::Basis> QueryPlans::BasisOf(absl::Span<const InstitutionView> views) {
  Basis basis;
  for (const InstitutionView& view : views) {
    const InstitutionIndex::Extent extent = view.index->extent();
    if (extent.head != view.revision) return std::nullopt;
    basis.push_back({view.id, view.revision, view.current->generation(), extent.additions});
  }
  return basis;
}

std::shared_ptr<const QueryPlan> QueryPlans::Find(const std::string& digest,
                                                  absl::Span<const InstitutionView> views) {
  absl::MutexLock lock(&mutex_);
  auto found = young_.find(digest);
  const bool young = found != young_.end();
  if (!young) {
    found = old_.find(digest);
    if (found == old_.end()) return nullptr;
  }
  const Entry entry = found->second;
  for (size_t i = 0; i < views.size(); ++i) {
    if (!Holds(entry.basis[i], views[i])) return nullptr;
  }
  if (!young) Add(digest, entry);
  return entry.plan;
}

void QueryPlans::Put(const std::string& digest, Basis basis,
                     std::shared_ptr<const QueryPlan> plan) {
  absl::MutexLock lock(&mutex_);
  DropOutdated(basis, &young_);
  DropOutdated(basis, &old_);
  Add(digest, {std::move(basis), std::move(plan)});
}

void QueryPlans::DropOutdated(const Basis& basis, Entries* entries) {
  absl::erase_if(*entries, [&basis](const auto& entry) {
    return std::any_of(entry.second.basis.begin(), entry.second.basis.end(), [&](const Part& part) {
      return std::any_of(basis.begin(), basis.end(), [&part](const Part& now) {
        return now.institution == part.institution && now.definitions > part.definitions;
      });
    });
  });
}

void QueryPlans::Add(const std::string& digest, Entry entry) {
  size_t nodes = 0;
  for (const auto& [known, one] : young_) nodes += std::max(one.plan->nodes.size(), kLeastNodes);
  if (nodes >= most_ / 2) {
    old_ = std::move(young_);
    young_.clear();
  }
  young_[digest] = std::move(entry);
}

}  // namespace athena::indicator
