#ifndef ATHENA_SERVICES_INDICATOR_QUERY_QUERY_MEMO_H_
#define ATHENA_SERVICES_INDICATOR_QUERY_QUERY_MEMO_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"
#include "libs/period/period.h"
#include "services/indicator/query/query_values.h"

namespace athena::indicator {

// Values that were computed before, each with the revision it is true at. Whoever asks decides, by
// what changed since, whether it still is. Bounded: when it is full, what was not asked for lately
// goes. Thread-safe.
class QueryMemo {
 public:
  // `most`: how many values are kept, about.
  explicit QueryMemo(size_t most) : most_(most) {}

  struct Entry {
    int64_t revision = 0;
    SelectionValue value;
  };

  // A selection (as one text, the institution included) in a period on a day (as an index).
  struct Key {
    std::string selection;
    Period period;
    int32_t day = 0;
    friend bool operator==(const Key& a, const Key& b) = default;
    template <typename H>
    friend H AbslHashValue(H h, const Key& key) {
      return H::combine(std::move(h), key.selection, key.period, key.day);
    }
  };

  // nullptr when nothing is kept.
  std::shared_ptr<const Entry> Find(const Key& key);
  void Put(const Key& key, std::shared_ptr<const Entry> entry);

 private:
  using Entries = absl::flat_hash_map<Key, std::shared_ptr<const Entry>>;

  const size_t most_;
  absl::Mutex mutex_;
  // What was put or found since the last turn, and what was before. A turn drops the latter.
  Entries young_ ABSL_GUARDED_BY(mutex_);
  Entries old_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_QUERY_QUERY_MEMO_H_
