#ifndef ATHENA_SERVICES_INDICATOR_QUERY_QUERY_PLANS_H_
#define ATHENA_SERVICES_INDICATOR_QUERY_QUERY_PLANS_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"
#include "absl/types/span.h"
#include "services/indicator/query/query_plan.h"

namespace athena::indicator {

// Plans of queries of the present that were made before, by the digests of their requests. Whoever
// asks the same again, as scorecards do, mostly finds that no definition, series or target changed:
// then the plan is the same. Bounded: when it is full, what was not asked for lately goes.
// Thread-safe.
class QueryPlans {
 public:
  // `most`: how many nodes the plans have in all, about; small ones count for 100.
  explicit QueryPlans(size_t most) : most_(most) {}

  // What a plan is made of, in one institution.
  struct Part {
    std::string institution;  // id
    int64_t revision = 0;     // that it was made at
    int64_t definitions = 0;  // their generation
    int64_t additions = 0;    // of series and targets
    friend bool operator==(const Part& a, const Part& b) = default;
  };
  using Basis = std::vector<Part>;

  // What a plan for these views would be made of; nullopt when the index of one of them knows more
  // than the view shows.
  static std::optional<Basis> BasisOf(absl::Span<const InstitutionView> views);

  // A plan that holds for these views; nullptr when there is none.
  std::shared_ptr<const QueryPlan> Find(const std::string& digest,
                                        absl::Span<const InstitutionView> views);
  // Keeps a plan that was made of exactly `basis`. Lets go of those of earlier definitions, which
  // would keep these in memory.
  void Put(const std::string& digest, Basis basis, std::shared_ptr<const QueryPlan> plan);

 private:
  struct Entry {
    Basis basis;
    std::shared_ptr<const QueryPlan> plan;
  };
  using Entries = absl::flat_hash_map<std::string, Entry>;

  static void DropOutdated(const Basis& basis, Entries* entries);
  void Add(const std::string& digest, Entry entry) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const size_t most_;
  absl::Mutex mutex_;
  // What was put or found since the last turn, and what was before. A turn drops the latter.
  Entries young_ ABSL_GUARDED_BY(mutex_);
  Entries old_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_QUERY_QUERY_PLANS_H_
