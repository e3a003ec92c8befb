#include "services/reporting/prepared.h"

#include <iterator>

namespace athena::reporting {

std::shared_ptr<const Reading> PreparedScorecards::FindReading(std::string_view key) {
  absl::MutexLock lock(&mutex_);
  const Entry* entry = Find(key);
  return entry == nullptr ? nullptr : entry->reading;
}

std::shared_ptr<const std::string> PreparedScorecards::FindAnswer(std::string_view key) {
  absl::MutexLock lock(&mutex_);
  const Entry* entry = Find(key);
  return entry == nullptr ? nullptr : entry->answer;
}

void PreparedScorecards::KeepReading(std::string key, std::shared_ptr<const Reading> reading) {
  const size_t bytes = reading->bytes;
  Keep({std::move(key), std::move(reading), nullptr, bytes});
}

void PreparedScorecards::KeepAnswer(std::string key, std::shared_ptr<const std::string> answer) {
  const size_t bytes = answer->size();
  Keep({std::move(key), nullptr, std::move(answer), bytes});
}

size_t PreparedScorecards::bytes() const {
  absl::MutexLock lock(&mutex_);
  return bytes_;
}

const PreparedScorecards::Entry* PreparedScorecards::Find(std::string_view key) {
  const auto found = index_.find(key);
  if (found == index_.end()) return nullptr;
  entries_.splice(entries_.begin(), entries_, found->second);
  return &*found->second;
}

void PreparedScorecards::Keep(Entry entry) {
  entry.bytes += sizeof(Entry) + 2 * entry.key.size() + 64;
  Entries dropped;  // freed without the lock
  absl::MutexLock lock(&mutex_);
  if (const auto found = index_.find(entry.key); found != index_.end()) {
    const Entries::iterator old = found->second;
    bytes_ -= old->bytes;
    index_.erase(found);
    dropped.splice(dropped.end(), entries_, old);
  }
  if (entry.bytes > budget_) return;
  bytes_ += entry.bytes;
  entries_.push_front(std::move(entry));
  index_.emplace(entries_.front().key, entries_.begin());
  while (bytes_ > budget_) {
    const Entries::iterator last = std::prev(entries_.end());
    bytes_ -= last->bytes;
    index_.erase(last->key);
    dropped.splice(dropped.end(), entries_, last);
  }
}

}  // namespace athena::reporting
