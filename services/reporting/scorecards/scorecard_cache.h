#ifndef ATHENA_SERVICES_REPORTING_SCORECARDS_SCORECARD_CACHE_H_
#define ATHENA_SERVICES_REPORTING_SCORECARDS_SCORECARD_CACHE_H_

#include <cstddef>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"
#include "services/reporting/scorecards/scored_plan.h"

namespace athena::reporting {

// Caches scored plans and serialised answers, least recently used out first. An entry is a hint:
// the services must be asked whether it still holds before it is used. Thread-safe.
class ScorecardCache {
 public:
  // `capacity` in bytes of memory.
  explicit ScorecardCache(size_t capacity) : capacity_(capacity) {}

  // nullptr when there is none.
  std::shared_ptr<const ScoredPlan> FindPlan(std::string_view key);
  std::shared_ptr<const std::string> FindAnswer(std::string_view key);

  // Replaces the key's entry. One that alone exceeds the capacity is not stored.
  void InsertPlan(std::string key, std::shared_ptr<const ScoredPlan> plan);
  void InsertAnswer(std::string key, std::shared_ptr<const std::string> answer);

  size_t bytes() const;

 private:
  struct Entry {
    std::string key;
    std::shared_ptr<const ScoredPlan> plan;
    std::shared_ptr<const std::string> answer;
    size_t bytes = 0;
  };
  using Entries = std::list<Entry>;  // most recently used first

  const Entry* Find(std::string_view key) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Insert(Entry entry) ABSL_LOCKS_EXCLUDED(mutex_);

  const size_t capacity_;
  mutable absl::Mutex mutex_;
  Entries entries_ ABSL_GUARDED_BY(mutex_);
  // Keys are borrowed from the entries, which never move.
  absl::flat_hash_map<std::string_view, Entries::iterator> index_ ABSL_GUARDED_BY(mutex_);
  size_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_SCORECARDS_SCORECARD_CACHE_H_
