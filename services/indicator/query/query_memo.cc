#include "services/indicator/query/query_memo.h"

#include <utility>

namespace athena::indicator {

std::shared_ptr<const QueryMemo::Entry> QueryMemo::Find(const Key& key) {
  std::shared_ptr<const Entry> entry;
  {
    absl::MutexLock lock(&mutex_);
    if (const auto found = young_.find(key); found != young_.end()) return found->second;
    const auto found = old_.find(key);
    if (found == old_.end()) return nullptr;
    entry = found->second;
  }
  Put(key, entry);
  return entry;
}

void QueryMemo::Put(const Key& key, std::shared_ptr<const Entry> entry) {
  absl::MutexLock lock(&mutex_);
  if (young_.size() >= most_ / 2) {
    old_ = std::move(young_);
    young_.clear();
  }
  young_[key] = std::move(entry);
}

}  // namespace athena::indicator
