#ifndef ATHENA_SERVICES_REPORTING_PREPARED_H_
#define ATHENA_SERVICES_REPORTING_PREPARED_H_

#include <cstddef>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"
#include "services/reporting/reading.h"

namespace athena::reporting {

// What was scored before, and its answers as bytes, within a budget: what was not asked for longest
// goes first. Nothing expires and nothing in here is an answer by itself: whoever finds a reading
// asks the services whether it is still true before using it. Thread-safe.
class PreparedScorecards {
 public:
  explicit PreparedScorecards(size_t budget) : budget_(budget) {}

  // nullptr when there is none.
  std::shared_ptr<const Reading> FindReading(std::string_view key);
  std::shared_ptr<const std::string> FindAnswer(std::string_view key);

  // Replaces what the key had. What alone exceeds the budget is not kept.
  void KeepReading(std::string key, std::shared_ptr<const Reading> reading);
  void KeepAnswer(std::string key, std::shared_ptr<const std::string> answer);

  size_t bytes() const;

 private:
  struct Entry {
    std::string key;
    std::shared_ptr<const Reading> reading;
    std::shared_ptr<const std::string> answer;
    size_t bytes = 0;
  };
  using Entries = std::list<Entry>;  // most recently used first

  const Entry* Find(std::string_view key) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Keep(Entry entry) ABSL_LOCKS_EXCLUDED(mutex_);

  const size_t budget_;
  mutable absl::Mutex mutex_;
  Entries entries_ ABSL_GUARDED_BY(mutex_);
  // Keys are borrowed from the entries, which never move.
  absl::flat_hash_map<std::string_view, Entries::iterator> index_ ABSL_GUARDED_BY(mutex_);
  size_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_PREPARED_H_
