#ifndef ATHENA_LIBS_CACHE_CACHE_H_
#define ATHENA_LIBS_CACHE_CACHE_H_

#include <cstddef>
#include <iterator>
#include <list>
#include <optional>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/hash/hash.h"
#include "absl/synchronization/mutex.h"

namespace athena {

// A bounded cache in memory. Every entry has a charge; while the charges add up to more than the
// capacity, the least recently used entry is evicted. The unit is the user's: entries, bytes,
// anything that is proportional to memory.
//
//   Cache<std::string, std::shared_ptr<const Page>> pages(64 << 20);
//   pages.Insert(name, page, page->size());
//   if (const auto page = pages.Find(name); page.has_value()) ...
//
// An entry is a hint. The cache does not know whether a value is still true: the user stores with
// it what tells (a revision, a generation), and checks that after every hit.
//
// Values are copied in and out; larger ones are stored as std::shared_ptr<const T>. Thread-safe:
// operations hold one mutex, and evicted values are destroyed after it is released.
template <typename Key, typename Value>
class Cache {
 public:
  explicit Cache(size_t capacity) : capacity_(capacity) {}

  Cache(const Cache&) = delete;
  Cache& operator=(const Cache&) = delete;

  // The value of the key, which becomes the most recently used; nullopt on a miss.
  std::optional<Value> Find(const Key& key) {
    absl::MutexLock lock(&mutex_);
    const auto found = index_.find(&key);
    if (found == index_.end()) return std::nullopt;
    entries_.splice(entries_.begin(), entries_, found->second);
    return found->second->value;
  }

  // Stores a value in place of the one that the key may have. An entry whose charge alone exceeds
  // the capacity is not kept.
  void Insert(Key key, Value value, size_t charge = 1) {
    Entries evicted;  // declared before the lock, so destroyed after it
    absl::MutexLock lock(&mutex_);
    if (const auto found = index_.find(&key); found != index_.end()) {
      Evict(found->second, &evicted);
    }
    if (charge > capacity_) return;
    entries_.push_front({std::move(key), std::move(value), charge});
    index_.emplace(&entries_.front().key, entries_.begin());
    total_charge_ += charge;
    while (total_charge_ > capacity_) Evict(std::prev(entries_.end()), &evicted);
  }

  // Removes every entry for which predicate(key, value) is true. Takes time proportional to the
  // number of entries.
  template <typename Predicate>
  void EraseIf(Predicate predicate) {
    Entries erased;
    absl::MutexLock lock(&mutex_);
    for (auto entry = entries_.begin(); entry != entries_.end();) {
      const auto current = entry++;
      if (predicate(std::as_const(current->key), std::as_const(current->value))) {
        Evict(current, &erased);
      }
    }
  }

  // The charges of all entries, at most the capacity.
  size_t total_charge() const {
    absl::MutexLock lock(&mutex_);
    return total_charge_;
  }

 private:
  struct Entry {
    Key key;
    Value value;
    size_t charge;
  };
  using Entries = std::list<Entry>;  // the most recently used first

  // The index refers to the keys of the entries, which a list never moves.
  struct HashKey {
    size_t operator()(const Key* key) const { return absl::Hash<Key>()(*key); }
  };
  struct EqualKeys {
    bool operator()(const Key* a, const Key* b) const { return *a == *b; }
  };

  // Moves an entry to `evicted`.
  void Evict(typename Entries::iterator entry, Entries* evicted)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    index_.erase(&entry->key);
    total_charge_ -= entry->charge;
    evicted->splice(evicted->begin(), entries_, entry);
  }

  const size_t capacity_;
  mutable absl::Mutex mutex_;
  Entries entries_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<const Key*, typename Entries::iterator, HashKey, EqualKeys> index_
      ABSL_GUARDED_BY(mutex_);
  size_t total_charge_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace athena

#endif  // ATHENA_LIBS_CACHE_CACHE_H_
