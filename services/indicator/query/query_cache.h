#ifndef ATHENA_SERVICES_INDICATOR_QUERY_QUERY_CACHE_H_
#define ATHENA_SERVICES_INDICATOR_QUERY_QUERY_CACHE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "libs/cache/cache.h"
#include "libs/period/period.h"
#include "services/indicator/query/query_graph.h"
#include "services/indicator/query/query_values.h"

// What queries keep in memory for later ones: dependency graphs and computed values.
namespace athena::indicator {

// Caches graphs of queries about the present by the digests of their requests. A scorecard asks the
// same query again and again; mostly no definition, series or target has changed in between, and
// then the graph is still valid. Thread-safe.
class QueryGraphCache {
 public:
  // `capacity`: nodes of all graphs together. A graph of fewer than 100 counts for 100, so that the
  // graphs are few and Insert, which looks at each of them, is fast.
  explicit QueryGraphCache(size_t capacity) : cache_(capacity) {}

  // What a graph was built from, in one institution.
  struct Basis {
    std::string institution;  // id
    int64_t revision = 0;
    int64_t generation = 0;  // of definitions
    int64_t additions = 0;   // InstitutionIndex::Extent
    friend bool operator==(const Basis& a, const Basis& b) = default;
  };

  // The basis of a graph that is built from these views, one entry for each; nullopt when the index
  // of one of them is ahead of its view.
  static std::optional<std::vector<Basis>> BasisOf(absl::Span<const InstitutionView> views);

  // A graph that is valid for these views; nullptr when there is none.
  std::shared_ptr<const QueryGraph> Find(const std::string& digest,
                                         absl::Span<const InstitutionView> views);
  // Stores a graph that was built from exactly `basis`. Evicts the graphs of earlier definitions of
  // the same institutions, which no query needs any more and which keep these in memory.
  void Insert(const std::string& digest, std::vector<Basis> basis,
              std::shared_ptr<const QueryGraph> graph);

 private:
  struct Entry {
    std::vector<Basis> basis;
    std::shared_ptr<const QueryGraph> graph;
  };
  Cache<std::string, std::shared_ptr<const Entry>> cache_;
};

// A selection in a period, seen on a day. `selection` is one text of institution, indicator, slice
// and whether it is a group. The original targets, which depend on `original_at`, decide from when
// on values are expected and which quarters are to date.
struct ValueKey {
  std::string selection;
  Period period;
  int32_t day = 0;  // days since 1970
  absl::Time original_at = absl::InfinitePast();
  friend bool operator==(const ValueKey& a, const ValueKey& b) = default;
  template <typename H>
  friend H AbslHashValue(H h, const ValueKey& key) {
    return H::combine(std::move(h), key.selection, key.period, key.day, key.original_at);
  }
};

// A value with the revision that it was computed at. It is valid at another revision when nothing
// that it depends on changed after the earlier of the two (QueryGraph::LastChange).
struct CachedValue {
  int64_t revision = 0;
  SelectionValue value;
};

// The capacity is a number of values.
using ValueCache = Cache<ValueKey, CachedValue>;

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_QUERY_QUERY_CACHE_H_
