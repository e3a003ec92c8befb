#include "services/reporting/scorecards/scorecard_cache.h"

#include <iterator>

namespace athena::reporting {

std::shared_ptr<const ScoredPlan> ScorecardCache::FindPlan(std::string_view key) {
  absl::MutexLock lock(&mutex_);
  const Entry* entry = Find(key);
  return entry == nullptr ? nullptr : entry->plan;
}

std::shared_ptr<const std::string> ScorecardCache::FindAnswer(std::string_view key) {
  absl::MutexLock lock(&mutex_);
  const Entry* entry = Find(key);
  return entry == nullptr ? nullptr : entry->answer;
}

void ScorecardCache::InsertPlan(std::string key, std::shared_ptr<const ScoredPlan> plan) {
  const size_t bytes = plan->bytes;
  Insert({std::move(key), std::move(plan), nullptr, bytes});
}

void ScorecardCache::InsertAnswer(std::string key, std::shared_ptr<const std::string> answer) {
  const size_t bytes = answer->size();
  Insert({std::move(key), nullptr, std::move(answer), bytes});
}

size_t ScorecardCache::bytes() const {
  absl::MutexLock lock(&mutex_);
  return bytes_;
}

const ScorecardCache::Entry* ScorecardCache::Find(std::string_view key) {
  const auto found = index_.find(key);
  if (found == index_.end()) return nullptr;
  entries_.splice(entries_.begin(), entries_, found->second);
  return &*found->second;
}

void ScorecardCache::Insert(Entry entry) {
  entry.bytes += sizeof(Entry) + 2 * entry.key.size() + 64;
  Entries dropped;  // freed without the lock
  absl::MutexLock lock(&mutex_);
  if (const auto found = index_.find(entry.key); found != index_.end()) {
    const Entries::iterator old = found->second;
    bytes_ -= old->bytes;
    index_.erase(found);
    dropped.splice(dropped.end(), entries_, old);
  }
  if (entry.bytes > capacity_) return;
  bytes_ += entry.bytes;
  entries_.push_front(std::move(entry));
  index_.emplace(entries_.front().key, entries_.begin());
  while (bytes_ > capacity_) {
    const Entries::iterator last = std::prev(entries_.end());
    bytes_ -= last->bytes;
    index_.erase(last->key);
    dropped.splice(dropped.end(), entries_, last);
  }
}

}  // namespace athena::reporting
